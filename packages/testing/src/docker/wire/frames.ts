import { compareVersions } from '../api-version.ts';
import type { OutputName } from '../state/container-log.ts';
import type { ContainerRecord } from '../state/container-record.ts';

/** Both outputs of a process in one stream. @see Engine API, `ContainerAttach`, "Stream format" */
export function frame(output: OutputName, bytes: Buffer): Buffer {
  const header = Buffer.from([output === 'stderr' ? 2 : 1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** With a terminal there is one output only, and it is sent as it is. */
export function streamOf({ hasTerminal, version }: { readonly hasTerminal: boolean; readonly version: string }): {
  readonly type: string;
  readonly pack: (output: OutputName, bytes: Buffer) => Buffer;
} {
  const isNamed = !hasTerminal && compareVersions(version, '1.42') >= 0;
  return {
    type: `application/vnd.docker.${isNamed ? 'multiplexed' : 'raw'}-stream`,
    pack: hasTerminal ? (_, bytes) => bytes : frame,
  };
}

export function hasTerminal({ spec }: ContainerRecord): boolean {
  return spec.config.Tty === true;
}
