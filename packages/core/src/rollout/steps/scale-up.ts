import type { ComposeCli } from '../../docker/compose-cli.ts';
import type { CallOptions, Engine, Image } from '../../docker/engine.ts';
import { isUp } from '../../plan/service-containers.ts';
import type { ScaleUpStep } from '../../plan/step.ts';
import { explainComposeFailure, readService, surprise } from '../service-containers.ts';

/**
 * Lets Compose start containers on the image beside those that are there, until there are so many.
 *
 * What does not run goes first: Compose would start it again in place of a new one.
 *
 * @returns the image
 * @throws GopdaterError `COMPOSE_FAILED` | `ROLLOUT_FAILED` and the engine's
 */
export async function runScaleUp(
  step: ScaleUpStep,
  dependencies: CallOptions & {
    readonly engine: Engine;
    readonly compose: ComposeCli;
    readonly onLine: (line: string) => void;
  },
): Promise<Image> {
  const { project, service, count, hooksMs } = step;
  const { engine, compose, signal, onLine } = dependencies;
  const before = await readService(step, dependencies);
  const { image, onImage, others } = before;
  const all = [...onImage, ...others];
  for (const { id } of all.filter(one => !isUp(one))) await engine.removeContainer(id, { signal });
  const missing = count - onImage.filter(isUp).length;
  if (missing <= 0) return image;
  const up = compose.up(project, [service], {
    noDeps: true,
    noRecreate: true,
    noBuild: true,
    pull: 'never',
    scale: { [service]: all.filter(isUp).length + missing },
    hooksMs,
    signal,
    onLine,
  });
  await up.catch(async (error: unknown) => {
    throw await explainComposeFailure(error, step, before, dependencies);
  });
  const after = await readService(step, dependencies);
  if (after.onImage.length >= count) return image;
  throw surprise(
    `${project.name}/${service} has ${after.onImage.length} containers on ${step.source} instead of ${count}.`,
  );
}
