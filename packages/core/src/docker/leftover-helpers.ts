import type { CallOptions, Engine } from './engine.ts';
import { helperLabel } from './helper-container.ts';
import { selfUpdateLabel } from './self-update.ts';

/**
 * Removes the helpers of a gopdater that was killed: ours from before, as we have only begun, and those of a container that
 * does not run any more. One that still runs is ended: nothing goes on that nobody watches. What updates gopdater itself
 * looks after itself as long as it is up.
 */
export async function removeLeftoverHelpers(
  ownContainerId: string | undefined,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<void> {
  const helpers = await engine.listContainers({ labels: [helperLabel] }, { signal });
  for (const { id, labels } of helpers) {
    const helped = labels[helperLabel] ?? '';
    const isAtWork = helped !== ownContainerId && (await isUp(helped));
    if (!isAtWork) await remove(id);
  }
  const selfUpdates = await engine.listContainers({ labels: [selfUpdateLabel] }, { signal });
  for (const { id, state } of selfUpdates) if (!up.has(state)) await remove(id);

  async function remove(id: string): Promise<void> {
    await engine.removeContainer(id, { force: true, volumes: true, signal });
  }
  async function isUp(id: string): Promise<boolean> {
    const container = id === '' ? undefined : await engine.inspectContainer(id, { signal });
    return container !== undefined && up.has(container.state);
  }
}

const up: ReadonlySet<string> = new Set(['running', 'restarting', 'paused']);
