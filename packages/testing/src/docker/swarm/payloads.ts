import { refusal } from './services.ts';
import { emitSwarm, stamp, touch } from './stamp.ts';
import { findByName, type PayloadRecord, type Swarm } from './swarm-record.ts';

/** What services can have as files; the two differ in little more than their name. */
export type PayloadKind = 'secret' | 'config';

export type PayloadSpec = Pick<PayloadRecord, 'name' | 'labels' | 'data' | 'extra'>;

const largestBytes: Readonly<Record<PayloadKind, number>> = { secret: 512_000, config: 1_024_000 };

export function createPayload(swarm: Swarm, kind: PayloadKind, spec: PayloadSpec): PayloadRecord {
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-_.]{0,62}[a-zA-Z0-9])?$/.test(spec.name)) {
    throw refusal(
      400,
      'InvalidArgument',
      'invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]',
    );
  }
  const sizeBytes = Buffer.from(spec.data, 'base64').length;
  const largest = largestBytes[kind];
  if (spec.extra.Driver === undefined && (sizeBytes === 0 || sizeBytes > largest)) {
    const why = `${kind} data must be larger than 0 and less than ${largest} bytes`;
    throw refusal(400, 'InvalidArgument', why);
  }
  if ([...payloadsOf(swarm, kind).values()].some(({ name }) => name === spec.name)) {
    throw refusal(409, 'AlreadyExists', `${kind} ${spec.name} already exists`);
  }
  const payload: PayloadRecord = { ...stamp(swarm, kind), ...spec };
  payloadsOf(swarm, kind).set(payload.id, payload);
  emitSwarm(swarm.engine, kind, 'create', payload.id, { name: payload.name });
  return payload;
}

/** Only its labels can change. */
export function updatePayload(
  swarm: Swarm,
  kind: PayloadKind,
  payload: PayloadRecord,
  spec: PayloadSpec,
  version: number,
): void {
  if (version !== payload.version) throw refusal(500, 'Unknown', 'update out of sequence');
  const isOther = spec.name !== payload.name || (spec.data !== '' && spec.data !== payload.data);
  if (isOther) throw refusal(400, 'InvalidArgument', 'only updates to Labels are allowed');
  payload.labels = spec.labels;
  touch(swarm, payload);
  emitSwarm(swarm.engine, kind, 'update', payload.id, { name: payload.name });
}

export function removePayload(swarm: Swarm, kind: PayloadKind, payload: PayloadRecord): void {
  const users = [...swarm.services.values()]
    .filter(({ spec }) => spec.task[kind === 'secret' ? 'secretIds' : 'configIds'].includes(payload.id))
    .map(({ spec }) => spec.name);
  if (users.length > 0) {
    const services = users.length > 1 ? 'services' : 'service';
    const why = `${kind} '${payload.name}' is in use by the following ${services}: ${users.join(', ')}`;
    throw refusal(400, 'InvalidArgument', why);
  }
  payloadsOf(swarm, kind).delete(payload.id);
  emitSwarm(swarm.engine, kind, 'remove', payload.id, { name: payload.name });
}

export function findPayload(swarm: Swarm, kind: PayloadKind, nameOrId: string): PayloadRecord {
  return findByName(kind, payloadsOf(swarm, kind).values(), nameOrId, ({ name }) => name);
}

export function payloadsOf({ secrets, configs }: Swarm, kind: PayloadKind): Map<string, PayloadRecord> {
  return kind === 'secret' ? secrets : configs;
}
