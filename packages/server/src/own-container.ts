import { readFileSync } from 'node:fs';

/**
 * The id of the container that this process runs in; `undefined` outside of one.
 *
 * Docker mounts /etc/hostname, /etc/hosts and /etc/resolv.conf from a folder that has the id as its name; the host name
 * itself says nothing with `network_mode: host` or `hostname`.
 */
export function ownContainerId(mountInfoFile = '/proc/self/mountinfo'): string | undefined {
  try {
    return /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) /.exec(
      readFileSync(mountInfoFile, 'utf8'),
    )?.[1];
  } catch {
    return undefined;
  }
}
