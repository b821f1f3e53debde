import {
  createSqliteStore,
  type DeploymentReport,
  deploy,
  GopdaterError,
  removeLeftoverHelpers,
  reportFailure,
  rollback,
  type Store,
  selfUpdateLabel,
  toGopdaterError,
} from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, storeFile, withComposeFiles } from '../config.ts';
import { createLogger } from '../log.ts';
import { createParts, type Parts } from '../parts.ts';
import { createProgressView, type ProgressView } from '../terminal/progress-view.ts';
import { createTerminal } from '../terminal/terminal.ts';
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
      const terminal = createTerminal(context.stdout, config);
      const log = createLogger(config, { terminal });
      // Without records of processes: those that are kept are of another container, with numbers of its own.
      const parts = await createParts(config, context);
      const progress = createProgressView({ terminal, log, clock: parts.clock });
      const helper = await helperOf(parts);
      try {
        const store = await createSqliteStore(storeFile(config));
        const report = await updateSelf(image, flags, { parts, store, progress });
        progress.done(report);
        await store.history.add({ at: new Date(parts.clock.now()).toISOString(), report });
        await store.close();
      } catch (err) {
        log.error({ err }, 'gopdater itself could not be updated.');
      } finally {
        // The engine would start it again.
        await parts.engine.removeContainer(helper, { force: true });
      }
    });
}

/** The container that we are in, and that is to go with us: never gopdater's own. */
async function helperOf({ engine, ownContainerId }: Parts): Promise<string> {
  const own = ownContainerId === undefined ? undefined : await engine.inspectContainer(ownContainerId);
  if (own !== undefined && selfUpdateLabel in own.settings.labels) return own.id;
  throw new GopdaterError('CONFIG_INVALID', 'This is for a helper container, which gopdater starts itself.', {
    hint: 'Run “gopdater serve”; a push of its image then updates it.',
  });
}

interface Dependencies {
  readonly parts: Parts;
  readonly store: Store;
  readonly progress: ProgressView;
}

async function updateSelf(
  name: string,
  { project, service, to, deliveryId }: SelfUpdateFlags,
  { parts, store, progress }: Dependencies,
): Promise<DeploymentReport> {
  const { clock, ownContainerId } = parts;
  const event = { deliveryId, image: parseTag(name) };
  const startedAt = clock.now();
  const dependencies = {
    ...parts,
    ...store,
    selfUpdate: undefined,
    only: { project, service },
    onPlan: progress.onPlan,
    onStep: progress.onStep,
  };
  try {
    await removeLeftoverHelpers(ownContainerId, parts);
    if (to === undefined) return await deploy(event, dependencies);
    return await rollback({ service: `${project}/${service}`, to }, dependencies);
  } catch (error) {
    return reportFailure(event, toGopdaterError(error), { seconds: (clock.now() - startedAt) / 1000 });
  }
}
