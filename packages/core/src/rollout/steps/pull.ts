import type { Engine, PullProgress } from '../../docker/engine.ts';
import { createPullBytes, type PulledBytes } from '../../docker/pull-bytes.ts';
import { parseReference } from '../../image/reference.ts';
import type { PullStep } from '../../plan/step.ts';
import type { CredentialStore } from '../../registry/credentials.ts';

/**
 * @param dependencies.onLine  called when the status of a layer changes, not for each of its bytes
 * @throws GopdaterError `PULL_FAILED` and the engine's
 */
export async function runPull(
  { reference }: PullStep,
  dependencies: {
    readonly engine: Engine;
    readonly credentials?: CredentialStore | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onLine: (line: string) => void;
    readonly onBytes: (bytes: PulledBytes) => void;
  },
): Promise<void> {
  const { engine, credentials, signal, onLine, onBytes } = dependencies;
  const addUp = createPullBytes();
  const statuses = new Map<string | undefined, string>();
  const tell = (progress: PullProgress) => {
    const { id, status } = progress;
    const isNew = statuses.get(id) !== status;
    statuses.set(id, status);
    if (isNew) onLine(id === undefined ? status : `${id}: ${status}`);
    onBytes(addUp(progress));
  };
  await engine.pullImage(reference, {
    signal,
    credentials: await credentials?.get(parseReference(reference).registry, { signal }),
    onProgress: tell,
  });
}
