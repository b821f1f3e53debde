import { posix } from 'node:path';
import type { GivenFile } from '../state/container-spec.ts';
import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../wire/json.ts';
import type { PayloadRecord, Swarm } from './swarm-record.ts';
import type { TaskRecord } from './task-record.ts';

/** Where a name without a path is, by kind. @see moby, `container/container_unix.go` */
const secretsFolder = '/run/secrets';
const configsFolder = '/';

/** The secrets and configs of a task, as files of its container. */
export function payloadFiles({ secrets, configs }: Swarm, { spec }: TaskRecord): readonly GivenFile[] {
  const { Secrets, Configs } = objectOf(spec.raw.ContainerSpec);
  return [
    ...filesOf(objectsOf(Secrets), one => secrets.get(stringOf(one.SecretID) ?? ''), secretsFolder),
    ...filesOf(objectsOf(Configs), one => configs.get(stringOf(one.ConfigID) ?? ''), configsFolder),
  ];
}

/** An engine keeps one file of each, with the owner and mode of the last reference. */
function filesOf(
  references: readonly JsonObject[],
  payloadOf: (reference: JsonObject) => PayloadRecord | undefined,
  folder: string,
): GivenFile[] {
  const found = references.map(one => ({ payload: payloadOf(one), file: objectOf(one.File) }));
  const last = new Map(found.map(({ payload, file }) => [payload?.id, file]));
  return found.flatMap(({ payload, file: { Name } }) => fileOf({ ...last.get(payload?.id), Name }, payload, folder));
}

/** One that is not to be a file, or is gone, is none. */
function fileOf({ Name, UID, GID, Mode }: JsonObject, payload: PayloadRecord | undefined, folder: string): GivenFile[] {
  const name = stringOf(Name);
  if (name === undefined || payload === undefined) return [];
  return [
    {
      path: posix.resolve(folder, name),
      content: Buffer.from(payload.data, 'base64'),
      uid: Number(stringOf(UID) ?? 0),
      gid: Number(stringOf(GID) ?? 0),
      mode: numberOf(Mode) ?? 0,
    },
  ];
}
