import { readFile } from 'node:fs/promises';
import { FakeDocker } from '@gopdater/testing';
import * as conformance from '@gopdater/testing/conformance';
import { expect, it } from 'vitest';
import { commandScenarios } from './command-scenarios.ts';

const page = await readFile(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');
const namesIn = (text: string): readonly string[] => [...text.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name);
const rows = [...page.matchAll(/^\| (\d+) +\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)];
const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

it('names for each of 44 things the scenarios that there are, and every scenario', () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 44 }, (_, at) => at + 1));
  for (const [, number, , http = '', commands = ''] of rows) {
    expect(namesIn(http).length + namesIn(commands).length, number).toBeGreaterThan(0);
  }
  const [, besides = ''] = /^Besides:(.*)$/m.exec(page) ?? [];
  const http = [...rows.flatMap(([, , , text = '']) => namesIn(text)), ...namesIn(besides)];
  expect(sorted(http)).toEqual(sorted(conformance.scenarios.map(({ name }) => name)));
  const commands = rows.flatMap(([, , , , text = '']) => namesIn(text));
  expect(sorted(commands)).toEqual(sorted(commandScenarios.map(({ name }) => name)));
});

it('shows others only what there is', () => {
  const [, names = ''] = /import \{([^}]*)\} from '@gopdater\/testing\/conformance'/.exec(page) ?? [];
  const imported = names.split(',').flatMap(name => name.trim() || []);
  expect(imported).toHaveLength(5);
  expect(Object.keys(conformance)).toEqual(expect.arrayContaining(imported));
});

it('plays what others play', async () => {
  await using docker = await FakeDocker.start();
  const { socketPath, clock, registry } = docker;
  const engine = { socketPath, clock, registry, restartDaemon: () => docker.restart({ awayMs: 100 }) };
  const ping = conformance.scenarios.find(({ name }) => name === 'ping');
  if (!ping) throw new Error('There is no ping.');
  const { differences } = await conformance.compareWithRecording(ping, { engine, profile: 'docker-26.1' });
  expect(differences.map(conformance.formatDifference)[0]).toMatch(/api-version: "1.51" instead of "1.45"$/);
});
