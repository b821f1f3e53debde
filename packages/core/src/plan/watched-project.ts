import type { ComposeModel } from '../compose/compose-model.ts';
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
}
