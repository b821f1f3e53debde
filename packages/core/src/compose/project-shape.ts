import type { Compat } from './compat.ts';
import { newerSchema, olderSchema } from './other-schemas.ts';
import { invalid } from './problem.ts';
import { schema } from './schema.ts';
import { type Check, compileSchema, type Misfit } from './schema-check.ts';
import { mapChildren, type Node, scalar } from './tree.ts';

export function hasShape(model: Node, compat: Compat): boolean {
  return misfitIn(model, compat) === undefined;
}

/**
 * Checks a compose file, after interpolation and merging, by the published schema.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID`
 */
export function checkShape(model: Node, compat: Compat): void {
  const misfit = misfitIn(model, compat);
  if (misfit !== undefined) throw invalid(misfit.node, sentence(misfit), hintOn(misfit));
}

function misfitIn(model: Node, compat: Compat): Misfit | undefined {
  return checks[compat](compat === '2.26' ? asJson(model, '') : model);
}

const newest = compileSchema(schema);

const checks: Readonly<Record<Compat, Check>> = {
  '2.26': compileSchema(olderSchema),
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

/** Those versions check what JSON makes of the file: dates are strings there, and numbers finite. */
function asJson(node: Node, path: string): Node {
  if (node.kind !== 'scalar')
    return mapChildren(node, (child, key) => asJson(child, path === '' ? `${key}` : `${path}.${key}`));
  const { value } = node;
  if (value instanceof Date) return scalar(value.toISOString(), node);
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(node, `${path} is not finite.`);
  return node;
}
