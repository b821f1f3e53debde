import { EngineError } from '../../errors.ts';
import { empty, json, type Reply, type Route, type RouteCall } from '../router.ts';
import { findContainer } from '../state/containers.ts';
import { checkCanExec, createExec, findExec } from '../state/create-exec.ts';
import type { ExecRecord } from '../state/exec-record.ts';
import { startExec } from '../state/start-exec.ts';
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
  const { type, pack } = streamOf({ hasTerminal: exec.hasTerminal, version });
  const { attaches } = exec;
  return {
    kind: 'hijack',
    type,
    hasUsualHeaders: true,
    serve: async connection => {
      connection.onInput(bytes => typeIntoExec(exec, bytes));
      const failure = await startOrReason(state, exec, {
        write: (output, bytes) => {
          if (attaches[output]) connection.write(pack(output, bytes));
        },
      });
      if (failure !== undefined) connection.write(pack('stdout', Buffer.from(`${failure}\r\n`)));
    },
  };
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
    DetachKeys: exec.detachKeys,
    Pid: pid,
  };
}
