import { type Compat, compats, type LoadOptions } from '@gopdater/core';
import { type Command, Option } from 'commander';
import { type CliContext, collect } from './context.ts';

/** The options that name a project, as `docker compose` has them. */
export interface ProjectFlags {
  readonly file?: readonly string[];
  readonly projectDirectory?: string;
  readonly envFile?: readonly string[];
  readonly profile?: readonly string[];
  readonly projectName?: string;
  readonly compat?: Compat;
}

export function addProjectOptions(command: Command): Command {
  return command
    .option('-f, --file <FILE>', 'a compose file; several are merged, as by Compose', collect)
    .option('--project-directory <DIR>', 'where relative paths start')
    .option('--env-file <FILE>', 'instead of .env, each time given', collect)
    .option('--profile <NAME>', 'an active profile, each time given', collect)
    .option('-p, --project-name <NAME>', 'the project’s name')
    .addOption(new Option('--compat <VERSION>', 'read as this version of Compose; 5 is not proved').choices(compats));
}

export function loadOptionsOf(flags: ProjectFlags, { cwd, environment }: CliContext): LoadOptions {
  const { file, projectDirectory, envFile, profile, projectName, compat } = flags;
  return {
    cwd,
    environment,
    files: file,
    projectDirectory,
    envFiles: envFile,
    profiles: profile,
    name: projectName,
    compat,
  };
}
