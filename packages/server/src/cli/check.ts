import { checkServices, formatCheck, formatWarnings } from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, withComposeFiles } from '../config.ts';
import { createParts } from '../parts.ts';
import { type CliContext, collect } from './context.ts';

export function addCheck(program: Command, context: CliContext): void {
  program
    .command('check')
    .description(
      'Say for each service whether a push can update it, which tags and strategies it can have, and the line for the better one.',
    )
    .option('--compose-file <FILE>', 'a project, each time given, as in “serve”', collect)
    .option('--json', 'as JSON')
    .action(async ({ composeFile, json }: { composeFile?: readonly string[]; json?: boolean }) => {
      const config = withComposeFiles(readConfig(context.environment), composeFile);
      const checks = await checkServices(await createParts(config, context));
      if (json) context.print(JSON.stringify(checks, null, 2));
      else if (checks.length === 0) context.print('No project is watched that has a service.');
      else context.print([...checks.map(formatCheck), ...formatWarnings(checks)].join('\n'));
    });
}
