import { test } from '@gopdater/testing/vitest';
import Dockerode from 'dockerode';
import { describe, expect } from 'vitest';

test('passes', async ({ docker }) => {
  docker.registry.push('acme/web', { exitAfterMs: 1000 });
  const web = docker.run('acme/web');
  await docker.clock.advance(1000);
  expect(web.status).toBe('exited');
  docker.faults.next('GET /info', { status: 500 });
  await expect(new Dockerode(docker.dockerodeOptions()).info()).rejects.toThrow();
});

test('asks for what is not modelled', async ({ docker }) => {
  await new Dockerode(docker.dockerodeOptions()).searchImages({ term: 'web' }).catch(() => undefined);
});

test('plans faults that nothing meets', ({ docker }) => {
  docker.faults.next('POST /images/create', { drop: true });
  docker.fail({ kind: 'rate-limit' });
});

test('fails by itself', ({ docker }) => {
  docker.faults.next('POST /images/create', { drop: true });
  expect(docker.containers()).toHaveLength(1);
});

describe('with other options', () => {
  test.override({ dockerOptions: { engine: '26.1', socketPath: false } });
  test('has another engine', ({ docker }) => {
    expect([docker.state.profile.apiVersion, docker.socketPath]).toEqual(['1.45', '']);
  });
});
