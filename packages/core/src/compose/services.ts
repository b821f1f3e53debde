import type { Compat } from './compat.ts';
import type { ComposeResource } from './compose-model.ts';
import { checkProject, checkService, type Link } from './consistency.ts';
import type { Disk } from './disk.ts';
import type { Environment } from './environment.ts';
import { normalizeService } from './normalize.ts';
import { hasFiles, printService, withEnvironment, withFiles, withReplicas } from './print-service.ts';
import { isEnabled } from './profiles.ts';
import type { ComposeService } from './project.ts';
import { createService } from './service.ts';
import { entriesOf, entryOf, type Mapping, stringsOf } from './tree.ts';
import { addUsedResources, noResources, type ResourceNames } from './used-resources.ts';

export interface Services {
  /** Those that a profile disables included. */
  readonly services: ReadonlyMap<string, ComposeService>;
  /** By the enabled ones. */
  readonly used: ResourceNames;
}

/**
 * Brings each service into its normal form, prints it and checks what it says together with the others.
 *
 * @param model  in its long form, with absolute paths
 */
export async function createServices(
  model: Mapping,
  {
    profiles,
    environment,
    compat,
    disk,
  }: {
    readonly profiles: readonly string[];
    readonly environment: Environment;
    readonly compat: Compat;
    readonly disk: Disk;
  },
): Promise<Services> {
  const nodes = entriesOf(entryOf(model, 'services'));
  const enabled = new Set(nodes.keys.names.filter((_, index) => isEnabled(nodes.values[index] ?? model, profiles)));
  const used = noResources();
  const links = new Map<string, Link>();
  const printed = new Map<string, ComposeResource>();
  for (const [name, node] of nodes) {
    const normal = normalizeService(node, environment);
    const attributes = printService(name, normal, compat);
    printed.set(name, attributes);
    if (!enabled.has(name)) continue;
    checkService({ name, node: normal, printed: attributes }, { model, services: nodes, enabled, compat });
    links.set(name, { node, dependencies: entriesOf(entryOf(normal, 'depends_on')).keys.names });
    addUsedResources(normal, used);
  }
  checkProject(model, links, compat);

  const surroundings = { environment, disk, compat };
  const canDependOn = (other: string): boolean => enabled.has(other);
  const services = new Map<string, ComposeService>();
  for (const [name, node] of nodes) {
    const isOn = enabled.has(name);
    const attributes = printed.get(name) ?? {};
    // Compose does not open the files of a disabled service: they may well be missing.
    const isRead = isOn && hasFiles(node);
    const completed = isOn ? withReplicas(withEnvironment(attributes, node, environment)) : attributes;
    services.set(
      name,
      createService({
        name,
        printed: isRead ? await withFiles(completed, node, surroundings) : completed,
        labelFiles: stringsOf(entryOf(node, 'label_file')),
        enabled: isOn,
        canDependOn,
      }),
    );
  }
  return { services, used };
}
