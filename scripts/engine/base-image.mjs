// Two images to build the product's Dockerfile on without a network. One to run on: busybox and this machine's Node.js. One
// to build with, on top of it: npm, the newest Docker client with Compose, and what pnpm needs to install from its own store.
import { createHash } from 'node:crypto';
import { createReadStream, realpathSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillPackageCaches, packageEnv } from './base-packages.mjs';
import { addLibraries, addProgram, makeSystem } from './base-system.mjs';
import { cachedFolder, pruneCache } from './cache.mjs';
import { unpackedSuite } from './packages.mjs';
import { newestSuite } from './profiles.mjs';
import { run } from './run.mjs';

const images = { run: 'gopdater-test-run:latest', build: 'gopdater-test-build:latest' };
const archive = 'images.tar';
const repository = fileURLToPath(new URL('../..', import.meta.url));

const imageEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', ...packageEnv };

/** The file for `docker load`. Made once per Node.js version and lockfile. */
export async function baseImageArchive({ codename, signal }) {
  const folder = await cachedFolder(`base-${await key()}`, async partial => {
    console.error('Making the base images …');
    await pruneCache('base-', { keep: 1 });
    const work = `${partial}.work`;
    try {
      const programs = await unpackedSuite(newestSuite, { codename, signal });
      await fillRunRoot(join(work, 'run'), { programs, signal });
      await fillBuildRoot(join(work, 'build'), { programs, signal });
      await packImages(work, join(partial, archive), { signal });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return join(folder, archive);
}

/** The archive of `docker save`, not a bare file tree: `docker import` would compress it for containerd's store. */
async function packImages(work, target, { signal }) {
  const step = 'Packing the base images';
  const layers = [];
  const manifest = [];
  for (const [name, image] of Object.entries(images)) {
    const layer = `${name}.tar`;
    const options = ['--sort=name', '--owner=0', '--group=0'];
    await run('tar', [...options, '-cf', join(work, layer), '-C', join(work, name), '.'], { step, signal });
    layers.push(layer);
    const diffs = [];
    for (const file of layers) diffs.push(`sha256:${await sha256(join(work, file))}`);
    const config = {
      architecture: { x64: 'amd64' }[process.arch] ?? process.arch,
      os: 'linux',
      config: { Env: Object.entries(imageEnv).map(([key, value]) => `${key}=${value}`), Cmd: ['sh'] },
      rootfs: { type: 'layers', diff_ids: diffs },
    };
    await writeFile(join(work, `${name}.json`), JSON.stringify(config));
    manifest.push({ Config: `${name}.json`, RepoTags: [image], Layers: [...layers] });
  }
  await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
  const files = ['manifest.json', ...Object.keys(images).map(name => `${name}.json`), ...layers];
  await run('tar', ['-cf', target, '-C', work, ...files], { step, signal });
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

async function fillRunRoot(root, { programs, signal }) {
  await makeSystem(root, { signal });
  await addProgram(root, process.execPath, '/usr/local/bin/node', { signal });
  // The Dockerfile copies only the programs themselves.
  for (const program of [dockerProgram, composeProgram])
    await addLibraries(root, join(programs, 'usr', program), { signal });
}

const dockerProgram = 'bin/docker';
const composeProgram = 'libexec/docker/cli-plugins/docker-compose';

async function fillBuildRoot(root, { programs, signal }) {
  await addNpm(root, { signal });
  for (const program of [dockerProgram, composeProgram]) {
    await addProgram(root, join(programs, 'usr', program), join('/usr/local', program), { signal });
  }
  await fillPackageCaches(root, { repository, signal });
}

async function addNpm(root, { signal }) {
  await mkdir(join(root, 'usr/local/bin'), { recursive: true });
  const installed = join((await run('npm', ['root', '--global'], { signal })).trim(), 'npm');
  await cp(realpathSync(installed), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  for (const program of ['npm', 'npx']) {
    await symlink(`../lib/node_modules/npm/bin/${program}-cli.js`, join(root, 'usr/local/bin', program));
  }
}
