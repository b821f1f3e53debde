import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, Container, Engine, Sharing } from '../docker/engine.ts';
import type { Target } from './resolve-targets.ts';
import { isUp } from './service-containers.ts';

/** A container that uses something of another, whose name or id is in `sharing`. */
export interface Guest {
  readonly name: string;
  readonly sharing: readonly Sharing[];
}

/** Those that run outside the projects of these targets, whose own files tell of theirs. */
export async function readGuests(
  targets: readonly Target[],
  containers: readonly Container[],
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<readonly Guest[]> {
  const projects = new Set<unknown>(targets.map(({ project }) => project.name));
  const outside = containers.filter(one => isUp(one) && !projects.has(one.labels[composeLabels.project]));
  const details = await Promise.all(outside.map(async ({ id }) => await engine.inspectContainer(id, { signal })));
  return details.flatMap(one => (one === undefined || one.sharing.length === 0 ? [] : [one]));
}

/** What those that use something of these containers lose with them: each a sentence. */
export function explainGuests(guests: readonly Guest[], hosts: readonly Container[]): readonly string[] {
  return guests.flatMap(({ name, sharing }) =>
    sharing.flatMap(({ what, container }) => {
      const host = hosts.find(({ id, name: hostName }) => container === id || container === hostName);
      if (host === undefined) return [];
      const loss =
        what === 'volumes'
          ? 'it keeps the old ones, should the new container get others'
          : 'it loses that, and must be made again';
      return [`${name} uses the ${words[what]} of ${host.name}, which is replaced: ${loss}.`];
    }),
  );
}

const words: Readonly<Record<Sharing['what'], string>> = {
  network: 'network',
  pid: 'process namespace',
  ipc: 'IPC namespace',
  volumes: 'volumes',
};
