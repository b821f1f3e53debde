import { GopdaterError, type ImageReference, parseReference } from '@gopdater/core';
import type { TerminalStream } from '../terminal/terminal.ts';

/** What the commands take from the process they run in. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The words that start this program. */
  readonly program: readonly string[];
  readonly print: (text: string) => void;
  /** Standard output, for what shows progress there. */
  readonly stdout: TerminalStream;
  /** Standard input, for what is read from there. */
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Lets the command end with this exit code, 1 if none is named, after what it has printed. */
  readonly fail: (exitCode?: number) => void;
}

/** For an option that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** @throws GopdaterError `IMAGE_REFERENCE_INVALID`, also for a reference with a digest: only tags are pushed */
export function parseTag(text: string): ImageReference {
  const image = parseReference(text);
  if (image.digest === undefined) return image;
  throw new GopdaterError('IMAGE_REFERENCE_INVALID', `${text} names a digest, and only a tag is pushed.`, {
    hint: 'Name the tag, e.g. acme/web:1.4.',
  });
}
