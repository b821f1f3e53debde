import { request } from 'node:http';
import { expect, it, vi } from 'vitest';
import { FakeDocker } from '../src/index.ts';

/** Everything that a client could see of a run: what it asked, every byte that came back, all events and the state. */
async function record(seed: number): Promise<string> {
  await using docker = await FakeDocker.start({ clock: 'manual', seed });
  docker.registry.push('acme/web:latest', { health: 'healthy', startMs: 700, stopAfterMs: 1500 });
  docker.registry.push('acme/job', { exitCode: 3, exitAfterMs: 300 });
  const seen: unknown[] = [];
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const answer = await new Promise<unknown>((resolve, reject) => {
      const call = request({ socketPath: docker.socketPath, method, path, agent: false }, response => {
        const chunks: string[] = [];
        response.setEncoding('utf8').on('data', chunk => chunks.push(chunk));
        response.on('end', () => resolve([response.statusCode, response.rawHeaders, chunks.join('')]));
      });
      call.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
    seen.push([method, path, answer]);
  };
  await ask('POST', '/v1.51/images/create?fromImage=acme/web&tag=latest');
  await ask('POST', '/images/create?fromImage=acme/job&tag=latest');
  await ask('POST', '/networks/create', { Name: 'front' });
  const policy = { RestartPolicy: { Name: 'always' } };
  await ask('POST', '/containers/create', {
    Image: 'acme/web',
    HostConfig: { NetworkMode: 'front', Binds: ['/data'] },
  });
  await ask('POST', '/containers/create?name=job', { Image: 'acme/job', HostConfig: policy });
  for (const { id } of docker.containers()) await ask('POST', `/containers/${id}/start`);
  await docker.clock.advance(5000);
  docker.faults.next('GET /info', { status: 500, message: 'boom' });
  await ask('GET', '/info');
  const [web] = docker.containers();
  const stopped = ask('POST', `/containers/${web?.id}/stop`);
  await vi.waitFor(() => expect(docker.events.matching({ action: 'kill' })).toHaveLength(1));
  await docker.clock.advance(1500);
  await stopped;
  await docker.clock.run(() => docker.restart({ awayMs: 1000 }));
  for (const path of ['/info', '/containers/json?all=1', '/images/json', '/networks', '/volumes', '/version']) {
    await ask('GET', path);
  }
  for (const { id } of docker.containers()) await ask('GET', `/containers/${id}/json`);
  await ask('GET', `/events?since=0&until=${docker.clock.now() / 1000}`);
  const { calls, events } = docker;
  return JSON.stringify({ seen, calls: calls.all, events: events.history, state: docker.snapshot() }, undefined, 1);
}

it('gives the same transcript for the same seed, and other ids for another', async () => {
  const [one, same, other] = [await record(1), await record(1), await record(2)];
  expect(same).toBe(one);
  expect(other).not.toBe(one);
  expect(one.length).toBeGreaterThan(20_000);
});
