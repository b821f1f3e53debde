import { GopdaterError } from '../errors.ts';
import { formatLimit } from './time-limit.ts';

/** The status that the daemon refused with; `undefined` when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** The daemon's own words, where it had any. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const body: unknown = 'json' in error ? error.json : undefined;
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim() || error.name;
}

/**
 * What went wrong between us and the daemon, as one of our errors.
 *
 * @param host  as in `DOCKER_HOST`
 */
export function engineError(error: unknown, host: string, signal: AbortSignal | undefined): GopdaterError {
  if (error instanceof GopdaterError) return error;
  if (signal?.aborted) return new GopdaterError('ABORTED', 'The call to the engine was stopped.', { cause: error });
  // A TypeError: not even a request could be made of it.
  if (statusOf(error) !== undefined || error instanceof TypeError) {
    return new GopdaterError('ENGINE_FAILED', `The engine refuses: ${messageOf(error)}.`, { cause: error });
  }
  const socket = host.replace('unix://', '');
  switch (codeOf(error)) {
    case 'EACCES':
      return new GopdaterError('ENGINE_UNREACHABLE', `This user may not use ${socket}.`, {
        hint: `It needs the group that “stat -c %g ${socket}” prints: in group_add of the Compose service, or by “usermod -aG docker”.`,
        cause: error,
      });
    case 'ENOENT':
      return new GopdaterError('ENGINE_UNREACHABLE', `No Docker engine answers at ${host}: there is no such socket.`, {
        hint: 'Start Docker; in a container, mount the engine’s socket there; or say with DOCKER_HOST where it is.',
        cause: error,
      });
    default:
      return new GopdaterError('ENGINE_UNREACHABLE', `No Docker engine answers at ${host}: ${messageOf(error)}.`, {
        hint: 'Start the engine, or say with DOCKER_HOST where it is.',
        cause: error,
      });
  }
}

/** What a call is answered with that the engine does not answer. */
export function engineIsLate(limitMs: number): GopdaterError {
  return new GopdaterError('ENGINE_TIMEOUT', `The engine did not answer within ${formatLimit(limitMs)}.`, {
    hint: 'Look whether “docker ps” answers; if it does not, restart the engine.',
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
