import { readFile } from 'node:fs/promises';
import type { Clock } from '../time.ts';

/** The commands that act: each is written down when it begins, so that one that outlives us is found. */
export interface ProcessRecords {
  begin(process: RecordedProcess): Promise<void>;
  end(process: Pick<RecordedProcess, 'pid'>): Promise<void>;
  list(): Promise<readonly RecordedProcess[]>;
}

/** The leader of a process group. */
export interface RecordedProcess {
  readonly pid: number;
  /** As the kernel has it: no two processes have both in common. */
  readonly startTime: string;
}

/** What a command that was told to end gets for it, in milliseconds; it ends by itself when its lifeline is cut. */
const graceMs = 10_000;
const pollMs = 100;

/**
 * Waits for the commands that a former gopdater left behind, and ends those that take too long.
 *
 * @returns how many there were
 */
export async function endLeftovers(records: ProcessRecords, { clock }: { readonly clock: Clock }): Promise<number> {
  const recorded = await records.list();
  let found = 0;
  for (const leftover of recorded) {
    if (await isAlive(leftover)) found += 1;
    for (let waited = 0; waited < graceMs && (await isAlive(leftover)); waited += pollMs) await clock.sleep(pollMs);
    if (await isAlive(leftover)) kill(leftover);
    await records.end(leftover);
  }
  return found;
}

/**
 * Field 22 of /proc/PID/stat, in clock ticks since the machine was started; `undefined` if there is no such process.
 *
 * @see proc(5)
 */
export async function readStartTime(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in brackets, which may have any characters.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, startTime }: RecordedProcess): Promise<boolean> {
  return (await readStartTime(pid)) === startTime;
}

function kill({ pid }: RecordedProcess): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
