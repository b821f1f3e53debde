// npm's and pnpm's caches with exactly what the lockfile names, so that installing works without a network.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addLibraries } from './base-system.mjs';
import { run } from './run.mjs';

const store = '/var/cache/pnpm-store';
const npmCache = '/var/cache/npm';

/** What a build needs in its environment; a build with a network does without. */
export const packageEnv = {
  npm_config_cache: npmCache,
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
  pnpm_config_store_dir: store,
  pnpm_config_offline: 'true',
  // Its packages' ages are asked of the registry otherwise.
  pnpm_config_trust_lockfile: 'true',
};

export async function fillPackageCaches(root, { repository, signal }) {
  const work = `${root}.fetch`;
  try {
    await mkdir(work, { recursive: true });
    for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
      await copyFile(join(repository, file), join(work, file));
    }
    const { packageManager } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
    await run('npx', ['-y', packageManager, 'fetch', '--store-dir', join(root, store)], {
      step: 'Fetching what the lockfile names',
      cwd: work,
      env: { ...process.env, npm_config_cache: join(root, npmCache) },
      signal,
    });
    for (const folder of await readdir(join(root, npmCache, '_npx'))) {
      await addLibraries(root, join(root, npmCache, '_npx', folder, 'node_modules/pnpm/pnpm'), { signal });
    }
    // npm keeps answers by address, so the same registry is named inside.
    const registry = (await run('npm', ['config', 'get', 'registry'], { cwd: work, signal })).trim();
    await mkdir(join(root, 'root'), { recursive: true });
    await writeFile(join(root, 'root/.npmrc'), `registry=${registry}\n`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
