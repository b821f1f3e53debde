import { posix } from 'node:path';
import { invalid } from './problem.ts';
import { mapping, type Node, type ScalarValue, scalar } from './tree.ts';
import type { TreePath } from './tree-path.ts';

/** The short form of a mount, `[SOURCE:]TARGET[:OPTIONS]`, taken apart. */
export interface ShortVolume {
  readonly type: 'bind' | 'volume';
  /** `undefined` for an anonymous volume. */
  readonly source: string | undefined;
  readonly target: string;
  readonly options: readonly string[];
}

/** `undefined` when a section between colons is empty or there are too many of them. */
export function parseVolume(spec: string): ShortVolume | undefined {
  if (spec === '') return undefined;
  if (spec.length <= 2) return { type: 'volume', source: undefined, target: spec, options: [] };
  const sections = sectionsOf(spec);
  if (sections.length > 3 || sections.includes('')) return undefined;
  const [first = '', target, options] = sections;
  if (target === undefined) return { type: 'volume', source: undefined, target: first, options: [] };
  return { type: isHostPath(first) ? 'bind' : 'volume', source: first, target, options: options?.split(',') ?? [] };
}

/** The long form of a mount; options that nobody knows are left out, as by Compose. */
export function longVolume(node: Node, spec: string, path: TreePath): Node {
  const volume = parseVolume(spec);
  if (volume === undefined) {
    throw invalid(node, `${path} is not SOURCE:TARGET:OPTIONS.`, 'Fill in what is empty; a variable may be unset.');
  }
  const { type, source, target, options } = volume;
  const access = options.findLast(option => option === 'ro' || option === 'rw');
  const bind = {
    selinux: options.findLast(option => option === 'z' || option === 'Z'),
    propagation: options.findLast(option => propagations.has(option)),
    create_host_path: type === 'bind' || undefined,
  };
  const hasBind = Object.values(bind).some(value => value !== undefined);
  const isNamed = type === 'volume' && spec.length > 2;
  const nocopy = options.includes('nocopy') || undefined;
  const part = (values: Readonly<Record<string, ScalarValue | undefined>>): Node => partOf(values, node);
  return mapping(
    new Map<string, Node>([
      ['type', scalar(type, node)],
      ...(source === undefined ? [] : [['source', scalar(source, node)] as const]),
      ['target', scalar(cleanPath(target), node)],
      ...(access === 'ro' ? [['read_only', scalar(true, node)] as const] : []),
      ...(hasBind ? [['bind', part(bind)] as const] : []),
      ...(isNamed || nocopy ? [['volume', part({ nocopy })] as const] : []),
    ]),
    node,
  );
}

/** Tells `./data` from the name of a volume. */
export function isHostPath(source: string): boolean {
  return /^[./~]/.test(source) || isWindowsPath(source);
}

export function isWindowsPath(source: string): boolean {
  return /^\p{L}:/u.test(source) || source.startsWith('\\\\');
}

/** Without `.`, `..` and what doubles or ends a path's slashes. */
export function cleanPath(path: string): string {
  return path === '' ? '' : posix.normalize(path).replace(/(?<=.)\/$/, '');
}

const propagations: ReadonlySet<string> = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

function partOf(values: Readonly<Record<string, ScalarValue | undefined>>, at: Node): Node {
  const given = Object.entries(values).flatMap(([key, value]) => {
    return value === undefined ? [] : [[key, scalar(value, at)] as const];
  });
  return mapping(new Map<string, Node>(given), at);
}

/** A single letter before a colon is taken for a Windows drive, so `v:/v` is one section. */
function sectionsOf(spec: string): readonly string[] {
  const sections: string[] = [];
  let start = 0;
  for (let index = 0; index <= spec.length; index += 1) {
    if (index < spec.length && spec.charAt(index) !== ':') continue;
    if (index < spec.length && index - start === 1 && /\p{L}/u.test(spec.charAt(start))) continue;
    sections.push(spec.slice(start, index));
    start = index + 1;
  }
  return sections;
}
