import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCheck } from './check.ts';
import { addConfig } from './config.ts';
import type { CliContext } from './context.ts';
import { addHealth } from './health.ts';
import { addHistory } from './history.ts';
import { addHook } from './hook.ts';
import { addPlan } from './plan.ts';
import { addReadProject } from './read-project.ts';
import { addRollback } from './rollback.ts';
import { addSelfUpdate } from './self-update.ts';
import { addServe } from './serve.ts';
import { addServices } from './services.ts';
import { addUnblock } from './unblock.ts';

/** `gopdater` and its commands. */
export function createProgram(context: CliContext): Command {
  const program = new Command('gopdater')
    .description('A push to a registry becomes the running version of your Docker Compose services.')
    .version(packageVersion())
    .showHelpAfterError()
    .configureOutput({ writeOut: text => context.print(text.trimEnd()) });
  const commands = [
    addServe,
    addPlan,
    addCheck,
    addRollback,
    addServices,
    addConfig,
    addHistory,
    addUnblock,
    addHook,
    addHealth,
  ];
  for (const add of [...commands, addReadProject, addSelfUpdate]) add(program, context);
  return program;
}

function packageVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
