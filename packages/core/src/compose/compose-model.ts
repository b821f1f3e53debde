import { objectOf } from '../json.ts';
import type { Compat } from './compat.ts';
import { Entries } from './entries.ts';
import { resources } from './model-attributes.ts';
import { invalidProject } from './problem.ts';
import type { ComposeService } from './project.ts';
import { entriesOf, entryOf, itemsOf, type Mapping, mapping, type Node, stringOf, toPlain } from './tree.ts';
import { TreePath } from './tree-path.ts';

/** A service, network, volume, secret or config as Compose prints it. */
export type ComposeResource = Readonly<Record<string, unknown>>;

/**
 * A project in the shape of `docker compose config --format json`: enabled services, what they use, and extensions.
 *
 * @see Compose Specification, "The Compose application model"
 */
export interface ComposeModel {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeResource>>;
  readonly networks?: Readonly<Record<string, ComposeResource>>;
  readonly volumes?: Readonly<Record<string, ComposeResource>>;
  readonly secrets?: Readonly<Record<string, ComposeResource>>;
  readonly configs?: Readonly<Record<string, ComposeResource>>;
  readonly [extension: `x-${string}`]: unknown;
}

/**
 * @param normal  the normalized model
 * @param parts.services  the enabled ones
 */
export function createModel(
  normal: Mapping,
  {
    name,
    services,
    compat,
  }: { readonly name: string; readonly services: readonly ComposeService[]; readonly compat: Compat },
): ComposeModel {
  const nodes = entriesOf(entryOf(normal, 'services'));
  const used = usedResources(services.map(service => nodes.get(service.name)));
  const kinds = Object.entries(resources).flatMap(([kind, print]) => {
    // What nobody uses must be right all the same.
    const printed = Object.entries(
      objectOf(print(entryOf(normal, kind) ?? mapping(new Entries(), normal), new TreePath(kind), compat)),
    );
    const kept = printed.filter(([key]) => used[kind]?.has(key));
    return kept.length === 0 ? [] : [[kind, Object.fromEntries(kept)] as const];
  });
  const extensions = [...normal.entries].filter(([key]) => key.startsWith('x-'));
  return {
    name,
    ...Object.fromEntries(kinds),
    services: Object.fromEntries(services.map(service => [service.name, withoutFiles(service)])),
    ...Object.fromEntries(extensions.map(([key, node]) => [key, toPlain(node)])),
  };
}

/** Label files are read; Compose prints them no more. */
function withoutFiles({ attributes }: ComposeService): ComposeResource {
  if (attributes.label_file === undefined) return attributes;
  const { label_file: _, ...printed } = attributes;
  return printed;
}

/** Names by kind; what no enabled service uses is not printed. */
function usedResources(services: readonly (Node | undefined)[]): Readonly<Record<string, ReadonlySet<string>>> {
  const used = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    secrets: new Set<string>(),
    configs: new Set<string>(),
  };
  const addSources = (names: Set<string>, mounts: Node | undefined): void => {
    for (const mount of itemsOf(mounts)) names.add(stringOf(entryOf(mount, 'source')) ?? '');
  };
  for (const service of services) {
    for (const network of entriesOf(entryOf(service, 'networks')).keys) used.networks.add(network);
    for (const volume of itemsOf(entryOf(service, 'volumes'))) {
      const isNamed = stringOf(entryOf(volume, 'type')) === 'volume';
      if (isNamed) used.volumes.add(stringOf(entryOf(volume, 'source')) ?? '');
    }
    addSources(used.secrets, entryOf(service, 'secrets'));
    addSources(used.secrets, entryOf(entryOf(service, 'build'), 'secrets'));
    addSources(used.configs, entryOf(service, 'configs'));
  }
  return used;
}

/**
 * The text that `docker compose config --format json` prints, with `$$` for each dollar sign.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID` for the few projects that Compose runs but cannot print
 */
export function formatModel(model: ComposeModel): string {
  for (const [name, service] of Object.entries(model.services)) {
    const { ssh } = objectOf(service.build);
    if (Array.isArray(ssh) && ssh.some(key => String(key).includes('=')))
      throw unprintable(`services.${name}.build.ssh`);
  }
  const text = JSON.stringify(
    model,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) throw unprintable(key);
      return value;
    },
    2,
  );
  return text.replaceAll('$', '$$$$');
}

function unprintable(path: string): Error {
  return invalidProject(`${path} has no form in JSON in which Compose prints it.`, 'Compose runs it all the same.');
}
