import type { Node, Source } from './node.ts';
import { invalid } from './problem.ts';
import { readEvents } from './yaml-events.ts';
import { readPlain } from './yaml-plain.ts';
import { checkTabs } from './yaml-tabs.ts';
import { createDocuments } from './yaml-tree.ts';

/**
 * Reads the documents of a YAML file as Compose does.
 *
 * Merge keys and aliases are written out, duplicate and non-string keys refused, `!reset` and `!override` kept as
 * marks, other unknown tags ignored.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID` with file, line and column
 */
export function parseYaml(text: string, file: string): readonly Node[] {
  const source: Source = { file, text: text.replace(/^\uFEFF/, '').replaceAll('\u0085', '\n') };
  const plain = readPlain(source);
  if (plain !== undefined) return [plain];
  const unprintable = notPrintable.exec(source.text);
  if (unprintable !== null) {
    throw invalid({ source, offset: unprintable.index }, 'this control character is not allowed.', 'Remove it.');
  }
  const directive = otherVersion.exec(source.text);
  if (directive !== null) {
    throw invalid({ source, offset: directive.index }, 'Compose reads YAML 1.1 only.', 'Drop the directive.');
  }
  const events = readEvents(source);
  checkTabs(events, source);
  return createDocuments(events, source);
}

/** A `%YAML` directive of another version. */
const otherVersion = /^%YAML[ \t]+(?!1\.1\s)/m;

/** What may stand nowhere, not even in a comment. */
const notPrintable = /[^\t\n\r -~\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
