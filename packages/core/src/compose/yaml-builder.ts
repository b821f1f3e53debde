import { Entries } from './entries.ts';
import type { Keys } from './keys.ts';
import {
  type Mapping,
  type Mark,
  mapping,
  type Node,
  type Place,
  type Sequence,
  type Source,
  sequence,
} from './node.ts';
import { invalid } from './problem.ts';
import { lineAt } from './tree.ts';
import { YamlKeys } from './yaml-keys.ts';

/** Nodes of one file with every alias written out: what an alias bomb multiplies. */
const maxNodes = 250_000;

/** The value of a key `<<`. */
export interface Merge {
  readonly offset: number;
  readonly value: Node;
}

interface Anchor {
  /** `undefined` while it is being read. */
  readonly node: Node | undefined;
  readonly nodes: number;
  /** Where it is used as an alias. */
  readonly uses: Set<string>;
  /** What is above those. */
  readonly parents: Set<string>;
}

/**
 * Builds the trees of one file, whoever reads it: aliases and merge keys are written out, and repeated keys refused.
 *
 * What is inside a collection is added piece by piece; whoever reads keeps what {@link startMapping} or
 * {@link startSequence} returned, for its end, and its keys.
 */
export class TreeBuilder {
  readonly source: Source;
  /** What the keys of each mapping begin with. */
  readonly noKeys: YamlKeys = new YamlKeys();
  private nodes = 0;
  private readonly anchors = new Map<string, Anchor>();
  /** What is inside of them comes again with each alias. */
  private openAnchors = 0;
  /** Where in the tree it is. */
  private readonly path: (string | number)[] = [];
  // What the open collections hold until now, one after the other: lists that grow are dear.
  private readonly offsets: number[] = [];
  private readonly values: Node[] = [];
  private readonly items: Node[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  /** An anchor may be used in a later document, where its uses are counted anew. */
  startDocument(): void {
    for (const { uses, parents } of this.anchors.values()) {
      uses.clear();
      parents.clear();
    }
  }

  /** Each key and each value is one. */
  count(): void {
    this.nodes += 1;
  }

  alias(name: string, offset: number): Node {
    const at = { source: this.source, offset };
    const anchor = this.anchors.get(name);
    if (anchor === undefined)
      throw invalid(at, `the alias *${name} has no anchor.`, `Define &${name} before it is used.`);
    if (anchor.node === undefined) throw invalid(at, `the alias *${name} contains itself.`, 'Break the cycle.');
    this.nodes += anchor.nodes;
    if (this.nodes > maxNodes) {
      throw invalid(at, `aliases grow the file beyond ${maxNodes} nodes.`, 'Use fewer aliases inside aliases.');
    }
    checkUse(this.path.join('.'), anchor, at);
    return anchor.node;
  }

  /** @param read  reads what has the anchor */
  anchored(name: string, offset: number, read: () => Node): Node {
    if (!/^[\w-]+$/.test(name)) {
      const what = `the anchor ${name} has a character that is neither a letter, a digit, - nor _.`;
      throw invalid({ source: this.source, offset }, what, 'Rename it.');
    }
    const before = this.nodes;
    const places = { uses: new Set<string>(), parents: new Set<string>() };
    this.anchors.set(name, { node: undefined, nodes: 0, ...places });
    this.openAnchors += 1;
    const node = read();
    this.openAnchors -= 1;
    this.anchors.set(name, { node, nodes: this.nodes - before + 1, ...places });
    return node;
  }

  /** Whatever is read now stands below this key. */
  enter(key: string | number): void {
    this.path.push(key);
  }

  startMapping(): number {
    return this.values.length;
  }

  /** @param value  of the key that was entered last */
  addEntry(offset: number, value: Node): void {
    this.path.pop();
    this.offsets.push(offset);
    this.values.push(value);
  }

  endMapping(
    start: number,
    offset: number,
    read: YamlKeys,
    { merge, mark }: { readonly merge?: Merge | undefined; readonly mark?: Mark | undefined } = {},
  ): Mapping {
    const keys = read.end();
    // Those that recur were looked at before.
    if (!keys.recur) this.checkKeys(keys, start);
    if (this.openAnchors > 0) keys.recur = true;
    this.offsets.length = start;
    const own = new Entries(keys, this.values.splice(start));
    return mapping(merge === undefined ? own : withMerged(own, merge.value), { source: this.source, offset }, mark);
  }

  startSequence(): number {
    return this.items.length;
  }

  /** The item of the index that was entered last. */
  addItem(item: Node): void {
    this.path.pop();
    this.items.push(item);
  }

  endSequence(start: number, offset: number, mark?: Mark): Sequence {
    return sequence(this.items.splice(start), { source: this.source, offset }, mark);
  }

  private checkKeys(keys: Keys, start: number): void {
    const repeated = keys.repeatedIndex();
    if (repeated === undefined) return;
    const key = keys.names[repeated] ?? '';
    const [first = 0, second = 0] = [this.offsets[start + keys.indexOf(key)], this.offsets[start + repeated]];
    throw this.repeatedKey(key, first, second);
  }

  /** @param first  where the key stands before, an offset */
  repeatedKey(key: string, first: number, offset: number): Error {
    const line = lineAt({ source: this.source, offset: first });
    return invalid(
      { source: this.source, offset },
      `the key "${key}" is already defined on line ${line}.`,
      'Keep one of the two.',
    );
  }
}

/** What Compose takes for a cycle: an alias below another use of the same anchor, going by the text of the paths. */
function checkUse(path: string, { uses, parents }: Anchor, at: Place): void {
  let isBelow = parents.has(path);
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const parent = path.slice(0, dot);
    if (uses.has(parent)) isBelow = true;
    parents.add(parent);
  }
  if (isBelow) {
    throw invalid(
      at,
      `the alias at ${path} is below another of the same anchor, which Compose takes for a cycle.`,
      'Rename one.',
    );
  }
  uses.add(path);
}

/** With what the value of `<<` holds: a mapping, or several of which the first counts most. */
function withMerged(own: Entries<Node>, value: Node): Entries<Node> {
  let entries = own;
  for (const parent of value.kind === 'sequence' ? value.items : [value]) {
    if (parent.kind !== 'mapping')
      throw invalid(parent, '<< must be given a mapping, or a list of mappings.', 'Point << at an anchored mapping.');
    entries = entries.withMissing(parent.entries);
  }
  return entries;
}
