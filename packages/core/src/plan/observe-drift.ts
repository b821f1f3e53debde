import type { ComposeProject, ComposeService } from '../compose/project.ts';
import type { ComposeCli, ComposeProjectOptions } from '../docker/compose-cli.ts';
import type { CallOptions, Container, Engine, Image } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { type Drift, describeDrift, hasDrifted, hasStableHash, isBefore230 } from './drift.ts';
import { serviceKey } from './match-services.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, isMeantToRun, runsDigest } from './service-containers.ts';
import type { UnfinishedMove } from './unfinished-moves.ts';

/** What differs; or why Compose cannot tell. */
export type ObservedDrift = Drift | GopdaterError;

/**
 * Files are those of now: the tag that a service moves to is not in them yet. Asks Compose, once for each project with a service that would move, what it would write on the containers now, and
 * looks at those where that is something else.
 */
export async function observeDrift(
  targets: readonly Target[],
  observed: {
    readonly containers: readonly Container[];
    readonly images: ReadonlyMap<string, Image>;
    readonly unfinished: ReadonlyMap<string, UnfinishedMove>;
    readonly composeVersion: string;
  },
  { engine, compose, signal }: CallOptions & { readonly engine: Engine; readonly compose: ComposeCli },
): Promise<ReadonlyMap<string, ObservedDrift>> {
  const drift = new Map<string, ObservedDrift>();
  const readings = targets.map(target => ({ ...target, ...target.tagMove?.before }));
  for (const project of new Set(readings.map(target => target.project))) {
    const ofProject = readings.filter(target => target.project === project);
    const moving = ofProject.flatMap(({ service, digest, tagMove }) => {
      const containers = containersOf(observed.containers, project.name, service.name).filter(isMeantToRun);
      const moves = digest !== undefined && containers.some(one => !runsDigest(one, digest, observed.images));
      // What was looked at before it was begun differs by what was begun.
      const isBegun = tagMove !== undefined && observed.unfinished.has(serviceKey({ project, service }));
      return moves ? [{ service, containers: isBegun ? [] : containers }] : [];
    });
    if (moving.length === 0) continue;
    const answer = await askCompose(
      project,
      moving.map(({ service }) => service),
      { compose, signal, composeVersion: observed.composeVersion },
    );
    for (const { service, containers } of moving) {
      const key = serviceKey({ project, service });
      if (answer instanceof GopdaterError) drift.set(key, answer);
      if (answer instanceof GopdaterError) continue;
      const container = containers.find(one => hasDrifted(one, answer.get(service.name)));
      const details = container && (await engine.inspectContainer(container.id, { signal }));
      if (container === undefined || details === undefined) continue;
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
async function askCompose(
  project: ComposeProject,
  services: readonly ComposeService[],
  { compose, signal, composeVersion }: CallOptions & { readonly compose: ComposeCli; readonly composeVersion: string },
): Promise<ReadonlyMap<string, string> | GopdaterError> {
  const options = composeOptions(project);
  const nameOf = ({ name }: ComposeService) => name;
  const told = services.filter(service => service.enabled && hasStableHash(service, composeVersion));
  try {
    const [hashes, networks] = await Promise.all([
      told.length === 0 ? new Map<string, string>() : compose.configHashes(options, told.map(nameOf), { signal }),
      isBefore230(composeVersion) ? [] : compose.networksToReplace(options, services.map(nameOf), { signal }),
    ]);
    return networks.length === 0 ? hashes : networksDiffer(project, networks);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'COMPOSE_FAILED') {
      return new GopdaterError('COMPOSE_FAILED', error.message, { cause: error });
    }
    throw error;
  }
}

function networksDiffer(project: ComposeProject, networks: readonly string[]): GopdaterError {
  return new GopdaterError(
    'PROJECT_DIFFERS',
    `The files of ${project.name} say something else of network ${networks.join(', ')} than when it was made: Compose would stop what is in it to make it again.`,
    { hint: 'Run “docker compose up -d” there yourself, once, when that may be.' },
  );
}
