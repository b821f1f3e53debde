import type { LoadOptions } from '../compose/load-options.ts';
import type { ComposeProject } from '../compose/project.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, Engine } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { brokenEdit } from './broken-edit.ts';
import { createPlainReader, type ProjectReader } from './project-reader.ts';
import { loadRunningProjects } from './running-projects.ts';
import { isServiceContainer } from './service-containers.ts';
import { explainInvisible } from './visibility.ts';
import type { WatchedProject } from './watched-project.ts';

/** Which projects are watched: these, or whatever runs. */
export type ProjectSource = readonly LoadOptions[] | RunningProjects;

/** What projects are found and read through. */
export interface LoadDependencies extends CallOptions {
  readonly engine: Engine;
  /** Default: files are read where this process runs. */
  readonly reader?: ProjectReader | undefined;
}

/** The projects of the running containers, found by the labels that Compose put on them. */
export interface RunningProjects {
  readonly kind: 'running';
  /** What their files are interpolated with, besides their `.env`. */
  readonly environment: LoadOptions['environment'];
}

/**
 * Reads the watched projects' files, as they are now.
 *
 * A project that was named must be readable. One that was found running may be not: then it is known by its containers
 * alone and has an obstacle.
 *
 * @throws GopdaterError `COMPOSE_FILE_NOT_FOUND` | `COMPOSE_FILE_INVALID`; for running projects also the engine's
 */
export async function loadProjects(
  source: ProjectSource,
  { engine, reader = createPlainReader(), signal }: LoadDependencies,
): Promise<readonly WatchedProject[]> {
  if (!('kind' in source)) {
    const loaded = await Promise.all(
      source.map(async options => ({ options, project: await reader.load(options, { signal }) })),
    );
    refuseSameName(loaded.map(({ project }) => project));
    return loaded.map(({ options, project }) => ({
      project,
      model: project.model,
      obstacle: brokenEdit(project),
      warnings: project.warnings,
      source: {
        environment: options.environment,
        loadWith: async texts => await reader.load({ ...options, texts }, { signal }),
        explainUneditable: async file => await reader.explainUneditable(file),
      },
    }));
  }
  const containers = await engine.listContainers({ labels: [composeLabels.project] }, { signal });
  return await loadRunningProjects(containers, source.environment, { reader, signal });
}

/**
 * {@link loadProjects}, and for each project whether Compose would see the paths that its containers were started with.
 *
 * @throws GopdaterError as {@link loadProjects}, and the engine's
 */
export async function checkProjects(
  source: ProjectSource,
  dependencies: LoadDependencies,
): Promise<readonly WatchedProject[]> {
  const { engine, signal } = dependencies;
  const [watched, containers] = await Promise.all([
    loadProjects(source, dependencies),
    engine.listContainers({ labels: [composeLabels.project] }, { signal }),
  ]);
  return watched.map(({ obstacle, ...rest }) => ({
    ...rest,
    obstacle: obstacle ?? explainInvisible(rest.project, containers.filter(isServiceContainer)),
  }));
}

/** Two projects of one name are one to Compose: it would take the containers of the one for orphans of the other. */
function refuseSameName(projects: readonly ComposeProject[]): void {
  for (const [index, { name, workingDirectory }] of projects.entries()) {
    const twin = projects.slice(0, index).find(other => other.name === name);
    if (twin === undefined) continue;
    throw new GopdaterError(
      'COMPOSE_FILE_INVALID',
      `Two projects have the name ${name}: ${twin.workingDirectory} and ${workingDirectory}.`,
      {
        hint: 'Give one of them another “name:”, and set no COMPOSE_PROJECT_NAME; several files of one project go into one list, a.yml:b.yml.',
      },
    );
  }
}
