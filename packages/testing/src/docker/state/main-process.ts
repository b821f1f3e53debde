import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { applets } from '../../process/applets.ts';
import type { FoundProgram } from '../../process/find-program.ts';
import type { FakeProgram } from '../../registry/behaviour.ts';
import { findInContainer, type StartedProgram, startInContainer } from './container-machine.ts';
import type { ContainerRecord } from './container-record.ts';
import { mainStreams } from './container-streams.ts';
import type { EngineState } from './engine-state.ts';

/** What a container's main process is. */
export type MainProgram =
  /** Runs until it is stopped. */
  | { readonly kind: 'service' }
  /** Ends by itself, as its image says. */
  | { readonly kind: 'exit'; readonly code: number; readonly afterMs: number }
  /** A test's own. */
  | { readonly kind: 'program'; readonly program: FakeProgram }
  | { readonly kind: 'applet'; readonly found: Extract<FoundProgram, { kind: 'applet' }> };

/**
 * What its image says wins; else it is what its command names, if that can be run here.
 *
 * @throws EngineError 400 if its image has known files and the command is not among them
 */
export function chooseMain(state: EngineState, container: ContainerRecord): MainProgram {
  const { exit, program, hasFiles } = container.behaviour;
  if (exit) return { kind: 'exit', ...exit };
  if (program) return { kind: 'program', program };
  const words = wordsOf(container);
  // An image that says nothing has no script either: its files need not be looked at.
  if (!hasFiles && isImagesOwn(container, words) && !(posix.basename(words[0] ?? '') in applets))
    return { kind: 'service' };
  const found = findInContainer(state, container, { words, hasTerminal: false });
  if (found.kind === 'applet') return { kind: 'applet', found };
  if (found.kind === 'opaque' || !hasFiles || isImagesOwn(container, words)) return { kind: 'service' };
  throw new EngineError(400, runtimeError(state, words[0] ?? '', found.kind));
}

export function startApplet(
  state: EngineState,
  container: ContainerRecord,
  found: Extract<FoundProgram, { kind: 'applet' }>,
): StartedProgram {
  const hasTerminal = container.spec.config.Tty === true;
  const isInit = container.spec.hostConfig.Init !== true;
  const invocation = { words: wordsOf(container), hasTerminal };
  return startInContainer(state, container, found, invocation, { streams: mainStreams(container), isInit });
}

/** 127: not there. 126: not allowed. */
export function failureCode({ message }: Error): number {
  if (/no such file or directory|executable file not found/.test(message)) return 127;
  return message.includes('permission denied') ? 126 : 128;
}

/** What the runtime says of a command that cannot be run. @param what  `create` or `exec` */
export function runtimeReason(name: string, kind: 'missing' | 'denied' | 'opaque'): string {
  const stat = `exec: "${name}": stat ${name}: no such file or directory`;
  if (kind === 'missing') return name.includes('/') ? stat : `exec: "${name}": executable file not found in $PATH`;
  return `exec: "${name}": permission denied`;
}

function runtimeError({ profile }: EngineState, name: string, kind: 'missing' | 'denied'): string {
  const prefix = 'failed to create task for container: failed to create shim task: OCI runtime create failed';
  const reason = `runc create failed: unable to start container process: ${runtimeReason(name, kind)}`;
  return `${prefix}: ${reason}${profile.runtimeErrorSuffix}`;
}

function wordsOf({ spec }: ContainerRecord): readonly string[] {
  return [...spec.entrypoint, ...spec.command];
}

/** What an image is made to run it has, though it may not be among its files. */
function isImagesOwn({ image: { config } }: ContainerRecord, words: readonly string[]): boolean {
  const [own] = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])];
  return own === words[0];
}
