// Where engines and base images are kept between runs. Delete the folder to fetch them anew.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheDir =
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
