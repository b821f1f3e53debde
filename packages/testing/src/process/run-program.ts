import { applets } from './applets.ts';
import { findProgram } from './find-program.ts';
import { Killed } from './process.ts';
import type { ProgramContext } from './program.ts';
import { sigkill } from './signals.ts';

/**
 * Runs a program as a child of the context's process, as a shell does.
 *
 * @returns its exit code; 127 if there is no such program, 126 if it cannot be run
 * @throws Killed if the context's own process is ended meanwhile
 */
export async function runChild(words: readonly string[], context: ProgramContext): Promise<number> {
  const { machine, environment, folder, process: parent } = context;
  const [name = ''] = words;
  const found = findProgram(words, { files: machine.files, path: environment.get('PATH'), folder });
  const program = found.kind === 'applet' ? applets[found.name] : undefined;
  if (found.kind !== 'applet' || !program) {
    context.stderr.write(`${context.words[0] ?? 'sh'}: ${name}: ${reasons[found.kind]}\n`);
    return found.kind === 'denied' || found.kind === 'opaque' ? 126 : 127;
  }
  if (context.replacesProcess) {
    parent.command = found.command;
    return await program({ ...context, words: found.words, replacesProcess: false });
  }
  const process = machine.processes.start({
    parentPid: parent.pid,
    command: found.command,
    startedMs: machine.clock.now(),
    hasTerminal: parent.hasTerminal,
    isInit: false,
  });
  const endChild = (): void => process.deliver(sigkill);
  parent.ended.addEventListener('abort', endChild);
  try {
    return await program({ ...context, words: found.words, process });
  } catch (error) {
    parent.check();
    if (error instanceof Killed) return error.exitCode;
    throw error;
  } finally {
    parent.ended.removeEventListener('abort', endChild);
    machine.processes.end(process);
  }
}

const reasons = {
  applet: 'applet not found',
  missing: 'not found',
  denied: 'Permission denied',
  opaque: 'is no program that fake-docker can run',
} as const;
