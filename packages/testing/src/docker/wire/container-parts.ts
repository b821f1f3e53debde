import type { ContainerRecord, Mount } from '../state/container-record.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { Endpoint } from '../state/network-record.ts';

/** By network, as containers show it. */
export function networksView(
  state: EngineState,
  { endpoints }: { readonly endpoints: ReadonlyMap<string, Endpoint> },
): Record<string, Record<string, unknown>> {
  return Object.fromEntries([...endpoints].map(([name, one]) => [name, endpointView(state, one)]));
}

export function endpointView({ profile }: EngineState, endpoint: Endpoint): Record<string, unknown> {
  const { id, networkId, aliases, dnsNames, gateway, ipAddress, macAddress, reservedIp } = endpoint;
  const isOverlay = reservedIp !== undefined;
  return {
    IPAMConfig: isOverlay ? { IPv4Address: reservedIp } : null,
    Links: null,
    Aliases: aliases.length > 0 ? aliases : null,
    MacAddress: macAddress,
    DriverOpts: null,
    ...(profile.isSince28 && { GwPriority: 0 }),
    NetworkID: networkId,
    EndpointID: id,
    Gateway: gateway,
    IPAddress: ipAddress,
    IPPrefixLen: ipAddress === '' ? 0 : isOverlay ? 24 : 16,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: dnsNames ?? null,
  };
}

export function mountView({ type, name, source, destination, isWritable, mode }: Mount): Record<string, unknown> {
  const common = {
    Type: type,
    Source: source,
    Destination: destination,
    Mode: mode,
    RW: isWritable,
  };
  if (type !== 'volume') return { ...common, Propagation: type === 'bind' ? 'rprivate' : '' };
  return { ...common, Name: name, Driver: 'local', Propagation: '' };
}

/** With containerd's image store, the manifest that it was made from. */
export function manifestView(
  { imageStore, images }: EngineState,
  { imageId }: ContainerRecord,
): Record<string, unknown> {
  const image = images.find(imageId);
  if (imageStore !== 'containerd' || image === undefined) return {};
  const { architecture, os, content } = image;
  const { mediaType, digest, bytes } = content.manifest;
  return { ImageManifestDescriptor: { mediaType, digest, size: bytes.length, platform: { architecture, os } } };
}
