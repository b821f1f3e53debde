import { EngineError } from '../../errors.ts';
import { empty, flag, type Reply, type Route, type RouteCall } from '../router.ts';
import type { OutputName } from '../state/container-log.ts';
import type { ContainerRecord } from '../state/container-record.ts';
import { attachTo, typeInto } from '../state/container-streams.ts';
import { emitContainer, findContainer } from '../state/containers.ts';
import { checkCanAttach } from '../state/create-exec.ts';
import { resizeContainer } from '../state/resize-container.ts';
import { parseDetachKeys, withoutDetachKeys } from '../wire/detach-keys.ts';
import { hasTerminal, streamOf } from '../wire/frames.ts';
import { parseTerminalSize } from '../wire/terminal-size.ts';

export const attachRoutes: readonly Route[] = [
  { method: 'POST', path: '/containers/{id}/attach', handle: attach, hasInput: true },
  { method: 'GET', path: '/containers/{id}/attach/ws', handle: attachWebSocket },
  { method: 'POST', path: '/containers/{id}/resize', handle: resize },
];

function attach(call: RouteCall): Reply {
  try {
    const container = findContainer(call.state, call.params.id ?? '');
    return attached(call, container, streamOf({ hasTerminal: hasTerminal(container), version: call.version }));
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return refused(error);
  }
}

/** The engine has taken the connection by then: it is told in what has become the stream. */
function refused({ status, message }: EngineError): Reply {
  return {
    ...{ kind: 'hijack', status, type: '', hasUsualHeaders: false },
    serve: async connection => connection.write(Buffer.from(`${message}\r\n`)),
  };
}

/** Both outputs in one, without frames. */
function attachWebSocket(call: RouteCall): Reply {
  const container = findContainer(call.state, call.params.id ?? '');
  return attached(call, container, { type: '', pack: (_, bytes) => bytes });
}

/** What the main process reads and writes from now on; it may start later. */
function attached(
  { state, params, query, signal }: RouteCall,
  container: ContainerRecord,
  { type, pack }: ReturnType<typeof streamOf>,
): Reply {
  checkCanAttach(container, params.id ?? '');
  const keys = parseDetachKeys(query.detachKeys ?? '');
  const outputs = (['stdout', 'stderr'] as const).filter(output => flag(query[output]));
  return {
    kind: 'hijack',
    type,
    hasUsualHeaders: false,
    serve: async connection => {
      const detached = new AbortController();
      const write = (output: OutputName, bytes: Buffer): void => {
        if (!detached.signal.aborted) connection.write(pack(output, bytes));
      };
      if (flag(query.logs)) {
        for (const { output, text } of container.log.lines) {
          if (outputs.includes(output)) write(output, Buffer.from(`${text}\n`));
        }
      }
      emitContainer(state, container, 'attach');
      const type = (bytes: Buffer | undefined): void => {
        if (flag(query.stdin)) typeInto(container, bytes);
      };
      const detach = (): void => {
        emitContainer(state, container, 'detach');
        detached.abort();
      };
      connection.onInput(
        hasTerminal(container) && flag(query.stdin) ? withoutDetachKeys(keys, { type, detach }) : type,
      );
      const end = AbortSignal.any([signal, detached.signal]);
      if (flag(query.stream)) await attachTo(container, { outputs, write, signal: end });
    },
  };
}

function resize({ state, params, query }: RouteCall): Reply {
  resizeContainer(state, params.id ?? '', parseTerminalSize(query, state.profile));
  return empty(200);
}
