import { GopdaterError } from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { loopbackBase } from '../hook/hook-url.ts';
import type { CliContext } from './context.ts';

const timeoutMs = 3_000;

export function addHealth(program: Command, context: CliContext): void {
  program
    .command('health')
    .description('Ask the server of this machine whether it lives; for a HEALTHCHECK.')
    .option('--port <PORT>', 'the port it listens on')
    .option('--json', 'as JSON')
    .action(async ({ port, json }: { port?: string; json?: boolean }) => {
      const config = readConfig({ ...context.environment, ...(port !== undefined && { PORT: port }) });
      const url = `${loopbackBase({ ...config, tlsCert: undefined })}/healthz`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((cause: unknown) => {
        throw new GopdaterError('SERVER_UNREACHABLE', `Nothing answers at ${url}.`, {
          hint: 'See the server’s log.',
          cause,
        });
      });
      if (!answer.ok) throw new GopdaterError('SERVER_UNREACHABLE', `${url} answers ${answer.status}.`);
      context.print(json ? JSON.stringify(await answer.json()) : 'ok');
    });
}
