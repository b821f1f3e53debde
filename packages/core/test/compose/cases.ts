import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LoadOptions } from '../../src/compose/load.ts';

/** A project with the answers of Compose 2.40.3: see the corpus's README. */
export interface Case {
  readonly id: string;
  readonly options: LoadOptions;
  /** `undefined` when Compose refused the project. */
  readonly expected: ExpectedProject | undefined;
  /** The same with every profile active, if it differs. */
  readonly expectedAll: ExpectedProject | undefined;
}

export interface ExpectedProject {
  readonly name: string;
  readonly services?: Readonly<Record<string, ExpectedService>>;
}

export interface ExpectedService {
  readonly image?: string;
  readonly scale?: number;
  readonly deploy?: { readonly replicas?: number };
  readonly container_name?: string;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly profiles?: readonly string[];
  readonly ports?: readonly unknown[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string | null>>;
}

interface CaseFile {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export function readCases(group: string): readonly Case[] {
  return readdirSync(group, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => readCase(join(group, entry.name), entry.name));
}

function readCase(directory: string, id: string): Case {
  const root = join(directory, 'root');
  const { cwd, args, env }: CaseFile = JSON.parse(readFileSync(join(directory, 'case.json'), 'utf8'));
  return {
    id,
    options: { ...optionsOf(args, root), cwd: join(root, cwd), environment: environmentOf(env, root) },
    expected: readExpected(join(directory, 'expected-2.40.3.json'), root),
    expectedAll: readExpected(join(directory, 'expected-allprofiles-2.40.3.json'), root),
  };
}

function readExpected(file: string, root: string): ExpectedProject | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  return JSON.parse(located(text, root), (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('$$', '$') : value,
  );
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
