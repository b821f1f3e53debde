// What the tests of a suite got from a real engine, and where the fake is known to differ. See README.md.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const verdictNames = ['pass', 'fail', 'skip'];

export const baselineFile = suite =>
  fileURLToPath(new URL(`../../packages/testing/test/peers/${suite}.json`, import.meta.url));

/** @returns `undefined` if there is none */
export async function readBaseline(file) {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  const { engine, differences, ...lists } = JSON.parse(text);
  const verdicts = new Map(verdictNames.flatMap(verdict => lists[verdict].map(name => [name, verdict])));
  return { engine, differences, verdicts };
}

export async function writeBaseline(file, { suite, engine, verdicts, differences }) {
  const named = verdict => [...verdicts].flatMap(([name, got]) => (got === verdict ? [name] : [])).sort();
  const lists = Object.fromEntries(verdictNames.map(verdict => [verdict, named(verdict)]));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ suite, engine, differences, ...lists }, undefined, 2)}\n`);
}
