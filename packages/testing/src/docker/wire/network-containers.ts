import type { EngineState } from '../state/engine-state.ts';
import { endpointsOf, type NetworkRecord } from '../state/network-record.ts';

/** Containers that run in a network, by id. */
export function containersView(
  state: EngineState,
  network: NetworkRecord,
  { prefixLength }: { prefixLength: number },
): Record<string, unknown> {
  return Object.fromEntries(
    endpointsOf(state, network).map(({ container, endpoint }) => [
      container.id,
      {
        Name: container.name,
        EndpointID: endpoint.id,
        MacAddress: endpoint.macAddress,
        IPv4Address: endpoint.ipAddress && `${endpoint.ipAddress}/${prefixLength}`,
        IPv6Address: '',
      },
    ]),
  );
}
