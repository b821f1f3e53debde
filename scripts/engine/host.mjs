// What the machine itself must have: root, Debian, and the few packages that an engine borrows from it.
import { readFileSync } from 'node:fs';
import { run } from './run.mjs';

// runc is the machine's own: a newer suite's needs a newer C library.
const packages = ['runc', 'iptables', 'busybox-static', 'iproute2'];

export const busybox = '/bin/busybox';

/** The machine's Debian, e.g. `bookworm`. */
export function debianCodename() {
  if (process.platform !== 'linux') throw new Error(needs(`this is ${process.platform}`));
  const release = readFileSync('/etc/os-release', 'utf8');
  const id = /^ID="?([^"\n]+)/m.exec(release)?.[1];
  const codename = /^VERSION_CODENAME="?([^"\n]+)/m.exec(release)?.[1];
  if (id !== 'debian' || !codename) throw new Error(needs(`this is ${id ?? 'an unknown system'}`));
  return codename;
}

export function requireRoot() {
  if (process.getuid?.() !== 0) throw new Error(needs(`this is user ${process.getuid?.()}`));
}

const needs = fact =>
  `The engine tests need root on Debian, and ${fact}. Run them as root, for example in a privileged Debian container; ` +
  'npm test needs neither.';

export async function installHostPackages({ signal }) {
  const missing = [];
  for (const name of packages) if (!(await isInstalled(name, { signal }))) missing.push(name);
  if (missing.length === 0) return;
  console.error(`Installing ${missing.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { step: 'Updating the package lists', env, signal });
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], {
    step: `Installing ${missing.join(', ')}`,
    env,
    signal,
  });
}

async function isInstalled(name, { signal }) {
  try {
    const facts = await run('dpkg-query', ['--status', name], { signal });
    return /^Status: .* installed$/m.test(facts);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
