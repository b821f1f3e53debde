import { answerLoadRequest } from '@gopdater/core';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';

/** What a helper container runs for a gopdater that does not see the project's files. */
export function addReadProject(program: Command, context: CliContext): void {
  program
    .command('read-project', { hidden: true })
    .argument('<REQUEST>')
    .action(async (request: string) => context.print(await answerLoadRequest(request)));
}
