import { formatReference, GopdaterError, loadProject, parseReference } from '@gopdater/core';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { addProjectOptions, loadOptionsOf, type ProjectFlags } from './project-options.ts';

export function addServices(program: Command, context: CliContext): void {
  const command = program
    .command('services')
    .description('List the services of a project with their images, as Compose would run them. Needs no engine.');
  addProjectOptions(command)
    .option('--json', 'as JSON')
    .action(async ({ json, ...flags }: ProjectFlags & { readonly json?: boolean }) => {
      const project = await loadProject(loadOptionsOf(flags, context));
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
