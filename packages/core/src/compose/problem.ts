import { GopdaterError } from '../errors.ts';
import type { Place } from './node.ts';
import { formatPlace } from './tree.ts';

const schemaHint = 'Compare it with the Compose Specification, or run `docker compose config`.';

/** What is wrong at a place of a compose file: `FILE:LINE:COLUMN: WHAT`. */
export function invalid(where: Place, what: string, hint: string = schemaHint, cause?: unknown): GopdaterError {
  return new GopdaterError('COMPOSE_FILE_INVALID', `${formatPlace(where)}: ${what}`, { hint, cause });
}

/** What is wrong with a project, or with a file as a whole. */
export function invalidProject(what: string, hint: string = schemaHint, cause?: unknown): GopdaterError {
  return new GopdaterError('COMPOSE_FILE_INVALID', what, { hint, cause });
}
