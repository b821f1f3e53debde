import type { Compat } from './compat.ts';
import { type Node, scalar } from './node.ts';
import { newerSchema, olderSchema } from './other-schemas.ts';
import { invalid } from './problem.ts';
import type { Rules } from './rules.ts';
import { findSameJson } from './same-items.ts';
import { schema } from './schema.ts';
import { type Check, compileSchema, type Misfit } from './schema-check.ts';
import { childrenOf, entryOf, itemsOf, mapChildren } from './tree.ts';
import { uniqueLists } from './unique.ts';

/** The last document, and what it was laid over. */
export interface Laid {
  readonly document: Node;
  readonly earlier: Node | undefined;
}

export function hasShape(model: Node, compat: Compat, laid: Laid): boolean {
  return misfitIn(model, compat, laid) === undefined;
}

/**
 * Checks a compose file, after interpolation and merging, by the published schema.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 */
export function checkShape(model: Node, compat: Compat, laid: Laid): void {
  const misfit = misfitIn(model, compat, laid);
  if (misfit !== undefined) throw invalid(misfit.node, sentence(misfit), hintOn(misfit));
}

function misfitIn(model: Node, compat: Compat, laid: Laid): Misfit | undefined {
  return checks[compat](compat === '2.26' ? asJson(model, '', { ...laid, unique: uniqueLists }) : model);
}

const newest = compileSchema(schema);

const checks: Readonly<Record<Compat, Check>> = {
  '2.26': compileSchema(olderSchema, findSameJson),
  '2.40': newest,
  '5': compileSchema(newerSchema),
};

function sentence({ path, what }: Misfit): string {
  if (path.length > 0) return `${path.join('.')} ${what}.`;
  const [, key] = /^has the unknown key "(.*)"$/s.exec(what) ?? [];
  return key === undefined ? `the top level ${what}.` : `the key "${key}" is unknown at the top level.`;
}

function hintOn({ what }: Misfit): string | undefined {
  if (what.startsWith('has the unknown key'))
    return 'Correct the spelling, indent it under its parent, or prefix it with x-.';
  return what.startsWith('has the same item') ? 'Drop one of them.' : undefined;
}

/** What stands at the same place in the two, and whether its items are made unique. */
interface Before {
  readonly document: Node | undefined;
  readonly earlier: Node | undefined;
  readonly unique: Rules<unknown> | undefined;
}

/**
 * Those versions check what JSON makes of the file: dates are strings there, and numbers finite. A list that has been
 * empty before is null, unless its items are made unique or it is overridden.
 */
function asJson(node: Node, path: string, { document, earlier: before, unique }: Before): Node {
  if (node.kind !== 'scalar') {
    const earlier = document?.mark === 'override' ? undefined : before;
    const wasEmpty = earlier !== undefined && earlier.kind !== 'scalar' && childrenOf(earlier).length === 0;
    const isNothing = wasEmpty && node.kind === 'sequence' && node.items.length === 0 && unique?.rule === undefined;
    if (isNothing) return scalar(null, node);
    return mapChildren(node, (child, key) =>
      asJson(child, path === '' ? `${key}` : `${path}.${key}`, {
        document: childAt(document, key),
        earlier: childAt(earlier, key),
        unique: unique?.at(key),
      }),
    );
  }
  const { value } = node;
  if (value instanceof Date) return scalar(value.toISOString(), node);
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(node, `${path} is not finite.`);
  return node;
}

function childAt(node: Node | undefined, key: string | number): Node | undefined {
  return typeof key === 'string' ? entryOf(node, key) : itemsOf(node)[key];
}
