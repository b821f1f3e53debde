import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@gopdater/testing/vitest';
import { expect, it } from 'vitest';
import { createFakeEngine, FakeDocker } from '../src/index.ts';
import { beginScenario, playScenario } from '../src/scenario-file/play-scenario.ts';
import { readScenario } from '../src/scenario-file/read-scenario.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

it('shows an example in the README that works', async () => {
  await using docker = await FakeDocker.start({ engine: '28.5', clock: 'manual' });
  const labels = { 'com.docker.compose.service': 'web' };
  const v1 = docker.registry.push('acme/web:latest', { version: 'v1' });
  const old = docker.run('acme/web:latest', { labels });
  const v2 = docker.registry.push('acme/web:latest', { version: 'v2', health: 'healthy', startMs: 800 });

  docker.faults.next('POST /images/create', { error: 'no space left on device', afterLines: 2 });
  const engine = createFakeEngine(docker);
  await expect(engine.pullImage('acme/web:latest')).rejects.toThrow('no space left on device');
  await engine.pullImage('acme/web:latest');
  expect([old.imageId, old.image]).toEqual([v1.id, v1.id]);

  const fresh = docker.run('acme/web:latest', { labels });
  await docker.clock.advance(800);
  expect([fresh.imageId, fresh.health]).toEqual([v2.id, 'healthy']);
  await docker.clock.run(() => engine.stopContainer(old.id));
  expect(docker.serving('web').gaps).toEqual([]);
  expect(docker.calls.sequence().at(-1)).toBe(`POST /containers/${old.id}/stop`);
  expect([docker.faults.unreached(), docker.unsupported]).toEqual([[], []]);
});

it('shows virtual time as it passes', async () => {
  await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
  docker.registry.push('acme/web:latest', { stopAfterMs: Infinity });
  const { id } = docker.run('acme/web:latest');
  await docker.clock.run(() => createFakeEngine(docker).stopContainer(id));
  expect(docker.container(id).exitCode).toBe(137);
});

test('a crash is seen', async ({ docker }) => {
  docker.registry.push('acme/web', { exitCode: 1, exitAfterMs: 5000 });
  const web = docker.run('acme/web');
  await docker.clock.advance(5000);
  expect(web.exitCode).toBe(1);
});

it('has the lines of the README in the tests above', async () => {
  const examples = [...readme.matchAll(/```ts\n(?:import [^\n]+\n\n)?([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(examples).toHaveLength(3);
  const source = await readFile(new URL(import.meta.url), 'utf8');
  const lines = examples
    .join('')
    .split('\n')
    .map(line => line.replace(/\s+\/\/.*$/, '').trim());
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines.filter(text => text !== '')) expect(source).toContain(`${line}\n`);
});

it('shows a scenario in the README that can be played, and one in the help', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-readme-'));
  const file = join(folder, 'scenario.yml');
  const [, fromReadme = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const main = await readFile(new URL('../src/main.ts', import.meta.url), 'utf8');
  const [, fromHelp = ''] = /A scenario:\n\n([\s\S]*?)\n\nAll its words/.exec(main) ?? [];
  for (const text of [fromReadme, fromHelp]) {
    await writeFile(file, text);
    const scenario = await readScenario(file);
    expect(scenario.later.length).toBeGreaterThan(1);
    await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    beginScenario(docker, scenario);
    const { signal } = new AbortController();
    await docker.clock.run(() => playScenario(docker, scenario, { signal }));
  }
  await rm(folder, { recursive: true });
});
