import type { Compat } from './compat.ts';
import type { Files } from './files.ts';
import type { Interpolation } from './interpolate.ts';
import { absolutePath, type PathBase } from './paths.ts';
import { invalid } from './problem.ts';
import type { Node } from './tree.ts';

/** What reading a compose file needs to know. */
export interface FileContext extends Interpolation, PathBase {
  readonly file: string;
  /** Where the paths in the file start. */
  readonly directory: string;
  readonly files: Files;
  readonly compat: Compat;
}

/** The absolute path of a file that another one names; files elsewhere than on this disk are refused. */
export function localPath(path: string, directory: string, mentionedAt: Node, home?: string): string {
  if (/:\/\/|^git@|^github\.com\//.test(path)) {
    throw invalid(mentionedAt, `${path} is not a local file.`, 'Fetch it beforehand and name the local copy.');
  }
  return absolutePath(path, { directory, home });
}
