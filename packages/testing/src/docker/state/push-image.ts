import { EngineError } from '../../errors.ts';
import { canonicalReference, familiarReference, familiarRepository, type ImageName } from '../../image/name.ts';
import { RegistryError } from '../../registry/failures.ts';
import type { EngineState } from './engine-state.ts';
import { emitTransfer } from './image-events.ts';
import type { PullCredentials } from './pull-image.ts';

/** One line of a push, as the API sends it. */
export type PushLine =
  | { readonly status: string; readonly id?: string; readonly progressDetail?: Readonly<Record<string, never>> }
  | {
      readonly progressDetail: Readonly<Record<string, never>>;
      readonly aux: { readonly Tag: string; readonly Digest: string; readonly Size: number };
    };

/** The lines of the push; a tag is in the registry once its last line was taken. Without a tag: all of the repository. */
export function* pushImage(
  state: EngineState,
  name: ImageName,
  credentials: PullCredentials | undefined,
): Generator<PushLine, void, undefined> {
  const repository = familiarRepository(name);
  const shown = name.domain === 'docker.io' ? `docker.io/${name.path}` : repository;
  yield { status: `The push refers to repository [${shown}]` };
  const tags = tagsOf(state, name);
  if (tags.length === 0) throw new EngineError(404, `An image does not exist locally with the tag: ${repository}`);
  if (name.tag !== undefined && !tags.includes(name.tag)) {
    throw new EngineError(404, `tag does not exist: ${familiarReference(name)}`);
  }
  for (const tag of name.tag === undefined ? tags : [name.tag]) yield* pushTag(state, { ...name, tag }, credentials);
}

function* pushTag(
  state: EngineState,
  name: ImageName & { readonly tag: string },
  credentials: PullCredentials | undefined,
): Generator<PushLine, void, undefined> {
  const { content, id, diffIds } = state.images.get(canonicalReference(name));
  const layers = content.layers.map(({ digest }, index) => ({
    digest,
    id: (diffIds[index] ?? digest).slice('sha256:'.length, 'sha256:'.length + 12),
  }));
  for (const layer of layers) yield { status: 'Preparing', progressDetail: {}, id: layer.id };
  ask(() => state.registry.checkPush(name, credentials));
  for (const layer of layers) {
    const isKnown = state.registry.hasBlob(name, layer.digest);
    yield { status: isKnown ? 'Layer already exists' : 'Pushed', progressDetail: {}, id: layer.id };
  }
  const { manifest } = content;
  state.registry.keep(name.path, name.tag, { content: manifest, platforms: [{ ...content, platform: 'linux/amd64' }] });
  const { digest } = manifest;
  const size = manifest.bytes.length;
  state.images.name(canonicalReference({ ...name, digest }), id);
  emitTransfer(state, 'push', familiarReference(name), state.images.get(id), familiarRepository(name));
  yield { status: `${name.tag}: digest: ${digest} size: ${size}` };
  yield { progressDetail: {}, aux: { Tag: name.tag, Digest: digest, Size: size } };
}

function tagsOf({ images }: EngineState, { domain, path }: ImageName): string[] {
  const repository = `${domain}/${path}:`;
  return images
    .all()
    .flatMap(({ id }) => images.namesOf(id))
    .flatMap(name => (name.startsWith(repository) ? [name.slice(repository.length)] : []));
}

/** The registry's refusals in the engine's words. */
function ask(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { status, code, message } = error;
    if (status === 401) throw new EngineError(401, `unauthorized: ${message}`);
    if (status === 403) throw new EngineError(403, 'denied: requested access to the resource is denied');
    throw new EngineError(500, `${code.toLowerCase()}: ${message}`);
  }
}
