import type { GopdaterError } from '../errors.ts';
import { defaultCompat } from './compat.ts';
import { type ComposeModel, createModel } from './compose-model.ts';
import { createDisk, type Disk, withTexts } from './disk.ts';
import { type Environment, lookupIn } from './environment.ts';
import { createFiles } from './files.ts';
import type { LoadOptions } from './load-options.ts';
import { locate } from './locate.ts';
import { completeModel, type ModelFiles, readWritten } from './model.ts';
import { projectName } from './name.ts';
import { normalizeResources } from './normalize.ts';
import { activeProfiles } from './profiles.ts';
import type { ComposeProject } from './project.ts';
import { createServices } from './services.ts';
import { entriesOf, entryOf, withoutEntries } from './tree.ts';

export interface LoadedProject extends ComposeProject {
  /** What `docker compose config` prints of it. */
  readonly model: ComposeModel;
  /** What is wrong with the files now; then this is the project as it was when they were right. */
  readonly problem?: GopdaterError | undefined;
  /** Sentences about what Compose copes with, e.g. a variable that is not set. */
  readonly warnings: readonly string[];
}

/**
 * Reads a project from its compose files, as `docker compose config` does, without Docker.
 *
 * Whatever it does not understand it refuses.
 *
 * @throws GopdaterError `COMPOSE_FILE_NOT_FOUND` | `COMPOSE_FILE_INVALID`, with file, line and what is wrong
 * @see Compose Specification
 */
export async function loadProject(options: LoadOptions, realDisk: Disk = createDisk()): Promise<LoadedProject> {
  const { compat = defaultCompat, texts = {} } = options;
  const disk = withTexts(realDisk, texts);
  const { files, environment, workingDirectory, envFiles, warnings } = await locate(options, compat, disk);
  const lookup = lookupIn(environment);
  const sources = createFiles(disk);
  const documents = (await Promise.all(files.map(file => sources.documents(file)))).flat();
  const name = projectName({ asked: options.name, lookup, documents, workingDirectory });
  const named: Environment = new Map([...environment, ['COMPOSE_PROJECT_NAME', name]]);
  const profiles = activeProfiles(options.profiles ?? [], lookup);

  const unset = new Set<string>();
  const projectFiles: ModelFiles = {
    paths: files,
    directory: workingDirectory,
    filesDirectory: workingDirectory,
    home: environment.get('HOME'),
    environment: named,
    onUnset: variable => unset.add(variable),
    files: sources,
    compat,
    count: { files: 0 },
    chain: [],
  };
  const written = await readWritten(projectFiles);
  const resources = await completeModel(
    withoutEntries(written, key => key === 'services'),
    projectFiles,
  );
  const { services, used } = await createServices(entriesOf(entryOf(written, 'services')), resources, {
    ...projectFiles,
    profiles,
    disk,
  });
  const enabled = Array.from(services.values()).filter(service => service.enabled);
  const normal = normalizeResources(resources, name, used);
  return {
    name,
    workingDirectory,
    files,
    envFiles,
    profiles,
    services,
    model: createModel(normal, { name, services: enabled, used, compat }),
    warnings: [
      ...warnings,
      ...Array.from(unset, variable => `The variable ${variable} is not set; it is taken as empty.`),
    ],
  };
}
