import { type Compat, isBefore } from './compat.ts';
import type { Environment } from './environment.ts';
import { largestSigned } from './machine-integer.ts';
import { type Mapping, type Node, type ScalarValue, scalar, sequence } from './node.ts';
import { cleanPath, type PathBase, resolvers } from './paths.ts';
import { checkHostIp } from './port.ts';
import { invalid } from './problem.ts';
import { createRewrites, type Rewrite, rewriteModel, rewriteNode } from './rewrite.ts';
import { rulesOfService } from './rules.ts';
import { scalarText } from './scalar-text.ts';
import { entryOf, itemsOf, mapChildren, stringOf, withEntry } from './tree.ts';
import type { TreePath } from './tree-path.ts';

/**
 * Adds what a model in its long form leaves out, makes its paths absolute, and refuses what its parts cannot say
 * together.
 */
export function withDefaults(model: Mapping, base: Base): Mapping {
  return rewriteModel(model, rules, base);
}

/** The same for one service. */
export function serviceWithDefaults(service: Node, path: TreePath, base: Base): Node {
  return rewriteNode(service, serviceRules, path, base);
}

export interface Base extends PathBase {
  readonly environment: Environment;
  readonly compat: Compat;
}

type Complement = (node: Mapping, path: TreePath, base: Base) => Node;

/** What is given wins. */
function given(node: Mapping, defaults: Readonly<Record<string, ScalarValue>>): Mapping {
  let complete = node;
  for (const key in defaults) {
    if (!complete.entries.has(key)) complete = withEntry(complete, key, scalar(defaults[key] ?? null, node));
  }
  return complete;
}

const secret: Complement = node => given(node, { target: `/run/secrets/${stringOf(entryOf(node, 'source'))}` });

const port: Complement = (node, path, base) => {
  const hostIp = entryOf(node, 'host_ip');
  if (hostIp !== undefined && !isBefore(base.compat, '2.40')) checkHostIp(path, hostIp, stringOf(hostIp) ?? '');
  const published = entryOf(node, 'published');
  const value = published?.kind === 'scalar' ? published.value : undefined;
  if (
    published !== undefined &&
    (typeof value === 'number' || value instanceof Date || (typeof value === 'bigint' && value > largestSigned))
  ) {
    throw invalid(published, `${path}.published must be a string or an integer.`, 'Put it in quotes.');
  }
  const isNumber = published?.kind === 'scalar' && typeof published.value !== 'string';
  const named = isNumber ? withEntry(node, 'published', scalar(scalarText(published.value), published)) : node;
  return given(named, { mode: 'ingress', protocol: 'tcp' });
};

const deviceRequest: Complement = (node, path) => {
  const [hasCount, hasIds] = [node.entries.has('count'), node.entries.has('device_ids')];
  if (hasCount && hasIds) throw invalid(node, `${path} has both count and device_ids.`, 'Keep one of them.');
  return hasIds ? node : given(node, { count: 'all' });
};

const mount: Complement = (node, path) => {
  if (stringOf(entryOf(node, 'type')) === 'bind' && entryOf(node, 'source') === undefined) {
    throw invalid(node, `${path} is a bind mount without a source.`, 'Say which file or directory of the host it is.');
  }
  const target = entryOf(node, 'target');
  const clean = cleanPath(stringOf(target) ?? '');
  return target === undefined || clean === stringOf(target) ? node : withEntry(node, 'target', scalar(clean, target));
};

const watch: Complement = (node, path) => {
  if (stringOf(entryOf(node, 'path')) === '') throw invalid(node, `${path} has an empty path.`, 'Say what is watched.');
  return node;
};

/** Refuses a list of variables that has a name with a space before the equals sign. */
function checkNames(variables: Node, path: TreePath, { compat }: Base): Node {
  if (variables.kind !== 'sequence' || isBefore(compat, '2.40')) return variables;
  for (const item of variables.items) {
    const [name = ''] = (stringOf(item) ?? '').split('=', 1);
    if (!spaceBytes.has(Buffer.from(name).at(-1) ?? 0)) continue;
    throw invalid(item, `${path}: the name "${name}" ends with a space.`, 'Drop the space before the equals sign.');
  }
  return variables;
}

/** Compose looks at the last byte only, which may also be that of a letter such as à. */
const spaceBytes: ReadonlySet<number> = new Set([...Buffer.from('\t\n\v\f\r '), 0x85, 0xa0]);

/** Those without a value are not looked at. */
function checkArguments(args: Node, path: TreePath, base: Base): Node {
  const given = itemsOf(args).filter(item => stringOf(item)?.includes('='));
  checkNames(sequence(given, args), path, base);
  return args;
}

/** Gives variables of a list that have no value the one they have where the files are included. */
function listedVariables(variables: Node, path: TreePath, base: Base): Node {
  if (variables.kind !== 'sequence') return variables;
  checkNames(variables, path, base);
  const { environment } = base;
  return mapChildren(variables, item => {
    const name = stringOf(item);
    const value = name === undefined ? undefined : environment.get(name);
    return value === undefined ? item : scalar(`${name}=${value}`, item);
  });
}

const complements: readonly (readonly [path: string, complement: Complement])[] = [
  ['services.*.build', (node, _path, { directory }) => given(node, { context: directory })],
  ['services.*.secrets.*', secret],
  ['services.*.ports.*', port],
  ['services.*.gpus.*', deviceRequest],
  ['services.*.deploy.resources.reservations.devices.*', deviceRequest],
  ['services.*.volumes.*', mount],
  ['services.*.develop.watch.*', watch],
];

const rules = createRewrites<Base>([
  ['services.*.environment', listedVariables],
  ['services.*.build.args', checkArguments],
  ['services.*.post_start.*.environment', checkNames],
  ['services.*.pre_stop.*.environment', checkNames],
  ['services.*.develop.watch.*.exec.environment', checkNames],
  ...complements.map(([path, complement]): readonly [string, Rewrite<Base>] => [
    path,
    (node, at, base) => (node.kind === 'mapping' ? complement(node, at, base) : node),
  ]),
  ...resolvers,
]);

const serviceRules = rulesOfService(rules);
