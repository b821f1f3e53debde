import { checkHostIp } from './port.ts';
import { invalid } from './problem.ts';
import { createRules, type Rules } from './rules.ts';
import { scalarText } from './scalar-text.ts';
import { entryOf, type Mapping, mapChildren, mapping, type Node, type ScalarValue, scalar, stringOf } from './tree.ts';

/** Adds what a model in its long form leaves out, and refuses what its parts cannot say together. */
export function withDefaults(model: Mapping): Mapping {
  const complete = complement(model, complements, '');
  return complete.kind === 'mapping' ? complete : model;
}

type Complement = (node: Mapping, path: string) => Node;

function complement(node: Node, rules: Rules<Complement> | undefined, path: string): Node {
  if (rules === undefined || node.kind === 'scalar') return node;
  const complete = rules.rule === undefined || node.kind !== 'mapping' ? node : rules.rule(node, path);
  if (complete.kind === 'scalar') return complete;
  return mapChildren(complete, (child, key) => complement(child, rules.at(key), path === '' ? key : `${path}.${key}`));
}

/** What is given wins. */
function given(node: Mapping, defaults: Readonly<Record<string, ScalarValue>>): Mapping {
  const missing = Object.entries(defaults).filter(([key]) => !node.entries.has(key));
  if (missing.length === 0) return node;
  return mapping(
    new Map([...node.entries, ...missing.map(([key, value]) => [key, scalar(value, node)] as const)]),
    node,
  );
}

const secret: Complement = node => given(node, { target: `/run/secrets/${stringOf(entryOf(node, 'source'))}` });

const port: Complement = (node, path) => {
  const hostIp = entryOf(node, 'host_ip');
  if (hostIp !== undefined) checkHostIp(path, hostIp, stringOf(hostIp) ?? '');
  const published = entryOf(node, 'published');
  const text = published?.kind === 'scalar' ? scalar(scalarText(published.value), published) : undefined;
  const named = text === undefined ? node : mapping(new Map([...node.entries, ['published', text]]), node);
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
  return node;
};

const watch: Complement = (node, path) => {
  if (stringOf(entryOf(node, 'path')) === '') throw invalid(node, `${path} has an empty path.`, 'Say what is watched.');
  return node;
};

const complements: Rules<Complement> = createRules<Complement>([
  ['services.*.build', node => given(node, { context: '.' })],
  ['services.*.secrets.*', secret],
  ['services.*.ports.*', port],
  ['services.*.gpus.*', deviceRequest],
  ['services.*.deploy.resources.reservations.devices.*', deviceRequest],
  ['services.*.volumes.*', mount],
  ['services.*.develop.watch.*', watch],
]);
