import type { Source } from './node.ts';
import { invalid } from './problem.ts';
import { EVENT_ID, isBlock, isFlow, isQuoted, type ScalarEvent, type YamlEvents } from './yaml-events.ts';

/**
 * Refuses a tab where Compose does: before whatever could be the first thing on its line, or behind the dash of an item,
 * even if nothing follows it. js-yaml minds only those that indent something.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 */
export function checkTabs({ events }: YamlEvents, source: Source): void {
  if (!source.text.includes('\t')) return;
  const reader = new TabReader(source);
  /** The columns of the block collections that are open. */
  const columns: number[] = [];
  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        columns.push(-1);
        break;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        columns.push(isFlow(event) ? (columns.at(-1) ?? -1) : reader.columnOf(event.start));
        break;
      case EVENT_ID.POP:
        columns.pop();
        break;
      case EVENT_ID.SCALAR:
        if (event.valueStart >= 0) reader.readScalar(event, (columns.at(-1) ?? -1) + 1);
        break;
    }
  }
  reader.readStructure(source.text.length);
}

/** Reads a text from its start to its end, scalar by scalar, and what is between them. */
class TabReader {
  private readonly source: Source;
  private readonly text: string;
  private at = 0;
  private brackets = 0;
  /** Whether a key could begin here: where it could, a tab cannot be. */
  private mayBegin = true;
  /** Whether there is nothing before on the line. */
  private isFirst = true;

  constructor(source: Source) {
    this.source = source;
    this.text = source.text;
  }

  columnOf(offset: number): number {
    return offset - (this.text.lastIndexOf('\n', offset - 1) + 1);
  }

  /** @param indent  the least that a further line of it has */
  readScalar(event: ScalarEvent, indent: number): void {
    this.readStructure(event.valueStart);
    if (isBlock(event)) this.readBlock(event);
    else if (isQuoted(event)) this.readQuoted(event);
    else this.readPlain(event, indent);
  }

  /** Indicators, names of anchors, comments and white space, up to an offset. */
  readStructure(end: number): void {
    for (; this.at < end; this.at += 1) {
      const character = this.text.charAt(this.at);
      if (character === '\n' || character === '\r') {
        this.mayBegin = this.brackets === 0;
        this.isFirst = true;
      } else if (character === '\t') {
        if (this.mayBegin) throw this.misplaced(this.at);
      } else if (character === '#' && this.isAfterBlank()) {
        this.readComment();
      } else if (character !== ' ') {
        this.readIndicator(character);
      }
    }
  }

  private readIndicator(character: string): void {
    if (character === '[' || character === '{') this.brackets += 1;
    if (character === ']' || character === '}') this.brackets -= 1;
    const isFollowed = /^\s?$/.test(this.text.charAt(this.at + 1));
    const beginsItem = /[-?]/.test(character) && isFollowed && this.isAfterBlank();
    // The value of a key with `?` has a line of its own.
    this.mayBegin = this.brackets === 0 && (beginsItem || (character === ':' && this.isFirst));
    this.isFirst = false;
  }

  private isAfterBlank(): boolean {
    return this.at === 0 || /\s/.test(this.text.charAt(this.at - 1));
  }

  /** One with a line of its own goes on with whatever comments follow, tabs before them included. */
  private readComment(): void {
    const rest = this.isFirst ? /[^\n]*(?:\s*#[^\n]*)*/y : /[^\n]*/y;
    rest.lastIndex = this.at;
    rest.test(this.text);
    this.at = rest.lastIndex - 1;
  }

  private readQuoted({ valueEnd }: ScalarEvent): void {
    this.at = valueEnd + 1;
    this.mayBegin = false;
    this.isFirst = false;
  }

  /** With all white space behind it. */
  private readPlain({ valueStart, valueEnd }: ScalarEvent, indent: number): void {
    this.at = valueStart;
    this.isFirst = false;
    let lineStart = valueStart;
    for (; this.at < this.text.length; this.at += 1) {
      const character = this.text.charAt(this.at);
      if (character === '\n') {
        this.isFirst = true;
        lineStart = this.at + 1;
      } else if (character === '\t') {
        if (this.isFirst && this.at - lineStart < indent) throw this.misplaced(this.at);
      } else if (!/\s/.test(character)) {
        if (this.at >= valueEnd) break;
        this.isFirst = false;
      }
    }
    this.mayBegin = this.isFirst && this.brackets === 0;
  }

  /** With all empty lines behind it. The first that is not empty tells how deep it is, unless its head does. */
  private readBlock({ indent, valueStart }: ScalarEvent): void {
    const head = this.text.slice(this.text.lastIndexOf('\n', valueStart - 2) + 1, valueStart);
    let isKnown = /[|>][+-]?\d/.test(head);
    this.at = valueStart;
    this.mayBegin = true;
    this.isFirst = true;
    while (this.at < this.text.length) {
      let start = this.at;
      while (this.text.charAt(start) === ' ') start += 1;
      const isDeep = indent > 0 && start - this.at >= indent;
      const first = this.text.charAt(start);
      if (first === '\t' && !(isKnown && isDeep)) throw this.misplaced(start);
      const isEmpty = first === '\n' || first === '\r';
      if (!isDeep && !isEmpty) break;
      isKnown ||= !isEmpty;
      const end = this.text.indexOf('\n', start);
      this.at = end < 0 ? this.text.length : end + 1;
    }
  }

  private misplaced(offset: number): Error {
    return invalid({ source: this.source, offset }, 'a tab stands where only spaces may.', 'Replace it by spaces.');
  }
}
