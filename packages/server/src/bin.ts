#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GopdaterError } from '@gopdater/core';
import { createProgram } from './cli/program.ts';

/** As the shell and Compose have it: where the user went, links and all, if that is where we are. */
function logicalDirectory(path: string | undefined): string | undefined {
  try {
    return path !== undefined && realpathSync(path) === process.cwd() ? path : undefined;
  } catch {
    return undefined;
  }
}

const program = createProgram({
  environment: process.env,
  program: [process.execPath, fileURLToPath(import.meta.url)],
  cwd: logicalDirectory(process.env.PWD) ?? process.cwd(),
  print: text => console.log(text),
  stdout: process.stdout,
  stdin: process.stdin,
  fail: (exitCode = 1) => {
    process.exitCode = exitCode;
  },
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GopdaterError)) throw error;
  const sentences = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  console.error(`gopdater: ${sentences.replaceAll(/\s*\n\s*/g, ' ')}`);
  process.exitCode = 1;
}
