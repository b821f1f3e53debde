import { createSqliteStore, formatPlan, planDeployment } from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, storeFile, withComposeFiles } from '../config.ts';
import { createParts } from '../parts.ts';
import { type CliContext, collect, parseTag } from './context.ts';

export function addPlan(program: Command, context: CliContext): void {
  program
    .command('plan')
    .argument('<IMAGE>', 'the image that would be pushed, e.g. acme/web:1.4')
    .description('Show what a push of this image would do now; do nothing.')
    .option('--compose-file <FILE>', 'a project, each time given, as in “serve”', collect)
    .option('--json', 'as JSON')
    .action(async (text: string, { composeFile, json }: { composeFile?: readonly string[]; json?: boolean }) => {
      const image = parseTag(text);
      const config = withComposeFiles(readConfig(context.environment), composeFile);
      const parts = await createParts(config, context);
      const store = await createSqliteStore(storeFile(config));
      try {
        const plan = await planDeployment(image, { ...parts, ...store }, { describesImage: true });
        context.print(json ? JSON.stringify(plan, null, 2) : formatPlan(plan));
      } finally {
        await store.close();
      }
    });
}
