import { readFile } from 'node:fs/promises';
import { systemClock } from '../clock/engine-clock.ts';
import { makeDirectory, makeFile, makeLink } from '../files/file-node.ts';
import { writeTar } from '../files/tar.ts';
import { FakeRegistry } from '../registry/fake-registry.ts';
import type { ConformanceEngine } from './conformance-engine.ts';
import { registryHost } from './scenario.ts';

export interface RealEngineOptions {
  /** Where its API answers. Scenarios must have the engine for themselves, and some of them ask for all that it has. */
  readonly socketPath: string;
  /** The path of a busybox that runs in an otherwise empty container, i.e. one that is statically linked. */
  readonly busybox: string;
  /** Default: scenarios that restart the daemon fail. */
  readonly restartDaemon?: () => Promise<void>;
}

/**
 * An engine that runs programs, as one of those that scenarios are played on. It pulls from a registry of ours, at
 * `registryHost` of the network it is in: images as the fake has them, which also run.
 *
 * @throws the listener's own error, e.g. `EADDRINUSE`
 */
export async function realConformanceEngine({
  socketPath,
  busybox,
  restartDaemon = async () => {
    throw new Error('Nobody has said how this daemon is restarted: pass `restartDaemon`.');
  },
}: RealEngineOptions): Promise<ConformanceEngine & AsyncDisposable> {
  const program = await readFile(busybox);
  const registry = new FakeRegistry();
  await registry.listen(Number(registryHost.split(':')[1]));
  return {
    socketPath,
    clock: systemClock,
    registry: {
      push: (name, options = {}) => registry.push(name, { ...options, layer: layerOf(program, options.version ?? '') }),
      removeTag: name => registry.removeTag(name),
      fail: fault => registry.fail(fault),
      heal: () => registry.heal(),
    },
    restartDaemon,
    [Symbol.asyncDispose]: () => registry.close(),
  };
}

const commands = [
  ...['sh', 'sleep', 'cat', 'echo', 'true', 'false', 'env', 'stat', 'ls', 'touch', 'test', 'id', 'pwd', 'wc', 'top'],
];

/** busybox, and the version so that each version has a layer of its own. */
function layerOf(busybox: Buffer, version: string): Buffer {
  return writeTar([
    { ...makeDirectory(), path: 'bin' },
    { ...makeFile(busybox, { mode: 0o755 }), path: 'bin/busybox' },
    ...commands.map(command => ({ ...makeLink('busybox'), path: `bin/${command}` })),
    { ...makeDirectory(), path: 'tmp' },
    { ...makeFile(`${version}\n`), path: 'version' },
  ]);
}
