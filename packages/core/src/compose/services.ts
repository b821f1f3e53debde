import { canonicalService, noneWritten } from './canonical.ts';
import type { ComposeResource } from './compose-model.ts';
import { checkProject, checkService, type Link } from './consistency.ts';
import { type Base, serviceWithDefaults } from './defaults.ts';
import type { Disk } from './disk.ts';
import type { ReadonlyEntries } from './entries.ts';
import type { Mapping, Node } from './node.ts';
import { normalizeService } from './normalize.ts';
import { hasFiles, printService, withEnvironment, withFiles, withReplicas } from './print-service.ts';
import { isEnabled } from './profiles.ts';
import type { ComposeService } from './project.ts';
import { createService } from './service.ts';
import { entriesOf, entryOf, stringsOf } from './tree.ts';
import { TreePath } from './tree-path.ts';
import { addUsedResources, noResources, type ResourceNames } from './used-resources.ts';
import { isWatched, serviceWithWatchedPaths } from './watched-paths.ts';

export interface Services {
  /** Those that a profile disables included. */
  readonly services: ReadonlyMap<string, ComposeService>;
  /** By the enabled ones. */
  readonly used: ResourceNames;
}

interface Surroundings extends Base {
  readonly profiles: readonly string[];
  readonly disk: Disk;
}

/**
 * Brings each service into its long and normal form, prints it and checks what it says together with the others.
 *
 * One service after the other goes all the way: what is made of one on it is not kept.
 *
 * @param nodes  as they are written
 * @param model  the project without its services, in its long form
 */
export async function createServices(
  nodes: ReadonlyEntries<Node>,
  model: Mapping,
  surroundings: Surroundings,
): Promise<Services> {
  const { profiles, environment, compat } = surroundings;
  const enabled = new Set(nodes.keys.names.filter((_, index) => isEnabled(nodes.values[index] as Node, profiles)));
  const used = noResources();
  const count = noneWritten();
  const links = new Map<string, Link>();
  const drafts: Draft[] = [];
  const path = new TreePath('services');
  for (const [index, name] of nodes.keys.names.entries()) {
    const written = nodes.values[index] as Node;
    path.enter(name);
    const long = serviceWithDefaults(canonicalService(written, path, count), path, surroundings);
    const node = isWatched(long) ? await serviceWithWatchedPaths(long, surroundings.disk) : long;
    const normal = normalizeService(node, environment);
    const printed = printService(normal, path, compat);
    path.leave();
    const isOn = enabled.has(name);
    // Compose does not open the files of a disabled service: they may well be missing.
    const isRead = isOn && hasFiles(node);
    const completed = isOn ? withReplicas(withEnvironment(printed, node, environment)) : printed;
    drafts.push({ name, printed: completed, withFiles: isRead ? node : undefined, labelFiles: labelFilesOf(node) });
    if (!isOn) continue;
    checkService({ name, node: normal, printed }, { model, services: nodes, enabled, compat });
    links.set(name, { node: written, dependencies: entriesOf(entryOf(normal, 'depends_on')).keys.names });
    addUsedResources(normal, used);
  }
  checkProject(model, links, compat);

  const canDependOn = (other: string): boolean => enabled.has(other);
  const services = new Map<string, ComposeService>();
  for (const { name, printed, withFiles: node, labelFiles } of drafts) {
    const attributes = node === undefined ? printed : await withFiles(printed, node, surroundings);
    services.set(
      name,
      createService({ name, printed: attributes, labelFiles, enabled: enabled.has(name), canDependOn }),
    );
  }
  return { services, used };
}

/** A service, before its files are read. */
interface Draft {
  readonly name: string;
  readonly printed: ComposeResource;
  /** In its long form, if it has files that are to be read. */
  readonly withFiles: Node | undefined;
  readonly labelFiles: readonly string[];
}

function labelFilesOf(service: Node): readonly string[] {
  return stringsOf(entryOf(service, 'label_file'));
}
