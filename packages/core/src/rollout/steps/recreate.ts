import type { ComposeCli } from '../../docker/compose-cli.ts';
import { composeLabels } from '../../docker/compose-labels.ts';
import type { CallOptions, Container, Engine, Image } from '../../docker/engine.ts';
import { GopdaterError } from '../../errors.ts';
import type { RecreateStep } from '../../plan/plan.ts';
import { containersOf } from '../../plan/service-containers.ts';

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
  const { project, service, source, scale } = step;
  const { engine, compose, signal, onLine } = dependencies;
  await removeLeftovers(step, dependencies);
  await compose.up(project, [service], {
    noDeps: true,
    noBuild: true,
    pull: 'never',
    ...(scale === undefined ? {} : { scale: { [service]: scale } }),
    signal,
    onLine,
  });

  const [image, containers] = await Promise.all([
    engine.inspectImage(source, { signal }),
    listService(step, dependencies),
  ]);
  if (image === undefined) throw new GopdaterError('ROLLOUT_FAILED', `${source} has left the engine meanwhile.`);
  const [other] = containers.filter(({ imageId }) => imageId !== image.id);
  if (other === undefined && containers.length > 0) return image;
  const what = other === undefined ? `${project.name}/${service} has no container` : `${other.name} has another image`;
  throw new GopdaterError('ROLLOUT_FAILED', `${what} after its update to ${source}.`, {
    hint: 'Something else changed the tag or the container meanwhile; send the hook again.',
  });
}

/**
 * Containers that Compose made in another's place and never got to start, as it was killed or could not: Compose itself
 * would go on with them under their temporary names.
 */
async function removeLeftovers(step: RecreateStep, dependencies: Dependencies): Promise<void> {
  const { engine, signal } = dependencies;
  const containers = await listService(step, dependencies);
  const leftovers = containers.filter(({ state, labels }) => state === 'created' && composeLabels.replace in labels);
  for (const { id } of leftovers) await engine.removeContainer(id, { signal });
}

async function listService(
  { project, service }: RecreateStep,
  { engine, signal }: Pick<Dependencies, 'engine' | 'signal'>,
): Promise<readonly Container[]> {
  const list = await engine.listContainers({ labels: [`${composeLabels.project}=${project.name}`] }, { signal });
  return containersOf(list, project.name, service);
}
