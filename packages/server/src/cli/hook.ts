import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { addHookSend } from './hook-send.ts';
import { addHookUrl } from './hook-url.ts';
import { addHookVerify } from './hook-verify.ts';

/** What helps to set up a registry’s webhook. */
export function addHook(program: Command, context: CliContext): void {
  const hook = program
    .command('hook')
    .description('Set up webhooks: the URL to paste, a delivery to try it with, and why one is refused.')
    .showHelpAfterError();
  for (const add of [addHookUrl, addHookSend, addHookVerify]) add(hook, context);
}
