import type { IncomingMessage, ServerResponse } from 'node:http';
import { EngineError, NoAnswerError, NotModelledError, PageNotFoundError } from '../errors.ts';
import { checkVersion, requestedVersion, stripVersion } from './api-version.ts';
import type { CallRecorder } from './calls.ts';
import type { EngineProfile } from './engine-profile.ts';
import type { Faults, RestartOptions } from './faults.ts';
import { LineFault } from './line-fault.ts';
import { meetFault } from './meet-fault.ts';
import type { NotModelled } from './not-modelled.ts';
import { publishAnswer } from './publish-answer.ts';
import { createRouter, type Reply, type Route, unknownRoute } from './router.ts';
import { archiveRoutes } from './routes/archive.ts';
import { attachRoutes } from './routes/attach.ts';
import { containerRoutes } from './routes/container.ts';
import { diskUsageRoutes } from './routes/disk-usage.ts';
import { distributionRoutes } from './routes/distribution.ts';
import { execRoutes } from './routes/exec.ts';
import { imageRoutes } from './routes/image.ts';
import { imageTransferRoutes } from './routes/image-transfer.ts';
import { inspectionRoutes } from './routes/inspection.ts';
import { logRoutes } from './routes/logs.ts';
import { networkRoutes } from './routes/network.ts';
import { nodeRoutes } from './routes/node.ts';
import { payloadRoutes } from './routes/payload.ts';
import { pluginRoutes } from './routes/plugin.ts';
import { pruneRoutes } from './routes/prune.ts';
import { serviceRoutes } from './routes/service.ts';
import { swarmRoutes } from './routes/swarm.ts';
import { systemRoutes } from './routes/system.ts';
import { taskRoutes } from './routes/task.ts';
import { updateRoutes } from './routes/update.ts';
import { volumeRoutes } from './routes/volume.ts';
import type { EngineState } from './state/engine-state.ts';
import { untilAborted } from './until-aborted.ts';
import { inKnownCase } from './wire/field-case.ts';
import { hijack, isUpgrade, readBody } from './wire/hijack.ts';
import { ignoredFields } from './wire/ignored-fields.ts';
import { parseBody } from './wire/json.ts';
import { sendError, sendHead, sendReply } from './wire/respond.ts';

export interface EngineServerOptions {
  readonly state: EngineState;
  readonly calls: CallRecorder;
  readonly faults: Faults;
  readonly notModelled: NotModelled;
  readonly restart: (options: RestartOptions) => void;
}

export const routes: readonly Route[] = [
  ...systemRoutes,
  ...diskUsageRoutes,
  ...pruneRoutes,
  ...containerRoutes,
  ...logRoutes,
  ...attachRoutes,
  ...execRoutes,
  ...inspectionRoutes,
  ...archiveRoutes,
  ...updateRoutes,
  ...imageTransferRoutes,
  ...imageRoutes,
  ...networkRoutes,
  ...volumeRoutes,
  ...distributionRoutes,
  ...swarmRoutes,
  ...nodeRoutes,
  ...serviceRoutes,
  ...taskRoutes,
  ...payloadRoutes,
  ...pluginRoutes,
];

/** The Engine API over HTTP: what every connection of every listener is answered by. */
export function createEngineServer(
  options: EngineServerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const match = createRouter(routes);
  return (request, response) => {
    answer(options, match, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
}

async function answer(
  { state, calls, faults, notModelled, restart }: EngineServerOptions,
  match: ReturnType<typeof createRouter>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://docker');
  const method = request.method ?? 'GET';
  const query = Object.fromEntries(url.searchParams);
  const path = stripVersion(url.pathname);
  const shownPath = decode(path);
  const recorded = calls.record({ method, path: shownPath, query });
  response.setHeader('Date', new Date(state.clock.now()).toUTCString());
  const gone = new AbortController();
  // A response that has lost its socket to the route does not close.
  (isUpgrade(request) ? request.socket : response).once('close', () => gone.abort());
  try {
    const found = match(method, path);
    // What is sent beside a length is a body all the same: dockerode sends its options.
    const isInput = found?.route.hasInput && request.headers['transfer-encoding'] !== undefined;
    const bytes = isInput ? Buffer.alloc(0) : await readBody(request);
    checkVersion(url.pathname, state.profile);
    const fault = faults.take({ method, path: shownPath });
    if (!fault || !('status' in fault)) {
      publishAnswer(response, { method, path, apiVersion: state.profile.apiVersion });
    }
    const act = async (): Promise<Reply> => {
      if (!found) throw unknownRoute(method, path);
      const { route, params } = found;
      const name = `${method} ${route.path}`;
      const parsed = route.takesBytes ? {} : parseBody(bytes.toString(), request.headers['content-type']);
      const sent = { query, body: inKnownCase(name, parsed) };
      notModelled.ignore(name, ignoredFields(name, sent));
      const reply = await route.handle({
        state,
        params,
        ...sent,
        searchParams: url.searchParams,
        headers: request.headers,
        bytes,
        version: requestedVersion(url.pathname, state.profile),
        signal: gone.signal,
      });
      if (fault && 'when' in fault) finish(reply);
      return reply;
    };
    const answered = meetFault(fault, act, { clock: state.clock, signal: gone.signal, restart });
    const reply = await untilAborted([gone.signal], answered);
    recorded(statusOf(reply, request));
    const lines = new LineFault(fault);
    if (reply.kind === 'hijack') {
      lines.breakOff();
      await hijack(request, response, reply, state);
    } else if (lines.isPlanned) await sendBrokenOff(response, reply, lines, state.profile);
    else await sendReply(response, reply, state.profile);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (error instanceof NoAnswerError) {
      // What has been written is on its way.
      await new Promise(resolve => setImmediate(resolve));
      request.socket.destroy();
      return;
    }
    if (error instanceof NotModelledError || error instanceof PageNotFoundError)
      notModelled.tell(`${method} ${shownPath}`);
    if (!response.headersSent) recorded(error instanceof EngineError ? error.status : 500);
    sendError(response, error, state.profile);
  }
}

/** What the engine does while it sends its answer (a pull), it does here. */
function finish(reply: Reply): void {
  if (reply.kind !== 'stream' || !(Symbol.iterator in reply.items)) return;
  for (const _ of reply.items);
}

async function sendBrokenOff(
  response: ServerResponse,
  reply: Exclude<Reply, { kind: 'hijack' }>,
  lines: LineFault,
  profile: EngineProfile,
): Promise<void> {
  if (reply.kind === 'stream')
    return await sendReply(response, { ...reply, items: lines.stream(reply.items) }, profile);
  if (reply.kind === 'bytes') return await sendReply(response, { ...reply, body: lines.stream(reply.body) }, profile);
  sendHead(response, reply, profile);
  lines.breakOff();
}

/** A path that is no valid encoding is shown as it came. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function statusOf(reply: Reply, request: IncomingMessage): number {
  if (reply.kind === 'hijack') return reply.status ?? (isUpgrade(request) ? 101 : 200);
  return reply.kind === 'json' || reply.kind === 'empty' ? reply.status : 200;
}
