import { type Mapping, type Node, withMark } from './node.ts';
import { createRules, type Rules } from './rules.ts';
import { childrenOf, keyAt, withChildren } from './tree.ts';
import { TreePath } from './tree-path.ts';

/** What becomes of a node whose children are rewritten already; the same node where nothing changes. */
export type Rewrite<Context> = (node: Node, path: TreePath, context: Context) => Node;

/** Rules for paths; of those for the same path each gets what the one before made. */
export function createRewrites<Context>(
  rewrites: readonly (readonly [path: string, rewrite: Rewrite<Context>])[],
): Rules<Rewrite<Context>> {
  const byPath = new Map<string, Rewrite<Context>>();
  for (const [path, rewrite] of rewrites) {
    const before = byPath.get(path);
    byPath.set(path, before === undefined ? rewrite : (node, at, more) => rewrite(before(node, at, more), at, more));
  }
  return createRules(byPath);
}

/** Walks a model once, only where there are rules; what they leave alone is shared with the model before. */
export function rewriteModel<Context>(model: Mapping, rules: Rules<Rewrite<Context>>, context: Context): Mapping {
  const rewritten = rewriteChildren(model, rules, new TreePath(), context);
  return rewritten.kind === 'mapping' ? rewritten : model;
}

/**
 * Walks what stands at a path; the rules are those for there.
 *
 * What is reset may be of any kind, and what is overridden stays so.
 */
export function rewriteNode<Context>(
  node: Node,
  rules: Rules<Rewrite<Context>>,
  path: TreePath,
  context: Context,
): Node {
  if (node.mark === 'reset') return node;
  const inner = rewriteChildren(node, rules, path, context);
  if (rules.rule === undefined) return inner;
  const rewritten = rules.rule(inner, path, context);
  return inner.mark === undefined ? rewritten : withMark(rewritten, inner.mark);
}

function rewriteChildren<Context>(node: Node, rules: Rules<Rewrite<Context>>, path: TreePath, context: Context): Node {
  if (node.kind === 'scalar') return node;
  const children = childrenOf(node);
  const byKey = node.kind === 'mapping' ? rules.forKeys(node.entries.keys) : undefined;
  let rewritten: Node[] | undefined;
  for (let index = 0; index < children.length; index += 1) {
    const key = keyAt(node, index);
    const childRules = byKey === undefined ? rules.at(key) : byKey[index];
    if (childRules === undefined) continue;
    const child = children[index] as Node;
    path.enter(key);
    const next = rewriteNode(child, childRules, path, context);
    path.leave();
    if (next === child) continue;
    rewritten ??= children.slice();
    rewritten[index] = next;
  }
  return withChildren(node, rewritten);
}
