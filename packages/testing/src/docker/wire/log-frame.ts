import type { LogLine } from '../state/container-log.ts';

/** A line of a multiplexed stream. @see Docker Engine API, `ContainerAttach`, "Stream format" */
export function logFrame({ output, text }: LogLine): Buffer {
  const header = Buffer.from([output === 'stderr' ? 2 : 1, 0, 0, 0, 0, 0, 0, 0]);
  const line = Buffer.from(`${text}\n`);
  header.writeUInt32BE(line.length, 4);
  return Buffer.concat([header, line]);
}
