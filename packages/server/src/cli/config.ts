import { formatModel, loadProject } from '@gopdater/core';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { addProjectOptions, loadOptionsOf, type ProjectFlags } from './project-options.ts';

export function addConfig(program: Command, context: CliContext): void {
  const command = program
    .command('config')
    .description('Print a project as “docker compose config --format json” does. Needs neither Docker nor an engine.');
  addProjectOptions(command)
    .option('--json', 'as JSON, which it always is')
    .action(async (flags: ProjectFlags) => {
      const { model } = await loadProject(loadOptionsOf(flags, context));
      context.print(formatModel(model));
    });
}
