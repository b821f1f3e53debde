import { FileError } from '../files/file-system.ts';
import { fileApplets } from './applets-files.ts';
import { systemApplets } from './applets-system.ts';
import { textApplets } from './applets-text.ts';
import { UsageError } from './options.ts';
import type { Program } from './program.ts';
import { sh } from './sh.ts';

/** The programs of the fake's busybox. */
export const applets: Readonly<Record<string, Program>> = guardAll({
  ...textApplets,
  ...fileApplets,
  ...systemApplets,
  ash: sh,
  sh,
});

/** What goes wrong with a file or an option is said, and is exit code 1. */
function guardAll(programs: Readonly<Record<string, Program>>): Record<string, Program> {
  return Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, guard(name, program)]));
}

function guard(name: string, program: Program): Program {
  return async context => {
    try {
      context.process.check();
      return await program(context);
    } catch (error) {
      if (!(error instanceof FileError) && !(error instanceof UsageError)) throw error;
      context.stderr.write(`${name}: ${error.message}\n`);
      return 1;
    }
  };
}
