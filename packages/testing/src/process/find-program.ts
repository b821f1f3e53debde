import { posix } from 'node:path';
import type { FileSystem } from '../files/file-system.ts';

/** What a command's first word leads to. */
export type FoundProgram =
  /** A program of the fake's busybox, under this name. */
  | {
      readonly kind: 'applet';
      readonly name: string;
      readonly words: readonly string[];
      /** As `ps` shows it. */
      readonly command: string;
    }
  /** A file that only a real machine could run. */
  | { readonly kind: 'opaque'; readonly path: string }
  | { readonly kind: 'missing' }
  /** A file that must not be run, or a folder. */
  | { readonly kind: 'denied' };

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where the engine's runtime, or a shell, would look. A script is run by the program that its first line names. */
export function findProgram(
  words: readonly string[],
  {
    files,
    path = usualPath,
    folder,
  }: { readonly files: FileSystem; readonly path?: string | undefined; readonly folder: string },
): FoundProgram {
  const [name = '', ...rest] = words;
  const candidates = name.includes('/')
    ? [posix.resolve(folder, name)]
    : path.split(':').map(at => posix.join(at, name));
  const found = name === '' ? undefined : candidates.find(one => files.find(one) !== undefined);
  if (found === undefined) return { kind: 'missing' };
  const node = files.get(found);
  if (node.kind !== 'file' || (node.mode & 0o111) === 0) return { kind: 'denied' };
  const applet = posix.basename(found);
  if (posix.basename(files.resolve(found)) === 'busybox') {
    return applet === 'busybox'
      ? busyboxApplet(rest, words.join(' '))
      : { kind: 'applet', name: applet, words, command: words.join(' ') };
  }
  const interpreter = /^#! *([^\n]+)/.exec(node.bytes.toString('utf8', 0, 256))?.[1]?.trim();
  if (interpreter === undefined) return { kind: 'opaque', path: found };
  const [program = '', ...option] = interpreter.split(/ +/);
  return findProgram([program, ...option, found, ...rest], { files, path, folder });
}

function busyboxApplet(words: readonly string[], command: string): FoundProgram {
  const [name = 'busybox'] = words;
  return { kind: 'applet', name, words: words.length > 0 ? words : [name], command };
}
