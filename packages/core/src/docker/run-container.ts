import { GopdaterError } from '../errors.ts';
import type { CallOptions, ContainerSpec, Engine, LogLine } from './engine.ts';

export interface RunOptions extends CallOptions {
  /** Called with each line that it prints, as it prints it. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
}

export interface ContainerRun {
  readonly exitCode: number;
  readonly lines: readonly LogLine[];
}

/** What a container gets to end when the signal comes. */
const graceMs = 10_000;

/**
 * Runs a container to its end and removes it, with its anonymous volumes. When the signal comes it is stopped first.
 *
 * @throws GopdaterError `ABORTED` and the engine's
 */
export async function runContainer(
  spec: ContainerSpec,
  { engine, signal, onLine }: RunOptions & { readonly engine: Engine },
): Promise<ContainerRun> {
  if (signal?.aborted) throw aborted();
  // Without the signal: else there might be a container whose id nobody knows.
  const id = await engine.createContainer(spec);
  try {
    await engine.startContainer(id, { signal });
    const lines: LogLine[] = [];
    for await (const line of engine.followLogs(id, { signal })) {
      lines.push(line);
      onLine?.(line);
    }
    return { exitCode: await engine.waitContainer(id, { signal }), lines };
  } catch (error) {
    throw signal?.aborted ? aborted(error) : error;
  } finally {
    // What cannot be removed now is found by its labels later.
    if (signal?.aborted) await engine.stopContainer(id, { graceMs }).catch(() => {});
    await engine.removeContainer(id, { force: true, volumes: true }).catch(() => {});
  }
}

function aborted(cause?: unknown): GopdaterError {
  return new GopdaterError('ABORTED', 'The container was stopped.', { cause });
}
