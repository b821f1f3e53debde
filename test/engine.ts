import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { signPayload } from '../packages/testing/src/registry/sign-image.ts';

/** What scripts/test-engine.mjs provides; a test that is run without it fails here. */
export function provided(
  name:
    | 'GOPDATER_REGISTRY'
    | 'GOPDATER_BASE_IMAGES'
    | 'GOPDATER_ENGINE_PROFILE'
    | 'GOPDATER_SHARED'
    | 'BUSYBOX'
    | 'DOCKER_HOST',
): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this with “npm run test:engine”.`);
  return value;
}

/** Runs `docker` on the engine that is provided and gives what it printed. */
export async function docker(...args: readonly string[]): Promise<string> {
  return (await runDocker(args)).stdout.trim();
}

/** What a container printed, on both outputs. */
export async function logsOf(container: string): Promise<string> {
  const { stdout, stderr } = await runDocker(['logs', container]);
  return stdout + stderr;
}

/** Where this repository is. */
export const repository: string = fileURLToPath(new URL('..', import.meta.url));

/**
 * The repository's own image, under a name of this engine's, built on what is there without a network: by the first who
 * asks, the engines of the other profiles get it from there.
 */
export async function provideOwnImage(tag: string): Promise<void> {
  if ((await docker('images', '--quiet', tag)) !== '') return;
  const archive = join(provided('GOPDATER_SHARED'), 'own-image.tar');
  if (await isFirst(`${archive}.begun`)) {
    try {
      await buildOwnImage(tag);
      await docker('save', '--output', `${archive}.partial`, tag);
      await rename(`${archive}.partial`, archive);
    } catch (error) {
      await writeFile(`${archive}.failed`, '');
      throw error;
    }
    return;
  }
  while (!existsSync(archive)) {
    if (existsSync(`${archive}.failed`)) throw new Error('The image could not be built, see another profile.');
    await setTimeout(200);
  }
  await docker('load', '--quiet', '--input', archive);
}

async function buildOwnImage(tag: string): Promise<void> {
  await docker('load', '--quiet', '--input', provided('GOPDATER_BASE_IMAGES'));
  const build = 'gopdater-test-build';
  const images = { NODE_IMAGE: build, CLI_IMAGE: build, RUNTIME_IMAGE: 'gopdater-test-run' };
  const args = Object.entries(images).flatMap(([name, image]) => ['--build-arg', `${name}=${image}`]);
  await docker('buildx', 'build', '--quiet', '--load', '--tag', tag, ...args, repository);
  await docker('rmi', build);
}

async function isFirst(folder: string): Promise<boolean> {
  return await mkdir(folder).then(
    () => true,
    () => false,
  );
}

/** Pushes an image that is another one, with these lines of a Dockerfile besides. The engine keeps no name for it. */
export async function pushDerived(image: string, from: string, lines: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'derived-'));
  const name = `${provided('GOPDATER_REGISTRY')}/${image}`;
  try {
    await writeFile(join(directory, 'Dockerfile'), [`FROM ${from}`, ...lines].join('\n'));
    await docker('build', '--quiet', '--tag', name, directory);
    await docker('push', '--quiet', name);
    await docker('rmi', name);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const runDocker = async (args: readonly string[]) =>
  await promisify(execFile)('docker', args, { env: { ...process.env, DOCKER_BUILDKIT: '0' } });

/**
 * Puts an image with nothing but busybox into the private registry, which is Docker Hub's mirror: `acme/web:latest` is
 * pulled from there, and the engine does not have it yet. Its containers run until they are stopped, which they are at
 * once, unless there is another command.
 *
 * @param options.files  empty files in its root
 * @param options.registry  another one, `host:port` without TLS
 * @see OCI Distribution Specification v1.1, "Pushing manifests"
 */
export async function pushToRegistry(
  image: string,
  version: string,
  options: {
    readonly files?: readonly string[];
    readonly command?: readonly string[];
    readonly registry?: string;
  } = {},
): Promise<void> {
  const { files = [], command = ['/bin/busybox', 'sleep', '3600'], registry = provided('GOPDATER_REGISTRY') } = options;
  const layer = await archiveOf(files);
  const config = Buffer.from(
    JSON.stringify({
      architecture: { x64: 'amd64' }[process.arch as string] ?? process.arch,
      os: 'linux',
      // So that no two are the same.
      created: new Date().toISOString(),
      config: {
        Env: ['PATH=/bin', `VERSION=${version}`],
        Cmd: command,
        Labels: { 'org.opencontainers.image.version': version },
        StopSignal: 'SIGKILL',
      },
      rootfs: { type: 'layers', diff_ids: [sha256(layer)] },
    }),
  );
  const [name, tag] = image.split(':');
  const base = `http://${registry}/v2/${name}`;
  for (const blob of [layer, config]) await putBlob(base, blob);
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', size: config.length, digest: sha256(config) },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', size: layer.length, digest: sha256(layer) }],
  };
  await send('PUT', `${base}/manifests/${tag}`, Buffer.from(JSON.stringify(manifest)), manifest.mediaType);
}

/** Signs what a tag of the private registry means now, with a key in PEM, as cosign 2 does. */
export async function signInRegistry(image: string, key: string): Promise<void> {
  const [name, tag] = image.split(':');
  const base = `http://${provided('GOPDATER_REGISTRY')}/v2/${name}`;
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const found = await fetch(`${base}/manifests/${tag}`, { method: 'HEAD', headers: { accept } });
  const digest = found.headers.get('docker-content-digest') ?? '';
  const { manifest, blobs } = signPayload(digest, { key });
  for (const blob of blobs) await putBlob(base, blob.bytes);
  await send('PUT', `${base}/manifests/${digest.replace(':', '-')}.sig`, manifest.bytes, accept);
}

/** busybox, and empty files in the root. */
async function archiveOf(files: readonly string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'image-'));
  try {
    await mkdir(join(directory, 'bin'));
    await copyFile(provided('BUSYBOX'), join(directory, 'bin/busybox'));
    for (const file of files) await writeFile(join(directory, file), '');
    const args = ['--sort=name', '--owner=0', '--group=0', '--mtime=@0', '-cf', '-', '-C', directory, '.'];
    const { stdout } = await promisify(execFile)('tar', args, { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function putBlob(base: string, bytes: Buffer): Promise<void> {
  const { status } = await fetch(`${base}/blobs/${sha256(bytes)}`, { method: 'HEAD' });
  if (status === 200) return;
  const upload = new URL((await send('POST', `${base}/blobs/uploads/`)).headers.get('Location') ?? '', base);
  upload.searchParams.set('digest', sha256(bytes));
  await send('PUT', String(upload), bytes, 'application/octet-stream');
}

async function send(method: string, url: string, body?: Buffer, type?: string): Promise<Response> {
  const response = await fetch(url, {
    method,
    ...(body && { body: new Uint8Array(body) }),
    ...(type && { headers: { 'Content-Type': type } }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
