import { formatReference, GopdaterError, loadProject, parseReference } from '@gopdater/core';
import type { Command } from 'commander';
import { type CliContext, collect } from './context.ts';

interface ServicesFlags {
  readonly file?: readonly string[];
  readonly projectDirectory?: string;
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
  readonly projectName?: string;
  readonly json?: boolean;
}

export function addServices(program: Command, context: CliContext): void {
  program
    .command('services')
    .description('List the services of a project with their images, as Compose would run them. Needs no engine.')
    .option('-f, --file <FILE>', 'a compose file; several are merged, as by Compose', collect)
    .option('--project-directory <DIR>', 'where relative paths start')
    .option('--env-file <FILE>', 'instead of .env, each time given', collect)
    .option('--profile <NAME>', 'an active profile, each time given', collect)
    .option('-p, --project-name <NAME>', 'the project’s name')
    .option('--json', 'as JSON')
    .action(async ({ file, projectDirectory, envFile, profile, projectName, json }: ServicesFlags) => {
      const project = await loadProject({
        cwd: context.cwd,
        environment: context.environment,
        files: file,
        projectDirectory,
        envFiles: envFile,
        profiles: profile,
        name: projectName,
      });
      const services = [...project.services.values()]
        .filter(({ enabled }) => enabled)
        .map(({ name, image }) => ({ name, image: image ?? null, reference: normalise(image) }));
      if (json) context.print(JSON.stringify({ project: project.name, services }, null, 2));
      else
        context.print(
          table(services.map(({ name, image, reference }) => [name, image ?? 'built only', reference ?? ''])),
        );
    });
}

function normalise(image: string | undefined): string | null {
  if (image === undefined) return null;
  try {
    return formatReference(parseReference(image));
  } catch (error) {
    if (error instanceof GopdaterError) return null;
    throw error;
  }
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
