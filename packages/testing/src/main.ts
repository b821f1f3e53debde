import { parseArgs } from 'node:util';
import { FakeDocker, type FakeDockerOptions } from './docker/fake-docker.ts';
import { beginScenario, playScenario } from './scenario-file/play-scenario.ts';
import { readScenario } from './scenario-file/read-scenario.ts';
import type { Scenario } from './scenario-file/scenario.ts';

const help = `Usage: fake-docker --socket PATH [--tcp PORT] [--registry-port N] [--scenario FILE]

A Docker engine in memory, with a registry to pull from.

  --socket PATH         listen on this unix socket
  --tcp PORT            also listen on 127.0.0.1:PORT (0: any free port)
  --registry-port N     serve the registry on 127.0.0.1:N (0: any free port)
  --scenario FILE       begin with these images, containers and faults, and change them later (YAML or JSON)
  --strict              refuse requests with a field that would be ignored
  --engine VERSION      answer as engine 26.1 or 28.5 (default 28.5)
  --image-store KIND    classic or containerd (default classic)
  --seed N              make ids from this number (default 1)
  --help                print this

A scenario:

  images:
    - { name: 'acme/web:latest', health: healthy, startMs: 500 }
  containers:
    - { image: 'acme/web:latest', name: web }
  faults:
    - { at: 'POST /containers/*/start', status: 500, message: boom, times: 2 }
    - { kind: rate-limit, retryAfterSeconds: 30 }
  later:
    - { afterMs: 5000, push: { name: 'acme/web:latest', version: v2 } }
    - { afterMs: 9000, exit: { container: web, code: 137 } }

All its words: node_modules/@gopdater/testing/README.md, “Scenarios”.

It runs until SIGTERM or SIGINT, and tells of requests that it does not model.
Clients need DOCKER_HOST=unix://PATH, and DOCKER_BUILDKIT=0: there is no BuildKit.
`;

export interface MainOptions {
  readonly write: (text: string) => void;
  /** What goes wrong. */
  readonly warn: (text: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The `fake-docker` command: listens, says where, and serves until the signal. */
export async function main(args: readonly string[], { write, warn, signal }: MainOptions): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      socket: { type: 'string' },
      tcp: { type: 'string' },
      'registry-port': { type: 'string' },
      scenario: { type: 'string' },
      strict: { type: 'boolean' },
      engine: { type: 'string' },
      'image-store': { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    write(help);
    return;
  }
  if (values.socket === undefined) throw new Error('--socket is missing; see --help');
  const scenario = values.scenario === undefined ? undefined : await readScenario(values.scenario);
  const options: FakeDockerOptions = {
    socketPath: values.socket,
    strict: values.strict ?? false,
    onUnsupported: what => warn(`fake-docker: not modelled: ${what}\n`),
    ...(values.tcp !== undefined && { tcpPort: parsePort('--tcp', values.tcp) }),
    ...(values.engine !== undefined && { engine: oneOf('--engine', values.engine, ['26.1', '28.5']) }),
    ...(values['image-store'] !== undefined && {
      imageStore: oneOf('--image-store', values['image-store'], ['classic', 'containerd']),
    }),
    ...(values.seed !== undefined && { seed: parseSeed(values.seed) }),
  };
  await using docker = await FakeDocker.start(options);
  if (scenario) beginScenario(docker, scenario);
  const registryPort = values['registry-port'];
  const registryUrl = registryPort && (await docker.registry.listen(parsePort('--registry-port', registryPort)));
  write(`engine    unix://${docker.socketPath}\n`);
  if (docker.tcpPort !== undefined) write(`engine    tcp://127.0.0.1:${docker.tcpPort}\n`);
  if (registryUrl) write(`registry  ${registryUrl}\n`);
  await serve(docker, scenario, signal);
}

async function serve(docker: FakeDocker, scenario: Scenario | undefined, signal: AbortSignal): Promise<void> {
  if (scenario) await playScenario(docker, scenario, { signal });
  if (signal.aborted) return;
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function parsePort(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${option} needs a port, not "${text}"`);
  return port;
}

function parseSeed(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--seed needs a whole number, not "${text}"`);
  return Number(text);
}

function oneOf<T extends string>(option: string, text: string, words: readonly T[]): T {
  const found = words.find(word => word === text);
  if (found === undefined) throw new Error(`${option} needs ${words.join(' or ')}, not "${text}"`);
  return found;
}
