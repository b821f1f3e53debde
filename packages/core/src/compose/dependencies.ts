import { entriesOf, entryOf, type Node, stringOf, stringsOf } from './tree.ts';

export interface Dependency {
  readonly name: string;
  /** False when the service may start without it. */
  readonly required: boolean;
  readonly node: Node;
}

/** What a service depends on: what `depends_on` names, and whose network, processes or volumes it shares. */
export function dependenciesOf(service: Node): readonly Dependency[] {
  const explicit = explicitDependencies(entryOf(service, 'depends_on'));
  const names = new Set(explicit.map(dependency => dependency.name));
  return [...explicit, ...implicitDependencies(service).filter(({ name }) => !names.has(name) && names.add(name))];
}

function explicitDependencies(dependsOn: Node | undefined): readonly Dependency[] {
  if (dependsOn?.kind === 'sequence') {
    return stringsOf(dependsOn).map(name => ({ name, required: true, node: dependsOn }));
  }
  return Array.from(entriesOf(dependsOn), ([name, node]) => {
    const required = entryOf(node, 'required');
    return { name, required: !(required?.kind === 'scalar' && required.value === false), node };
  });
}

const sharingAttributes = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'];

function implicitDependencies(service: Node): readonly Dependency[] {
  const dependencies: Dependency[] = [];
  const links = entryOf(service, 'links');
  for (const link of stringsOf(links)) add(link.split(':', 1)[0], links);
  for (const attribute of sharingAttributes) {
    const node = entryOf(service, attribute);
    const mode = stringOf(node);
    if (mode?.startsWith('service:')) add(mode.slice('service:'.length), node);
  }
  const volumes = entryOf(service, 'volumes_from');
  for (const volume of stringsOf(volumes)) if (!volume.startsWith('container:')) add(volume.split(':', 1)[0], volumes);
  return dependencies;

  function add(name: string | undefined, node: Node | undefined): void {
    if (name !== undefined && node !== undefined) dependencies.push({ name, required: true, node });
  }
}
