import { objectOf } from '../json.ts';
import type { Compat } from './compat.ts';
import type { ComposeResource } from './compose-model.ts';
import type { Environment } from './environment.ts';
import type { Node } from './node.ts';
import { service } from './service-attributes.ts';
import { type FileSurroundings, type Pairs, serviceEnvironment, serviceLabels, withValues } from './service-files.ts';
import { entryOf, isNull, itemsOf, stringOf } from './tree.ts';
import type { TreePath } from './tree-path.ts';

/** A service as Compose prints it, without what its files say. */
export function printService(node: Node, path: TreePath, compat: Compat): ComposeResource {
  return service(node, path, compat) as ComposeResource;
}

/** What `scale` says holds for `deploy`, too. */
export function withReplicas(printed: ComposeResource): ComposeResource {
  if (printed.scale === undefined || printed.deploy === undefined) return printed;
  const { mode, ...others } = objectOf(printed.deploy);
  return { ...printed, deploy: { ...(mode !== undefined && { mode }), replicas: printed.scale, ...others } };
}

export function hasFiles(node: Node): boolean {
  return entryOf(node, 'env_file') !== undefined || entryOf(node, 'label_file') !== undefined;
}

/** Adds values that only the environment has. */
export function withEnvironment(printed: ComposeResource, node: Node, environment: Environment): ComposeResource {
  if (printed.environment === undefined || !hasUnsetVariables(entryOf(node, 'environment'))) return printed;
  return { ...printed, environment: withValues(pairsIn(printed.environment), environment) };
}

function hasUnsetVariables(variables: Node | undefined): boolean {
  return variables?.kind === 'mapping'
    ? variables.entries.values.some(isNull)
    : itemsOf(variables).some(item => !stringOf(item)?.includes('='));
}

/** Adds what its env files and label files say. */
export async function withFiles(
  printed: ComposeResource,
  node: Node,
  surroundings: FileSurroundings,
): Promise<ComposeResource> {
  const own = pairsIn(printed.environment);
  const variables = entryOf(node, 'env_file') === undefined ? own : await serviceEnvironment(node, own, surroundings);
  const labels = entryOf(node, 'label_file') && (await serviceLabels(node, pairsIn(printed.labels), surroundings));
  return {
    ...printed,
    ...(Object.keys(variables).length > 0 && { environment: variables }),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
  };
}

const none: Pairs = {};

function pairsIn(value: unknown): Pairs {
  return (value ?? none) as Pairs;
}
