import type { ComposeService } from '../compose/project.ts';
import { GopdaterError, toGopdaterError } from '../errors.ts';
import { isSameRepository } from '../image/reference.ts';
import { isVersion } from '../image/tag-policy.ts';
import { referenceOf } from './match-services.ts';
import { readTagPolicy, readTagVariable } from './tag-labels.ts';
import { findTagVariable, loadChanged, refuseOthers } from './tag-variable.ts';
import type { WatchedProject } from './watched-project.ts';

/** What can be said of a service's tag policy before any push. */
export interface TagCheck {
  /** As its label has it; `exact` without one. */
  readonly policy: string;
  /** What its tag would move by, e.g. `WEB_TAG in /srv/shop/.env`. */
  readonly variable: string | undefined;
  /** Why it cannot be followed. */
  readonly obstacle: GopdaterError | undefined;
}

/** Tries with a value that nobody has what a push would do to the files of all that read the variable. */
export async function checkTag(
  watched: WatchedProject,
  service: ComposeService,
  projects: readonly WatchedProject[],
): Promise<TagCheck> {
  const { policy, problem } = readTagPolicy(service);
  const reference = referenceOf(service);
  if (problem !== undefined)
    return { policy: service.labels['gopdater.tag'] ?? '', variable: undefined, obstacle: problem };
  const { text } = policy;
  if (policy.kind === 'exact' || reference?.tag === undefined || watched.obstacle !== undefined) {
    return { policy: text, variable: undefined, obstacle: undefined };
  }
  const { tag } = reference;
  try {
    const variable = await findTagVariable(watched, service, policy);
    const by = `${variable.name} in ${variable.file}`;
    const changed = await loadChanged(variable, `${variable.value}.x`, projects);
    const movers = new Set(
      [...changed.keys()].flatMap(({ project }) =>
        [...project.services.values()].flatMap(other => {
          const own = referenceOf(other);
          const moves = own !== undefined && isSameRepository(own, reference) && movesBy(other, variable.name);
          return moves ? [`${project.name}/${other.name}`] : [];
        }),
      ),
    );
    refuseOthers(variable, changed, movers);
    const now = [...changed].find(([one]) => one === watched)?.[1].services.get(service.name);
    const obstacle =
      now?.image === service.image
        ? new GopdaterError('COMPOSE_FILE_INVALID', `its image does not change with ${by}.`, {
            hint: `Let its tag be \${${variable.name}}.`,
          })
        : policy.kind === 'semver' && !isVersion(tag)
          ? new GopdaterError('COMPOSE_FILE_INVALID', `its tag ${tag} is no version.`, {
              hint: `Set ${variable.name} to the version that runs, e.g. 1.4.0.`,
            })
          : undefined;
    return { policy: text, variable: by, obstacle };
  } catch (error) {
    return { policy: text, variable: undefined, obstacle: toGopdaterError(error) };
  }
}

function movesBy(service: ComposeService, name: string): boolean {
  const { policy } = readTagPolicy(service);
  try {
    return policy.kind !== 'exact' && readTagVariable(service, policy) === name;
  } catch {
    return false;
  }
}
