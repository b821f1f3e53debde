// A system small enough to be copied from this machine: busybox, two users, and programs with their libraries.
import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { busybox } from './host.mjs';
import { run } from './run.mjs';

export async function makeSystem(root, { signal }) {
  for (const folder of ['bin', 'usr/bin', 'etc', 'root', 'home/node', 'proc', 'sys', 'dev', 'run', 'var']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  for (const folder of ['tmp', 'var/tmp']) {
    await mkdir(join(root, folder));
    await chmod(join(root, folder), 0o1777);
  }
  await copyFile(busybox, join(root, 'bin/busybox'));
  for (const applet of (await run(busybox, ['--list'], { signal })).trim().split('\n')) {
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  }
  await symlink('/bin/busybox', join(root, 'usr/bin/env'));
  const users = { root: ['0:0', '/root'], node: ['1000:1000', '/home/node'] };
  const lines = Object.entries(users).map(([name, [ids, home]]) => `${name}:x:${ids}:${name}:${home}:/bin/sh\n`);
  await writeFile(join(root, 'etc/passwd'), lines.join(''));
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
}

export async function addProgram(root, source, target, { signal }) {
  await addLibraries(root, source, { signal });
  await mkdir(join(root, dirname(target)), { recursive: true });
  await copyFile(source, join(root, target));
  await chmod(join(root, target), 0o755);
}

/** The shared libraries that a program names, each where the loader looks for it. */
export async function addLibraries(root, program, { signal }) {
  const names = await run('ldd', [program], { signal }).catch(() => ''); // a static program has none
  for (const [, library] of names.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)) {
    await addLibrary(root, library);
    // Add-ons of Node.js name this one, which is part of the C library otherwise.
    if (basename(library) === 'libc.so.6') await addLibrary(root, join(dirname(library), 'librt.so.1'));
  }
}

async function addLibrary(root, library) {
  await mkdir(join(root, dirname(library)), { recursive: true });
  await copyFile(library, join(root, library));
}
