// An image to build the product's Dockerfile on without a network: this machine's Node.js and npm, busybox, the newest
// Docker client with Compose, and what pnpm needs to install from its own store.
import { createHash } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillPackageCaches, packageEnv } from './base-packages.mjs';
import { addProgram, makeSystem } from './base-system.mjs';
import { cachedFolder, pruneCache } from './cache.mjs';
import { unpackedSuite } from './packages.mjs';
import { newestSuite } from './profiles.mjs';
import { run } from './run.mjs';

export const baseImage = 'gopdater-test-base:latest';

const archive = 'image.tar';
const repository = fileURLToPath(new URL('../..', import.meta.url));

const imageEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', ...packageEnv };

/** Loads the image into the engine. */
export async function provideBaseImage({ namespace, env, codename, signal }) {
  await namespace.run('docker', ['load', '--input', await baseImageArchive({ codename, signal })], {
    step: 'Loading the base image',
    env,
    signal,
  });
}

/** Made once per Node.js version and lockfile. */
export async function baseImageArchive({ codename, signal }) {
  const folder = await cachedFolder(`base-${await key()}`, async partial => {
    console.error('Making the base image …');
    await pruneCache('base-', { keep: 1 });
    const root = `${partial}.root`;
    try {
      await fillRoot(root, { programs: await unpackedSuite(newestSuite, { codename, signal }), signal });
      await packImage(root, join(partial, archive), { signal });
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
  return join(folder, archive);
}

/** The archive of `docker save`, not a bare file tree: `docker import` would compress it for containerd's store. */
async function packImage(root, target, { signal }) {
  const work = `${root}.image`;
  const step = 'Packing the base image';
  try {
    await mkdir(work);
    const layer = join(work, 'layer.tar');
    await run('tar', ['--sort=name', '--owner=0', '--group=0', '-cf', layer, '-C', root, '.'], { step, signal });
    const config = {
      architecture: { x64: 'amd64' }[process.arch] ?? process.arch,
      os: 'linux',
      config: { Env: Object.entries(imageEnv).map(([name, value]) => `${name}=${value}`), Cmd: ['sh'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${await sha256(layer)}`] },
    };
    const manifest = [{ Config: 'config.json', RepoTags: [baseImage], Layers: ['layer.tar'] }];
    await writeFile(join(work, 'config.json'), JSON.stringify(config));
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
    await run('tar', ['-cf', target, '-C', work, 'manifest.json', 'config.json', 'layer.tar'], { step, signal });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function sha256(...files) {
  const hash = createHash('sha256');
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function key() {
  const names = ['base-image.mjs', 'base-packages.mjs', 'base-system.mjs'];
  const sources = names.map(file => fileURLToPath(new URL(file, import.meta.url)));
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].map(file => join(repository, file));
  return `${process.version}-${(await sha256(...sources, ...inputs)).slice(0, 16)}`;
}

async function fillRoot(root, { programs, signal }) {
  await makeSystem(root, { signal });
  await addProgram(root, process.execPath, '/usr/local/bin/node', { signal });
  await addNpm(root, { signal });
  await addProgram(root, join(programs, 'usr/bin/docker'), '/usr/local/bin/docker', { signal });
  const plugin = 'libexec/docker/cli-plugins/docker-compose';
  await addProgram(root, join(programs, 'usr', plugin), join('/usr/local', plugin), { signal });
  await fillPackageCaches(root, { repository, signal });
}

async function addNpm(root, { signal }) {
  const installed = join((await run('npm', ['root', '--global'], { signal })).trim(), 'npm');
  await cp(realpathSync(installed), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const program of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(root, 'usr/local/bin', program));
  }
}
