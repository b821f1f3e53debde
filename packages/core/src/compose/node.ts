import { Entries, type ReadonlyEntries } from './entries.ts';

/** A YAML document that remembers where each of its nodes stands; never changed in place. */
export type Node = Scalar | Sequence | Mapping;

/** Integers are `bigint` and floats `number`, because Compose prints the two differently. */
export type ScalarValue = string | bigint | number | boolean | Date | null;

/** `!reset` deletes and `!override` replaces what earlier files say at the same path. */
export type Mark = 'reset' | 'override';

export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Place {
  readonly source: Source;
  readonly offset: number;
}

/** There are tens of thousands of nodes: what is said about one is kept in a single number, its kind in its class. */
const marks: readonly (Mark | undefined)[] = [undefined, 'reset', 'override'];

function factsOf(offset: number, mark: Mark | undefined): number {
  return offset * 4 + (mark === undefined ? 0 : marks.indexOf(mark));
}

function offsetIn(facts: number): number {
  return facts >>> 2;
}

function markIn(facts: number): Mark | undefined {
  return marks[facts & 3];
}

/** A node is a place, too: where it stands. */
export class Scalar implements Place {
  readonly value: ScalarValue;
  readonly source: Source;
  private readonly facts: number;

  constructor(value: ScalarValue, { source, offset }: Place, mark?: Mark) {
    this.value = value;
    this.source = source;
    this.facts = factsOf(offset, mark);
  }

  get kind(): 'scalar' {
    return 'scalar';
  }

  get offset(): number {
    return offsetIn(this.facts);
  }

  get mark(): Mark | undefined {
    return markIn(this.facts);
  }
}

export class Sequence implements Place {
  readonly items: readonly Node[];
  readonly source: Source;
  private readonly facts: number;

  constructor(items: readonly Node[], { source, offset }: Place, mark?: Mark) {
    this.items = items;
    this.source = source;
    this.facts = factsOf(offset, mark);
  }

  get kind(): 'sequence' {
    return 'sequence';
  }

  get offset(): number {
    return offsetIn(this.facts);
  }

  get mark(): Mark | undefined {
    return markIn(this.facts);
  }
}

export class Mapping extends Entries<Node> implements Place {
  readonly source: Source;
  private readonly facts: number;

  constructor({ keys, values }: ReadonlyEntries<Node>, { source, offset }: Place, mark?: Mark) {
    super(keys, values as Node[]);
    this.source = source;
    this.facts = factsOf(offset, mark);
  }

  get kind(): 'mapping' {
    return 'mapping';
  }

  get entries(): ReadonlyEntries<Node> {
    return this;
  }

  get offset(): number {
    return offsetIn(this.facts);
  }

  get mark(): Mark | undefined {
    return markIn(this.facts);
  }
}

export function scalar(value: ScalarValue, at: Place, mark?: Mark): Scalar {
  return new Scalar(value, at, mark);
}

export function sequence(items: readonly Node[], at: Place, mark?: Mark): Sequence {
  return new Sequence(items, at, mark);
}

export function mapping(entries: ReadonlyEntries<Node>, at: Place, mark?: Mark): Mapping {
  return new Mapping(entries, at, mark);
}

/** The same with another mark. */
export function withMark(node: Node, mark: Mark): Node {
  switch (node.kind) {
    case 'scalar':
      return scalar(node.value, node, mark);
    case 'sequence':
      return sequence(node.items, node, mark);
    case 'mapping':
      return mapping(node.entries, node, mark);
  }
}
