import { EngineError } from '../../errors.ts';
import type { NodeSpec } from '../swarm/nodes.ts';
import type { NodeRecord, Swarm } from '../swarm/swarm-record.ts';
import { type Filters, hasLabels, type KnownFilters, passes } from './filters.ts';
import { type JsonObject, stringMapOf, stringOf } from './json.ts';
import { stampView } from './stamp-view.ts';
import { tlsInfoView } from './swarm-view.ts';

export const nodeFilters: KnownFilters = {
  modelled: ['id', 'label', 'membership', 'name', 'node.label', 'role'],
};

export function listNodes({ node }: Swarm, filters: Filters): NodeRecord[] {
  const isListed =
    hasLabels(filters, {}) &&
    hasLabels(new Map([['label', filters.get('node.label') ?? []]]), node.labels) &&
    passes(filters, 'id', value => node.id.startsWith(value)) &&
    passes(filters, 'name', value => node.hostname.startsWith(value)) &&
    passes(filters, 'role', value => value === 'manager') &&
    passes(filters, 'membership', value => value === 'accepted');
  return isListed ? [node] : [];
}

export function parseNodeSpec({ Name, Labels, Role, Availability }: JsonObject): NodeSpec {
  if (Availability !== 'active' && Availability !== 'pause' && Availability !== 'drain') {
    throw new EngineError(400, `invalid Availability: "${Availability ?? ''}"`);
  }
  return {
    name: stringOf(Name) ?? '',
    labels: stringMapOf(Labels),
    role: stringOf(Role) ?? '',
    availability: Availability,
  };
}

/** `GET /nodes/{id}`. */
export function nodeView({ engine }: Swarm, node: NodeRecord): Record<string, unknown> {
  const { name, labels, availability, hostname, address } = node;
  return {
    ...stampView(node),
    Spec: { ...(name !== '' && { Name: name }), Labels: labels, Role: 'manager', Availability: availability },
    Description: {
      Hostname: hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: 2_000_000_000, MemoryBytes: 4_294_967_296 },
      Engine: { EngineVersion: engine.profile.version, Plugins: plugins },
      TLSInfo: tlsInfoView,
    },
    Status: { State: 'ready', Addr: address },
    ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: `${address}:2377` },
  };
}

const plugins = [
  { Type: 'Log', Name: 'json-file' },
  { Type: 'Network', Name: 'bridge' },
  { Type: 'Network', Name: 'host' },
  { Type: 'Network', Name: 'null' },
  { Type: 'Network', Name: 'overlay' },
  { Type: 'Volume', Name: 'local' },
];
