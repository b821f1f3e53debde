import { ByteQueue, type Input, noInput, type Output } from '../../process/byte-queue.ts';
import { Terminal } from '../../process/terminal.ts';
import type { OutputName } from './container-log.ts';
import type { ContainerRecord } from './container-record.ts';

export interface ProcessStreams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** What its main process reads and writes; with a terminal it is all one. */
export function mainStreams(container: ContainerRecord): ProcessStreams {
  const stdin = container.stdin ?? noInput;
  const { terminal } = container;
  if (terminal) return { stdin, stdout: terminal, stderr: terminal };
  return { stdin, stdout: outputOf(container, 'stdout'), stderr: outputOf(container, 'stderr') };
}

/** For the next run of its main process: clients may type before it starts. */
export function openInput(container: ContainerRecord): void {
  const { OpenStdin, Tty } = container.spec.config;
  container.stdin = OpenStdin === true ? new ByteQueue() : undefined;
  container.terminal =
    Tty === true
      ? new Terminal(outputOf(container, 'stdout'), container.stdin ?? new ByteQueue(), signal =>
          interrupt(container, signal),
        )
      : undefined;
}

/** Its main process has ended, or will not be: nothing more comes for those who are attached. */
export function closeStreams(container: ContainerRecord): void {
  container.log.end();
  for (const end of [...container.sessions]) end();
  container.sessions.clear();
  openInput(container);
}

export interface Attachment {
  readonly outputs: readonly OutputName[];
  readonly write: (output: OutputName, bytes: Buffer) => void;
  /** Comes when the client has left. */
  readonly signal: AbortSignal;
}

/** Resolves when the main process has ended, or the client has left. */
export async function attachTo(container: ContainerRecord, { outputs, write, signal }: Attachment): Promise<void> {
  const end = container.log.subscribe((output, bytes) => {
    if (outputs.includes(output)) write(output, bytes);
  });
  await new Promise<void>(resolve => {
    container.sessions.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  end();
}

/** What a client types, and that it types no more. */
export function typeInto(container: ContainerRecord, bytes: Buffer | undefined): void {
  const { stdin, terminal } = container;
  if (bytes === undefined) {
    if (container.spec.config.StdinOnce === true) stdin?.end();
  } else if (terminal) terminal.type(bytes);
  else stdin?.write(bytes);
}

function outputOf({ log }: ContainerRecord, output: OutputName): Output {
  return { write: bytes => log.write(output, Buffer.from(bytes)) };
}

/** All that the terminal belongs to are told. */
function interrupt({ processes }: ContainerRecord, signal: number): void {
  for (const process of processes.all) if (process.hasTerminal) process.deliver(signal);
}
