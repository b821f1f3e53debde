import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LoadOptions } from '../../src/compose/load-options.ts';

/** A project with the answers of one version of Compose: see the corpus's README. */
export interface Case {
  /** `GROUP/NAME`. */
  readonly id: string;
  readonly options: LoadOptions;
  /** What Compose prints of it; `undefined` when it refused the project. */
  readonly expected: unknown;
  /** The same with every profile active, if it differs. */
  readonly expectedAll: unknown;
}

interface CaseFile {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export function readCases(directory: string, group: string, version: string): readonly Case[] {
  return readdirSync(join(directory, group), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => readCase(join(directory, group, entry.name), `${group}/${entry.name}`, version));
}

function readCase(directory: string, id: string, version: string): Case {
  const root = join(directory, 'root');
  const { cwd, args, env }: CaseFile = JSON.parse(readFileSync(join(directory, 'case.json'), 'utf8'));
  return {
    id,
    options: { ...optionsOf(args, root), cwd: join(root, cwd), environment: environmentOf(env, root) },
    expected: readExpected(join(directory, `expected-${version}.json`), root),
    expectedAll: readExpected(join(directory, `expected-allprofiles-${version}.json`), root),
  };
}

function readExpected(file: string, root: string): unknown {
  return existsSync(file) ? JSON.parse(located(readFileSync(file, 'utf8'), root)) : undefined;
}

function optionsOf(args: readonly string[], root: string): Partial<LoadOptions> {
  const given = (...flags: string[]): string[] =>
    args.flatMap((arg, index) => (flags.includes(args[index - 1] ?? '') ? [located(arg, root)] : []));
  const [projectDirectory] = given('--project-directory');
  const [name] = given('-p', '--project-name');
  return {
    files: given('-f', '--file'),
    envFiles: given('--env-file'),
    profiles: given('--profile'),
    ...(projectDirectory === undefined ? {} : { projectDirectory }),
    ...(name === undefined ? {} : { name }),
  };
}

function environmentOf(env: Readonly<Record<string, string>>, root: string): Record<string, string> {
  const own = Object.entries(env).map(([name, value]) => [name, located(value, root)]);
  return { PATH: '/usr/bin:/bin', HOME: '/home/user', ...Object.fromEntries(own) };
}

function located(text: string, root: string): string {
  return text.replaceAll('@ROOT@', root).replaceAll('@CORPUS@', dirname(dirname(dirname(root))));
}
