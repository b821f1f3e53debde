#!/usr/bin/env node
import { GopdaterError } from '@gopdater/core';
import { createProgram } from './cli/program.ts';

const program = createProgram({
  environment: process.env,
  cwd: process.cwd(),
  print: text => console.log(text),
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof GopdaterError)) throw error;
  console.error(`gopdater: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`);
  process.exitCode = 1;
}
