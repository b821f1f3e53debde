import { join, relative } from 'node:path';
import type { Compat } from './compat.ts';
import type { Files } from './files.ts';
import type { Interpolation } from './interpolate.ts';
import type { Node } from './node.ts';
import { absolutePath, type PathBase } from './paths.ts';
import { invalid } from './problem.ts';

/** What reading a compose file needs to know. */
export interface FileContext extends Interpolation, Directories, PathBase {
  readonly file: string;
  readonly files: Files;
  readonly compat: Compat;
}

/** The two are one, but below an `include` whose `project_directory` does not exist. */
export interface Directories {
  /** Where the paths in a file start. */
  readonly directory: string;
  /** Where the files that it names are. */
  readonly filesDirectory: string;
}

/** The same for a file in another directory. */
export function directoriesAt(path: string, { directory, filesDirectory }: Directories): Directories {
  const isOne = directory === filesDirectory;
  return { directory: isOne ? path : join(directory, relative(filesDirectory, path)), filesDirectory: path };
}

/** The absolute path of a file that another one names; files elsewhere than on this disk are refused. */
export function localPath(path: string, directory: string, mentionedAt: Node): string {
  if (/:\/\/|^git@|^github\.com\//.test(path)) {
    throw invalid(mentionedAt, `${path} is not a local file.`, 'Fetch it beforehand and name the local copy.');
  }
  return absolutePath(path, { directory, home: undefined });
}
