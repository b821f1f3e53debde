import { ByteQueue, noInput } from './byte-queue.ts';
import { Killed } from './process.ts';
import type { Shell } from './shell.ts';
import type { Streams } from './shell-jump.ts';
import type { Command } from './shell-syntax.ts';

/** All of them at once, each reading what the one before it writes. */
export async function runPipeline(shell: Shell, commands: readonly Command[], streams: Streams): Promise<number> {
  if (commands.length === 1 && commands[0]) return await shell.test(commands[0], streams);
  const pipes = commands.slice(1).map(() => new ByteQueue());
  const statuses = commands.map(async (command, index) => {
    const [before, after] = [pipes[index - 1], pipes[index]];
    const inner = { ...streams, stdin: before ?? streams.stdin, stdout: after ?? streams.stdout };
    try {
      return await shell.subshell(shell.context.process, inside => inside.runCommand(command, inner));
    } catch (error) {
      if (error instanceof Killed && !shell.context.process.ended.aborted) return error.exitCode;
      throw error;
    } finally {
      after?.end();
      before?.abandon();
    }
  });
  return (await Promise.all(statuses)).at(-1) ?? 0;
}

/** A simple command is a process of its own; others run in a copy of the shell. */
export function startJob(shell: Shell, command: Command, streams: Streams): void {
  const { process: own, machine } = shell.context;
  const process = machine.processes.start({
    parentPid: own.pid,
    command: own.command,
    startedMs: machine.clock.now(),
    hasTerminal: false,
    isInit: false,
  });
  const inner = { ...streams, stdin: noInput };
  const replacesProcess = command.kind === 'simple';
  const job = shell
    .subshell(process, inside => inside.runCommand(command, inner), { replacesProcess })
    .catch((error: unknown) => {
      if (error instanceof Killed) return error.exitCode;
      throw error;
    })
    .finally(() => machine.processes.end(process));
  shell.jobs.set(process.pid, job);
  shell.lastJob = String(process.pid);
  shell.status = 0;
}
