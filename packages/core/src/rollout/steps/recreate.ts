import type { ComposeCli } from '../../docker/compose-cli.ts';
import { composeLabels } from '../../docker/compose-labels.ts';
import type { Engine, Image } from '../../docker/engine.ts';
import { GopdaterError } from '../../errors.ts';
import type { RecreateStep } from '../../plan/plan.ts';
import { containersOf } from '../../plan/service-containers.ts';

/**
 * Lets Compose replace a service's containers, then looks whether they have that image.
 *
 * @returns that image
 * @throws GopdaterError `COMPOSE_FAILED` | `ROLLOUT_FAILED` and the engine's
 */
export async function runRecreate(
  { project, service, source, scale }: RecreateStep,
  dependencies: {
    readonly engine: Engine;
    readonly compose: ComposeCli;
    readonly signal?: AbortSignal | undefined;
    readonly onLine: (line: string) => void;
  },
): Promise<Image> {
  const { engine, compose, signal, onLine } = dependencies;
  await compose.up(project, [service], {
    noDeps: true,
    noBuild: true,
    pull: 'never',
    ...(scale === undefined ? {} : { scale: { [service]: scale } }),
    signal,
    onLine,
  });

  const name = `${project.name}/${service}`;
  const [image, list] = await Promise.all([
    engine.inspectImage(source, { signal }),
    engine.listContainers({ labels: [`${composeLabels.project}=${project.name}`] }, { signal }),
  ]);
  const containers = containersOf(list, project.name, service);
  if (image === undefined) throw new GopdaterError('ROLLOUT_FAILED', `${source} has left the engine meanwhile.`);
  if (containers.length === 0) throw new GopdaterError('ROLLOUT_FAILED', `${name} has no container after its update.`);
  for (const container of containers) {
    if (container.imageId !== image.id) {
      throw new GopdaterError(
        'ROLLOUT_FAILED',
        `${container.name} runs another image than ${source} after its update.`,
        {
          hint: 'Something else changed the tag or the container meanwhile; send the hook again.',
        },
      );
    }
  }
  return image;
}
