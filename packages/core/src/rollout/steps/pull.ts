import type { Engine, PullProgress } from '../../docker/engine.ts';
import { parseReference } from '../../image/reference.ts';
import type { PullStep } from '../../plan/step.ts';
import type { CredentialStore } from '../../registry/credentials.ts';

/** @throws GopdaterError `PULL_FAILED` and the engine's */
export async function runPull(
  { reference }: PullStep,
  dependencies: {
    readonly engine: Engine;
    readonly credentials?: CredentialStore | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onLine: (line: string) => void;
  },
): Promise<void> {
  const { engine, credentials, signal, onLine } = dependencies;
  await engine.pullImage(reference, {
    signal,
    credentials: await credentials?.get(parseReference(reference).registry, { signal }),
    onProgress: progress => onLine(formatProgress(progress)),
  });
}

function formatProgress({ id, status, current, total }: PullProgress): string {
  const share = current !== undefined && total !== undefined ? ` ${current}/${total} bytes` : '';
  return `${id === undefined ? '' : `${id}: `}${status}${share}`;
}
