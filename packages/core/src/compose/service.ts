import { dependenciesOf } from './dependencies.ts';
import { pairsOf } from './pairs.ts';
import type { ComposeService } from './project.ts';
import { scalarText } from './scalar-text.ts';
import { entryOf, type Mapping, type Node, stringOf, toPlain } from './tree.ts';

export interface ServiceSources {
  readonly name: string;
  readonly node: Mapping;
  readonly enabled: boolean;
  /** The environment with env files read and variables without a value looked up. */
  readonly environment: ReadonlyMap<string, string | null>;
  readonly labels: ReadonlyMap<string, string>;
  /** Tells services that can be depended on. */
  readonly canDependOn: (name: string) => boolean;
}

/** Reads a service from its merged attributes. */
export function createService(sources: ServiceSources): ComposeService {
  const { name, node, enabled, environment, labels, canDependOn } = sources;
  return {
    name,
    image: stringOf(entryOf(node, 'image')) || undefined,
    enabled,
    scale: scaleOf(node),
    containerName: stringOf(entryOf(node, 'container_name')),
    dependsOn: dependenciesOf(node)
      .filter(dependency => dependency.required || canDependOn(dependency.name))
      .map(dependency => dependency.name),
    labels: Object.fromEntries(labels),
    attributes: attributesOf(node, environment, labels),
  };
}

/** How many containers the service has, as `scale` or `deploy.replicas` says; 1 when neither does. */
export function scaleOf(service: Node): number {
  const scale = numberOf(entryOf(service, 'scale'));
  return scale ?? numberOf(entryOf(entryOf(service, 'deploy'), 'replicas')) ?? 1;
}

export function numberOf(node: Node | undefined): number | undefined {
  if (node?.kind !== 'scalar') return undefined;
  return typeof node.value === 'bigint' || typeof node.value === 'number' ? Number(node.value) : undefined;
}

/** `KEY: VALUE` or `- KEY=VALUE` as text; null where a key has no value. */
export function textPairs(node: Node | undefined): ReadonlyMap<string, string | null> {
  const pairs = node === undefined ? undefined : pairsOf(node);
  const texts = Array.from(
    pairs ?? [],
    ([key, { value }]) => [key, value === null ? null : scalarText(value)] as const,
  );
  return new Map(texts);
}

function attributesOf(
  node: Mapping,
  environment: ReadonlyMap<string, string | null>,
  labels: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  const attributes = new Map<string, unknown>();
  for (const [key, value] of node.entries) attributes.set(key, toPlain(value));
  if (environment.size > 0) attributes.set('environment', Object.fromEntries(environment));
  if (labels.size > 0) attributes.set('labels', Object.fromEntries(labels));
  return Object.fromEntries(attributes);
}
