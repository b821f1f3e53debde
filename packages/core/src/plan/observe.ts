import type { ComposeCli } from '../docker/compose-cli.ts';
import type { CallOptions, Container, Engine, Image } from '../docker/engine.ts';
import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import type { Registry } from '../registry/registry.ts';
import type { Clock } from '../time.ts';
import type { BlockedDigests } from './blocked-digests.ts';
import { type Guest, readGuests } from './guests.ts';
import { keptRepository } from './kept-images.ts';
import { serviceKey } from './match-services.ts';
import { observeAge } from './observe-age.ts';
import { type ObservedDrift, observeDrift } from './observe-drift.ts';
import { explainUnreachable } from './observe-reach.ts';
import { readUnsigned, type SignatureDependencies } from './observe-signatures.ts';
import type { PastGaps } from './past-gaps.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, isUp, runsDigest } from './service-containers.ts';
import type { Sightings } from './sightings.ts';
import type { UnfinishedMove, UnfinishedMoves } from './unfinished-moves.ts';

/** What is there, read last thing before deciding. By service: under `project/service`. */
export interface Observed {
  /** All containers of the engine, in any state. */
  readonly containers: readonly Container[];
  /** Images by what they were asked for with: a container's image id, a reference, `repository@digest`. */
  readonly images: ReadonlyMap<string, Image>;
  /** Those of `images` that the engine does not know by the name they are listed with: old ones that were kept. */
  readonly keptOnly: ReadonlySet<string>;
  readonly composeVersion: string;
  /** Services that are on their way. */
  readonly unfinished: ReadonlyMap<string, UnfinishedMove>;
  /** Digests that were rolled back before, and why. */
  readonly blocked: ReadonlyMap<string, string>;
  /** Services whose files say something else than what runs, or cannot be read by Compose. */
  readonly drift: ReadonlyMap<string, ObservedDrift>;
  /** When digests that targets are to be brought to were first seen; empty where nothing remembers it. */
  readonly firstSeen: ReadonlyMap<string, number>;
  /** When all this was read, in milliseconds since the Unix epoch. */
  readonly now: number;
  /** How long services did not serve in their last update, in milliseconds. */
  readonly lastGaps: ReadonlyMap<string, number>;
  /** Services whose probe could not be asked, and why. */
  readonly unreachable: ReadonlyMap<string, string>;
  /** Services whose new image must be signed and is not, and why. */
  readonly unsigned: ReadonlyMap<string, string>;
  /** Containers outside the projects that use something of others. */
  readonly guests: readonly Guest[];
  /** Services whose new image was built before the one that they run, where no order of tags tells. */
  readonly older: ReadonlySet<string>;
}

export interface ObserveDependencies extends CallOptions, SignatureDependencies {
  /** `undefined`: nothing is asked about the new image. */
  readonly registry: Pick<Registry, 'signatures' | 'describe'> | undefined;
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly blocked?: BlockedDigests | undefined;
  readonly unfinished?: UnfinishedMoves | undefined;
  readonly gaps?: PastGaps | undefined;
  readonly sightings?: Sightings | undefined;
  readonly clock: Clock;
  /** The container that gopdater itself runs in; `undefined` outside of one. */
  readonly ownContainerId?: string | undefined;
}

/** One list of containers, one look at each image that matters, and one question for each project that would move. */
export async function observe(targets: readonly Target[], dependencies: ObserveDependencies): Promise<Observed> {
  const { engine, compose, clock, signal } = dependencies;
  const begun = await readUnfinished(targets, dependencies);
  const containers = await engine.listContainers({ labels: [] }, { signal });
  const named = await readImages(targets, { containers, unfinished: begun, engine, signal });
  const kept = await readKept(targets, named, { engine, signal });
  const images = new Map([...named, ...kept]);
  const unfinished = new Map([...begun].filter(([, move]) => isOnItsWay(move, containers, images)));
  const composeVersion = await compose.version();
  const now = clock.now();
  const [blocked, firstSeen, unsigned, lastGaps, unreachable, guests, drift, older] = await Promise.all([
    readBlocked(targets, begun, dependencies),
    readFirstSeen(targets, now, dependencies),
    readUnsigned(targets, { containers, images, unfinished }, dependencies),
    readGaps(targets, dependencies),
    readUnreachable(targets, containers, dependencies),
    readGuests(targets, containers, dependencies),
    observeDrift(targets, { containers, images, unfinished, composeVersion }, { engine, compose, signal }),
    observeAge(targets, { containers, images }, dependencies),
  ]);
  const keptOnly = new Set(kept.keys());
  return {
    ...{ containers, images, keptOnly, composeVersion, unfinished, blocked, firstSeen, now },
    ...{ unsigned, drift, lastGaps, unreachable, guests, older },
  };
}

/** `repository@digest`: what a digest is asked for with. */
export function digestReference(reference: Pick<ImageReference, 'registry' | 'repository'>, digest: string): string {
  return `${formatRepository(reference)}@${digest}`;
}

async function readImages(
  targets: readonly Target[],
  {
    containers,
    unfinished,
    engine,
    signal,
  }: CallOptions & Pick<Observed, 'containers' | 'unfinished'> & { readonly engine: Engine },
): Promise<ReadonlyMap<string, Image>> {
  const names = new Set(
    targets.flatMap(({ project, service, reference, digest, tagMove }) => [
      ...containersOf(containers, project.name, service.name).map(container => container.imageId),
      ...(digest === undefined ? [] : [formatReference(reference), digestReference(reference, digest)]),
      ...(tagMove === undefined ? [] : [formatReference(tagMove.back.reference)]),
    ]),
  );
  const [{ reference } = { reference: undefined }] = targets;
  for (const { oldImageId, digest } of unfinished.values()) {
    names.add(oldImageId);
    if (reference !== undefined) names.add(digestReference(reference, digest));
  }
  const images = new Map<string, Image>();
  await Promise.all(
    [...names].map(async name => {
      const image = await engine.inspectImage(name, { signal });
      if (image !== undefined) images.set(name, image);
    }),
  );
  return images;
}

/** What was kept may have lost its digest’s name, or never had one. */
async function readKept(
  targets: readonly Target[],
  images: ReadonlyMap<string, Image>,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<ReadonlyMap<string, Image>> {
  const [wanted] = targets.filter(({ digest }) => digest !== undefined);
  if (wanted?.digest === undefined) return new Map();
  const { reference, digest } = wanted;
  const name = digestReference(reference, digest);
  if (images.has(name)) return new Map();
  const kept = await engine.listImages(keptRepository(reference), { signal });
  const image = kept.find(({ id, digests }) => id === digest || digests.includes(digest));
  return new Map(image === undefined ? [] : [[name, image]]);
}

async function readUnfinished(
  targets: readonly Target[],
  { unfinished }: ObserveDependencies,
): Promise<ReadonlyMap<string, UnfinishedMove>> {
  const own = new Map(targets.map(target => [serviceKey(target), target]));
  const moves = (await unfinished?.list()) ?? [];
  return new Map(
    moves
      .map(move => [`${move.project}/${move.service}`, move] as const)
      .filter(([key, { image }]) => {
        const target = own.get(key);
        // With its variable a move comes from there, whatever tag it was to go to.
        return target?.tagMove?.isResumed || (target !== undefined && formatReference(target.reference) === image);
      }),
  );
}

/** False when somebody brought it elsewhere meanwhile: then it comes from there. */
function isOnItsWay(
  { project, service, oldImageId, digest }: UnfinishedMove,
  containers: readonly Container[],
  images: ReadonlyMap<string, Image>,
): boolean {
  const up = containersOf(containers, project, service).filter(isUp);
  return up.length === 0 || up.some(one => one.imageId === oldImageId || runsDigest(one, digest, images));
}

async function readBlocked(
  targets: readonly Target[],
  unfinished: Observed['unfinished'],
  { blocked }: ObserveDependencies,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  const versions = [
    ...targets.map(({ reference, digest }) => ({ image: formatReference(reference), digest })),
    ...unfinished.values(),
  ];
  for (const { image, digest } of versions) {
    if (digest === undefined || reasons.has(digest)) continue;
    const reason = await blocked?.reasonFor(image, digest);
    if (reason !== undefined) reasons.set(digest, reason);
  }
  return reasons;
}

async function readFirstSeen(
  targets: readonly Target[],
  now: number,
  { sightings }: ObserveDependencies,
): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  for (const { reference, digest } of sightings === undefined ? [] : targets) {
    if (digest === undefined || seen.has(digest)) continue;
    seen.set(digest, (await sightings?.see(formatRepository(reference), digest, now)) ?? now);
  }
  return seen;
}

async function readGaps(
  targets: readonly Target[],
  { gaps }: ObserveDependencies,
): Promise<ReadonlyMap<string, number>> {
  const known = new Map<string, number>();
  for (const target of targets) {
    const ms = await gaps?.lastGapMs({ project: target.project.name, service: target.service.name });
    if (ms !== undefined) known.set(serviceKey(target), ms);
  }
  return known;
}

async function readUnreachable(
  targets: readonly Target[],
  containers: readonly Container[],
  dependencies: ObserveDependencies,
): Promise<ReadonlyMap<string, string>> {
  const reasons = new Map<string, string>();
  for (const target of targets) {
    const reason = await explainUnreachable(target, containers, dependencies);
    if (reason !== undefined) reasons.set(serviceKey(target), reason);
  }
  return reasons;
}
