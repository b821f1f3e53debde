import { Entries } from './entries.ts';
import { Keys } from './keys.ts';
import { type Mapping, mapping, type Node, type Sequence, scalar, sequence } from './node.ts';
import { pairsOf } from './pairs.ts';
import { longPorts } from './port.ts';
import { invalid } from './problem.ts';
import { createRewrites, type Rewrite, rewriteModel, rewriteNode } from './rewrite.ts';
import { type Rules, rulesOfService } from './rules.ts';
import { entryOf, isNull, itemsOf, mapChildren, stringOf, withEntry } from './tree.ts';
import type { TreePath } from './tree-path.ts';
import { uniqueness } from './unique.ts';
import { longVolume } from './volume.ts';

/**
 * Writes every attribute that has a short form in its long one, and lets later items take the place of equal ones.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID` for a short form that cannot be read
 */
export function canonical(model: Mapping): Mapping {
  return rewriteModel(model, transforms, noneWritten());
}

/** The same for one service. */
export function canonicalService(service: Node, path: TreePath, count: Count): Node {
  return rewriteNode(service, serviceTransforms, path, count);
}

type Transform = Rewrite<Count>;

/** What is written out grows: how much it is in a project. */
export interface Count {
  ports: number;
}

export function noneWritten(): Count {
  return { ports: 0 };
}

/** A lone value is a list of one. */
function listOfOne(node: Node): Node {
  return stringOf(node) === undefined ? node : sequence([node], node);
}

/** A lone string is what the key holds. */
function keyed(key: string): Transform {
  const keys = Keys.of(key);
  return (node, path) => {
    if (node.kind === 'mapping') return node;
    if (stringOf(node) === undefined) throw wrongKind(node, path);
    return mapping(new Entries(keys, [node]), node);
  };
}

/** What is of no kind that it can be: only in an extended file, for all others are checked before. */
function wrongKind(node: Node, path: TreePath): Error {
  return invalid(node, `${path} must not be a ${node.kind}.`);
}

/** `[NAME=CONTEXT]` as `{NAME: CONTEXT}`. */
const contexts: Transform = (node, path) => {
  if (node.kind !== 'sequence') return node;
  for (const item of node.items) {
    if (stringOf(item)?.includes('=') !== false) continue;
    throw invalid(item, `${path} has the item "${stringOf(item)}" without a value.`, 'Write NAME=CONTEXT.');
  }
  return mapping(pairsOf(node) ?? new Entries(), node);
};

/** `[NAME]` as `{NAME: null}`. */
const names: Transform = node => {
  if (node.kind !== 'sequence') return node;
  return namedBy(node, item => scalar(null, item));
};

function namedBy(list: Sequence, value: (name: Node) => Node): Mapping {
  const { items } = list;
  return mapping(Entries.of(items.map(nameIn), items.map(value)), list);
}

function nameIn(item: Node): string {
  return stringOf(item) ?? '';
}

/** What a dependency is if nothing is said of it. */
const dependencies: Transform = (node, path) => {
  if (node.kind === 'sequence') return namedBy(node, startedDependency);
  if (node.kind === 'mapping') return mapChildren(node, required);
  throw wrongKind(node, path);
};

const startedKeys = Keys.of('condition', 'required');

/** The long form of `- NAME` in `depends_on`. */
export function startedDependency(name: Node): Node {
  const values = [scalar('service_started', name), scalar(true, name)];
  return mapping(new Entries<Node>(startedKeys, values), name);
}

function required(node: Node): Node {
  if (node.kind !== 'mapping' || node.entries.has('required')) return node;
  return withEntry(node, 'required', scalar(true, node));
}

const withPath = keyed('path');

const envFiles: Transform = (node, path, count) => {
  const list = listOfOne(node);
  if (list.kind !== 'sequence') throw wrongKind(node, path);
  return mapChildren(list, item => required(withPath(item, path, count)));
};

const countKeys = Keys.of('count');

const gpus: Transform = node => {
  if (stringOf(node) === undefined) return node;
  return sequence([mapping(new Entries(countKeys, [node]), node)], node);
};

const deviceKeys = Keys.of('source', 'target', 'permissions');

/** `/dev/a:/dev/b:rwm`. */
const device: Transform = (node, path) => {
  const short = stringOf(node);
  if (short === undefined && node.kind === 'scalar') throw invalid(node, `${path} must be a string or a mapping.`);
  if (short === undefined) return node;
  const [source = '', target, permissions = 'rwm', ...others] = short.split(':');
  if (others.length > 0) throw invalid(node, `${path} has too many colons.`, 'Write the device in its long form.');
  const parts = [source, target || source, permissions].map(part => scalar(part, node));
  return mapping(new Entries<Node>(deviceKeys, parts), node);
};

/** Keys of an SSH agent; only the default one may lack a path. */
const sshKeys: Transform = (node, path) => {
  if (node.kind === 'mapping') return node;
  const keys = new Entries<Node>();
  for (const item of itemsOf(node)) {
    const [id = '', ...file] = (stringOf(item) ?? '').split('=');
    if (file.length === 0 && id !== 'default')
      throw invalid(item, `${path} has a key without a path.`, 'Write ID=PATH.');
    keys.set(id, scalar(file.length === 0 ? null : file.join('='), item));
  }
  return mapping(keys, node);
};

/** `external: {name: X}` as `external: true` and `name: X`. */
const external: Transform = (node, path) => {
  const given = entryOf(node, 'external');
  if (node.kind !== 'mapping' || given?.kind !== 'mapping') return node;
  const [own, theirs] = [entryOf(node, 'name'), entryOf(given, 'name')];
  if (own !== undefined && theirs !== undefined && stringOf(own) !== stringOf(theirs)) {
    throw invalid(theirs, `${path} has the names "${stringOf(own)}" and "${stringOf(theirs)}".`, 'Keep name alone.');
  }
  const marked = withEntry(node, 'external', scalar(true, given));
  return theirs === undefined ? marked : withEntry(marked, 'name', theirs);
};

/** One watch for each of its paths. */
const watches: Transform = node => {
  if (node.kind !== 'sequence') return node;
  const items = node.items.flatMap(watch => {
    const paths = entryOf(watch, 'path');
    if (watch.kind !== 'mapping' || paths?.kind !== 'sequence') return [watch];
    return paths.items.map(path => withEntry(watch, 'path', path));
  });
  return sequence(items, node);
};

/** Empty addresses come from variables that are not set. */
const addresses: Transform = node => {
  const list = listOfOne(node);
  if (list.kind !== 'sequence') return list;
  const kept = list.items.filter(item => !isNull(item) && stringOf(item) !== '');
  return kept.length === list.items.length ? list : sequence(kept, list);
};

const ports: Transform = (node, path, count) => {
  if (node.kind !== 'sequence') throw wrongKind(node, path);
  const long: Node[] = [];
  for (const [index, port] of node.items.entries()) {
    path.enter(index);
    for (const each of longPorts(port, path)) {
      count.ports += 1;
      long.push(each);
    }
    path.leave();
    if (count.ports > maxPorts) throw invalid(port, `${path} makes more than ${maxPorts} ports.`, 'Publish fewer.');
  }
  return sequence(long, node);
};

/** Of a project; a range of all ports is 65 535. */
const maxPorts = 200_000;

const volume: Transform = (node, path) => {
  if (node.kind === 'mapping') return node;
  const short = stringOf(node);
  if (short === undefined) throw wrongKind(node, path);
  return longVolume(node, short, path);
};

const transforms: Rules<Transform> = createRewrites<Count>([
  ['services.*.build', keyed('context')],
  ['services.*.build.additional_contexts', contexts],
  ['services.*.build.secrets.*', keyed('source')],
  ['services.*.build.ssh', sshKeys],
  ['services.*.configs.*', keyed('source')],
  ['services.*.depends_on', dependencies],
  ['services.*.develop.watch', watches],
  ['services.*.devices.*', device],
  ['services.*.dns', addresses],
  ['services.*.env_file', envFiles],
  ['services.*.extends', keyed('service')],
  ['services.*.gpus', gpus],
  ['services.*.label_file', listOfOne],
  ['services.*.models', names],
  ['services.*.networks', names],
  ['services.*.ports', ports],
  ['services.*.secrets.*', keyed('source')],
  ['services.*.volumes.*', volume],
  ['networks.*', external],
  ['volumes.*', external],
  ['secrets.*', external],
  ['configs.*', external],
  // Only in their long form can two ports be told to be the same.
  ...uniqueness,
]);

const serviceTransforms: Rules<Transform> = rulesOfService(transforms);
