import type { ComposeProject } from '../compose/project.ts';
import type { ComposeCli, ComposeProjectOptions } from '../docker/compose-cli.ts';
import type { CallOptions, Container, Engine, Image } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { type Drift, describeDrift, hasDrifted, hasStableHash } from './drift.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, isMeantToRun, runsDigest } from './service-containers.ts';

/** What differs; or why Compose cannot tell. */
export type ObservedDrift = Drift | GopdaterError;

/**
 * Asks Compose, once for each project with a service that would move, what it would write on the containers now, and
 * looks at those where that is something else.
 */
export async function observeDrift(
  targets: readonly Target[],
  observed: {
    readonly containers: readonly Container[];
    readonly images: ReadonlyMap<string, Image>;
    readonly composeVersion: string;
  },
  { engine, compose, signal }: CallOptions & { readonly engine: Engine; readonly compose: ComposeCli },
): Promise<ReadonlyMap<string, ObservedDrift>> {
  const drift = new Map<string, ObservedDrift>();
  for (const project of new Set(targets.map(target => target.project))) {
    const ofProject = targets.filter(target => target.project === project);
    const moving = ofProject.flatMap(({ service, digest }) => {
      const containers = containersOf(observed.containers, project.name, service.name).filter(isMeantToRun);
      const moves = digest !== undefined && containers.some(one => !runsDigest(one, digest, observed.images));
      const isTold = service.enabled && hasStableHash(service, observed.composeVersion);
      return moves && isTold ? [{ service, containers }] : [];
    });
    if (moving.length === 0) continue;
    const hashes = await askHashes(
      project,
      moving.map(({ service }) => service.name),
      { compose, signal },
    );
    for (const { service, containers } of moving) {
      const key = `${project.name}/${service.name}`;
      const container =
        hashes instanceof GopdaterError ? undefined : containers.find(one => hasDrifted(one, hashes.get(service.name)));
      if (hashes instanceof GopdaterError) drift.set(key, hashes);
      if (container === undefined) continue;
      const details = await engine.inspectContainer(container.id, { signal });
      if (details === undefined) continue;
      const { composeVersion, images } = observed;
      const image = images.get(container.imageId)?.config;
      drift.set(key, describeDrift(service, { container, details, image, composeVersion }));
    }
  }
  return drift;
}

/** What Compose needs to be told of a project. */
export function composeOptions({
  name,
  workingDirectory,
  files,
  envFiles,
  profiles,
}: ComposeProject): ComposeProjectOptions {
  return { name, projectDirectory: workingDirectory, files, envFiles, profiles };
}

/** What Compose refuses here, it would refuse in the middle of the update, too. */
async function askHashes(
  project: ComposeProject,
  services: readonly string[],
  { compose, signal }: CallOptions & { readonly compose: ComposeCli },
): Promise<ReadonlyMap<string, string> | GopdaterError> {
  try {
    return await compose.configHashes(composeOptions(project), services, { signal });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'COMPOSE_FAILED') {
      return new GopdaterError('COMPOSE_FAILED', error.message, { cause: error });
    }
    throw error;
  }
}
