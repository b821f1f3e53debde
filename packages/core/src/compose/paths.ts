import { join, posix } from 'node:path';
import { type Compat, isBefore } from './compat.ts';
import { type Mapping, scalar } from './node.ts';
import { invalid } from './problem.ts';
import { createRewrites, type Rewrite, rewriteModel } from './rewrite.ts';
import { entryOf, stringOf, withEntry } from './tree.ts';

/** Where relative paths start, and what `~` stands for. */
export interface PathBase {
  readonly directory: string;
  readonly home: string | undefined;
}

interface ModelBase extends PathBase {
  readonly compat: Compat;
}

/** Makes every path of a model in its long form absolute; done once per directory that files come from. */
export function withAbsolutePaths(model: Mapping, base: ModelBase): Mapping {
  return rewriteModel(model, rules, base);
}

type Resolver = Rewrite<ModelBase>;

/** A path that is absolute already stays as it is written. */
export function absolutePath(path: string, { directory, home }: PathBase): string {
  if (home !== undefined && path.startsWith('~')) return withoutSlash(join(home, path.slice(1)));
  if (path.startsWith('/')) return path;
  const below = path.startsWith('./') ? path.slice(2) : path;
  return isClean(below) && isClean(directory) ? `${directory}/${below}` : withoutSlash(join(directory, path));
}

/** Without `.`, `..` and what doubles or ends a path's slashes. */
export function cleanPath(path: string): string {
  return isClean(path) ? path : withoutSlash(posix.normalize(path));
}

function isClean(path: string): boolean {
  return path !== '' && !path.startsWith('.') && !path.endsWith('/') && !path.includes('/.') && !path.includes('//');
}

/** Without the slash that a path may end with. */
export function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** What is empty stays empty. */
const file: Resolver = (node, _path, base) => {
  const path = stringOf(node);
  return path === undefined || path === '' ? node : scalar(absolutePath(path, base), node, node.mark);
};

/** A path of the engine’s host, which may run Windows; older versions know shares there by a directory in them. */
const hostFile: Resolver = (node, _path, base) => {
  const path = stringOf(node);
  const isAbsolute = isBefore(base.compat, '2.40') ? olderWindowsPath : windowsPath;
  if (path === undefined || isAbsolute.test(path)) return node;
  return scalar(absolutePath(path, base), node, node.mark);
};

const olderWindowsPath = /^(?:[A-Za-z]:[\\/]|\\\\[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*[\\/])/;
const windowsPath = /^(?:[A-Za-z]:[\\/]|\\\\)/;

/** A build context may also be a URL, a git repository or another service's image. */
const context: Resolver = (node, at, base) => {
  const path = stringOf(node);
  const isRemote = path === undefined || /^(?:git@|github\.com\/)|:\/\/|^service:/.test(path);
  return isRemote ? node : file(node, at, base);
};

const namedContext: Resolver = (node, at, base) => {
  if (stringOf(node) === undefined) throw invalid(node, `${at} must be a string.`, 'Put it in quotes.');
  return context(node, at, base);
};

const mount: Resolver = (node, at, base) => {
  const source = entryOf(node, 'source');
  const isBind = stringOf(entryOf(node, 'type')) === 'bind';
  return node.kind === 'mapping' && source !== undefined && isBind
    ? withEntry(node, 'source', hostFile(source, at, base))
    : node;
};

/** A volume of the local driver may be a directory of the host. */
const volume: Resolver = (node, at, base) => {
  const options = entryOf(node, 'driver_opts');
  const device = entryOf(options, 'device');
  const isBind = stringOf(entryOf(node, 'driver')) === 'local' && stringOf(entryOf(options, 'o')) === 'bind';
  if (node.kind !== 'mapping' || options?.kind !== 'mapping' || device === undefined || !isBind) return node;
  return withEntry(node, 'driver_opts', withEntry(options, 'device', hostFile(device, at, base)));
};

/** What makes paths absolute, by where they stand. */
export const resolvers: readonly (readonly [path: string, resolve: Resolver])[] = [
  ['services.*.build.context', context],
  ['services.*.build.additional_contexts.*', namedContext],
  ['services.*.env_file.*.path', file],
  ['services.*.label_file.*', file],
  ['services.*.extends.file', file],
  ['services.*.develop.watch.*.path', file],
  ['services.*.volumes.*', mount],
  ['configs.*.file', hostFile],
  ['secrets.*.file', hostFile],
  ['volumes.*', volume],
];

const rules = createRewrites(resolvers);
