import { type Node, type Source, scalar } from './node.ts';
import { type Merge, TreeBuilder } from './yaml-builder.ts';
import { InlineReader, notPlain } from './yaml-inline.ts';

/**
 * Reads what most compose files are written in, several times as fast as js-yaml: one document of block mappings and
 * sequences whose keys, scalars and brackets each end on their line, without tags and escapes.
 *
 * Where a file has anything else, or is not valid, it is js-yaml's: it says what it is, or what is wrong with it.
 *
 * @returns the document; `undefined` for any other file
 * @see YAML 1.2.2, sections 7 and 8
 */
export function readPlain(source: Source): Node | undefined {
  if (unusual.test(source.text)) return undefined;
  try {
    return new PlainReader(source).read();
  } catch {
    return undefined;
  }
}

/** Tabs, line breaks other than `\n`, and what is not to be printed. */
const unusual = /[^\n -~\u00A1-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD]/;

/** Collections inside collections; more are left to js-yaml, which has a limit. */
const maxDepth = 50;

class PlainReader {
  private readonly source: Source;
  private readonly builder: TreeBuilder;
  private readonly inline: InlineReader;
  /** The first character of the line, or of what is read on it. */
  private at = 0;
  private lineStart = 0;
  /** The column of `at`; -1 at the end of the text. */
  private indent = -1;
  private depth = 0;

  constructor(source: Source) {
    this.source = source;
    this.builder = new TreeBuilder(source);
    this.inline = new InlineReader(this.builder);
  }

  read(): Node {
    this.goToLine(0);
    if (this.indent === 0 && this.source.text.startsWith('---', this.at)) this.endLine(this.at + 3);
    if (this.indent < 0) throw notPlain;
    this.builder.count();
    const node = this.readBlock();
    if (this.indent >= 0) throw notPlain;
    return node;
  }

  /** To the first line from `start` on that says something. */
  private goToLine(start: number): void {
    const { length } = this.source.text;
    let lineStart = start;
    for (let end = this.inline.lineEnd(start); end >= 0 && lineStart < length; end = this.inline.lineEnd(lineStart)) {
      lineStart = end + 1;
    }
    this.lineStart = lineStart;
    this.at = this.inline.skipSpaces(lineStart);
    this.indent = lineStart < length ? this.at - lineStart : -1;
  }

  /** Nothing else may be on this line. */
  private endLine(from: number): void {
    const end = this.inline.lineEnd(from);
    if (end < 0) throw notPlain;
    this.goToLine(end + 1);
  }

  private readBlock(): Node {
    this.depth += 1;
    if (this.depth > maxDepth) throw notPlain;
    const node = this.inline.isDash(this.at) ? this.readSequence(this.indent) : this.readMapping(this.indent);
    this.depth -= 1;
    return node;
  }

  private readSequence(indent: number): Node {
    const { builder, at: offset } = this;
    const start = builder.startSequence();
    for (let index = 0; this.indent === indent && this.inline.isDash(this.at); index += 1) {
      builder.enter(index);
      builder.addItem(this.readItem(indent, offset));
    }
    return builder.endSequence(start, offset);
  }

  private readItem(indent: number, sequenceOffset: number): Node {
    const { builder, inline } = this;
    builder.count();
    const at = inline.skipSpaces(this.at + 1);
    const end = inline.lineEnd(at);
    if (end >= 0) {
      this.goToLine(end + 1);
      return this.indent > indent ? this.readBlock() : this.nothing(sequenceOffset);
    }
    if (inline.isDash(at)) throw notPlain;
    if (inline.keyEnd(at) < 0) return this.readInline(at, indent);
    this.at = at;
    this.indent = at - this.lineStart;
    return this.readBlock();
  }

  private readMapping(indent: number): Node {
    const { builder, inline, at: offset } = this;
    const start = builder.startMapping();
    let keys = builder.noKeys;
    let merge: Merge | undefined;
    while (this.indent === indent) {
      const { at } = this;
      builder.count();
      if (inline.isMergeKey(at)) {
        const end = inline.keyEnd(at);
        if (end < 0 || merge !== undefined) throw notPlain;
        merge = { offset: at, value: this.readValue(end + 1, indent, at) };
      } else {
        keys = inline.readKey(at, keys);
        builder.enter(keys.key);
        builder.addEntry(at, this.readValue(inline.end + 1, indent, at));
      }
    }
    return builder.endMapping(start, offset, keys, { merge });
  }

  /** What stands behind a key in this column, or below it. */
  private readValue(from: number, indent: number, keyOffset: number): Node {
    const { builder, inline } = this;
    builder.count();
    const at = inline.skipSpaces(from);
    const anchor = inline.anchorFrom(at);
    if (anchor === undefined) return this.readContent(at, indent, keyOffset);
    const { end } = inline;
    return builder.anchored(anchor, at + 1, () => this.readContent(inline.skipSpaces(end), indent, keyOffset));
  }

  private readContent(at: number, indent: number, keyOffset: number): Node {
    const { inline } = this;
    const end = inline.lineEnd(at);
    if (end < 0) return this.readInline(at, indent);
    this.goToLine(end + 1);
    const isBelow = this.indent > indent || (this.indent === indent && inline.isDash(this.at));
    return isBelow ? this.readBlock() : this.nothing(keyOffset);
  }

  /** The rest of the line. What would go on on the next one is deeper than the column. */
  private readInline(at: number, indent: number): Node {
    const node = this.inline.value(at);
    this.endLine(this.inline.end);
    if (this.indent > indent) throw notPlain;
    return node;
  }

  private nothing(offset: number): Node {
    return scalar(null, { source: this.source, offset });
  }
}
