import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GopdaterError } from '@gopdater/core';
import type { CliContext } from './context.ts';

/** A file’s bytes; those of standard input for `-`, or when none is named. */
export async function readInput(file: string | undefined, { cwd, stdin }: CliContext): Promise<Buffer> {
  if (file === undefined || file === '-') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  }
  return await readFile(resolve(cwd, file)).catch((cause: unknown) => {
    throw new GopdaterError('CONFIG_INVALID', `${file} cannot be read.`, { hint: 'Name a file that is there.', cause });
  });
}
