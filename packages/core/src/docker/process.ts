import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ProcessRecords, type RecordedProcess, readStartTime } from './process-records.ts';

export interface ProcessOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** Where the command is written down while it runs. Default: nowhere. */
  readonly records?: ProcessRecords | undefined;
}

export interface ProcessResult {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly lines: readonly string[];
}

/** Between SIGTERM and SIGKILL when a command is stopped. */
const graceMs = 10_000;
/** A child of the command may hold its pipes open for ever; what it printed is there by then. */
const drainMs = 200;

/**
 * The group ends when its lifeline does: when the command has ended and left children behind, and when we were killed. A
 * `docker compose` that went on alone would get in the way of the next start.
 */
const withLifeline = '(read -r _ <&3; kill -TERM 0) >/dev/null 2>&1 & exec "$@" 3<&-';
/** What a shell ends with when there is no such command. */
const notFoundExitCode = 127;

/**
 * Runs a command in a process group of its own and collects the lines of both its outputs. When the signal comes, the
 * whole group gets SIGTERM, and SIGKILL if that does not end it.
 *
 * Settles when the command itself has ended. Rejects only if it could not be started.
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const { cwd, environment, signal, onLine, records } = options;
  const child = spawn('/bin/sh', ['-c', withLifeline, 'sh', command, ...args], {
    cwd,
    env: { ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, , , lifeline] = child.stdio;
  // It is cut when the child ends, and nothing is ever written.
  lifeline?.on('error', () => {});
  const lines: string[] = [];
  const outputs = [child.stdout, child.stderr].filter(stream => stream !== null);
  const ended = outputs.map(async stream => {
    for await (const line of createInterface({ input: stream })) {
      lines.push(line);
      onLine?.(line);
    }
  });
  const kill = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has ended already.
    }
  };
  let lastResort: NodeJS.Timeout | undefined;
  const stop = () => {
    kill('SIGTERM');
    lastResort = setTimeout(kill, graceMs, 'SIGKILL');
  };
  try {
    const exit = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    exit.catch(() => {});
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    const recorded = await record(child.pid, records);
    const exitCode = await exit;
    if (recorded !== undefined) await records?.end(recorded);
    lifeline?.destroy();
    await Promise.race([Promise.allSettled(ended), delay(drainMs)]);
    if (exitCode === notFoundExitCode) throw new Error(`There is no command ${command}.`);
    return { exitCode, lines };
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(lastResort);
    for (const stream of outputs) stream.destroy();
  }
}

async function record(
  pid: number | undefined,
  records: ProcessRecords | undefined,
): Promise<RecordedProcess | undefined> {
  if (pid === undefined || records === undefined) return undefined;
  const startTime = await readStartTime(pid);
  if (startTime === undefined) return undefined;
  const process = { pid, startTime };
  await records.begin(process);
  return process;
}

async function delay(ms: number): Promise<void> {
  await new Promise<void>(resolve => {
    setTimeout(resolve, ms).unref();
  });
}
