import { EngineError } from '../../errors.ts';
import { type Connection, empty, json, type Reply, type Route, type RouteCall } from '../router.ts';
import type { OutputName } from '../state/container-log.ts';
import { emitContainer, findContainer } from '../state/containers.ts';
import { checkCanExec, createExec, findExec } from '../state/create-exec.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { ExecRecord } from '../state/exec-record.ts';
import { startExec } from '../state/start-exec.ts';
import { parseDetachKeys, withoutDetachKeys } from '../wire/detach-keys.ts';
import { streamOf } from '../wire/frames.ts';
import { stringOf, stringsOf } from '../wire/json.ts';
import { parseTerminalSize } from '../wire/terminal-size.ts';

export const execRoutes: readonly Route[] = [
  { method: 'POST', path: '/containers/{id}/exec', handle: create },
  { method: 'POST', path: '/exec/{id}/start', handle: start },
  { method: 'POST', path: '/exec/{id}/resize', handle: resize },
  {
    method: 'GET',
    path: '/exec/{id}/json',
    handle: ({ state, params }) => json(view(findExec(state, params.id ?? ''))),
  },
];

function create({ state, params, body }: RouteCall): Reply {
  const container = findContainer(state, params.id ?? '');
  checkCanExec(container, params.id);
  checkDetachKeys(stringOf(body.DetachKeys) ?? '');
  const { id } = createExec(state, container, {
    words: stringsOf(body.Cmd),
    environment: stringsOf(body.Env),
    folder: stringOf(body.WorkingDir),
    user: stringOf(body.User),
    hasTerminal: body.Tty === true,
    isPrivileged: body.Privileged === true,
    attaches: {
      stdin: body.AttachStdin === true,
      stdout: body.AttachStdout === true,
      stderr: body.AttachStderr === true,
    },
    detachKeys: stringOf(body.DetachKeys) ?? '',
  });
  return json({ Id: id }, 201);
}

/** The engine has other words for it than for those of an attach. */
function checkDetachKeys(text: string): void {
  try {
    parseDetachKeys(text);
  } catch {
    throw new EngineError(500, `Invalid escape keys (${text}) provided`);
  }
}

/** What cannot be run is told in the stream, or, detached, with a status. */
async function start({ state, params, body, version }: RouteCall): Promise<Reply> {
  const exec = findExec(state, params.id ?? '');
  if (body.Detach === true) {
    const started = startExec(state, exec, { write: () => {} });
    const failure = exec.status === 'ended' ? await started : undefined;
    if (failure !== undefined) throw new EngineError(400, failure);
    return empty(200);
  }
  checkCanExec(exec.container);
  // What is sent here counts, whatever the exec was created with.
  const { type, pack } = streamOf({ hasTerminal: body.Tty === true, version });
  return {
    kind: 'hijack',
    type,
    hasUsualHeaders: true,
    serve: connection => serve(state, exec, connection, pack),
  };
}

/** Until it has ended, or the client has left it to itself. */
async function serve(
  state: EngineState,
  exec: ExecRecord,
  connection: Connection,
  pack: ReturnType<typeof streamOf>['pack'],
): Promise<void> {
  const { attaches, container, id } = exec;
  let isDetached = false;
  const left = new Promise<undefined>(resolve => {
    const detach = (): void => {
      isDetached = true;
      emitContainer(state, container, 'exec_detach', { execID: id });
      resolve(undefined);
    };
    const type = (bytes: Buffer | undefined): void => typeIntoExec(exec, bytes);
    const isTyped = exec.hasTerminal && attaches.stdin;
    const keys = parseDetachKeys(exec.detachKeys);
    connection.onInput(isTyped ? withoutDetachKeys(keys, { type, detach }) : type);
  });
  const write = (output: OutputName, bytes: Buffer): void => {
    if (attaches[output] && !isDetached) connection.write(pack(output, bytes));
  };
  const failure = await Promise.race([left, startOrReason(state, exec, { write })]);
  if (failure !== undefined) connection.write(pack('stdout', Buffer.from(`${failure}\r\n`)));
}

/** That it has run before is found out only when the stream has begun. */
async function startOrReason(...start: Parameters<typeof startExec>): Promise<string | undefined> {
  try {
    return await startExec(...start);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.message;
  }
}

function typeIntoExec({ terminal, stdin, status }: ExecRecord, bytes: Buffer | undefined): void {
  if (status === 'ended') return;
  if (bytes === undefined) stdin.end();
  else if (terminal) terminal.type(bytes);
  else stdin.write(bytes);
}

/** Nothing of the fake looks at the size of its terminal. */
function resize({ state, params, query }: RouteCall): Reply {
  parseTerminalSize(query, state.profile);
  const exec = findExec(state, params.id ?? '');
  if (exec.pid === 0) throw new EngineError(400, 'exec process is not started');
  if (exec.status !== 'running') throw new EngineError(409, 'exec process is not running');
  return empty(200);
}

function view({ id, status, exitCode, container, pid, ...exec }: ExecRecord): Record<string, unknown> {
  const [entrypoint, ...words] = exec.words;
  return {
    ID: id,
    Running: status === 'running',
    ExitCode: exitCode ?? null,
    ProcessConfig: {
      tty: exec.hasTerminal,
      entrypoint,
      arguments: words,
      privileged: exec.isPrivileged,
      ...(exec.user !== undefined && { user: exec.user }),
    },
    OpenStdin: exec.attaches.stdin,
    OpenStderr: exec.attaches.stderr,
    OpenStdout: exec.attaches.stdout,
    CanRemove: false,
    ContainerID: container.id,
    // Bytes, in the API.
    DetachKeys: exec.detachKeys && parseDetachKeys(exec.detachKeys).toString('base64'),
    Pid: pid,
  };
}
