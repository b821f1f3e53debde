import type { Compat } from './compat.ts';
import type { ComposeResource } from './compose-model.ts';
import { checkConsistency } from './consistency.ts';
import type { Disk } from './disk.ts';
import type { Environment } from './environment.ts';
import { hasFiles, printService, withEnvironment, withFiles } from './print-service.ts';
import { isEnabled } from './profiles.ts';
import type { ComposeService } from './project.ts';
import { createService } from './service.ts';
import { entriesOf, entryOf, type Mapping, stringsOf } from './tree.ts';

/** The services of a project, those that a profile disables included. */
export async function createServices(
  normal: Mapping,
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
): Promise<ReadonlyMap<string, ComposeService>> {
  const nodes = entriesOf(entryOf(normal, 'services'));
  const printed = new Map<string, ComposeResource>();
  const enabled = new Set<string>();
  for (const [name, node] of nodes) {
    printed.set(name, printService(name, node, compat));
    if (isEnabled(node, profiles)) enabled.add(name);
  }
  checkConsistency(normal, { printed, enabled, compat });
  const surroundings = { environment, disk, compat };
  const canDependOn = (other: string): boolean => enabled.has(other);
  const services = new Map<string, ComposeService>();
  for (const [name, node] of nodes) {
    const isOn = enabled.has(name);
    let attributes = printed.get(name) ?? {};
    // Compose does not open the files of a disabled service: they may well be missing.
    if (isOn) {
      attributes = hasFiles(node)
        ? await withFiles(attributes, node, surroundings)
        : withEnvironment(attributes, environment);
    }
    services.set(
      name,
      createService({
        name,
        printed: attributes,
        labelFiles: stringsOf(entryOf(node, 'label_file')),
        enabled: isOn,
        canDependOn,
      }),
    );
  }
  return services;
}
