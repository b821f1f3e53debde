import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, ContainerDetails, Engine } from '../docker/engine.ts';
import type { Clock } from '../time.ts';

/** The longest that a container may have been given to end. */
const longestGraceMs = 600_000;
/** The engine remembers the end of what has just ended, and tells it at once; if not, nobody knows more. */
const patienceMs = 1_000;

/**
 * Whether somebody has stopped, killed or paused a container, or is removing it: its end followed a signal that was sent
 * through the engine. Nobody here sends one to what is looked at. `false` where the engine does not say.
 */
export async function wasStopped(
  { id, state, endedAt, settings }: ContainerDetails,
  { engine, clock, signal }: CallOptions & { readonly engine: Engine; readonly clock: Clock },
): Promise<boolean> {
  if (state === 'paused' || state === 'removing') return true;
  if (endedAt === undefined) return false;
  const labels = [composeLabels.project, composeLabels.service].map(name => `${name}=${settings.labels[name] ?? ''}`);
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const limit = clock.sleep(patienceMs, { signal: either }).then(() => false);
  const read = async () => {
    let wasSignalled = false;
    const since = endedAt - longestGraceMs;
    for await (const { id: whose, action, at } of engine.watchContainers({ labels }, { since, signal: either })) {
      if (whose !== id) continue;
      if (action === 'start') wasSignalled = false;
      if (action === 'kill') wasSignalled = true;
      if (action === 'die' && at >= endedAt) return wasSignalled;
    }
    return false;
  };
  try {
    return await Promise.race([read().catch(() => false), limit]);
  } finally {
    over.abort();
  }
}
