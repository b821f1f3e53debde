import { createSqliteStore } from '@gopdater/core';
import type { Command } from 'commander';
import { options } from '../config.schema.ts';
import { readConfig, serveOptions, storeFile, withComposeFiles } from '../config.ts';
import { createDockerHubCallbacks } from '../docker-hub-callbacks.ts';
import { createFetchText } from '../http/fetch-text.ts';
import { createLogger } from '../log.ts';
import { createParts } from '../parts.ts';
import { receiverVariables } from '../receivers/variables.ts';
import { type RunningServer, serve } from '../serve.ts';
import { createProgressView } from '../terminal/progress-view.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { type CliContext, collect } from './context.ts';

interface ServeFlags {
  readonly composeFile?: readonly string[];
  readonly host?: string;
  readonly port?: string;
  readonly json?: boolean;
}

export function addServe(program: Command, context: CliContext): void {
  program
    .command('serve', { isDefault: true })
    .description('Take webhooks and update the services they concern.')
    .option(
      '--compose-file <FILE>',
      'a project to watch, each time given; several files of one project: a.yml:b.yml (default: the compose file of the working directory, else the projects that run)',
      collect,
    )
    .option('--host <ADDRESS>', 'the address to listen on')
    .option('--port <PORT>', 'the port to listen on')
    .option('--json', 'log as JSON, an object a line')
    .addHelpText('after', environmentHelp)
    .action(async (flags: ServeFlags) => {
      const config = withComposeFiles(
        readConfig({ ...context.environment, ...asEnvironment(flags) }),
        flags.composeFile,
      );
      const terminal = createTerminal(context.stdout, config);
      const log = createLogger(config, { terminal });
      const store = await createSqliteStore(storeFile(config));
      const parts = await createParts(config, { ...context, processes: store.processes });
      const progress = createProgressView({ terminal, log, clock: parts.clock });
      const server = await serve(serveOptions(config), {
        ...{ ...parts, log, progress, store },
        fetchText: createFetchText({ clock: parts.clock }),
        callbacks: config.dockerHubCallback ? createDockerHubCallbacks(config, { log }) : undefined,
      });
      stopOnSignal(server, async () => await store.close());
    });
}

function asEnvironment({ host, port, json }: ServeFlags): Record<string, string> {
  return {
    ...(host !== undefined && { [options.host.env]: host }),
    ...(port !== undefined && { [options.port.env]: port }),
    ...(json && { [options.logFormat.env]: 'json' }),
  };
}

function environmentHelp(): string {
  const lines = Object.values(options).map(({ env, isSecret, about, default: fallback }) =>
    [
      `  ${env}${isSecret ? `, or ${env}_FILE for a file that holds it` : ''}`,
      `      ${about} Default: ${fallback}.`,
    ].join('\n'),
  );
  return `\nEnvironment:\n${lines.join('\n')}\n\nFor each name in GOPDATER_RECEIVERS, after GOPDATER_RECEIVER_<NAME>_ (see docs/webhooks.md):\n  ${Object.keys(receiverVariables).join(', ')}`;
}

/** The first signal lets what was accepted end, the second does not wait for it. */
function stopOnSignal(server: RunningServer, onEnd: () => Promise<void>): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) server.abort();
    else void server.close().then(onEnd);
    isStopping = true;
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
