import { formatModel } from './compose/compose-model.ts';
import { firstDifference } from './compose/difference.ts';
import type { ComposeCli } from './docker/compose-cli.ts';
import type { CallOptions } from './docker/engine.ts';
import { GopdaterError } from './errors.ts';
import type { WatchedProject } from './plan/watched-project.ts';

/**
 * What `docker compose config` says of a project otherwise than gopdater, as a sentence; `undefined` if it says the same,
 * or cannot be asked.
 */
export async function compareWithCompose(
  { project, model }: WatchedProject,
  { compose, signal }: CallOptions & { readonly compose: ComposeCli },
): Promise<string | undefined> {
  if (model === undefined || compose.config === undefined) return undefined;
  const { name, workingDirectory: projectDirectory, files, envFiles, profiles } = project;
  try {
    const printed = await compose.config({ name, projectDirectory, files, envFiles, profiles }, { signal });
    if (printed === undefined) return undefined;
    const difference = firstDifference(JSON.parse(formatModel(model)), JSON.parse(printed));
    return difference && `“docker compose config” reads the files otherwise, and is to be trusted: ${difference}.`;
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    if (error.code === 'COMPOSE_NOT_FOUND') return undefined;
    return `“docker compose config” refuses what gopdater reads, and is to be trusted: ${error.message}`;
  }
}
