import {
  createSqliteStore,
  type DeploymentReport,
  formatPlan,
  planRollback,
  type RollbackDependencies,
  type RollbackRequest,
  rollback,
} from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, storeFile, withComposeFiles } from '../config.ts';
import { createSentenceLogger } from '../log.ts';
import { createParts } from '../parts.ts';
import { createProgressView } from '../terminal/progress-view.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { type CliContext, collect } from './context.ts';

interface RollbackFlags {
  readonly to?: string;
  readonly composeFile?: readonly string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function addRollback(program: Command, context: CliContext): void {
  program
    .command('rollback')
    .argument('<SERVICE>', 'the service, e.g. web, or shop/web')
    .description('Bring a service back to what ran before, and keep what runs now from coming back.')
    .option('--to <DIGEST>', 'to this digest instead; “gopdater history --json” has them')
    .option('--compose-file <FILE>', 'a project, each time given, as in “serve”', collect)
    .option('--dry-run', 'show what would be done, and do nothing')
    .option('--json', 'as JSON')
    .action(async (service: string, { to, composeFile, dryRun, json }: RollbackFlags) => {
      const config = withComposeFiles(readConfig(context.environment), composeFile);
      const store = await createSqliteStore(storeFile(config));
      try {
        const parts = await createParts(config, { ...context, processes: store.processes });
        const dependencies = { ...parts, ...store };
        if (dryRun) {
          const plan = await planRollback({ service, to }, dependencies);
          context.print(json ? JSON.stringify(plan, null, 2) : formatPlan(plan));
          return;
        }
        const report = json
          ? await rollback({ service, to }, dependencies)
          : await rollbackInSight({ service, to }, dependencies, createTerminal(context.stdout, config));
        await store.history.add({ at: new Date(parts.clock.now()).toISOString(), report });
        if (json) context.print(JSON.stringify(report, null, 2));
        if (!['updated', 'handed-over', 'up-to-date'].includes(report.outcome)) context.fail();
      } finally {
        await store.close();
      }
    });
}

async function rollbackInSight(
  request: RollbackRequest,
  dependencies: RollbackDependencies,
  terminal: Terminal,
): Promise<DeploymentReport> {
  const view = createProgressView({ terminal, log: createSentenceLogger(terminal), clock: dependencies.clock });
  try {
    const report = await rollback(request, { ...dependencies, onPlan: view.onPlan, onStep: view.onStep });
    view.done(report);
    return report;
  } finally {
    view.end();
  }
}
