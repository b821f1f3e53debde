import { EngineError } from '../../errors.ts';
import { giveBackAddress, takeAddress } from '../state/addresses.ts';
import { overlaysOf } from './overlays.ts';
import type { Endpoint, ServicePort, ServiceRecord, ServiceSpec } from './service-record.ts';
import type { Swarm } from './swarm-record.ts';

/** Where the swarm looks for a free port when none was asked for. */
const firstPort = 30_000;

/** What the swarm gives a service of virtual addresses and ports; what it has already, it keeps. */
export function endpointFor(swarm: Swarm, spec: ServiceSpec, service?: ServiceRecord): Endpoint {
  const others = [...swarm.services.values()].filter(other => other !== service);
  const before = service?.endpoint ?? { ports: [], virtualIps: [] };
  const ports: ServicePort[] = [];
  for (const port of spec.endpoint.ports) ports.push(allocate(port, [...before.ports], others, ports));
  const virtualIps = virtualIpsFor(swarm, spec, before);
  releaseVirtualIps(
    swarm,
    spec,
    before.virtualIps.filter(ip => !virtualIps.includes(ip)),
  );
  return { ports, virtualIps };
}

export function releaseVirtualIps({ engine }: Swarm, spec: ServiceSpec, virtualIps: Endpoint['virtualIps']): void {
  for (const { networkId, address } of virtualIps) {
    const network = engine.networks.get(networkId);
    if (network) giveBackAddress(engine, network, holderOf(spec), address);
  }
}

/** No two services have the same name, and it never changes. */
const holderOf = ({ name }: ServiceSpec): string => `service ${name}`;

function virtualIpsFor(swarm: Swarm, spec: ServiceSpec, before: Endpoint): Endpoint['virtualIps'] {
  const { task, endpoint } = spec;
  if (endpoint.mode !== 'vip') return [];
  return overlaysOf(swarm, task, endpoint).map(network => {
    const old = before.virtualIps.find(({ networkId }) => networkId === network.id);
    return old ?? { networkId: network.id, address: takeAddress(swarm.engine, network, holderOf(spec)) };
  });
}

function allocate(
  port: ServicePort,
  before: readonly ServicePort[],
  others: readonly ServiceRecord[],
  own: readonly ServicePort[],
): ServicePort {
  if (port.mode === 'host') return port;
  const portHolderOf = (number: number): ServiceRecord | undefined =>
    others.find(({ endpoint }) => endpoint.ports.some(other => isSame(other, port, number)));
  if (port.publishedPort !== 0) {
    const holder = portHolderOf(port.publishedPort);
    if (!holder) return port;
    throw new EngineError(
      400,
      `rpc error: code = InvalidArgument desc = port '${port.publishedPort}' is already in use by service '${holder.spec.name}' (${holder.id}) as an ingress port`,
    );
  }
  const old = before.find(other => other.mode === 'ingress' && other.targetPort === port.targetPort);
  let number = old?.publishedPort ?? firstPort;
  while (portHolderOf(number) || own.some(other => isSame(other, port, number))) number += 1;
  return { ...port, publishedPort: number };
}

function isSame(a: ServicePort, { protocol }: ServicePort, publishedPort: number): boolean {
  return a.mode === 'ingress' && a.protocol === protocol && a.publishedPort === publishedPort;
}
