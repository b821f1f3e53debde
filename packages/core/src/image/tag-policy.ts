import { RE2JS } from 're2js';
import { compare, parse, Range } from 'semver';
import { GopdaterError } from '../errors.ts';

/** Which tags a service may be moved to. */
export type TagPolicy = ExactTag | MovingTag;

/** The pushed tag is the service's own. */
export interface ExactTag {
  readonly kind: 'exact';
  readonly text: string;
}

/** Other tags than the service's own are for it, too. */
export interface MovingTag {
  /** With `semver` the versions have an order; of the others nobody knows which is newer. */
  readonly kind: 'semver' | 'glob' | 'regex';
  /** As it was written, e.g. `semver:^1.2`. */
  readonly text: string;
  /** In time that grows no faster than the tag's length. */
  accepts(tag: string): boolean;
}

export const exactTag: ExactTag = { kind: 'exact', text: 'exact' };

/**
 * Reads `exact`, `semver:RANGE`, `glob:PATTERN` or `regex:EXPRESSION`.
 *
 * A version may have a `v` before it; pre-releases are in a range only where it names one of the same version. In a
 * pattern `*`, `?` and `[a-z]` stand for characters of a tag, and all of the tag must fit; an expression, in RE2's
 * syntax, fits anywhere unless it has anchors.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 * @see node-semver, "Ranges"; RE2, "Syntax"
 */
export function parseTagPolicy(text: string): TagPolicy {
  if (text === exactTag.text) return exactTag;
  const colon = text.indexOf(':');
  const [kind, rule] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1).trim()];
  if (rule === '') throw invalid(text, 'it is none of exact, semver:RANGE, glob:PATTERN and regex:EXPRESSION');
  switch (kind) {
    case 'semver': {
      const range = readRange(rule, text);
      return { kind, text, accepts: tag => versionOf(tag) !== undefined && range.test(tag) };
    }
    case 'glob': {
      const pattern = compile(`^(?:${translateGlob(rule, text)})$`, text);
      return { kind, text, accepts: tag => pattern.matcher(tag).find() };
    }
    case 'regex': {
      const pattern = compile(rule, text);
      return { kind, text, accepts: tag => pattern.matcher(tag).find() };
    }
    default:
      throw invalid(text, `there is no policy “${kind}”`);
  }
}

/** Whether a tag is a version in full, such as `1.2.0` or `v1.2.0`. */
export function isVersion(tag: string): boolean {
  return versionOf(tag) !== undefined;
}

/**
 * Of these tags the versions that a policy accepts and that are higher than the current one, highest first. Of two names
 * of one version the one that is written like the current comes first.
 *
 * @param current  a version
 */
export function higherVersions(
  { accepts }: Pick<MovingTag, 'accepts'>,
  tags: readonly string[],
  current: string,
): readonly string[] {
  const likeCurrent = (tag: string) => (tag.startsWith('v') === current.startsWith('v') ? 0 : 1);
  return tags
    .filter(tag => accepts(tag) && compare(tag, current) > 0)
    .sort((a, b) => compare(b, a) || likeCurrent(a) - likeCurrent(b) || (a < b ? -1 : 1));
}

function versionOf(tag: string): string | undefined {
  return parse(tag)?.version;
}

function readRange(rule: string, text: string): Range {
  try {
    return new Range(rule);
  } catch (cause) {
    throw invalid(text, `“${rule}” is no range of versions`, cause);
  }
}

/** Linear in the tag, whatever the expression: RE2 never goes back. */
function compile(expression: string, text: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (cause) {
    throw invalid(text, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** `*`, `?` and `[…]`; everything else is itself, if a tag can have it. */
function translateGlob(rule: string, text: string): string {
  return rule.replace(/\[[!^]?[\w.-]+\]|[\s\S]/g, part => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('.', '\\.');
    if (/^\w$/.test(part)) return part;
    if (part === '.' || part === '-') return `\\${part}`;
    throw invalid(text, `no tag can have “${part}”`);
  });
}

function invalid(text: string, why: string, cause?: unknown): GopdaterError {
  return new GopdaterError('COMPOSE_FILE_INVALID', `“${text}” is no tag policy: ${why}.`, {
    hint: 'Write exact, semver:^1.2, glob:1.*-alpine or regex:^v[0-9]+$$; in a compose file $$ stands for one $.',
    cause,
  });
}
