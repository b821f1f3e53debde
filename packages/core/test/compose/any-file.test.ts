import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { loadProject } from '../../src/compose/load.ts';
import { GopdaterError } from '../../src/errors.ts';
import { project, word } from './any-project.ts';

// Whatever stands in the files: a project or a GopdaterError, soon, and in bounded memory.
const directory = mkdtempSync(join(tmpdir(), 'any-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** How it ends, and that it ends within the time. */
async function verdict(files: Readonly<Record<string, string>>, limitMs = 2_000): Promise<'project' | 'refused'> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const start = performance.now();
  try {
    const { model } = await loadProject({ cwd: directory, environment: { HOME: '/root', V: 'v' } });
    expect(Object.keys(model)).toContain('services');
    return 'project';
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    expect(['COMPOSE_FILE_INVALID', 'COMPOSE_FILE_NOT_FOUND']).toContain(error.code);
    expect(error.message.length).toBeLessThan(2_000);
    return 'refused';
  } finally {
    expect(performance.now() - start).toBeLessThan(limitMs);
  }
}

/** The same each time; FUZZ_RUNS and FUZZ_SEED look further. */
const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300), seed: Number(process.env.FUZZ_SEED ?? 1) };

describe('no file does harm', () => {
  test('of any text', async () => {
    const lines = fc.array(
      fc.oneof(fc.constantFrom('services:', '  a:', '    image: a', '---', '- b', '"'), fc.string()),
    );
    await fc.assert(
      fc.asyncProperty(lines, async text => void (await verdict({ 'compose.yaml': text.join('\n') }))),
      runs,
    );
  });

  test('of any attributes, in one file and in two', async () => {
    await fc.assert(
      fc.asyncProperty(project, project, async (one, other) => {
        await verdict({ 'compose.yaml': JSON.stringify(one), 'compose.override.yaml': JSON.stringify(other) });
      }),
      runs,
    );
  });

  test('of any env file', async () => {
    const line = fc.array(fc.oneof(word, fc.constantFrom('A', '=', '"', "'", '\n', ' #', 'export ', '\\', '\0')));
    await fc.assert(
      fc.asyncProperty(line, async text => {
        const compose = 'services: {a: {image: "a:${A}", env_file: .env}}\n';
        await verdict({ 'compose.yaml': compose, 'compose.override.yaml': '{}', '.env': text.join('') });
      }),
      runs,
    );
  });
});

describe('what is made to grow is refused', () => {
  const bomb = (levels: number, line: (level: number) => string): string =>
    Array.from({ length: levels }, (_, level) => line(level)).join('\n');
  const big = 400_000;

  test.each([
    [
      'aliases in lists',
      bomb(30, level => `x-${level}: &a${level} [${level === 0 ? '1' : `*a${level - 1}, *a${level - 1}`}]`),
    ],
    [
      'merged aliases',
      bomb(30, level => `x-${level}: &a${level} {${level === 0 ? 'b: 1' : `c: *a${level - 1}, d: *a${level - 1}`}}`),
    ],
    ['nested lists', `services: ${'['.repeat(big)}`],
    ['nested mappings', `services: ${'{a: '.repeat(big)}`],
    ['nested defaults', `services: {a: {image: "${'${A:-'.repeat(big / 5)}"}}`],
    ['a long template', `services: {a: {image: "${'${A:-b}'.repeat(big / 7)}"}}`],
    ['digits', `services: {a: {image: a, scale: ${'9'.repeat(big)}}}`],
    ['a duration', `services: {a: {image: a, stop_grace_period: "${'1'.repeat(big)}"}}`],
    ['a size', `services: {a: {image: a, mem_limit: "${'9'.repeat(big)}p"}}`],
    ['ports', `services:\n${bomb(50, level => `  a${level}: {image: a, ports: ["1-65535:1-65535"]}`)}`],
    ['tabs behind a value', `services: {a: {image: a}}\nx-a: b\n          ${'\t'.repeat(big)}\n\t`],
    ['documents', 'services: {a: {image: a}}\n---\n'.repeat(5_000)],
    [
      'services that extend each other',
      `services:\n${bomb(2_000, level => `  a${level}: {image: a, extends: a${level + 1}}`)}\n  a2000: {image: a}`,
    ],
    [
      'an included file twice, which includes itself under another name',
      'include: [b0.yaml, b0.yaml]\nservices: {a: {image: a}}',
    ],
    ['too large', `x-a: ${'a'.repeat(5_000_000)}`],
  ])('%s', async (what, text) => {
    const files = Array.from({ length: 20 }, (_, level) => [
      `b${level}.yaml`,
      `include: [b${level + 1}.yaml, b${level + 1}.yaml]\n`,
    ]);
    const last = ['b20.yaml', 'services: {b: {image: b}}'];
    const all = { ...Object.fromEntries([...files, last]), 'compose.override.yaml': '{}', '.env': '' };
    const isHarmless = what === 'a long template';
    expect(await verdict({ ...all, 'compose.yaml': text }, 8_000)).toBe(isHarmless ? 'project' : 'refused');
    expect(process.memoryUsage().heapUsed).toBeLessThan(1_500_000_000);
  });

  test('a file that never ends', async () => {
    const text = 'services: {a: {image: a, env_file: /dev/zero}}\n';
    expect(await verdict({ 'compose.yaml': text, 'compose.override.yaml': '{}' })).toBe('refused');
  });
});
