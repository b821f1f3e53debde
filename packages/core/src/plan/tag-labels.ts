import type { ComposeService } from '../compose/project.ts';
import { GopdaterError, toGopdaterError } from '../errors.ts';
import { exactTag, parseTagPolicy, type TagPolicy } from '../image/tag-policy.ts';

/** What a service's labels say about its tag. */
export interface ReadTagPolicy {
  /** Exact where nothing is said, or nothing that can be read. */
  readonly policy: TagPolicy;
  /** Why the label `gopdater.tag` cannot be read. */
  readonly problem: GopdaterError | undefined;
}

/** The label `gopdater.tag`. */
export function readTagPolicy({ labels }: Pick<ComposeService, 'labels'>): ReadTagPolicy {
  const text = labels['gopdater.tag'];
  if (text === undefined) return { policy: exactTag, problem: undefined };
  try {
    return { policy: parseTagPolicy(text), problem: undefined };
  } catch (error) {
    return { policy: exactTag, problem: toGopdaterError(error) };
  }
}

/**
 * The label `gopdater.tag-variable`.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`, with what a policy under which the tag moves needs
 */
export function readTagVariable(
  { image, labels }: Pick<ComposeService, 'image' | 'labels'>,
  policy: TagPolicy,
): string {
  const name = labels['gopdater.tag-variable'];
  if (name !== undefined && /^[A-Za-z_]\w*$/.test(name)) return name;
  const example = `${(image ?? '').replace(/:[^/:]*$/, '')}:\${TAG}`;
  throw new GopdaterError(
    'COMPOSE_FILE_INVALID',
    name === undefined
      ? `under ${policy.text} its tag must be able to move, and only the value of a variable is ever changed, never your compose files.`
      : `its label gopdater.tag-variable is “${name}”, which is no name of a variable.`,
    {
      hint: `Write “image: ${example}”, the label “gopdater.tag-variable: TAG”, and TAG with the tag of now into the project’s .env.`,
    },
  );
}
