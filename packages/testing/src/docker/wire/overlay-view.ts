import { macOf } from '../state/endpoints.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { NetworkRecord, Overlay } from '../state/network-record.ts';
import { containersView } from './network-containers.ts';
import { formatTime } from './time.ts';

/**
 * A network of the swarm: as the manager has it, in lists and before the node has something of it; else as the node
 * sees it.
 */
export function overlayView(
  state: EngineState,
  network: NetworkRecord,
  overlay: Overlay,
  { isList }: { isList: boolean },
): Record<string, unknown> {
  const { name, id, createdMs, subnet, options, labels } = network;
  const isOfNode = overlay.isOnNode && !isList;
  return {
    Name: name,
    Id: id,
    Created: formatTime(createdMs),
    Scope: 'swarm',
    Driver: 'overlay',
    ...(state.profile.isSince28 && { EnableIPv4: true }),
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: [{ Subnet: `10.0.${subnet}.0/24`, Gateway: `10.0.${subnet}.1` }],
    },
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: overlay.isIngress,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: isOfNode
      ? { ...containersView(state, network, { prefixLength: 24 }), ...balancerView(network, overlay) }
      : null,
    Options: { ...vxlanOptions(overlay), ...options },
    Labels: isOfNode || Object.keys(labels).length > 0 ? labels : null,
    ...(isOfNode && { Peers: peersView(state) }),
  };
}

export function vxlanOptions({ vxlanId }: Overlay): Record<string, string> {
  return { 'com.docker.network.driver.overlay.vxlanid_list': String(vxlanId) };
}

/** What spreads requests has an endpoint of its own. */
function balancerView({ name }: NetworkRecord, { balancer, isIngress }: Overlay): Record<string, unknown> {
  if (!balancer) return {};
  const view = {
    Name: `${name}-endpoint`,
    EndpointID: balancer.endpointId,
    MacAddress: macOf(balancer.address),
    IPv4Address: `${balancer.address}/24`,
    IPv6Address: '',
  };
  return { [isIngress ? 'ingress-sbox' : `lb-${name}`]: view };
}

function peersView({ swarm }: EngineState): Record<string, string>[] {
  return swarm ? [{ Name: swarm.node.id.slice(0, 12), IP: swarm.node.address }] : [];
}
