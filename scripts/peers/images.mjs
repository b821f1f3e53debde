// The images that a suite pulls. The fake's registry is given them; a private engine's has to be filled first.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { addProgram, makeSystem } from '../engine/base-system.mjs';
import { run } from '../engine/run.mjs';
import { ask } from './ask.mjs';

/** Pushes them to the registry of a test engine, which is its mirror of Docker Hub, too; others pull the true ones. */
export async function provideImages(images, { work, signal }) {
  const registry = process.env.GOPDATER_REGISTRY;
  if (registry === undefined) return;
  const archive = join(work, 'system.tar');
  const root = join(work, 'system');
  await mkdir(root);
  await makeSystem(root, { signal });
  await addProgram(root, '/bin/bash', '/bin/bash', { signal });
  await run('tar', ['--owner=0', '--group=0', '-cf', archive, '-C', root, '.'], { signal });
  for (const [name, { command = ['sh'] }] of Object.entries(images)) {
    const pushed = name.startsWith(`${registry}/`) ? name : `${registry}/library/${name}`;
    await run('docker', ['import', '--change', `CMD ${JSON.stringify(command)}`, archive, pushed], { signal });
    await run('docker', ['push', pushed], { signal });
    await run('docker', ['rmi', pushed], { signal });
  }
}

export async function pullImages(images, socketPath) {
  for (const name of Object.keys(images)) {
    const [repository, tag = 'latest'] = name.split(/:(?!.*\/)/);
    const path = `/images/create?fromImage=${encodeURIComponent(repository)}&tag=${tag}`;
    const { status, body } = await ask(socketPath, 'POST', path);
    if (status !== 200 || body.includes('"errorDetail"')) throw new Error(`${name} cannot be pulled: ${body}`);
  }
}
