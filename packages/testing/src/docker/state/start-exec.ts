import { EngineError } from '../../errors.ts';
import { noInput } from '../../process/byte-queue.ts';
import { sigint } from '../../process/signals.ts';
import { Terminal } from '../../process/terminal.ts';
import { filesOf } from './container-files.ts';
import type { OutputName } from './container-log.ts';
import { findInContainer, startInContainer } from './container-machine.ts';
import { hasProcess } from './container-record.ts';
import type { ProcessStreams } from './container-streams.ts';
import { emitContainer } from './containers.ts';
import { checkCanExec, shownWords } from './create-exec.ts';
import type { EngineState } from './engine-state.ts';
import type { ExecRecord } from './exec-record.ts';
import { runtimeReason } from './main-process.ts';

export interface ExecOutput {
  /** A terminal prints on stdout only. */
  readonly write: (output: OutputName, bytes: Buffer) => void;
}

/**
 * Runs it; resolves when it has ended, to the reason if it could not be started.
 *
 * @throws EngineError at once if it has run before or its container does not run
 */
export function startExec(state: EngineState, exec: ExecRecord, output: ExecOutput): Promise<string | undefined> {
  checkCanExec(exec.container);
  checkIsNew(state, exec);
  exec.status = 'running';
  return run(state, exec, output);
}

function checkIsNew({ profile }: EngineState, { id, status }: ExecRecord): void {
  if (status === 'created') return;
  const what = status === 'ended' ? 'has already run' : 'is already running';
  throw new EngineError(409, `${profile.isSince28 ? 'exec' : 'Error: Exec'} command ${id} ${what}`);
}

async function run(state: EngineState, exec: ExecRecord, output: ExecOutput): Promise<string | undefined> {
  const { container } = exec;
  emitContainer(state, container, `exec_start: ${shownWords(exec)}`, { execID: exec.id });
  const found = findInContainer(state, container, exec);
  const hasFolder = exec.folder === undefined || filesOf(state, container).find(exec.folder)?.kind === 'directory';
  if (!hasFolder || found.kind !== 'applet') {
    const isDenied = hasFolder && found.kind !== 'missing';
    exec.status = 'ended';
    exec.exitCode = isDenied ? 126 : state.profile.missingExecCode;
    const reason =
      !hasFolder || found.kind === 'applet'
        ? `chdir to cwd ("${exec.folder}") set in config.json failed: no such file or directory`
        : runtimeReason(exec.words[0] ?? '', found.kind);
    return `OCI runtime exec failed: exec failed: unable to start container process: ${reason}${state.profile.runtimeErrorSuffix}`;
  }
  const options = { streams: streamsOf(exec, output), isInit: false };
  const { process, exitCode } = startInContainer(state, container, found, exec, options);
  exec.process = process;
  exec.pid = process.pid;
  const code = await exitCode;
  exec.exitCode ??= code;
  exec.status = 'ended';
  exec.stdin.abandon();
  const attributes = { execID: exec.id, exitCode: String(exec.exitCode) };
  if (hasProcess(container)) emitContainer(state, container, 'exec_die', attributes);
  return undefined;
}

function streamsOf(exec: ExecRecord, { write }: ExecOutput): ProcessStreams {
  const stdin = exec.attaches.stdin ? exec.stdin : noInput;
  const outputTo = (name: OutputName) => ({ write: (bytes: Buffer | string) => write(name, Buffer.from(bytes)) });
  if (!exec.hasTerminal) return { stdin, stdout: outputTo('stdout'), stderr: outputTo('stderr') };
  exec.terminal = new Terminal(outputTo('stdout'), exec.stdin, () => exec.process?.deliver(sigint));
  return { stdin, stdout: exec.terminal, stderr: exec.terminal };
}
