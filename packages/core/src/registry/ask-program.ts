import { spawn } from 'node:child_process';

/** What a program is run with. */
export interface AskProgramOptions {
  /** All of it; `PATH` also says where the program is looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/**
 * Runs a program that is given a line and answers on its standard output. When the signal comes, it is killed with all
 * that it started.
 *
 * Rejects if it could not be started, and with the signal's reason.
 */
export async function askProgram(
  program: string,
  args: readonly string[],
  input: string,
  { environment, signal }: AskProgramOptions,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  signal.throwIfAborted();
  // In a group of its own, without our terminal: nobody is there to be asked for a password.
  const child = spawn(program, args, { env: { ...environment }, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  // It may end without having read.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const settled = new AbortController();
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
      const stop = () => {
        killGroup(child.pid);
        child.stdout.destroy();
        reject(signal.reason);
      };
      signal.addEventListener('abort', stop, { signal: settled.signal });
    });
    return { exitCode, output: Buffer.concat(chunks).toString('utf8') };
  } finally {
    settled.abort();
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
