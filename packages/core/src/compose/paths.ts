import { join, resolve } from 'node:path';
import { createRules, type Rules } from './rules.ts';
import { entryOf, type Mapping, mapChildren, type Node, scalar, stringOf, withEntry } from './tree.ts';
import { isHostPath, parseVolume } from './volume.ts';

/** Where relative paths start, and what `~` stands for. */
export interface PathBase {
  readonly directory: string;
  readonly home: string | undefined;
}

/** Makes every path of a model absolute; done once per directory that files come from. */
export function withAbsolutePaths(model: Mapping, base: PathBase): Mapping {
  const resolved = resolveNode(model, base, resolvers);
  return resolved.kind === 'mapping' ? resolved : model;
}

type Resolver = (node: Node, base: PathBase) => Node;

function resolveNode(node: Node, base: PathBase, rules: Rules<Resolver> | undefined): Node {
  if (rules === undefined) return node;
  const resolved = rules.rule?.(node, base) ?? node;
  return resolved.kind === 'scalar'
    ? resolved
    : mapChildren(resolved, (child, key) => resolveNode(child, base, rules.at(key)));
}

export function absolutePath(path: string, { directory, home }: PathBase): string {
  if (home !== undefined && (path === '~' || path.startsWith('~/'))) return join(home, path.slice(1));
  return resolve(directory, path);
}

const file: Resolver = (node, base) => {
  const path = stringOf(node);
  return path === undefined ? node : scalar(absolutePath(path, base), node.at, node.mark);
};

/** A build context may also be a URL, a git repository or another service's image. */
const context: Resolver = (node, base) => {
  const path = stringOf(node);
  const isRemote = path === undefined || /^(?:git@|github\.com\/)|:\/\/|^(?:service|target):/.test(path);
  return isRemote ? node : file(node, base);
};

const mount: Resolver = (node, base) => {
  const short = stringOf(node);
  if (short !== undefined) return shortMount(node, short, base);
  const source = stringOf(entryOf(node, 'source'));
  const isBind = stringOf(entryOf(node, 'type')) === 'bind';
  if (node.kind !== 'mapping' || source === undefined || !isBind || isWindowsPath(source)) return node;
  return withEntry(node, 'source', scalar(absolutePath(source, base), node.at));
};

function shortMount(node: Node, short: string, base: PathBase): Node {
  const volume = parseVolume(short);
  if (volume?.source === undefined || volume.type !== 'bind' || isWindowsPath(volume.source)) return node;
  const parts = [
    absolutePath(volume.source, base),
    volume.target,
    ...(volume.options === undefined ? [] : [volume.options]),
  ];
  return scalar(parts.join(':'), node.at, node.mark);
}

function isWindowsPath(source: string): boolean {
  return isHostPath(source) && !/^[./~]/.test(source);
}

const resolvers: Rules<Resolver> = createRules<Resolver>([
  ['services.*.build', context],
  ['services.*.build.context', context],
  ['services.*.build.additional_contexts.*', context],
  ['services.*.env_file', file],
  ['services.*.env_file.*', file],
  ['services.*.env_file.*.path', file],
  ['services.*.label_file', file],
  ['services.*.label_file.*', file],
  ['services.*.extends.file', file],
  ['services.*.develop.watch.*.path', file],
  ['services.*.volumes.*', mount],
  ['configs.*.file', file],
  ['secrets.*.file', file],
]);
