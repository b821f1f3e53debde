import { type ContainerRecord, hasProcess, type Mount } from '../state/container-record.ts';
import { containerSize } from '../state/container-size.ts';
import type { EngineState } from '../state/engine-state.ts';
import { manifestView, mountView, networksView } from './container-parts.ts';
import { formatDuration } from './time.ts';

/** One element of `GET /containers/json`. */
export function containerListView(state: EngineState, container: ContainerRecord): Record<string, unknown> {
  const { spec, endpoints, staleEndpoints = endpoints } = container;
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: shownImage(state, container),
    ImageID: container.imageId,
    Command: [...spec.entrypoint, ...spec.command].map(quoteWord).join(' '),
    Created: Math.floor(container.createdMs / 1000),
    Ports: portsView(container),
    Labels: spec.labels,
    State: container.state.status,
    Status: formatStatus(container, state.clock.now()),
    HostConfig: { NetworkMode: spec.networkMode },
    NetworkSettings: { Networks: withoutNames(networksView(state, { endpoints: staleEndpoints })) },
    Mounts: container.mounts.map(mount => ({ ...mountView(mount), ...(isInherited(mount) && { Source: '' }) })),
    ...manifestView(state, container),
  };
}

/** What a client gets beside that if it asks for sizes; nothing written is left out. */
export function sizeView(state: EngineState, container: ContainerRecord): Record<string, number> {
  const { ownBytes, allBytes } = containerSize(state, container);
  return { ...(ownBytes > 0 && { SizeRw: ownBytes }), SizeRootFs: allBytes };
}

/** In the list an engine leaves them out. */
function withoutNames(networks: Readonly<Record<string, object>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(networks).map(([name, one]) => [name, { ...one, DNSNames: null }]));
}

/** Of what is in `Volumes` only, the engine does not know the place. */
function isInherited({ isAnonymous, mode }: Mount): boolean {
  return isAnonymous && mode === '';
}

/** As the engine shows a command: what has a space in it stands in quotes, as it is. */
function quoteWord(word: string, index: number): string {
  return index > 0 && word.includes(' ') ? `'${word}'` : word;
}

/** The reference it was created from, or the id if that names another image by now. */
export function shownImage({ images }: EngineState, { spec, imageId }: ContainerRecord): string {
  return images.find(spec.image)?.id === imageId ? spec.image : imageId;
}

/** Published ones for IPv4 and IPv6, then those that are only exposed. */
function portsView(container: ContainerRecord): Record<string, unknown>[] {
  if (!hasProcess(container)) return [];
  const { ports, spec } = container;
  const published = ports.flatMap(({ containerPort, hostIp, hostPort }) => {
    const addresses = hostIp === '' ? ['0.0.0.0', '::'] : [hostIp];
    return addresses.map(IP => ({ IP, ...split(containerPort), PublicPort: hostPort }));
  });
  const isPublished = new Set(ports.map(({ containerPort }) => containerPort));
  return [...published, ...spec.exposedPorts.filter(port => !isPublished.has(port)).map(split)];
}

function split(containerPort: string): { PrivatePort: number; Type: string } {
  const [port, protocol = 'tcp'] = containerPort.split('/');
  return { PrivatePort: Number(port), Type: protocol };
}

function formatStatus({ state, health }: ContainerRecord, now: number): string {
  const { status, exitCode, startedMs = now, finishedMs = now } = state;
  if (status === 'created') return 'Created';
  if (status === 'restarting') return `Restarting (${exitCode}) ${formatDuration(now - finishedMs)} ago`;
  if (status === 'exited') return `Exited (${exitCode}) ${formatDuration(now - finishedMs)} ago`;
  const up = `Up ${formatDuration(now - startedMs)}`;
  if (status === 'paused') return `${up} (Paused)`;
  if (!health) return up;
  return `${up} (${health === 'starting' ? 'health: starting' : health})`;
}
