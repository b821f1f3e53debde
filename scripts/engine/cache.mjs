// Where engines and base images are kept between runs. Delete the folder to fetch them anew.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cacheDir =
  process.env.GOPDATER_ENGINE_CACHE ||
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gopdater-engines');

const marker = '.complete';

/**
 * A folder of the cache, made by `fill` if it is not there yet.
 *
 * It is filled under another name and moved into place when whole, so a run that was killed leaves nothing half done
 * and two runs at once do not meet.
 */
export async function cachedFolder(name, fill) {
  const folder = join(cacheDir, name);
  if (existsSync(join(folder, marker))) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial);
    await writeFile(join(partial, marker), '');
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder).catch(error => {
      if (!existsSync(join(folder, marker))) throw error; // another run was first
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** Removes all but the newest folders whose names begin with `prefix`. */
export async function pruneCache(prefix, { keep }) {
  const names = (await readdir(cacheDir)).filter(name => name.startsWith(prefix) && !name.includes('.partial'));
  const ages = await Promise.all(names.map(async name => ({ name, time: (await stat(join(cacheDir, name))).mtimeMs })));
  const old = ages.sort((a, b) => b.time - a.time).slice(keep);
  for (const { name } of old) await rm(join(cacheDir, name), { recursive: true, force: true });
}

/** Removes what a killed run left half done. */
export async function sweepCache() {
  for (const name of await readdir(cacheDir).catch(() => [])) {
    const pid = /\.(\d+)\.partial/.exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(cacheDir, name), { recursive: true, force: true });
  }
}
