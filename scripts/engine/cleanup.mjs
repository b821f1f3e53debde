// What outlives a process: a temporary folder and cgroups. Both carry the name of the run that made them.
import { readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTime } from './namespace.mjs';
import { waitFor } from './wait.mjs';

const cgroups = '/sys/fs/cgroup';

/** `gopdater-PID-START-INDEX`: whether the process that made it still lives can be told from the name. */
export const resourceName = index => `gopdater-${process.pid}-${startTime(process.pid)}-${index}`;

export const temporaryFolder = name => join(tmpdir(), name);

/** Removes what is left of runs that could not clean up themselves. */
export async function sweep() {
  const names = new Set([...(await readdir(tmpdir())), ...(await cgroupNames())]);
  for (const name of names) {
    const [, pid, start] = /^gopdater-(\d+)-(\d+)-\d+$/.exec(name) ?? [];
    if (pid === undefined || startTime(pid) === start) continue;
    await removeResources(name);
  }
}

// containerd makes them whatever its configuration says.
const strayFolders = ['/opt/containerd/bin', '/opt/containerd/lib', '/opt/containerd'];

/** To be called when the namespace is closed: no process and no mount is left below the folder. */
export async function removeResources(name) {
  for (const folder of strayFolders) await rmdir(folder).catch(() => {}); // removes empty folders only
  for (const root of await cgroupRoots()) await removeCgroup(join(root, name));
  await rm(temporaryFolder(name), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

// Version 2 has one tree, version 1 one for each controller.
async function cgroupRoots() {
  const entries = await readdir(cgroups, { withFileTypes: true }).catch(() => []);
  return [cgroups, ...entries.filter(entry => entry.isDirectory()).map(entry => join(cgroups, entry.name))];
}

async function cgroupNames() {
  const names = await Promise.all((await cgroupRoots()).map(root => readdir(root).catch(() => [])));
  return names.flat().filter(name => name.startsWith('gopdater-'));
}

async function removeCgroup(path) {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return;
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  // The kernel takes a moment to forget the last process.
  const removed = await waitFor(
    () =>
      rmdir(path).then(
        () => true,
        error => error.code === 'ENOENT',
      ),
    { timeoutMs: 5000 },
  );
  if (!removed) console.error(`The cgroup ${path} is still in use`);
}
