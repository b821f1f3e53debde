import { dirname, isAbsolute, join, normalize, relative, resolve } from 'node:path';
import { type Compat, isBefore } from './compat.ts';
import { Entries } from './entries.ts';
import { type Environment, extendEnvironment } from './environment.ts';
import { type Directories, directoriesAt, localPath } from './file-context.ts';
import { Keys } from './keys.ts';
import { largestSigned } from './machine-integer.ts';
import { mergeModels, withoutMarks } from './merge.ts';
import type { ModelFiles } from './model.ts';
import { type Mapping, mapping, type Node } from './node.ts';
import { absolutePath } from './paths.ts';
import { invalid } from './problem.ts';
import {
  entriesOf,
  entryOf,
  isNull,
  itemsOf,
  stringOf,
  stringsOf,
  toPlain,
  withEntry,
  withoutEntries,
} from './tree.ts';

const includeKeys = Keys.of('include');

export interface WithIncluded {
  readonly model: Mapping;
  /** What of it is included, if anything. */
  readonly imported: Mapping | undefined;
}

/**
 * Adds the resources of included files to the document that includes them.
 *
 * @param readModel  reads a list of files into a model with absolute paths
 */
export async function applyInclude(
  document: Mapping,
  files: ModelFiles,
  readModel: (files: ModelFiles) => Promise<Mapping>,
): Promise<WithIncluded> {
  const given = entryOf(document, 'include');
  if (given === undefined) return { model: document, imported: undefined };
  const list = entryOf(withoutMarks(mapping(new Entries(includeKeys, [given]), given)), 'include');
  if (list !== undefined && !isNull(list) && list.kind !== 'sequence') throw invalid(list, 'include must be a list.');
  let model = withoutEntries(document, key => key === 'include');
  let imported = mapping(new Entries(), given);
  for (const item of itemsOf(list)) {
    const named = await includedFiles(item, files);
    if (named === undefined) continue;
    const included = await readModel(named);
    if (!isBefore(files.compat, '5')) {
      model = laidOver(included, model, files.compat);
      continue;
    }
    const from = { item, start: isAbsolute(projectDirectory(item) ?? '') ? undefined : files.directory };
    model = withImports(model, included, from);
    imported = withImports(imported, included, from);
  }
  return { model, imported };
}

interface Import {
  readonly item: Node;
  /** Where its paths start; `undefined` where they are absolute from the first. */
  readonly start: string | undefined;
}

function withImports(document: Mapping, included: Mapping, from: Import): Mapping {
  return resourceKinds.reduce((model, kind) => withImported(model, included, kind, from), document);
}

/** Compose 5 takes what is included for a base. */
function laidOver(included: Mapping, document: Mapping, compat: Compat): Mapping {
  return mergeModels(
    withoutEntries(included, key => !resourceKinds.includes(key)),
    document,
    compat,
  );
}

const resourceKinds = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'];

/** `undefined` for an item that names no file, which has no effect. */
async function includedFiles(item: Node, including: ModelFiles): Promise<ModelFiles | undefined> {
  if (isNull(item)) return undefined;
  if (item.kind === 'sequence' || (item.kind === 'scalar' && stringOf(item) === undefined)) {
    throw invalid(item, 'an item of include must be a string or a mapping.', 'Name a file.');
  }
  const pathNode = item.kind === 'mapping' ? item.entries.get('path') : item;
  if (pathNode === undefined) return undefined;
  const paths = namesIn(pathNode).map(path => localPath(path, including.filesDirectory, pathNode));
  const main = paths[0];
  if (main === undefined) return undefined;
  if (including.chain.includes(main)) {
    throw invalid(item, `include goes in a circle: ${[...including.chain, main].join(' → ')}.`, 'Break the cycle.');
  }
  const directories = await includedDirectories(projectDirectory(item), dirname(main), including);
  const envFiles = await includedEnvFiles(item, directories.filesDirectory, including);
  const environment: Environment = await extendEnvironment(including.environment, envFiles, {
    disk: including.files,
    compat: including.compat,
  });
  return { ...including, ...directories, paths, environment, mentionedAt: pathNode };
}

function projectDirectory(item: Node): string | undefined {
  const node = entryOf(item, 'project_directory');
  if (node === undefined || isNull(node)) return undefined;
  if (stringOf(node) !== undefined) return stringOf(node);
  if (node.kind === 'scalar' && typeof node.value === 'bigint' && node.value <= largestSigned) return `${node.value}`;
  throw invalid(node, 'project_directory must be a string.', 'Put it in quotes.');
}

/** Paths start above a relative project directory that does not exist. */
async function includedDirectories(
  asked: string | undefined,
  fileDirectory: string,
  including: ModelFiles,
): Promise<Directories> {
  if (!asked) return directoriesAt(fileDirectory, including);
  if (isAbsolute(asked)) return { directory: asked, filesDirectory: asked };
  const named = join(including.filesDirectory, asked);
  const isWhole = asked.endsWith('/') || (await including.files.isDirectory(named));
  // Only now does Compose take `~` for the home directory.
  const start = absolutePath(normalize(isWhole ? asked : dirname(asked)), {
    directory: including.filesDirectory,
    home: including.home,
  });
  const { directory } = directoriesAt(start, including);
  return { directory, filesDirectory: join(including.directory, asked) };
}

/** The item's own env files, else the `.env` of its directory; `/dev/null` stands for none. */
async function includedEnvFiles(item: Node, directory: string, including: ModelFiles): Promise<readonly string[]> {
  const asked = entryOf(item, 'env_file');
  const names = asked === undefined ? [] : namesIn(asked);
  if (names.length === 0) {
    const file = join(directory, '.env');
    return (await including.files.isFile(file)) ? [file] : [];
  }
  const files = names.filter(file => file !== '/dev/null').map(file => resolve(including.directory, file));
  for (const file of files) await including.files.readText(file, asked);
  return files;
}

/** A lone name is a list of one. */
function namesIn(node: Node): readonly string[] {
  const names = stringsOf(node);
  if (isNull(node) || stringOf(node) !== undefined || (node.kind === 'sequence' && names.length === node.items.length))
    return names;
  throw invalid(node, 'what an item of include names must be a string or a list of strings.');
}

function withImported(model: Mapping, included: Mapping, kind: string, { item, start }: Import): Mapping {
  const imported = entryOf(included, kind);
  if (imported === undefined) return model;
  const given = entryOf(model, kind);
  const own = given?.mark === 'reset' ? undefined : given;
  const entries = entriesOf(own).copy();
  for (const [name, resource] of entriesOf(imported)) {
    const existing = entries.get(name);
    if (existing === undefined) {
      entries.set(name, resource);
    } else if (existing.mark === 'reset') {
      entries.set(name, overriding(resource));
    } else if (!isSame(plainOf(existing), toPlain(resource), start)) {
      throw invalid(
        item,
        `${kind}.${name} is defined here and, differently, in an included file.`,
        'Rename one of them, or move the difference into an override file of the include.',
      );
    }
  }
  const all = mapping(entries, own ?? imported);
  return withEntry(model, kind, given?.mark === undefined ? all : overriding(all));
}

/** What is included takes the place of what is reset, also in the files before. */
function overriding(resource: Node): Node {
  return resource.kind === 'mapping' ? mapping(resource.entries, resource, 'override') : resource;
}

/** Without what is reset, which is not there to be compared. */
function plainOf(node: Node): unknown {
  return toPlain(node.kind === 'mapping' ? withoutMarks(node) : node);
}

/** Compose compares what is included before its paths are absolute: then they start where the including file is. */
function isSame(own: unknown, included: unknown, start: string | undefined): boolean {
  if (typeof own === 'string' && typeof included === 'string' && start !== undefined && isAbsolute(included))
    return own === included || own === (relative(start, included) || '.');
  if (typeof own !== 'object' || typeof included !== 'object' || own === null || included === null)
    return own === included;
  const keys = Object.keys(own);
  return (
    Array.isArray(own) === Array.isArray(included) &&
    keys.length === Object.keys(included).length &&
    keys.every(key => Object.hasOwn(included, key) && isSame(Reflect.get(own, key), Reflect.get(included, key), start))
  );
}
