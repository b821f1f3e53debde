// One profile's engine, registry and environment, from nothing to ready and back to nothing.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { baseImageArchive } from './base-image.mjs';
import { removeResources, resourceName, temporaryFolder } from './cleanup.mjs';
import { daemonLogEnd, startDaemon } from './daemon.mjs';
import { busybox } from './host.mjs';
import { createNamespace } from './namespace.mjs';
import { unpackedSuite } from './packages.mjs';
import { registryAddress, startRegistry } from './registry.mjs';
import { ended } from './run.mjs';

let count = 0;

/**
 * Provides an engine while `use` runs.
 *
 * @param {(engine: { version: string, compose: string, dir: string, start: Function }) => Promise<unknown>} use
 *   start: runs a program inside until it ends; what it prints goes to our terminal, or line by line to `onLine`
 */
export async function withEngine(profile, { codename, shared, signal }, use) {
  const programs = await unpackedSuite(profile.suite, { codename, signal });
  const name = resourceName(count++);
  const dir = temporaryFolder(name);
  // The images: on a disk, half the time goes into writing and deleting them.
  const memory = join(dir, 'data');
  await mkdir(memory, { mode: 0o711, recursive: true });
  let namespace;
  try {
    namespace = await createNamespace({ init: join(programs, 'usr/bin/docker-init'), memory, signal });
    await mkdir(join(dir, 'tmp'));
    const baseImages = await baseImageArchive({ codename, signal });
    const env = await environment({ profile, programs, dir, shared, baseImages });
    const startProgram = programStarter({ namespace, env });
    await startRegistry({ namespace, programs, dir, startProgram, signal });
    const { version } = await startDaemon({ name, profile, programs, dir, startProgram, signal });
    const compose = (await namespace.run('docker', ['compose', 'version', '--short'], { env, signal })).trim();
    return await use({
      version,
      compose,
      dir,
      async start(command, args, { onLine } = {}) {
        const stdio = onLine === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'];
        const child = spawn(...namespace.enter(command, args), { env, stdio, signal });
        for (const output of onLine === undefined ? [] : [child.stdout, child.stderr]) {
          createInterface({ input: output }).on('line', onLine);
          // What runs inside ends with the namespace, which nobody closes as long as it is waited for.
          signal.addEventListener('abort', () => output.destroy(), { once: true });
        }
        const { code, error } = await ended(child);
        signal.throwIfAborted();
        if (error) throw error;
        return typeof code === 'number' ? code : 1;
      },
      logEnd: () => daemonLogEnd(dir),
    });
  } finally {
    await namespace?.close();
    await removeResources(name);
  }
}

async function environment({ profile, programs, dir, shared, baseImages }) {
  const plugins = join(dir, 'config/cli-plugins');
  await mkdir(plugins, { recursive: true });
  for (const plugin of ['docker-compose', 'docker-buildx']) {
    await symlink(join(programs, 'usr/libexec/docker/cli-plugins', plugin), join(plugins, plugin));
  }
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DOCKER|COMPOSE|BUILDX|BUILDKIT)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [join(programs, 'usr/bin'), join(programs, 'usr/sbin'), process.env.PATH, '/usr/sbin', '/sbin'].join(':'),
    TMPDIR: join(dir, 'tmp'),
    DOCKER_HOST: `unix://${join(dir, 'docker.sock')}`,
    DOCKER_CONFIG: join(dir, 'config'),
    GOPDATER_ENGINE_PROFILE: profile.name,
    GOPDATER_REGISTRY: registryAddress,
    GOPDATER_BASE_IMAGES: baseImages,
    GOPDATER_SHARED: shared,
    BUSYBOX: busybox,
  };
}

/** Starts what runs as long as the namespace does. */
function programStarter({ namespace, env }) {
  return (command, args, logFile) => {
    const log = openSync(logFile, 'a');
    const child = spawn(...namespace.enter(command, args), { env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    let failed = false;
    child.on('error', () => {
      failed = true;
    });
    return { hasEnded: () => failed || child.exitCode !== null || child.signalCode !== null };
  };
}
