import type { PayloadKind, PayloadSpec } from '../swarm/payloads.ts';
import type { PayloadRecord } from '../swarm/swarm-record.ts';
import { type Filters, hasLabels, type KnownFilters, passes } from './filters.ts';
import { type JsonObject, stringMapOf, stringOf } from './json.ts';
import { byId, stampView } from './stamp-view.ts';

export const payloadFilters: KnownFilters = { modelled: ['id', 'label', 'name', 'names'] };

export function listPayloads(payloads: Iterable<PayloadRecord>, filters: Filters): PayloadRecord[] {
  return [...payloads]
    .filter(
      ({ id, name, labels }) =>
        hasLabels(filters, labels) &&
        passes(filters, 'id', value => id.startsWith(value)) &&
        passes(filters, 'name', value => name.startsWith(value)) &&
        passes(filters, 'names', value => value === name),
    )
    .sort(byId);
}

export function parsePayload({ Name, Labels, Data, ...others }: JsonObject): PayloadSpec {
  const extra = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null));
  return { name: stringOf(Name) ?? '', labels: stringMapOf(Labels), data: stringOf(Data) ?? '', extra };
}

/** What is in a secret, nobody is told. */
export function payloadView(kind: PayloadKind, payload: PayloadRecord): Record<string, unknown> {
  const { name, labels, data, extra } = payload;
  return {
    ...stampView(payload),
    Spec: { Name: name, Labels: labels, ...(kind === 'config' && { Data: data }), ...extra },
  };
}
