import { applets } from '../../process/applets.ts';
import { type FoundProgram, findProgram } from '../../process/find-program.ts';
import { Killed, type Process } from '../../process/process.ts';
import type { Machine, ProgramContext } from '../../process/program.ts';
import { runChild } from '../../process/run-program.ts';
import { stringOf } from '../wire/json.ts';
import { filesOf, folderOf, hostnameOf } from './container-files.ts';
import type { ContainerRecord } from './container-record.ts';
import { mainStreams, type ProcessStreams } from './container-streams.ts';
import type { EngineState } from './engine-state.ts';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What is asked to run in a container; `environment` is `NAME=value`, beside the container's own. */
export interface Invocation {
  readonly words: readonly string[];
  readonly environment?: readonly string[];
  readonly folder?: string | undefined;
  readonly user?: string | undefined;
  readonly hasTerminal: boolean;
}

/** Where its words lead, as the runtime finds it. */
export function findInContainer(
  state: EngineState,
  container: ContainerRecord,
  { words, environment = [], folder }: Invocation,
): FoundProgram {
  const path = environmentOf(container, environment, false).get('PATH');
  return findProgram(words, { files: filesOf(state, container), path, folder: folder ?? folderOf(container) });
}

export interface StartOptions {
  readonly streams: ProcessStreams;
  readonly isInit: boolean;
}

export interface StartedProgram {
  readonly process: Process;
  /** Never rejects: what a program of the fake throws is its exit code 1, and said on its stderr. */
  readonly exitCode: Promise<number>;
}

/** Starts a program of the fake's busybox in a container. */
export function startInContainer(
  state: EngineState,
  container: ContainerRecord,
  found: Extract<FoundProgram, { kind: 'applet' }>,
  invocation: Invocation,
  { streams, isInit }: StartOptions,
): StartedProgram {
  const { environment = [], folder, user, hasTerminal } = invocation;
  const machine = machineOf(state, container, user);
  const process = container.processes.start({
    parentPid: 0,
    command: found.command,
    startedMs: state.clock.now(),
    hasTerminal,
    isInit,
  });
  const context: ProgramContext = {
    words: found.words,
    environment: withHome(environmentOf(container, environment, hasTerminal), machine),
    folder: folder ?? folderOf(container),
    ...streams,
    process,
    machine,
  };
  return { process, exitCode: run(found.name, context) };
}

async function run(name: string, context: ProgramContext): Promise<number> {
  try {
    const program = applets[name];
    if (program) return await program(context);
    context.stderr.write(`${name}: applet not found\n`);
    return 127;
  } catch (error) {
    if (error instanceof Killed) return error.exitCode;
    context.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    context.machine.processes.end(context.process);
  }
}

function machineOf(state: EngineState, container: ContainerRecord, user: string | undefined): Machine {
  return {
    hostname: hostnameOf(container),
    user: user ?? stringOf(container.spec.config.User) ?? container.image.config.User ?? '',
    files: filesOf(state, container),
    processes: container.processes,
    clock: state.clock,
    run: runChild,
    mainOutput: mainStreams(container),
  };
}

/** In the engine's order: its own, the container's, what is asked for, and the runtime's. */
function environmentOf(
  container: ContainerRecord,
  extra: readonly string[],
  hasTerminal: boolean,
): ReadonlyMap<string, string> {
  const environment = new Map([
    ['PATH', defaultPath],
    ['HOSTNAME', hostnameOf(container)],
  ]);
  if (hasTerminal) environment.set('TERM', 'xterm');
  for (const line of [...container.spec.env, ...extra]) {
    const equals = line.indexOf('=');
    if (equals > 0) environment.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return environment;
}

/** As the runtime has it from `/etc/passwd`. */
function withHome(environment: ReadonlyMap<string, string>, { files, user }: Machine): ReadonlyMap<string, string> {
  if (environment.has('HOME')) return environment;
  const name = user.split(':')[0] || 'root';
  const lines = files.find('/etc/passwd') ? files.read('/etc/passwd').toString().split('\n') : [];
  const found = lines.map(line => line.split(':')).find(fields => fields[0] === name || fields[2] === name);
  return new Map([...environment, ['HOME', found?.[5] || '/']]);
}
