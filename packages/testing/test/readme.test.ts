import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createFakeEngine, FakeDocker, VirtualClock } from '../src/index.ts';

it('shows an example in the README that works', async () => {
  await using docker = await FakeDocker.start();
  docker.registry.push('acme/web:latest', { version: 'v1' });
  const web = docker.run('acme/web:latest', { name: 'web' });
  docker.registry.push('acme/web:latest', { version: 'v2' });
  await createFakeEngine(docker).pullImage('acme/web:latest');
  expect(web.image).toBe(web.imageId);
  docker.faults.next('POST /containers/*/start', { status: 500, message: 'boom' });
  web.exit(137);
  expect(docker.calls.sequence()).toEqual(['POST /images/create']);
});

it('shows virtual time as it passes', async () => {
  const clock = new VirtualClock();
  await using docker = await FakeDocker.start({ clock, socketPath: false });
  docker.registry.push('acme/web:latest', { stopAfterMs: Infinity });
  const { id } = docker.run('acme/web:latest');
  await clock.run(() => createFakeEngine(docker).stopContainer(id));
  expect(docker.container(id).exitCode).toBe(137);
});

it('has the lines of the README in the tests above', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/```ts\n(?:import [^\n]+\n\n)?([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(examples).toHaveLength(2);
  const source = await readFile(new URL(import.meta.url), 'utf8');
  const lines = examples
    .join('')
    .split('\n')
    .map(line => line.replace(/\s+\/\/.*$/, ''));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines.filter(text => text !== '')) expect(source).toContain(`  ${line}\n`);
});
