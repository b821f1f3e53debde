import { toBoolean } from './cast.ts';
import { type Compat, isBefore } from './compat.ts';
import type { Disk } from './disk.ts';
import type { Environment } from './environment.ts';
import { readEnvFile } from './files.ts';
import type { Node } from './node.ts';
import { invalid } from './problem.ts';
import { entryOf, itemsOf, stringOf } from './tree.ts';
import { trimStart } from './white-space.ts';

/** Variables or labels; a variable may have no value. */
export type Pairs = Readonly<Record<string, string | null>>;

/** Where a service's files are read. */
export interface FileSurroundings {
  readonly environment: Environment;
  readonly disk: Disk;
  readonly compat: Compat;
}

/** The environment of a service's containers: its env files, then its own `environment` over them. */
export async function serviceEnvironment(
  service: Node,
  own: Pairs,
  { environment, disk, compat }: FileSurroundings,
): Promise<Pairs> {
  const ownValue = (name: string): string | undefined =>
    Object.hasOwn(own, name) ? (own[name] ?? undefined) : undefined;
  const read = new Map<string, string>();
  for (const file of envFilesOf(service)) {
    if (!file.required && !(await exists(file.path, disk))) continue;
    if (file.format === undefined) {
      const earlier = new Map(read);
      // Older versions ask the files before this one first, and never the service itself.
      const lookup = isBefore(compat, '2.40')
        ? (name: string) => earlier.get(name) ?? environment.get(name)
        : (name: string) => environment.get(name) ?? ownValue(name);
      await readEnvFile(file.path, { disk, lookup, into: read, mentionedAt: file.node });
    } else if (file.format === 'raw' && !isBefore(compat, '2.40')) {
      readRaw(await disk.readText(file.path, file.node), file, environment, read);
    } else {
      throw invalid(file.node, `the env file format "${file.format}" is unknown.`, 'Use raw, or leave it out.');
    }
  }
  return { ...Object.fromEntries(read), ...own };
}

async function exists(path: string, disk: Disk): Promise<boolean> {
  return (await disk.isFile(path)) || (await disk.isDirectory(path));
}

/** Variables without a value take it from the environment, if it is there. */
export function withValues(own: Pairs, environment: Environment): Pairs {
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, value ?? environment.get(name) ?? null]));
}

/**
 * The labels of a service's containers: its label files, which know each other and no environment, then its own `labels`
 * over them.
 */
export async function serviceLabels(service: Node, own: Pairs, { disk }: FileSurroundings): Promise<Pairs> {
  const labels = new Map<string, string>();
  for (const node of itemsOf(entryOf(service, 'label_file'))) {
    const path = stringOf(node);
    if (path !== undefined) {
      const earlier = new Map(labels);
      await readEnvFile(path, { disk, lookup: name => earlier.get(name), into: labels, mentionedAt: node });
    }
  }
  return { ...Object.fromEntries(labels), ...own };
}

interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  readonly format: string | undefined;
  readonly node: Node;
}

function envFilesOf(service: Node): readonly EnvFile[] {
  const files = entryOf(service, 'env_file');
  return itemsOf(files).flatMap(node => {
    const path = stringOf(entryOf(node, 'path'));
    const required = entryOf(node, 'required');
    const isOptional = required?.kind === 'scalar' && toBoolean.read(`${required.value}`) === false;
    const format = stringOf(entryOf(node, 'format')) || undefined;
    return path === undefined ? [] : [{ path, required: !isOptional, format, node }];
  });
}

/** `KEY=VALUE` line by line, taken as it stands; a key without a value takes the one of the environment. */
function readRaw(text: string, file: EnvFile, environment: Environment, into: Map<string, string>): void {
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n|\r$/)) {
    const trimmed = trimStart(line);
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const equals = trimmed.indexOf('=');
    const name = equals < 0 ? trimmed : trimmed.slice(0, equals);
    if (name === '' || /[ \t]/.test(name)) {
      throw invalid(file.node, `${file.path} has a line without the name of a variable, or with a space in it.`);
    }
    const value = equals < 0 ? environment.get(name) : trimmed.slice(equals + 1);
    if (value !== undefined) into.set(name, value);
  }
}
