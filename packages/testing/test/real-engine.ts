import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { provided } from '../../../test/engine.ts';
import type { ConformanceEngine } from '../src/conformance/conformance-engine.ts';
import { askEngine } from '../src/conformance/engine-client.ts';
import { realConformanceEngine } from '../src/conformance/real-conformance-engine.ts';

/** The engine that the tests are given. */
export async function realEngine(): Promise<ConformanceEngine & AsyncDisposable> {
  const socketPath = provided('DOCKER_HOST').replace('unix://', '');
  const restart = (): Promise<void> => restartDaemon(socketPath);
  return await realConformanceEngine({ socketPath, busybox: provided('BUSYBOX'), restartDaemon: restart });
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
