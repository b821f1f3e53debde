import { FileError } from '../files/file-system.ts';
import { inputOf, type Output } from './byte-queue.ts';
import { type Expansion, expandText } from './expand.ts';
import { absolute, type Machine } from './program.ts';
import type { Streams } from './shell-jump.ts';
import type { Redirection } from './shell-syntax.ts';

export interface Surroundings {
  readonly expansion: Expansion;
  readonly machine: Machine;
}

/** Where a command reads and writes. Throws FileError. @see POSIX.1-2017, Shell Command Language, 2.7 */
export async function redirect(
  redirections: readonly Redirection[],
  streams: Streams,
  { expansion, machine }: Surroundings,
): Promise<Streams> {
  let { stdin, stdout, stderr } = streams;
  for (const { descriptor, operator, target } of redirections) {
    const text = await expandText(target, expansion);
    const path = absolute(expansion, text);
    if (operator === '<<') stdin = inputOf(Buffer.from(text));
    else if (operator === '<') stdin = inputOf(naming(`can't open ${text}`, () => machine.files.read(path)));
    else if (operator === '>&' || operator === '<&') {
      const output = text === '2' ? stderr : stdout;
      if (descriptor === 2) stderr = output;
      else if (descriptor === 1) stdout = output;
    } else {
      const open = (): Output => openOutput({ text, path, isAppended: operator === '>>' }, { stdout, stderr }, machine);
      const output = naming(`can't create ${text}`, open);
      if (descriptor === 2) stderr = output;
      else if (descriptor === 1) stdout = output;
    }
  }
  return { stdin, stdout, stderr };
}

function openOutput(
  { text, path, isAppended }: { readonly text: string; readonly path: string; readonly isAppended: boolean },
  { stdout, stderr }: Omit<Streams, 'stdin'>,
  { files, mainOutput }: Machine,
): Output {
  if (text === '/dev/stdout' || text === '/proc/self/fd/1') return stdout;
  if (text === '/dev/stderr' || text === '/proc/self/fd/2') return stderr;
  // The main process's own output, which is where images send the logs of others.
  if (text === '/proc/1/fd/1') return mainOutput?.stdout ?? stdout;
  if (text === '/proc/1/fd/2') return mainOutput?.stderr ?? stderr;
  if (!isAppended || !files.find(path)) files.write(path, '');
  return { write: bytes => files.append(path, Buffer.from(bytes)) };
}

/** Says with a file's error what was to be done with it. */
function naming<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) error.message = `${what}: ${error.message}`;
    throw error;
  }
}
