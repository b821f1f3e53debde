import {
  createSqliteStore,
  type DeploymentReport,
  deploy,
  removeLeftoverHelpers,
  reportFailure,
  rollback,
  type StepProgress,
  type Store,
  toGopdaterError,
} from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, storeFile, withComposeFiles } from '../config.ts';
import { createLogger, type Logger } from '../log.ts';
import { logReport, logStep } from '../log-rollout.ts';
import { createParts, type Parts } from '../parts.ts';
import { type CliContext, collect, parseTag } from './context.ts';

interface SelfUpdateFlags {
  readonly project: string;
  readonly service: string;
  readonly to?: string;
  readonly deliveryId: string;
  readonly composeFile?: readonly string[];
}

/** What a helper container runs to update gopdater itself: a deployment of that one service, with its report kept. */
export function addSelfUpdate(program: Command, context: CliContext): void {
  program
    .command('self-update', { hidden: true })
    .argument('<IMAGE>')
    .requiredOption('--project <NAME>')
    .requiredOption('--service <NAME>')
    .option('--to <DIGEST>')
    .option('--delivery-id <ID>', '', 'self-update')
    .option('--compose-file <FILE>', '', collect)
    .action(async (image: string, flags: SelfUpdateFlags) => {
      const config = withComposeFiles(readConfig(context.environment), flags.composeFile);
      const log = createLogger(config);
      // Without records of processes: those that are kept are of another container, with numbers of its own.
      const parts = await createParts(config, context);
      try {
        const store = await createSqliteStore(storeFile(config));
        const report = await updateSelf(image, flags, { parts, store, log });
        logReport(report, log);
        await store.history.add({ at: new Date(parts.clock.now()).toISOString(), report });
        store.close();
      } catch (err) {
        log.error({ err }, 'gopdater itself could not be updated.');
      } finally {
        // The engine would start it again.
        const { ownContainerId, engine } = parts;
        if (ownContainerId !== undefined) await engine.removeContainer(ownContainerId, { force: true });
      }
    });
}

interface Dependencies {
  readonly parts: Parts;
  readonly store: Store;
  readonly log: Logger;
}

async function updateSelf(
  name: string,
  { project, service, to, deliveryId }: SelfUpdateFlags,
  { parts, store, log }: Dependencies,
): Promise<DeploymentReport> {
  const { clock, ownContainerId } = parts;
  const event = { deliveryId, image: parseTag(name) };
  const startedAt = clock.now();
  const dependencies = {
    ...parts,
    ...store,
    selfUpdate: undefined,
    only: { project, service },
    onStep: (progress: StepProgress) => logStep(progress, log),
  };
  try {
    await removeLeftoverHelpers(ownContainerId, parts);
    if (to === undefined) return await deploy(event, dependencies);
    return await rollback({ service: `${project}/${service}`, to }, dependencies);
  } catch (error) {
    return reportFailure(event, toGopdaterError(error), { seconds: (clock.now() - startedAt) / 1000 });
  }
}
