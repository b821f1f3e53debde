import type { ComposeCli } from '../docker/compose-cli.ts';
import type { CallOptions, Engine, Image } from '../docker/engine.ts';
import type { PulledBytes } from '../docker/pull-bytes.ts';
import type { Step } from '../plan/step.ts';
import type { CredentialStore } from '../registry/credentials.ts';
import type { Clock } from '../time.ts';
import { type RunProbe, runProbe } from './probe.ts';
import { runAwaitHealthy } from './steps/await-healthy.ts';
import { runDelay } from './steps/delay.ts';
import { runKeep } from './steps/keep.ts';
import { runPull } from './steps/pull.ts';
import { runRecreate } from './steps/recreate.ts';
import { runRemove } from './steps/remove.ts';
import { runScaleUp } from './steps/scale-up.ts';
import { runSelfUpdate, type StartSelfUpdate } from './steps/self-update.ts';
import { runSetVariable } from './steps/set-variable.ts';
import { runTag } from './steps/tag.ts';

/** What the steps act through. */
export interface RunStepDependencies extends CallOptions {
  readonly engine: Engine;
  readonly compose: ComposeCli;
  readonly clock: Clock;
  /** Who to be when pulling. Default: nobody. */
  readonly credentials?: CredentialStore | undefined;
  /** Asks containers how they are, where the user wants that. Default: over HTTP or TCP. */
  readonly probe?: RunProbe | undefined;
  /** Starts what updates gopdater itself. Default: nothing does. */
  readonly selfUpdate?: StartSelfUpdate | undefined;
  /** Of the push. */
  readonly deliveryId?: string | undefined;
  readonly onLine: (line: string) => void;
  readonly onBytes: (bytes: PulledBytes) => void;
}

/** @returns the image that a service whose containers were made runs now */
export async function runStep(step: Step, given: RunStepDependencies): Promise<Image | undefined> {
  const dependencies = { ...given, probe: given.probe ?? runProbe };
  switch (step.kind) {
    case 'pull':
      await runPull(step, dependencies);
      return undefined;
    case 'keep':
      await runKeep(step, dependencies);
      return undefined;
    case 'tag':
    case 'tag-service':
      await runTag(step, dependencies);
      return undefined;
    case 'set-variable':
      await runSetVariable(step);
      return undefined;
    case 'recreate':
      return await runRecreate(step, dependencies);
    case 'scale-up':
      return await runScaleUp(step, dependencies);
    case 'await-healthy':
      await runAwaitHealthy(step, dependencies);
      return undefined;
    case 'remove':
      await runRemove(step, dependencies);
      return undefined;
    case 'self-update':
      await runSelfUpdate(step, dependencies);
      return undefined;
    case 'delay':
      await runDelay(step, dependencies);
      return undefined;
  }
}
