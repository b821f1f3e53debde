import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { provided } from '../../../test/engine.ts';
import { systemClock } from '../src/clock/engine-clock.ts';
import type { ConformanceEngine } from '../src/conformance/conformance-engine.ts';
import { askEngine } from '../src/conformance/engine-client.ts';
import { registryHost } from '../src/conformance/scenario.ts';
import { FakeRegistry } from '../src/index.ts';

/** The engine that the tests are given, which pulls from a registry of ours: images as the fake has, which also run. */
export async function realEngine(): Promise<ConformanceEngine & AsyncDisposable> {
  const registry = new FakeRegistry();
  await registry.listen(Number(registryHost.split(':')[1]));
  const socketPath = provided('DOCKER_HOST').replace('unix://', '');
  return {
    socketPath,
    clock: systemClock,
    registry: {
      push: (name, options = {}) => registry.push(name, { ...options, layer: layerOf(options.version ?? '') }),
      removeTag: name => registry.removeTag(name),
      fail: fault => registry.fail(fault),
      heal: () => registry.heal(),
    },
    restartDaemon: () => restartDaemon(socketPath),
    [Symbol.asyncDispose]: () => registry.close(),
  };
}

const commands = [
  'sh',
  'sleep',
  'cat',
  'echo',
  'true',
  'false',
  'env',
  'ls',
  'touch',
  'test',
  'id',
  'pwd',
  'wc',
  'top',
];

/** busybox, and the version so that each version has a layer of its own. */
function layerOf(version: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'layer-'));
  try {
    mkdirSync(join(folder, 'bin'));
    copyFileSync(provided('BUSYBOX'), join(folder, 'bin/busybox'));
    for (const command of commands) symlinkSync('busybox', join(folder, 'bin', command));
    mkdirSync(join(folder, 'tmp'));
    writeFileSync(join(folder, 'version'), `${version}\n`);
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0'];
    return execFileSync('tar', [...same, '-C', folder, '-c', 'bin', 'tmp', 'version'], { maxBuffer: 1e8 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With the same arguments and environment as it had. */
async function restartDaemon(socketPath: string): Promise<void> {
  const pid = Number(readFileSync(join(dirname(socketPath), 'docker.pid'), 'utf8'));
  const words = (name: string): string[] => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').filter(Boolean);
  const [command = '', ...args] = words('cmdline');
  const env = Object.fromEntries(
    words('environ').map(line => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
  );
  process.kill(pid, 'SIGTERM');
  await vi.waitFor(() => isGone(pid), { timeout: 30_000, interval: 50 });
  spawn(command, args, { env, detached: true, stdio: 'ignore' }).unref();
  const ask = { method: 'GET', path: '/_ping' };
  await vi.waitFor(async () => (await askEngine(socketPath, ask)).status === 200, { timeout: 30_000, interval: 50 });
}

function isGone(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch {
    return;
  }
  // One that has ended and that nobody has asked for yet is gone, too.
  if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
  throw new Error(`dockerd (${pid}) has not ended`);
}
