import type { EngineClock } from '../clock/engine-clock.ts';
import type { FakeRegistry } from '../registry/fake-registry.ts';

/** An engine, real or not, that scenarios are played on. */
export interface ConformanceEngine {
  readonly socketPath: string;
  /** What its time passes by. */
  readonly clock: EngineClock;
  /** What it pulls from, at `registryHost`. */
  readonly registry: Pick<FakeRegistry, 'push' | 'removeTag' | 'fail' | 'heal'>;
  /** As `systemctl restart docker`; resolves once it answers again. */
  readonly restartDaemon: () => Promise<void>;
}
