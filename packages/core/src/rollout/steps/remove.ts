import { composeLabels } from '../../docker/compose-labels.ts';
import type { CallOptions, Container, Engine } from '../../docker/engine.ts';
import { isUp } from '../../plan/service-containers.ts';
import type { RemoveStep } from '../../plan/step.ts';
import { readService } from '../service-containers.ts';

/**
 * Stops and removes containers of the service that run another image, by id, until so few are left: first those that do
 * not run, then the oldest.
 */
export async function runRemove(
  step: RemoveStep,
  { engine, signal, onLine }: CallOptions & { readonly engine: Engine; readonly onLine: (line: string) => void },
): Promise<void> {
  const { keep, replicas, graceMs } = step;
  const { onImage, others } = await readService(step, { engine, signal });
  const staying = Math.max(0, Math.min(keep, replicas - onImage.filter(isUp).length));
  const leaving = [...others]
    .sort((a, b) => Number(isUp(a)) - Number(isUp(b)) || numberOf(a) - numberOf(b))
    .slice(0, others.length - staying);
  await Promise.all(
    leaving.map(async ({ id, name }) => {
      onLine(`Container ${name} Stopping`);
      await engine.stopContainer(id, { graceMs, signal });
      await engine.removeContainer(id, { signal });
      onLine(`Container ${name} Removed`);
    }),
  );
}

function numberOf({ labels }: Container): number {
  return Number(labels[composeLabels.number] ?? 0);
}
