import { formatRepository, parseReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';
import { createRequest } from './create-request.ts';
import { type default as Docker, loadDockerode } from './dockerode.ts';
import type { CallOptions, Container, ContainerEvent, Engine, EngineVersion, PullOptions } from './engine.ts';
import { defaultEngineHost, parseEngineHost } from './engine-address.ts';
import { engineError, engineIsLate, messageOf, statusOf } from './engine-error.ts';
import { detailsOf, imageOf, isState } from './inspect-answers.ts';
import { linesOf } from './lines.ts';
import { logLinesOf, parseLog } from './log-frames.ts';
import { pullFailed, readPullProgress } from './pull-progress.ts';
import { registryAuthOf } from './registry-auth.ts';
import { untilAborted } from './until-aborted.ts';

/** Where the engine is. */
export interface DockerodeEngineOptions {
  /** What `DOCKER_HOST` holds; default `unix:///var/run/docker.sock`. */
  readonly host?: string | undefined;
  /** For every question, in milliseconds; four times that for what acts, none for a pull. Default 30_000. */
  readonly timeoutMs?: number | undefined;
  /** PEM texts for TLS, as `DOCKER_CERT_PATH` holds them. Default: no TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
}

/** What Docker gives a container to end. */
const defaultGraceMs = 10_000;

/** The newest API version whose answers this file was tried with. */
const newestApiVersion = '1.51';

/**
 * An engine that listens at an address.
 *
 * The API version is agreed on with the first call: what the daemon speaks, 1.51 at most.
 *
 * @throws GopdaterError `CONFIG_INVALID` for an address that is none
 */
export function createDockerodeEngine({
  host = defaultEngineHost,
  timeoutMs = 30_000,
  tls,
}: DockerodeEngineOptions = {}): Engine {
  const address = parseEngineHost(host, { tls: tls !== undefined });
  const connection =
    address.kind === 'socket'
      ? { socketPath: address.socketPath }
      : { protocol: address.protocol, host: address.host, port: address.port, ...tls };
  // Whatever removes or writes waits for disks and for the engine’s locks.
  const actingMs = timeoutMs * 4;
  let agreed: Promise<Docker> | undefined;

  const connect = async (): Promise<Docker> => {
    const Client = await loadDockerode();
    // Its own time limit only closes the connection that nobody waits for any more.
    const version = await agreeOnVersion(new Client({ ...connection, timeout: 2 * timeoutMs }), timeoutMs);
    return new Client({ ...connection, version });
  };
  const client = async (): Promise<Docker> => {
    agreed ??= connect();
    try {
      return await agreed;
    } catch (error) {
      agreed = undefined;
      throw error;
    }
  };
  const run = async <T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> => {
    try {
      return await untilAborted(signal, work);
    } catch (error) {
      throw engineError(error, host, signal);
    }
  };
  const call = async <T>(
    { signal }: CallOptions,
    use: (docker: Docker, options: { abortSignal: AbortSignal }) => Promise<T>,
    { limitMs = timeoutMs }: { readonly limitMs?: number } = {},
  ): Promise<T> => {
    return await run(
      signal,
      inTime(limitMs, signal, async abortSignal => await use(await client(), { abortSignal })),
    );
  };

  return {
    version: async (options = {}): Promise<EngineVersion> =>
      await call(options, async docker => {
        const answer = await docker.version();
        return { version: answer.Version, apiVersion: answer.ApiVersion };
      }),
    listContainers: async ({ labels }, options = {}) =>
      await call(options, async (docker, abortable) => {
        const list = await docker.listContainers({ all: true, filters: { label: [...labels] }, ...abortable });
        return list.map(containerOf);
      }),
    inspectContainer: async (id, options = {}) =>
      await call(options, async docker => {
        const info = await unless([404], docker.getContainer(id).inspect());
        return info && detailsOf(info);
      }),
    stopContainer: async (id, { graceMs, ...options } = {}) =>
      await call(
        options,
        async (docker, abortable) => {
          const grace = graceMs === undefined ? {} : { t: Math.ceil(graceMs / 1000) };
          await unless([304, 404], docker.getContainer(id).stop({ ...grace, ...abortable }));
        },
        { limitMs: actingMs + (graceMs ?? defaultGraceMs) },
      ),
    createContainer: async (spec, options = {}) =>
      await call(options, async docker => (await docker.createContainer(createRequest(spec))).id, {
        limitMs: actingMs,
      }),
    startContainer: async (id, options = {}) =>
      await call(
        options,
        async docker => {
          await unless([304], docker.getContainer(id).start());
        },
        { limitMs: actingMs },
      ),
    waitContainer: async (id, { signal } = {}) =>
      await run(
        signal,
        (async () => {
          const abortable = signal === undefined ? {} : { abortSignal: signal };
          const { StatusCode: exitCode } = objectOf(await (await client()).getContainer(id).wait(abortable));
          return typeof exitCode === 'number' ? exitCode : -1;
        })(),
      ),
    removeContainer: async (id, { force = false, volumes = false, ...options } = {}) =>
      await call(
        options,
        async docker => {
          await unless([404], docker.getContainer(id).remove({ force, v: volumes }));
        },
        { limitMs: actingMs },
      ),
    async *watchContainers({ labels }, { signal, since }) {
      try {
        const filters = JSON.stringify({ type: ['container'], label: labels });
        const past = since === undefined ? {} : { since: Math.floor(since / 1000) };
        const options = { filters, abortSignal: signal, ...past };
        const stream = await (await client()).getEvents(options);
        for await (const line of linesOf(bytesOf(stream))) yield eventOf(line);
        if (!signal.aborted) throw new Error('the stream of events has ended');
      } catch (error) {
        if (!signal.aborted) throw engineError(error, host, signal);
      }
    },
    readLogs: async (id, { lines, ...options }) =>
      await call(options, async (docker, abortable) => {
        const log = await docker
          .getContainer(id)
          .logs({ stdout: true, stderr: true, tail: lines, follow: false, ...abortable });
        return parseLog(log).slice(-lines);
      }),
    async *followLogs(id, { signal } = {}) {
      try {
        const options = { stdout: true, stderr: true, follow: true, ...(signal && { abortSignal: signal }) } as const;
        const stream = await (await client()).getContainer(id).logs(options);
        yield* logLinesOf(bytesOf(stream));
      } catch (error) {
        if (!signal?.aborted) throw engineError(error, host, signal);
      }
    },
    inspectImage: async (reference, options = {}) =>
      await call(options, async docker => {
        const info = await unless([404], docker.getImage(reference).inspect());
        return info && imageOf(info);
      }),
    listImages: async (repository, options = {}) =>
      await call(options, async (docker, abortable) => {
        const filters = { reference: [shownRepository(repository)] };
        const list = await docker.listImages({ filters, ...abortable });
        const images = await Promise.all(
          [...new Set(list.map(({ Id }) => Id))].map(async id => await unless([404], docker.getImage(id).inspect())),
        );
        return images.flatMap(info => (info === undefined ? [] : [imageOf(info)]));
      }),
    removeImage: async (reference, options = {}) =>
      await call(
        options,
        async docker => {
          try {
            await docker.getImage(reference).remove();
            return true;
          } catch (error) {
            if (statusOf(error) === 404) return true;
            if (statusOf(error) === 409) return false;
            throw error;
          }
        },
        { limitMs: actingMs },
      ),
    pullImage: async (reference, { signal, credentials, onProgress }: PullOptions = {}) =>
      await run(
        signal,
        (async () => {
          try {
            const options = {
              ...(credentials && { authconfig: registryAuthOf(credentials) }),
              ...(signal && { abortSignal: signal }),
            };
            const stream = await (await client()).pull(reference, options);
            await readPullProgress(bytesOf(stream), reference, onProgress);
          } catch (error) {
            if (statusOf(error) !== undefined) throw pullFailed(reference, messageOf(error), error);
            throw error;
          }
        })(),
      ),
    tagImage: async (source, target, options = {}) =>
      await call(options, async (docker, abortable) => {
        const { tag, ...repository } = parseReference(target);
        const name = { repo: formatRepository(repository), tag: tag ?? 'latest' };
        await docker.getImage(source).tag({ ...name, ...abortable });
      }),
  };
}

/** `undefined` when the daemon answers with one of these statuses. */
async function unless<T>(statuses: readonly number[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

/** dockerode takes a signal in some calls only; none of them is waited for once it has come. */
async function inTime<T>(
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  const abortSignal = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    return await untilAborted(abortSignal, work(abortSignal));
  } catch (error) {
    throw limit.aborted && !signal?.aborted ? engineIsLate(limitMs) : error;
  }
}

async function agreeOnVersion(docker: Docker, limitMs: number): Promise<string> {
  const { ApiVersion } = await inTime(limitMs, undefined, async () => await docker.version());
  const minor = (version: string) => Number(version.split('.')[1]);
  return `v${minor(ApiVersion) < minor(newestApiVersion) ? ApiVersion : newestApiVersion}`;
}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array | string> {
  yield* stream;
}

/** A list has the exit code in its words only, e.g. `Exited (137) 3 seconds ago`. */
function exitCodeOf(status: string): number | undefined {
  const [, code] = /^Exited \((\d+)\)/.exec(status) ?? [];
  return code === undefined ? undefined : Number(code);
}

function containerOf(info: Docker.ContainerInfo): Container {
  return {
    id: info.Id,
    name: (info.Names[0] ?? info.Id).replace(/^\//, ''),
    image: info.Image,
    imageId: info.ImageID,
    state: isState(info.State) ? info.State : 'dead',
    exitCode: exitCodeOf(info.Status),
    labels: info.Labels ?? {},
  };
}

function eventOf(line: string): ContainerEvent {
  const { Action: action, Actor: actor, timeNano } = objectOf(JSON.parse(line));
  // A double has no room for nanoseconds since 1970: the rest of them would put it before its own millisecond.
  const at = typeof timeNano === 'number' ? Math.round(timeNano / 1e6) : 0;
  return { id: textOf(objectOf(actor).ID) ?? '', action: textOf(action) ?? '', at };
}

/** The engine's filter knows names as it shows them only. */
function shownRepository(repository: string): string {
  return repository.replace(/^docker\.io\/(library\/)?/, '');
}
