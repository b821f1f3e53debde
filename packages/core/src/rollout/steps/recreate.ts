import type { ComposeCli } from '../../docker/compose-cli.ts';
import { composeLabels } from '../../docker/compose-labels.ts';
import type { CallOptions, Engine, Image } from '../../docker/engine.ts';
import type { RecreateStep } from '../../plan/step.ts';
import { explainComposeFailure, readService, type ServiceContainers, surprise } from '../service-containers.ts';

interface Dependencies extends CallOptions {
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly onLine: (line: string) => void;
}

/**
 * Lets Compose replace a service's containers, then looks whether they have that image.
 *
 * @returns that image
 * @throws GopdaterError `COMPOSE_FAILED` | `ROLLOUT_FAILED` and the engine's
 */
export async function runRecreate(step: RecreateStep, dependencies: Dependencies): Promise<Image> {
  const { project, service, source, scale, graceMs, hooksMs } = step;
  const { compose, signal, onLine } = dependencies;
  const before = await readService(step, dependencies);
  await removeLeftovers(before, dependencies);
  const up = compose.up(project, [service], {
    noDeps: true,
    noBuild: true,
    pull: 'never',
    ...(scale === undefined ? {} : { scale: { [service]: scale } }),
    graceMs,
    hooksMs,
    signal,
    onLine,
  });
  await up.catch(async (error: unknown) => {
    throw await explainComposeFailure(error, step, before, dependencies);
  });
  const { image, onImage, others } = await readService(step, dependencies);
  const [other] = others;
  if (other !== undefined) throw surprise(`${other.name} has another image after its update to ${source}.`);
  if (onImage.length === 0)
    throw surprise(`${project.name}/${service} has no container after its update to ${source}.`);
  return image;
}

/**
 * Containers that Compose made in another's place and never got to start, as it was killed or could not: Compose itself
 * would go on with them under their temporary names.
 */
async function removeLeftovers(
  { onImage, others }: ServiceContainers,
  { engine, signal }: Dependencies,
): Promise<void> {
  for (const { id, state, labels } of [...onImage, ...others]) {
    if (state === 'created' && composeLabels.replace in labels) await engine.removeContainer(id, { signal });
  }
}
