import { pairsOf } from './pairs.ts';
import { invalid } from './problem.ts';
import { createRules, type Rules } from './rules.ts';
import { entryOf, isNull, itemsOf, type Mapping, mapping, type Node, scalar, sequence, stringOf } from './tree.ts';

/** Lays an override over a base: mappings are merged, sequences appended, scalars replaced. */
export function mergeModels(base: Mapping, override: Mapping): Mapping {
  return mergeMappings(withoutMarks(base), override, mergers, '');
}

/** The same for one service, as `extends` needs it. */
export function mergeServices(base: Mapping, override: Mapping, path: string): Mapping {
  return mergeMappings(withoutMarks(base), override, mergers.at('services')?.at('*'), path);
}

/** Drops what `!reset` marks, so that the marks act on nothing twice. */
export function withoutMarks(node: Mapping): Mapping {
  const cleared = clearMarks(node);
  return cleared?.kind === 'mapping' ? cleared : mapping(new Map(), node.at);
}

function clearMarks(node: Node): Node | undefined {
  if (node.mark === 'reset') return undefined;
  if (node.kind === 'scalar') return node.mark === undefined ? node : scalar(node.value, node.at);
  if (node.kind === 'sequence') {
    const items = node.items.flatMap(item => clearMarks(item) ?? []);
    const unchanged = node.mark === undefined && items.length === node.items.length;
    return unchanged && items.every((item, index) => item === node.items[index]) ? node : sequence(items, node.at);
  }
  const entries = new Map<string, Node>();
  let changed = node.mark !== undefined;
  for (const [key, child] of node.entries) {
    const cleared = clearMarks(child);
    if (cleared !== child) changed = true;
    if (cleared !== undefined) entries.set(key, cleared);
  }
  return changed ? mapping(entries, node.at) : node;
}

type Merger = (base: Node, override: Node, rules: Rules<Merger> | undefined, path: string) => Node;

function mergeNodes(base: Node, override: Node, rules: Rules<Merger> | undefined, path: string): Node {
  if (override.mark !== undefined) return override;
  if (rules?.rule !== undefined) return rules.rule(base, override, rules, path);
  return mergeByKind(base, override, rules, path);
}

function mergeByKind(base: Node, override: Node, rules: Rules<Merger> | undefined, path: string): Node {
  if (isNull(override)) return base;
  if (base.kind === 'scalar') return override;
  if (base.kind === 'mapping' && override.kind === 'mapping') return mergeMappings(base, override, rules, path);
  if (base.kind === 'sequence' && override.kind === 'sequence') return appended(base.items, override);
  throw invalid(
    override,
    `${path} is a ${override.kind} here but a ${base.kind} in what it overrides.`,
    'Write both in the same form, or replace the earlier one with !override.',
  );
}

function mergeMappings(base: Mapping, override: Mapping, rules: Rules<Merger> | undefined, path: string): Mapping {
  const entries = new Map(base.entries);
  for (const [key, value] of override.entries) {
    const earlier = base.entries.get(key);
    const child = path === '' ? key : `${path}.${key}`;
    entries.set(key, earlier === undefined ? value : mergeNodes(earlier, value, rules?.at(key), child));
  }
  return mapping(entries, base.at);
}

function appended(items: readonly Node[], override: Node): Node {
  return sequence([...items, ...itemsOf(override)], override.at);
}

const replace: Merger = (_base, override) => override;

/** `KEY: VALUE` and `- KEY=VALUE` are the same thing; the later value of a key wins. */
const mergePairs: Merger = (base, override) => {
  const [earlier, later] = [pairsOf(base), pairsOf(override)];
  // What has not the shape of pairs is left to the check of the shapes.
  if (earlier === undefined || later === undefined) return isNull(override) ? base : override;
  return mapping(new Map([...earlier, ...later]), override.at);
};

/** A lone value is a list of one. */
const mergeLists: Merger = (base, override) => {
  if (isNull(override)) return base;
  return appended(listOf(base), sequence(listOf(override), override.at));
};

function listOf(node: Node): readonly Node[] {
  if (node.kind === 'sequence') return node.items;
  return isNull(node) ? [] : [node];
}

/** `- NAME` is the same thing as `NAME: default`. */
function mergeNamed(createDefault: (name: Node) => Node): Merger {
  const named = (node: Node): Node => {
    if (node.kind !== 'sequence') return node;
    return mapping(
      new Map(
        node.items.flatMap(item => {
          const name = stringOf(item);
          return name === undefined ? [] : [[name, createDefault(item)] as const];
        }),
      ),
      node.at,
    );
  };
  return (base, override, rules, path) => mergeByKind(named(base), named(override), rules, path);
}

const mergeBuild: Merger = (base, override, rules, path) => {
  const long = (node: Node): Node =>
    stringOf(node) === undefined ? node : mapping(new Map([['context', node]]), node.at);
  return mergeByKind(long(base), long(override), rules, path);
};

/** Options belong to their driver. */
const mergeLogging: Merger = (base, override, rules, path) => {
  const [before, after] = [stringOf(entryOf(base, 'driver')), stringOf(entryOf(override, 'driver'))];
  const sameDriver = before === undefined || after === undefined || before === after;
  return sameDriver ? mergeByKind(base, override, rules, path) : override;
};

/** Address ranges are merged by their subnet. */
const mergeSubnets: Merger = (base, override, rules, path) => {
  const items = [...itemsOf(base)];
  for (const later of itemsOf(override)) {
    const subnet = stringOf(entryOf(later, 'subnet'));
    const index = items.findIndex(item => stringOf(entryOf(item, 'subnet')) === subnet);
    const earlier = items[index];
    if (earlier === undefined) items.push(later);
    else items[index] = mergeByKind(earlier, later, rules, path);
  }
  return sequence(items, override.at);
};

/** The long form of `- NAME` in `depends_on`. */
function startedDependency(name: Node): Node {
  return mapping(
    new Map<string, Node>([
      ['condition', scalar('service_started', name.at)],
      ['required', scalar(true, name.at)],
    ]),
    name.at,
  );
}

const mergers: Rules<Merger> = createRules<Merger>([
  ...paths('services.*', replace, ['command', 'entrypoint', 'healthcheck.test', 'ulimits.*']),
  ...paths('services.*', mergePairs, ['environment', 'labels', 'deploy.labels', 'annotations', 'sysctls']),
  ...paths('services.*.build', mergePairs, ['args', 'labels', 'additional_contexts']),
  ...paths('services.*', mergeLists, ['env_file', 'label_file', 'dns', 'dns_opt', 'dns_search', 'tmpfs']),
  ...paths('services.*', mergeNamed(startedDependency), ['depends_on']),
  ...paths(
    'services.*',
    mergeNamed(name => scalar(null, name.at)),
    ['networks', 'models'],
  ),
  ...paths('services.*', mergeBuild, ['build']),
  ...paths('services.*', mergeLogging, ['logging']),
  ...paths('networks.*', mergeSubnets, ['ipam.config']),
  ...['networks', 'volumes', 'secrets', 'configs'].flatMap(kind => paths(`${kind}.*`, mergePairs, ['labels'])),
]);

function paths(base: string, merger: Merger, names: readonly string[]): readonly (readonly [string, Merger])[] {
  return names.map(name => [`${base}.${name}`, merger]);
}
