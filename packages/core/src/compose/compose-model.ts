import { objectOf } from '../json.ts';
import type { Compat } from './compat.ts';
import { Entries } from './entries.ts';
import { resources } from './model-attributes.ts';
import { type Mapping, mapping } from './node.ts';
import { invalidProject } from './problem.ts';
import type { ComposeService } from './project.ts';
import { entryOf, toPlain } from './tree.ts';
import { TreePath } from './tree-path.ts';
import type { ResourceNames } from './used-resources.ts';

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
 * @param normal  with its resources in their normal form
 * @param parts.services  the enabled ones
 * @param parts.used  by them; what else there is is not printed
 */
export function createModel(
  normal: Mapping,
  {
    name,
    services,
    used,
    compat,
  }: {
    readonly name: string;
    readonly services: readonly ComposeService[];
    readonly used: ResourceNames;
    readonly compat: Compat;
  },
): ComposeModel {
  const kinds = resourceKinds.flatMap(kind => {
    const print = resources[kind];
    // What nobody uses must be right all the same.
    const printed = Object.entries(
      objectOf(print(entryOf(normal, kind) ?? mapping(new Entries(), normal), new TreePath(kind), compat)),
    );
    const kept = printed.filter(([key]) => used[kind].has(key));
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

const resourceKinds = ['networks', 'volumes', 'secrets', 'configs'] as const;

/** Label files are read; Compose prints them no more. */
function withoutFiles({ attributes }: ComposeService): ComposeResource {
  if (attributes.label_file === undefined) return attributes;
  const { label_file: _, ...printed } = attributes;
  return printed;
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
