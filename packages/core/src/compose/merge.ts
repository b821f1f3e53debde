import { startedDependency } from './canonical.ts';
import { type Compat, isBefore } from './compat.ts';
import { Entries } from './entries.ts';
import { Keys } from './keys.ts';
import { type Mapping, mapping, type Node, scalar, sequence } from './node.ts';
import { invalid } from './problem.ts';
import { createRules, type Rules, rulesOfService } from './rules.ts';
import { goText } from './scalar-text.ts';
import { entryOf, isNull, itemsOf, stringOf, withoutEntries } from './tree.ts';

/** Lays an override over a base without marks: mappings are merged, sequences appended, scalars replaced. */
export function mergeModels(base: Mapping, override: Mapping, compat: Compat): Mapping {
  return mergeMappings(base, override, { rules: mergers, path: '', compat });
}

/** The same for one service, as `extends` needs it. */
export function mergeServices(base: Mapping, override: Mapping, path: string, compat: Compat): Mapping {
  return mergeMappings(withoutMarks(base), override, { rules: rulesOfService(mergers), path, compat });
}

/** Drops what `!reset` marks, so that the marks act on nothing twice. */
export function withoutMarks(node: Mapping): Mapping {
  const cleared = clearMarks(node);
  return cleared?.kind === 'mapping' ? cleared : mapping(new Entries(), node);
}

function clearMarks(node: Node): Node | undefined {
  if (node.mark === 'reset') return undefined;
  if (node.kind === 'scalar') return node.mark === undefined ? node : scalar(node.value, node);
  if (node.kind === 'sequence') {
    const items = node.items.flatMap(item => clearMarks(item) ?? []);
    const unchanged = node.mark === undefined && items.length === node.items.length;
    return unchanged && items.every((item, index) => item === node.items[index]) ? node : sequence(items, node);
  }
  const kept = new Entries<Node>();
  for (const [key, child] of node.entries) {
    const cleared = clearMarks(child);
    if (cleared !== undefined) kept.set(key, cleared);
  }
  const isSame =
    kept.size === node.entries.size && kept.values.every((child, index) => child === node.entries.values[index]);
  return isSame && node.mark === undefined ? node : mapping(kept, node);
}

type Merger = (base: Node, override: Node, where: Where) => Node;

interface Where {
  readonly rules: Rules<Merger> | undefined;
  readonly path: string;
  readonly compat: Compat;
}

function mergeNodes(base: Node, override: Node, where: Where): Node {
  if (override.mark !== undefined) return override;
  const merge = where.rules?.rule ?? mergeByKind;
  return merge(base, override, where);
}

function mergeByKind(base: Node, override: Node, where: Where): Node {
  if (isNull(override)) return base;
  if (base.kind === 'scalar') return override;
  if (base.kind === 'mapping' && override.kind === 'mapping') return mergeMappings(base, override, where);
  if (base.kind === 'sequence' && override.kind === 'sequence') return appended(base.items, override);
  throw invalid(
    override,
    `${where.path} is a ${override.kind} here but a ${base.kind} in what it overrides.`,
    'Write both in the same form, or replace the earlier one with !override.',
  );
}

function mergeMappings(base: Mapping, override: Mapping, { rules, path, compat }: Where): Mapping {
  const entries = base.entries.copy();
  for (const [key, value] of override.entries) {
    const earlier = base.entries.get(key);
    const replaces = earlier === undefined || (key.startsWith('x-') && isBefore(compat, '2.40'));
    const where = { rules: rules?.at(key), path: path === '' ? key : `${path}.${key}`, compat };
    entries.set(key, replaces ? value : mergeNodes(earlier, value, where));
  }
  return mapping(entries, base);
}

function appended(items: readonly Node[], override: Node): Node {
  return sequence([...items, ...itemsOf(override)], override);
}

const replace: Merger = (_base, override) => override;

/** `KEY: VALUE` and `- KEY=VALUE` are the same thing; a list of both is made, of which the later value of a key wins. */
const mergePairs: Merger = (base, override) => {
  const kept = base.kind === 'mapping' ? withoutReplaced(base, override) : base;
  return appended(listOf(kept), sequence(listOf(override), override));
};

/** What the override marks does not remain. */
function withoutReplaced(base: Mapping, override: Node): Mapping {
  return withoutEntries(base, key => entryOf(override, key)?.mark !== undefined);
}

/** A lone value is a list of one. */
const mergeLists: Merger = (base, override) => {
  if (isNull(override)) return base;
  return appended(listOf(base), sequence(listOf(override), override));
};

function listOf(node: Node): readonly Node[] {
  if (node.kind === 'sequence') return node.items;
  if (node.kind === 'scalar') return stringOf(node) === undefined ? [] : [node];
  return [...node.entries].flatMap(([key, value]) => {
    if (value.mark === 'reset') return [];
    if (value.kind === 'sequence') return value.items.map(item => scalar(`${key}=${goText(item)}`, item));
    return [scalar(isNull(value) ? key : `${key}=${goText(value)}`, value)];
  });
}

/** An address that a host has already is not added again. */
const mergeHosts: Merger = (base, override) => {
  const known = new Set(listOf(base).map(goText));
  const added = listOf(override).filter(item => !known.has(goText(item)));
  return appended(listOf(base), sequence(added, override));
};

/** `- NAME` is the same thing as `NAME: default`. */
function mergeNamed(createDefault: (name: Node) => Node): Merger {
  const named = (node: Node, path: string): Node => {
    if (node.kind === 'mapping') return node;
    const entries = new Entries<Node>();
    for (const item of itemsOf(node)) {
      const name = stringOf(item);
      if (name === undefined) throw invalid(item, `${path} must name each with a string.`, 'Put the name in quotes.');
      entries.set(name, createDefault(item));
    }
    return mapping(entries, node);
  };
  return (base, override, where) => {
    // A mark acts on what stands at its path; in a list there is nothing at the path of a name.
    const later = base.kind === 'sequence' && override.kind === 'mapping' ? withoutMarks(override) : override;
    return mergeByKind(named(base, where.path), named(later, where.path), where);
  };
}

const contextKeys = Keys.of('context');

const mergeBuild: Merger = (base, override, where) => {
  const long = (node: Node): Node => {
    if (node.kind === 'mapping') return node;
    return mapping(stringOf(node) === undefined ? new Entries() : new Entries(contextKeys, [node]), node);
  };
  return mergeByKind(long(base), long(override), where);
};

/** Options belong to their driver. */
const mergeLogging: Merger = (base, override, where) => {
  if (isNull(override)) throw invalid(override, `${where.path} is empty, on which Compose fails.`, 'Drop the key.');
  const [before, after] = [stringOf(entryOf(base, 'driver')), stringOf(entryOf(override, 'driver'))];
  const sameDriver = before === undefined || after === undefined || before === after;
  return sameDriver ? mergeByKind(base, override, where) : override;
};

/** Address ranges are merged by their subnet. One that the override does not name is lost, as in Compose. */
const mergeSubnets: Merger = (base, override, where) => {
  if (override.kind !== 'sequence') throw invalid(override, `${where.path} must be a list.`);
  const merged = new Map<string | undefined, Node>();
  for (const earlier of itemsOf(base)) {
    for (const later of itemsOf(override)) {
      const subnet = subnetOf(later);
      if (subnet !== subnetOf(earlier) && !merged.has(subnet)) merged.set(subnet, later);
      else merged.set(subnet ?? subnetOf(earlier), mergeByKind(earlier, later, where));
    }
  }
  return sequence([...merged.values()], override);
};

function subnetOf(range: Node): string | undefined {
  return stringOf(entryOf(range, 'subnet'));
}

const mergers: Rules<Merger> = createRules<Merger>([
  ...paths('services.*', replace, ['command', 'entrypoint', 'healthcheck.test', 'ulimits.*']),
  ...paths('services.*', mergePairs, ['environment', 'labels', 'deploy.labels', 'annotations', 'sysctls']),
  ...paths('services.*.build', mergePairs, ['args', 'labels', 'additional_contexts']),
  ...paths('services.*', mergeHosts, ['extra_hosts', 'build.extra_hosts']),
  ...paths('services.*', mergeLists, ['env_file', 'label_file', 'dns', 'dns_opt', 'dns_search', 'tmpfs']),
  ...paths('services.*', mergeNamed(startedDependency), ['depends_on']),
  ...paths(
    'services.*',
    mergeNamed(name => scalar(null, name)),
    ['networks', 'models'],
  ),
  ...paths('services.*', mergeBuild, ['build']),
  ...paths('services.*', mergeLogging, ['logging']),
  ...paths('networks.*', mergeSubnets, ['ipam.config']),
  ...['networks', 'volumes'].flatMap(kind => paths(`${kind}.*`, mergePairs, ['labels'])),
]);

function paths(base: string, merger: Merger, names: readonly string[]): readonly (readonly [string, Merger])[] {
  return names.map(name => [`${base}.${name}`, merger]);
}
