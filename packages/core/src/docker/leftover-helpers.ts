import type { CallOptions, Engine } from './engine.ts';
import { helperLabel } from './helper-container.ts';

/**
 * Removes the helpers of a gopdater that was killed: ours from before, as we have only begun, and those of a container that
 * does not run any more. One that still runs is ended: nothing goes on that nobody watches.
 */
export async function removeLeftoverHelpers(
  ownContainerId: string | undefined,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<void> {
  const helpers = await engine.listContainers({ labels: [helperLabel] }, { signal });
  for (const { id, labels } of helpers) {
    const helped = labels[helperLabel] ?? '';
    const isAtWork = helped !== ownContainerId && (await isUp(helped));
    if (!isAtWork) await engine.removeContainer(id, { force: true, volumes: true, signal });
  }

  async function isUp(id: string): Promise<boolean> {
    const container = id === '' ? undefined : await engine.inspectContainer(id, { signal });
    return container !== undefined && ['running', 'restarting', 'paused'].includes(container.state);
  }
}
