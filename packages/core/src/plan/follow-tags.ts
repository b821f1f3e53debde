import { type ErrorCode, GopdaterError } from '../errors.ts';
import { formatReference, formatRepository, type ImageReference } from '../image/reference.ts';
import type { MovingTag } from '../image/tag-policy.ts';
import { type ChooseTagDependencies, chooseVersion, type Stay, type TagChoice } from './choose-tag.ts';
import { type MatchedService, referenceOf, serviceKey } from './match-services.ts';
import { type PolicyDefaults, readPolicy } from './policy.ts';
import { readTagPolicy } from './tag-labels.ts';
import {
  type ChangedProjects,
  changeTag,
  findTagVariable,
  loadChanged,
  type TagVariable,
  valuesFor,
} from './tag-variable.ts';
import type { UnfinishedMove, UnfinishedMoves } from './unfinished-moves.ts';
import type { WatchedProject } from './watched-project.ts';

/** A service as the files will have it, where its tag moves. */
export interface FollowedService extends MatchedService {
  /** Why it stays as it is, where its policy says so. */
  readonly stays?: Stay | undefined;
  /** `undefined`: its tag stays what it is. */
  readonly tagMove?: TagMove | undefined;
}

/** How a service's tag moves. */
export interface TagMove {
  readonly policy: MovingTag;
  /** With the value that its file has now. */
  readonly variable: TagVariable;
  readonly to: string;
  /** The service as the files have it now. */
  readonly before: ServiceReading;
  /** The service as it was before anything began, which it goes back to. */
  readonly back: ServiceReading & { readonly value: string };
  /** True when it was begun before, and interrupted. */
  readonly isResumed: boolean;
  /** True when only the time of their build can tell whether the new tag is newer, and it matters. */
  readonly isOrderUnknown: boolean;
  /** All that move by the same variable, by `project/service`. */
  readonly together: readonly string[];
}

/** One service as some files have it. */
export type ServiceReading = Pick<MatchedService, 'project' | 'service' | 'reference'>;

export interface FollowTagsDependencies extends ChooseTagDependencies {
  readonly unfinished?: UnfinishedMoves | undefined;
  readonly defaults?: PolicyDefaults | undefined;
  /** True for what a person asked for by name: the policy is not asked. */
  readonly isByHand?: boolean | undefined;
}

/** What comes of a push for services with a policy for their tags. */
export interface FollowedTags {
  readonly services: readonly FollowedService[];
  /** Images, in full, that some of them take instead. */
  readonly instead: readonly string[];
}

/**
 * Finds out which services the pushed tag is for, and reads their projects as they will be with it: what is planned is what
 * Compose will see. What cannot be had, and why, is said of the service.
 *
 * @param projects  all that are watched, as a file may be read by several
 * @throws GopdaterError as {@link chooseVersion}
 */
export async function followTags(
  image: ImageReference,
  matched: readonly MatchedService[],
  projects: readonly WatchedProject[],
  dependencies: FollowTagsDependencies,
): Promise<FollowedTags> {
  const { isByHand = false } = dependencies;
  const registry = listOnce(dependencies.registry);
  const moves = (await dependencies.unfinished?.list()) ?? [];
  const begun = new Map(moves.map(move => [`${move.project}/${move.service}`, move]));
  const candidates = await Promise.all(
    matched.map(
      async one => await prepare(one, image, { begun, projects, dependencies: { ...dependencies, registry } }),
    ),
  );
  const groups = new Map<string, readonly Moving[]>();
  for (const moving of candidates.flatMap(candidate => candidate.moving ?? [])) {
    const key = JSON.stringify([moving.variable.file, moving.variable.name]);
    groups.set(key, [...(groups.get(key) ?? []), moving]);
  }
  const moved = new Map<MatchedService, FollowedService>();
  for (const group of groups.values()) {
    for (const one of await moveTogether(group, image, { projects, isByHand })) moved.set(one.matched, one.followed);
  }
  return {
    services: candidates.map(({ matched: one, stays }) => moved.get(one) ?? { ...one, stays }),
    instead: [
      ...new Set(
        candidates.flatMap(({ matched: { reference }, instead }) =>
          instead === undefined ? [] : [formatReference({ ...reference, tag: instead })],
        ),
      ),
    ],
  };
}

/** One list of tags for each repository, whatever number of services follow it. */
function listOnce({ tags, resolve }: FollowTagsDependencies['registry']): FollowTagsDependencies['registry'] {
  const lists = new Map<string, Promise<readonly string[]>>();
  return {
    resolve,
    tags: async (repository, options) => {
      const name = formatRepository(repository);
      const list = lists.get(name) ?? tags(repository, options);
      lists.set(name, list);
      return await list;
    },
  };
}

interface Candidate {
  readonly matched: MatchedService;
  readonly stays?: Stay | undefined;
  readonly instead?: string | undefined;
  /** Set when a variable has to be looked at. */
  readonly moving?: Moving | undefined;
}

interface Moving {
  readonly matched: MatchedService;
  readonly policy: MovingTag;
  readonly variable: TagVariable;
  /** What was begun with that variable. */
  readonly begun: UnfinishedMove['variable'];
}

async function prepare(
  matched: MatchedService,
  image: ImageReference,
  {
    begun,
    projects,
    dependencies,
  }: {
    readonly begun: ReadonlyMap<string, UnfinishedMove>;
    readonly projects: readonly WatchedProject[];
    readonly dependencies: FollowTagsDependencies;
  },
): Promise<Candidate> {
  const { project, service, reference, obstacle } = matched;
  const { policy, problem } = readTagPolicy(service);
  const watched = projects.find(one => one.project === project);
  if (obstacle !== undefined || reference.digest !== undefined || watched === undefined) return { matched };
  if (problem !== undefined) return { matched, stays: refused(problem) };
  if (policy.kind === 'exact') return { matched };
  const own = begun.get(serviceKey(matched));
  const variable = await findTagVariable(watched, service, policy).catch(asRefusal);
  const isKnown = !(variable instanceof GopdaterError);
  const canBe = (tag: string) => !isKnown || valuesFor(reference.tag ?? '', variable.value, tag).length > 0;
  const { cooldownMs } = readPolicy(service, dependencies.defaults).policy;
  const isDecided = dependencies.isByHand === true || own?.image === formatReference(image);
  const choice: TagChoice =
    policy.kind !== 'semver' || isDecided
      ? { stays: undefined, instead: undefined }
      : await chooseVersion(policy, { pushed: image, current: reference, cooldownMs, canBe }, dependencies);
  const { stays, instead } = choice;
  const last = own?.variable;
  const isOwn = isKnown && last?.file === variable.file && last.name === variable.name;
  if (stays !== undefined && instead === undefined) return { matched, stays };
  if (!isKnown && (stays !== undefined || image.tag !== reference.tag)) return { matched, stays: refused(variable) };
  if (stays !== undefined || !isKnown || (image.tag === reference.tag && !isOwn)) return { matched, stays, instead };
  return { matched, instead, moving: { matched, policy, variable, begun: isOwn ? last : undefined } };
}

/** All services of one variable, or none. */
async function moveTogether(
  group: readonly Moving[],
  image: ImageReference,
  { projects, isByHand }: { readonly projects: readonly WatchedProject[]; readonly isByHand: boolean },
): Promise<readonly { readonly matched: MatchedService; readonly followed: FollowedService }[]> {
  try {
    const { to, after } = await findValue(group, image, projects);
    return await Promise.all(
      group.map(async ({ matched, policy, variable, begun }) => {
        const { project, service, reference } = matched;
        const value = begun?.value ?? variable.value;
        const back =
          value === variable.value
            ? { project, service, reference }
            : readingOf(matched, await loadChanged(variable, value, projects));
        const tagMove: TagMove = {
          policy,
          variable,
          to,
          before: { project, service, reference },
          back: { ...back, value },
          isResumed: begun !== undefined,
          isOrderUnknown: policy.kind !== 'semver' && begun === undefined && !isByHand,
          together: group.map(one => serviceKey(one.matched)),
        };
        return { matched, followed: { ...matched, ...readingOf(matched, after), tagMove } };
      }),
    );
  } catch (error) {
    const stays = refused(asRefusal(error));
    return group.map(({ matched }) => ({ matched, followed: { ...matched, stays } }));
  }
}

/** The value that gives all of them the wanted tag, and others nothing. */
async function findValue(
  group: readonly Moving[],
  wanted: ImageReference,
  projects: readonly WatchedProject[],
): Promise<{ readonly to: string; readonly after: ChangedProjects }> {
  const movers = new Set(group.map(({ matched }) => serviceKey(matched)));
  const tries = group
    .slice(0, 1)
    .flatMap(({ matched: { reference }, variable }) =>
      valuesFor(reference.tag ?? '', variable.value, wanted.tag ?? '').map(to => ({ to, variable })),
    );
  let reason: unknown = new GopdaterError(
    'COMPOSE_FILE_INVALID',
    `no value of ${group[0]?.variable.name} makes its tag ${wanted.tag}: what stands around it in the image stays.`,
    { hint: 'Let the whole tag be the variable, or let the policy accept only what can be had.' },
  );
  for (const { to, variable } of tries) {
    try {
      return { to, after: await changeTag(variable, to, { movers, wanted, projects }) };
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

function readingOf({ project, service }: MatchedService, changed: ChangedProjects): ServiceReading {
  const found = [...changed].find(([watched]) => watched.project === project)?.[1] ?? project;
  const own = found.services.get(service.name) ?? service;
  const reference = referenceOf(own);
  if (reference !== undefined) return { project: found, service: own, reference };
  throw new GopdaterError('COMPOSE_FILE_INVALID', `its image would be ${own.image ?? 'none'}.`, {
    hint: 'Look at its variable in the env file.',
  });
}

/** What is wrong with the files is said of the service; anything else, such as an engine that is away, is thrown. */
function asRefusal(error: unknown): GopdaterError {
  if (error instanceof GopdaterError && ofTheFiles.has(error.code)) return error;
  throw error;
}

const ofTheFiles: ReadonlySet<ErrorCode> = new Set([
  'COMPOSE_FILE_INVALID',
  'COMPOSE_FILE_NOT_FOUND',
  'PROJECT_NOT_VISIBLE',
  'PROJECT_DIFFERS',
]);

function refused({ message, hint }: GopdaterError): Stay {
  return { reason: 'refused', detail: message, hint };
}
