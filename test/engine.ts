import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What scripts/test-engine.mjs provides; a test that is run without it fails here. */
export function provided(
  name: 'GOPDATER_REGISTRY' | 'GOPDATER_BASE_IMAGE' | 'GOPDATER_ENGINE_PROFILE' | 'BUSYBOX' | 'DOCKER_HOST',
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

/** Builds the repository's own image, on what is there without a network. */
export async function buildOwnImage(tag: string): Promise<void> {
  const base = provided('GOPDATER_BASE_IMAGE');
  const args = ['--build-arg', `NODE_IMAGE=${base}`, '--build-arg', `CLI_IMAGE=${base}`];
  await docker('buildx', 'build', '--quiet', '--load', '--tag', tag, ...args, repository);
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
 * Builds an image from nothing and pushes it to the private registry, which is Docker Hub's mirror: `acme/web:latest` is
 * pulled from there. The engine keeps no name for it. Its containers run until they are stopped, which they are at once,
 * unless there is another command.
 *
 * @param options.files  empty files in its root
 */
export async function pushToRegistry(
  image: string,
  version: string,
  options: { readonly files?: readonly string[]; readonly command?: readonly string[] } = {},
): Promise<void> {
  const { files = [], command = ['/bin/busybox', 'sleep', '3600'] } = options;
  const directory = await mkdtemp(join(tmpdir(), 'image-'));
  const name = `${provided('GOPDATER_REGISTRY')}/${image}`;
  try {
    await copyFile(provided('BUSYBOX'), join(directory, 'busybox'));
    for (const file of files) await writeFile(join(directory, file), '');
    await writeFile(
      join(directory, 'Dockerfile'),
      `FROM scratch
COPY busybox /bin/busybox
${files.map(file => `COPY ${file} /${file}`).join('\n')}
ENV VERSION=${version}
LABEL org.opencontainers.image.version=${version}
STOPSIGNAL SIGKILL
CMD ${JSON.stringify(command)}
`,
    );
    await docker('build', '--quiet', '--tag', name, directory);
    await docker('push', '--quiet', name);
    await docker('rmi', name);
  } finally {
    await rm(directory, { recursive: true });
  }
}
