import { createSqliteStore, formatReport } from '@gopdater/core';
import { type Command, InvalidArgumentError } from 'commander';
import { readConfig, storeFile } from '../config.ts';
import type { CliContext } from './context.ts';

export function addHistory(program: Command, context: CliContext): void {
  program
    .command('history')
    .description('Show what was deployed and what came of it, newest first.')
    .option('--limit <N>', 'how many at most', parseLimit, 20)
    .option('--json', 'as JSON')
    .action(async ({ limit, json }: { limit: number; json?: boolean }) => {
      const store = await createSqliteStore(storeFile(readConfig(context.environment)));
      try {
        const entries = await store.history.list({ limit });
        if (json) context.print(JSON.stringify(entries, null, 2));
        else if (entries.length === 0) context.print('Nothing was deployed yet.');
        else
          context.print(entries.map(({ at, report }) => `${at} ${report.outcome} ${formatReport(report)}`).join('\n'));
      } finally {
        await store.close();
      }
    });
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Number(text);
}
