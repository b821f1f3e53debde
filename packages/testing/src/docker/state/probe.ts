import { sigkill } from '../../process/signals.ts';
import type { ContainerRecord, Probe } from './container-record.ts';
import { createExec } from './create-exec.ts';
import type { EngineState } from './engine-state.ts';
import { probeWords } from './health.ts';
import { startExec } from './start-exec.ts';

const longestOutput = 4096;
/** With which an engine tells of the end of a check whose time was over, though it has killed it. */
const lateCode = 127;

export interface ProbeOptions {
  readonly timeoutMs: number;
  /** Comes when the container ends. */
  readonly signal: AbortSignal;
}

/** Runs a health check once, as an exec of the container, which the events tell of. */
export async function probe(
  state: EngineState,
  container: ContainerRecord,
  { timeoutMs, signal }: ProbeOptions,
): Promise<Probe> {
  const startMs = state.clock.now();
  const outputs: Buffer[] = [];
  const exec = createExec(state, container, {
    words: probeWords(container),
    environment: [],
    folder: undefined,
    user: undefined,
    hasTerminal: false,
    isPrivileged: false,
    attaches: { stdin: false, stdout: true, stderr: true },
    detachKeys: '',
  });
  const over = new AbortController();
  const work = startExec(state, exec, { write: (_, bytes) => void outputs.push(bytes) });
  const late = state.clock
    .sleep(timeoutMs, { signal: AbortSignal.any([signal, over.signal]) })
    .then(() => !over.signal.aborted);
  const isLate = await Promise.race([work.then(() => false), late]);
  over.abort('over');
  const endMs = state.clock.now();
  if (isLate) {
    exec.exitCode = lateCode;
    exec.process?.deliver(sigkill);
  }
  const failure = await work;
  state.execs.delete(exec.id);
  const all = Buffer.concat(outputs).toString();
  const printed = all.length > longestOutput ? `${all.slice(0, longestOutput)}...` : all;
  if (isLate) {
    const reason = `Health check exceeded timeout (${goDuration(timeoutMs)})`;
    return { startMs, endMs, exitCode: -1, output: printed === '' ? reason : `${reason}: ${printed}` };
  }
  if (failure !== undefined) return { startMs, endMs, exitCode: -1, output: failure };
  return { startMs, endMs, exitCode: exec.exitCode ?? -1, output: printed };
}

/** `2s`, `1m30s`, `500ms` */
function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const seconds = ms / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const shown = [hours > 0 ? `${hours}h` : '', seconds >= 60 ? `${minutes}m` : '', `${seconds % 60}s`];
  return shown.join('');
}
