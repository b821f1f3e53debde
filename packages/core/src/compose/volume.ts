import { Layout } from './layout.ts';
import { mapping, type Node, scalar } from './node.ts';
import { cleanPath } from './paths.ts';
import { invalid } from './problem.ts';
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
  const sections = drive.test(spec) ? sectionsOf(spec) : spec.split(':');
  if (sections.length > 3 || sections.includes('')) return undefined;
  const [first = '', target, options] = sections;
  if (target === undefined) return { type: 'volume', source: undefined, target: first, options: [] };
  return { type: isHostPath(first) ? 'bind' : 'volume', source: first, target, options: options?.split(',') ?? none };
}

/** What may be a Windows drive: a lone letter before a colon. */
const drive = /(?:^|:)[^:]:/;
const none: readonly string[] = [];

const volumeLayout = new Layout('type', 'source', 'target', 'read_only', 'bind', 'volume');
const bindLayout = new Layout('selinux', 'propagation', 'create_host_path');
const namedVolumeLayout = new Layout('nocopy');

/** The long form of a mount; options that nobody knows are left out, as by Compose. */
export function longVolume(node: Node, spec: string, path: TreePath): Node {
  const volume = parseVolume(spec);
  if (volume === undefined) {
    throw invalid(node, `${path} is not SOURCE:TARGET:OPTIONS.`, 'Fill in what is empty; a variable may be unset.');
  }
  const { type, source, target, options } = volume;
  const nocopy = options.includes('nocopy');
  const bind = bindLayout.entries(
    given(lastOf(options, selinuxLabels), node),
    given(lastOf(options, propagations), node),
    given(type === 'bind', node),
  );
  const hasVolume = nocopy || (type === 'volume' && spec.length > 2);
  const entries = volumeLayout.entries<Node>(
    scalar(type, node),
    given(source, node),
    scalar(cleanPath(target), node),
    given(lastOf(options, accesses) === 'ro', node),
    bind.size > 0 ? mapping(bind, node) : undefined,
    hasVolume ? mapping(namedVolumeLayout.entries(given(nocopy, node)), node) : undefined,
  );
  return mapping(entries, node);
}

function given(value: string | boolean | undefined, at: Node): Node | undefined {
  return value === undefined || value === false ? undefined : scalar(value, at);
}

/** The last option that is one of some words. */
function lastOf(options: readonly string[], words: ReadonlySet<string>): string | undefined {
  return options.length === 0 ? undefined : options.findLast(option => words.has(option));
}

const accesses: ReadonlySet<string> = new Set(['ro', 'rw']);
const selinuxLabels: ReadonlySet<string> = new Set(['z', 'Z']);
const propagations: ReadonlySet<string> = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);

/** Tells `./data` from the name of a volume. */
export function isHostPath(source: string): boolean {
  return /^[./~]/.test(source) || isWindowsPath(source);
}

export function isWindowsPath(source: string): boolean {
  return (source.includes(':') && /^\p{L}:/u.test(source)) || source.startsWith('\\\\');
}

/** A single letter before a colon is taken for a Windows drive, so `v:/v` is one section. */
function sectionsOf(spec: string): readonly string[] {
  const sections: string[] = [];
  let start = 0;
  for (let colon = spec.indexOf(':'); colon >= 0; colon = spec.indexOf(':', colon + 1)) {
    if (colon - start === 1 && /\p{L}/u.test(spec.charAt(start))) continue;
    sections.push(spec.slice(start, colon));
    start = colon + 1;
  }
  sections.push(spec.slice(start));
  return sections;
}
