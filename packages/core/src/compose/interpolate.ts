import { type Cast, toBoolean, toFloat, toInteger } from './cast.ts';
import { type Node, type Scalar, scalar } from './node.ts';
import { invalid } from './problem.ts';
import { createRules, type Rules } from './rules.ts';
import { fillTemplate, type Lookup, TemplateError } from './template.ts';
import { childrenOf, keyAt, pathOf, withChildren } from './tree.ts';

export interface Interpolation {
  readonly lookup: Lookup;
  readonly onUnset: (name: string) => void;
}

/** Fills in the variables of every string value (never of a key), and gives typed attributes their type. */
export function interpolate(document: Node, interpolation: Interpolation): Node {
  return interpolateNode(document, { ...interpolation, document }, casts);
}

interface Context extends Interpolation {
  /** What messages give the path in. */
  readonly document: Node;
}

function interpolateNode(node: Node, context: Context, rules: Rules<Cast> | undefined): Node {
  // What it holds is never read.
  if (node.mark === 'reset') return node;
  if (node.kind === 'scalar') return interpolateScalar(node, context, rules?.rule);
  const children = childrenOf(node);
  const byKey = node.kind === 'mapping' ? rules?.forKeys(node.entries.keys) : undefined;
  let filled: Node[] | undefined;
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index] as Node;
    const next = interpolateNode(child, context, byKey === undefined ? rules?.at(keyAt(node, index)) : byKey[index]);
    if (next === child) continue;
    filled ??= children.slice();
    filled[index] = next;
  }
  return withChildren(node, filled);
}

function interpolateScalar(node: Scalar, context: Context, cast: Cast | undefined): Node {
  if (typeof node.value !== 'string' || (cast === undefined && !node.value.includes('$'))) return node;
  const filled = node.value.includes('$') ? fillScalar(node, node.value, context) : node.value;
  if (cast === undefined) return filled === node.value ? node : scalar(filled, node, node.mark);
  const value = cast.read(filled);
  if (value !== undefined) return scalar(value, node, node.mark);
  const path = pathOf(context.document, node) ?? '';
  throw invalid(node, `${path} must be ${cast.type}.`, 'Correct the value, or the variable it comes from.');
}

function fillScalar(node: Scalar, template: string, { lookup, onUnset, document }: Context): string {
  try {
    return fillTemplate(template, lookup, onUnset);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    const hint =
      error.kind === 'required'
        ? 'Set the variable in the environment or in the .env file.'
        : 'Write $$ where a dollar sign is meant.';
    throw invalid(node, `${pathOf(document, node) ?? ''}: ${error.message}.`, hint, error);
  }
}

const casts: Rules<Cast> = createRules([
  ...under('services.*', toInteger, [
    ...['cpu_count', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares'],
    ...['deploy.replicas', 'deploy.update_config.parallelism', 'deploy.rollback_config.parallelism'],
    ...['deploy.restart_policy.max_attempts', 'deploy.placement.max_replicas_per_node', 'healthcheck.retries'],
    ...['oom_score_adj', 'pids_limit', 'ports.*.target', 'scale', 'ulimits.*', 'ulimits.*.hard', 'ulimits.*.soft'],
  ]),
  ...under('services.*', toFloat, [
    ...['cpu_percent', 'cpus', 'deploy.update_config.max_failure_ratio', 'deploy.rollback_config.max_failure_ratio'],
  ]),
  ...under('services.*', toBoolean, [
    ...['depends_on.*.restart', 'healthcheck.disable', 'init', 'oom_kill_disable'],
    ...['privileged', 'read_only', 'stdin_open', 'tty', 'volumes.*.read_only', 'volumes.*.volume.nocopy'],
  ]),
  ...under('networks.*', toBoolean, ['external', 'internal', 'attachable', 'enable_ipv4', 'enable_ipv6']),
  ...['volumes', 'secrets', 'configs'].flatMap(kind => under(`${kind}.*`, toBoolean, ['external'])),
]);

function under(base: string, cast: Cast, paths: readonly string[]): readonly (readonly [string, Cast])[] {
  return paths.map(path => [`${base}.${path}`, cast]);
}
