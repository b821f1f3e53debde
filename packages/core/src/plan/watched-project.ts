import type { ComposeModel } from '../compose/compose-model.ts';
import type { LoadedProject } from '../compose/load.ts';
import type { LoadOptions } from '../compose/load-options.ts';
import type { ComposeProject } from '../compose/project.ts';
import type { GopdaterError } from '../errors.ts';

/** A project, and what keeps gopdater from acting on it, if anything does. */
export interface WatchedProject {
  readonly project: ComposeProject;
  /** What `docker compose config` should print of it; `undefined` if its files could not be read. */
  readonly model?: ComposeModel | undefined;
  readonly obstacle: GopdaterError | undefined;
  /** Sentences about what Compose copes with, e.g. a variable that is not set. */
  readonly warnings: readonly string[];
  /** Where it was read from; `undefined` if it could not be. */
  readonly source?: ProjectOrigin | undefined;
}

/** What a project was read from, so that it can be read again as if some files were others. */
export interface ProjectOrigin extends Pick<LoadOptions, 'environment'> {
  /** @throws GopdaterError as `loadProject` */
  loadWith(texts: NonNullable<LoadOptions['texts']>): Promise<LoadedProject>;
  /** As `ProjectReader.explainUneditable`. */
  explainUneditable(file: string): Promise<GopdaterError | undefined>;
}
