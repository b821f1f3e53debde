import Docker from 'dockerode';
import { GopdaterError } from '../errors.ts';
import { formatRepository, parseReference } from '../image/reference.ts';
import type { CallOptions, Container, ContainerState, Engine, EngineVersion, Image, PullOptions } from './engine.ts';
import { defaultEngineHost, parseEngineHost } from './engine-address.ts';
import { pullFailed, readPullProgress } from './pull-progress.ts';

/** Where the engine is. */
export interface DockerodeEngineOptions {
  /** What `DOCKER_HOST` holds; default `unix:///var/run/docker.sock`. */
  readonly host?: string | undefined;
  /** PEM texts for TLS, as `DOCKER_CERT_PATH` holds them. Default: no TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
}

/** The newest API version whose answers this file was tried with. */
const newestApiVersion = '1.51';

/**
 * An engine that listens at an address.
 *
 * The API version is agreed on with the first call: what the daemon speaks, 1.51 at most.
 *
 * @throws GopdaterError `CONFIG_INVALID` for an address that is none
 */
export function createDockerodeEngine({ host = defaultEngineHost, tls }: DockerodeEngineOptions = {}): Engine {
  const address = parseEngineHost(host, { tls: tls !== undefined });
  const connection =
    address.kind === 'socket'
      ? { socketPath: address.socketPath }
      : { protocol: address.protocol, host: address.host, port: address.port, ...tls };
  let agreed: Promise<Docker> | undefined;

  const client = async (): Promise<Docker> => {
    agreed ??= agreeOnVersion(new Docker(connection)).then(version => new Docker({ ...connection, version }));
    try {
      return await agreed;
    } catch (error) {
      agreed = undefined;
      throw error;
    }
  };
  const call = async <T>(signal: AbortSignal | undefined, use: (docker: Docker) => Promise<T>): Promise<T> => {
    try {
      return await untilAborted(signal, async () => await use(await client()));
    } catch (error) {
      throw engineError(error, host, signal);
    }
  };

  return {
    version: async ({ signal }: CallOptions = {}): Promise<EngineVersion> =>
      await call(signal, async docker => {
        const answer = await docker.version();
        return { version: answer.Version, apiVersion: answer.ApiVersion };
      }),
    listContainers: async ({ labels }, { signal }: CallOptions = {}) =>
      await call(signal, async docker => {
        const list = await docker.listContainers({ all: true, filters: { label: [...labels] }, ...abortable(signal) });
        return list.map(containerOf);
      }),
    inspectImage: async (reference, { signal }: CallOptions = {}) =>
      await call(signal, async docker => {
        try {
          return imageOf(await docker.getImage(reference).inspect());
        } catch (error) {
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
      }),
    pullImage: async (reference, { signal, credentials, onProgress }: PullOptions = {}) =>
      await call(signal, async docker => {
        try {
          const authconfig = credentials && { ...credentials, serveraddress: credentials.serverAddress };
          const stream = await docker.pull(reference, { ...(authconfig && { authconfig }), ...abortable(signal) });
          await readPullProgress(bytesOf(stream), reference, onProgress);
        } catch (error) {
          if (statusOf(error) !== undefined) throw pullFailed(reference, messageOf(error), error);
          throw error;
        }
      }),
    tagImage: async (source, target, { signal }: CallOptions = {}) =>
      await call(signal, async docker => {
        const { tag, ...repository } = parseReference(target);
        const name = { repo: formatRepository(repository), tag: tag ?? 'latest' };
        await docker.getImage(source).tag({ ...name, ...abortable(signal) });
      }),
  };
}

async function agreeOnVersion(docker: Docker): Promise<string> {
  const { ApiVersion } = await docker.version();
  const minor = (version: string) => Number(version.split('.')[1]);
  return `v${minor(ApiVersion) < minor(newestApiVersion) ? ApiVersion : newestApiVersion}`;
}

/** dockerode takes a signal in some calls only; none of them is waited for once it has come. */
async function untilAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return await work();
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { signal: settled.signal });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    settled.abort();
  }
}

function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

async function* bytesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Uint8Array | string> {
  yield* stream;
}

const states = new Set<string>(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
const isState = (text: string): text is ContainerState => states.has(text);

function containerOf(info: Docker.ContainerInfo): Container {
  return {
    id: info.Id,
    name: (info.Names[0] ?? info.Id).replace(/^\//, ''),
    image: info.Image,
    imageId: info.ImageID,
    state: isState(info.State) ? info.State : 'dead',
    labels: info.Labels ?? {},
  };
}

/**
 * With the containerd image store, a pull by digest leaves that among the tags, and an image whose tag has moved has no
 * `RepoDigests` left; its descriptor (API 1.48) still has the digest.
 */
function imageOf(
  info: Docker.ImageInspectInfo & { readonly Descriptor?: { readonly digest?: string | undefined } | null | undefined },
): Image {
  const digests = (info.RepoDigests ?? []).map(name => name.slice(name.indexOf('@') + 1));
  if (info.Descriptor?.digest !== undefined) digests.push(info.Descriptor.digest);
  return {
    id: info.Id,
    tags: (info.RepoTags ?? []).filter(name => !name.includes('@')),
    digests: [...new Set(digests)],
    labels: info.Config?.Labels ?? {},
  };
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** The daemon's own words, where it had any. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const body: unknown = 'json' in error ? error.json : undefined;
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return error.message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim() || error.name;
}

function engineError(error: unknown, host: string, signal: AbortSignal | undefined): GopdaterError {
  if (error instanceof GopdaterError) return error;
  if (signal?.aborted) return new GopdaterError('ABORTED', 'The call to the engine was stopped.', { cause: error });
  // A TypeError: not even a request could be made of it.
  if (statusOf(error) !== undefined || error instanceof TypeError) {
    return new GopdaterError('ENGINE_FAILED', `The engine refuses: ${messageOf(error)}.`, { cause: error });
  }
  return new GopdaterError('ENGINE_UNREACHABLE', `No Docker engine answers at ${host}: ${messageOf(error)}.`, {
    hint: nextStep(error, host),
    cause: error,
  });
}

function nextStep(error: unknown, host: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES') return `Give this user the group of ${host.replace('unix://', '')} (group_add in Compose).`;
  if (code === 'ENOENT') return 'Mount the engine’s socket there, or say with DOCKER_HOST where it is.';
  return 'Start the engine, or say with DOCKER_HOST where it is.';
}
