import type { VirtualClock } from '../clock/virtual-clock.ts';
import type { FakeDocker } from '../docker/fake-docker.ts';
import type { ConformanceEngine } from './conformance-engine.ts';

/** The fake, as one of the engines that scenarios are played on. */
export function fakeConformanceEngine(docker: FakeDocker, clock: VirtualClock): ConformanceEngine {
  return {
    socketPath: docker.socketPath,
    clock,
    registry: docker.registry,
    restartDaemon: () => docker.restart({ awayMs: 100 }),
  };
}
