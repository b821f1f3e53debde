import type { LoadedProject } from '../compose/load.ts';
import { GopdaterError } from '../errors.ts';

/** Nothing is deployed from files that are wrong, although it is known what they were. */
export function brokenEdit({ name, problem }: LoadedProject): GopdaterError | undefined {
  if (problem === undefined) return undefined;
  const message = `The files of ${name} are wrong now, and nothing is deployed from them: ${problem.message}`;
  return new GopdaterError(problem.code, message, { ...(problem.hint && { hint: problem.hint }), cause: problem });
}
