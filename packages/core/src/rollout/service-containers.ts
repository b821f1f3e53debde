import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, Container, Engine, Image } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { containersOf, isUp } from '../plan/service-containers.ts';
import type { RecreateStep } from '../plan/step.ts';

/** A service of a project, and the image that a step is about. */
export type ServiceImage = Pick<RecreateStep, 'project' | 'service' | 'source'>;

/** The service's containers as they are now: those on the image and the others, in any state. */
export interface ServiceContainers {
  readonly image: Image;
  readonly onImage: readonly Container[];
  readonly others: readonly Container[];
}

/** @throws GopdaterError `ROLLOUT_FAILED` when the image has left the engine, and the engine's */
export async function readService(
  { project, service, source }: ServiceImage,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<ServiceContainers> {
  const [image, list] = await Promise.all([
    engine.inspectImage(source, { signal }),
    engine.listContainers({ labels: [`${composeLabels.project}=${project.name}`] }, { signal }),
  ]);
  if (image === undefined) throw new GopdaterError('ROLLOUT_FAILED', `${source} has left the engine meanwhile.`);
  const containers = containersOf(list, project.name, service);
  return {
    image,
    onImage: containers.filter(({ imageId }) => imageId === image.id),
    others: containers.filter(({ imageId }) => imageId !== image.id),
  };
}

/** Why Compose failed: for the version's own fault, or since the engine refused, e.g. as its disk is full. */
export async function explainComposeFailure(
  error: unknown,
  step: ServiceImage,
  before: ServiceContainers,
  dependencies: CallOptions & { readonly engine: Engine },
): Promise<unknown> {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'COMPOSE_FAILED') return error;
  const { onImage } = await readService(step, dependencies);
  const upBefore = new Set(before.onImage.filter(isUp).map(({ id }) => id));
  const made = onImage.filter(({ id }) => !upBefore.has(id));
  const couldRun = onImage.some(isUp);
  const blames = await Promise.all(made.map(async ({ id }) => await isVersionsFault(id, couldRun, dependencies)));
  return blames.some(Boolean) ? error : new GopdaterError('ENGINE_FAILED', error.message, { cause: error });
}

/** As a shell has it: a command that cannot be run, or is not there. */
const commandFailed: ReadonlySet<number> = new Set([126, 127]);

/**
 * Nothing is said against a version by a container that nobody got to start; nor by one that the engine could not start,
 * whatever that was for, where another one of the version runs.
 */
async function isVersionsFault(
  id: string,
  couldRun: boolean,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<boolean> {
  const container = await engine.inspectContainer(id, { signal });
  if (container === undefined) return false;
  const { state, exitCode } = container;
  if (state !== 'created' || commandFailed.has(exitCode)) return true;
  return exitCode !== 0 && !couldRun;
}

/** Somebody else acted on the service, too. */
export function surprise(what: string): GopdaterError {
  return new GopdaterError('ROLLOUT_FAILED', what, {
    hint: 'Something else changed the tag or the container meanwhile; send the hook again.',
  });
}
