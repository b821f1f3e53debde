import type { Clock } from '../time.ts';
import type { CallOptions, Engine } from './engine.ts';
import { engineIsLate } from './engine-error.ts';
import { pullFailed } from './pull-progress.ts';
import { formatLimit, limitTime } from './time-limit.ts';

/** A question is answered within milliseconds; on a machine that is overloaded within seconds. */
const readMs = 30_000;
/** Whatever removes or writes waits for disks and for the engine's locks. */
const actMs = 120_000;
/** What Docker gives a container to end. One that was made with more must be given more by the caller. */
const defaultGraceMs = 10_000;
/** A large layer takes long, but says so all the time. */
const silenceMs = 600_000;

/** The engine, except that it does not keep anybody waiting for ever: not even when the daemon hangs. */
export function withTimeLimits(engine: Engine, { clock }: { readonly clock: Clock }): Engine {
  const within = async <T>(
    limitMs: number,
    options: CallOptions | undefined,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const late = () => engineIsLate(limitMs);
    return await limitTime(call, { clock, limitMs, late, signal: options?.signal });
  };
  return {
    version: options => within(readMs, options, signal => engine.version({ ...options, signal })),
    listContainers: (filter, options) =>
      within(readMs, options, signal => engine.listContainers(filter, { ...options, signal })),
    inspectContainer: (id, options) =>
      within(readMs, options, signal => engine.inspectContainer(id, { ...options, signal })),
    stopContainer: (id, options) =>
      within((options?.graceMs ?? defaultGraceMs) + actMs, options, signal =>
        engine.stopContainer(id, { ...options, signal }),
      ),
    createContainer: (spec, options) =>
      within(actMs, options, signal => engine.createContainer(spec, { ...options, signal })),
    startContainer: (id, options) =>
      within(actMs, options, signal => engine.startContainer(id, { ...options, signal })),
    // Both take as long as the container does: who runs it limits that.
    waitContainer: (id, options) => engine.waitContainer(id, options),
    followLogs: (id, options) => engine.followLogs(id, options),
    removeContainer: (id, options) =>
      within(actMs, options, signal => engine.removeContainer(id, { ...options, signal })),
    // It is silent as long as nothing happens.
    watchContainers: (filter, options) => engine.watchContainers(filter, options),
    readLogs: (id, options) => within(readMs, options, signal => engine.readLogs(id, { ...options, signal })),
    inspectImage: (reference, options) =>
      within(readMs, options, signal => engine.inspectImage(reference, { ...options, signal })),
    listImages: (repository, options) =>
      within(readMs, options, signal => engine.listImages(repository, { ...options, signal })),
    removeImage: (reference, options) =>
      within(actMs, options, signal => engine.removeImage(reference, { ...options, signal })),
    pullImage: (reference, options) =>
      limitTime(
        (signal, goesOn) =>
          engine.pullImage(reference, {
            ...options,
            signal,
            onProgress: progress => {
              goesOn();
              options?.onProgress?.(progress);
            },
          }),
        {
          clock,
          limitMs: silenceMs,
          late: () => pullFailed(reference, `nothing came for ${formatLimit(silenceMs)}`),
          signal: options?.signal,
        },
      ),
    tagImage: (source, target, options) =>
      within(actMs, options, signal => engine.tagImage(source, target, { ...options, signal })),
  };
}
