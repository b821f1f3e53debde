import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The rooms of core, floor by floor: a room imports rooms of lower floors only, never one beside it. */
const floors: readonly (readonly string[])[] = [
  ['index'],
  ['updater', 'polling', 'rollback', 'check'],
  ['compare-with-compose'],
  ['deploy'],
  ['store'],
  ['report'],
  ['rollout'],
  ['plan'],
  ['compose', 'docker', 'registry', 'webhook'],
  ['image'],
  ['errors', 'json', 'time'],
];

/** What each package may import of the others. */
const packageArrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  server: ['@gopdater/core'],
  testing: ['@gopdater/core'],
};

/** Each of these has one file in a package that knows it. */
const oneFile = [
  ...['dockerode', 'docker-compose', 'js-yaml', 'libsql', 'jose', 'croner', 'polka', 'ws', 'pino', 'pino-pretty'],
  ...['semver', 're2js', 'ipaddr.js', 'proxy-addr', 'rate-limiter-flexible'],
  ...['ansi-escapes', 'cli-cursor', 'cli-truncate', 'string-width'],
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const packages = Object.keys(packageArrows);
const sources = (name: string): readonly string[] =>
  readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map(file => join('packages', name, 'src', file));
const importsOf = (file: string): readonly Import[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
    ),
  ].map(([, type, from, dynamic]) => ({ from: file, to: from ?? dynamic ?? '', isType: type !== undefined }));
const all = packages.flatMap(sources).flatMap(importsOf);
const room = (file: string) => file.split('/')[3]?.replace(/\.ts$/, '') ?? '';
const floorOf = (name: string) => floors.findIndex(floor => floor.includes(name));

describe('the arrows of the code', () => {
  test('are seen at all', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(
      sources('core')
        .map(room)
        .filter(name => floorOf(name) < 0),
    ).toEqual([]);
  });

  test('inside core point downwards', () => {
    const wrong = all.filter(({ from, to }) => {
      if (!from.startsWith('packages/core/') || !to.startsWith('.')) return false;
      const target = normalize(join(dirname(from), to));
      if (!target.startsWith('packages/core/src/')) return true;
      return room(from) !== room(target) && floorOf(room(target)) <= floorOf(room(from));
    });
    expect(wrong).toEqual([]);
  });

  test.each(packages)('from %s lead to the packages it may know', name => {
    const wrong = all.filter(
      ({ from, to }) =>
        from.startsWith(`packages/${name}/`) && to.startsWith('@gopdater/') && !packageArrows[name]?.includes(to),
    );
    expect(wrong).toEqual([]);
  });

  test('from testing to core carry types only', () => {
    const wrong = all.filter(
      ({ from, to, isType }) => from.startsWith('packages/testing/') && to === '@gopdater/core' && !isType,
    );
    expect(wrong).toEqual([]);
  });

  test.each(oneFile)('to %s begin in one file of a package', library => {
    const files = [...new Set(all.filter(({ to }) => to === library).map(({ from }) => from))];
    const owners = files.map(file => file.split('/')[1]);
    expect(files).not.toEqual([]);
    expect(owners).toEqual([...new Set(owners)]);
  });

  test('in core lead to no environment, no console, no clock of the machine and no server', () => {
    const forbidden = /process\.env|console\.|Date\.now\(|new Date\(\)|node:http/;
    const wrong = sources('core').filter(
      file => file !== 'packages/core/src/time.ts' && forbidden.test(readFileSync(file, 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});
