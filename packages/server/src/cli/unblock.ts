import { createSqliteStore, formatReference } from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, storeFile } from '../config.ts';
import { type CliContext, parseTag } from './context.ts';

export function addUnblock(program: Command, context: CliContext): void {
  program
    .command('unblock')
    .argument('<IMAGE>', 'the image whose version was rolled back, e.g. acme/web:1.4')
    .description('Let a version that was rolled back be deployed again, by the next hook.')
    .option('--json', 'as JSON')
    .action(async (text: string, { json }: { json?: boolean }) => {
      const image = formatReference(parseTag(text));
      const store = await createSqliteStore(storeFile(readConfig(context.environment)));
      try {
        const unblocked = await store.blocked.unblock(image);
        const words = unblocked ? `${image} may be deployed again.` : `${image} was not blocked.`;
        context.print(json ? JSON.stringify({ image, unblocked }) : words);
      } finally {
        await store.close();
      }
    });
}
