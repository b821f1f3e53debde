import { parseArgs } from 'node:util';
import { FakeDocker } from './docker/fake-docker.ts';

const help = `Usage: fake-docker --socket PATH [--tcp PORT] [--registry-port N]

A Docker engine in memory, with a registry to pull from.

  --socket PATH      listen on this unix socket
  --tcp PORT         also listen on 127.0.0.1:PORT (0: any free port)
  --registry-port N  serve the registry on 127.0.0.1:N (0: any free port)
  --engine VERSION   answer as engine 26.1 or 28.5 (default 28.5)
  --help             print this

It runs until SIGTERM or SIGINT.
`;

export interface MainOptions {
  readonly write: (text: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The `fake-docker` command: listens, says where, and serves until the signal. */
export async function main(args: readonly string[], { write, signal }: MainOptions): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      socket: { type: 'string' },
      tcp: { type: 'string' },
      'registry-port': { type: 'string' },
      engine: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    write(help);
    return;
  }
  if (values.socket === undefined) throw new Error('--socket is missing; see --help');
  await using docker = await FakeDocker.start({
    socketPath: values.socket,
    ...(values.tcp !== undefined && { tcpPort: parsePort('--tcp', values.tcp) }),
    ...(values.engine !== undefined && { engine: parseEngine(values.engine) }),
  });
  write(`engine    unix://${docker.socketPath}\n`);
  if (docker.tcpPort !== undefined) write(`engine    tcp://127.0.0.1:${docker.tcpPort}\n`);
  const registryPort = values['registry-port'];
  if (registryPort !== undefined) {
    write(`registry  ${await docker.registry.listen(parsePort('--registry-port', registryPort))}\n`);
  }
  if (signal.aborted) return;
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function parsePort(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${option} needs a port, not "${text}"`);
  return port;
}

function parseEngine(text: string): '26.1' | '28.5' {
  if (text === '26.1' || text === '28.5') return text;
  throw new Error(`--engine needs 26.1 or 28.5, not "${text}"`);
}
