import { GopdaterError } from '../errors.ts';
import type { Clock } from '../time.ts';
import type { ComposeCli, ComposeOptions } from './compose-cli.ts';
import { formatLimit, limitTime } from './time-limit.ts';

/** Starting the command takes up to a second, its answer milliseconds. */
const askMs = 30_000;
/** Compose prints a line for whatever begins or ends; a large layer takes long. */
const pullSilenceMs = 600_000;
/** Where nothing is pulled: a container takes its time to stop, and the engine has its own. */
const upSilenceMs = 120_000;
const defaultGraceMs = 10_000;

/**
 * Compose, except that no command keeps anybody waiting for ever. `up` and `pull` are ended when they fall silent, and
 * have ended before their call rejects: nothing else must be begun beside them.
 */
export function withComposeTimeLimits(compose: ComposeCli, { clock }: { readonly clock: Clock }): ComposeCli {
  const ask = async <T>(
    command: string,
    options: Pick<ComposeOptions, 'signal'> | undefined,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const late = () => composeIsLate(`“docker compose ${command}” did not answer within ${formatLimit(askMs)}.`);
    return await limitTime(call, { clock, limitMs: askMs, late, signal: options?.signal });
  };
  const run = async <T>(
    command: string,
    silenceMs: number,
    options: ComposeOptions | undefined,
    call: (options: Required<ComposeOptions>) => Promise<T>,
  ): Promise<T> => {
    const late = () =>
      composeIsLate(`“docker compose ${command}” printed nothing for ${formatLimit(silenceMs)} and was ended.`);
    return await limitTime(
      (signal, goesOn) => {
        const onLine = (line: string) => {
          goesOn();
          options?.onLine?.(line);
        };
        return call({ signal, onLine });
      },
      { clock, limitMs: silenceMs, late, signal: options?.signal, isAwaited: true },
    );
  };
  return {
    version: () => ask('version', undefined, () => compose.version()),
    up: (project, services, options) => {
      const { pull, graceMs = defaultGraceMs, hooksMs = 0 } = options ?? {};
      const silenceMs = (pull === 'never' ? upSilenceMs + graceMs : pullSilenceMs) + hooksMs;
      return run('up', silenceMs, options, limited => compose.up(project, services, { ...options, ...limited }));
    },
    pull: (project, services, options) =>
      run('pull', pullSilenceMs, options, limited => compose.pull(project, services, limited)),
    configHashes: (project, services, options) =>
      ask('config', options, signal => compose.configHashes(project, services, { signal })),
    networksToReplace: (project, services, options) =>
      ask('--dry-run up', options, signal => compose.networksToReplace(project, services, { signal })),
    ps: project => ask('ps', undefined, () => compose.ps(project)),
  };
}

function composeIsLate(what: string): GopdaterError {
  return new GopdaterError('COMPOSE_TIMEOUT', what, {
    hint: 'Look whether “docker ps” answers, and in the engine’s log what it waits for; then send the hook again.',
  });
}
