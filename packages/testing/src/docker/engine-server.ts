import type { IncomingMessage, ServerResponse } from 'node:http';
import { EngineError, NotModelledError } from '../errors.ts';
import { checkVersion, stripVersion } from './api-version.ts';
import type { CallRecorder } from './calls.ts';
import { type Faults, waitWhileHeld } from './faults.ts';
import { createRouter, type Route } from './router.ts';
import { containerRoutes } from './routes/container.ts';
import { distributionRoutes } from './routes/distribution.ts';
import { imageRoutes } from './routes/image.ts';
import { networkRoutes } from './routes/network.ts';
import { systemRoutes } from './routes/system.ts';
import { volumeRoutes } from './routes/volume.ts';
import type { EngineState } from './state/engine-state.ts';
import { parseBody } from './wire/json.ts';
import { sendError, sendReply, statusOf } from './wire/respond.ts';

export interface EngineServerOptions {
  readonly state: EngineState;
  readonly calls: CallRecorder;
  readonly faults: Faults;
  readonly onUnsupported: (what: string) => void;
}

const routes: readonly Route[] = [
  ...systemRoutes,
  ...containerRoutes,
  ...imageRoutes,
  ...networkRoutes,
  ...volumeRoutes,
  ...distributionRoutes,
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
  { state, calls, faults, onUnsupported }: EngineServerOptions,
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
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const body = await readBody(request);
    checkVersion(url.pathname, state.profile);
    const fault = faults.take({ method, path: shownPath });
    if (fault && 'drop' in fault) {
      request.socket.destroy();
      return;
    }
    if (fault && 'status' in fault) throw new EngineError(fault.status, fault.message ?? 'fault injected');
    if (fault && 'hold' in fault) await waitWhileHeld(fault.hold, gone.signal);
    const { route, params } = match(method, path);
    const call = { state, params, query, headers: request.headers, body: parseBody(body), signal: gone.signal };
    const reply = route.handle(call);
    recorded(statusOf(reply));
    await sendReply(response, reply, state.profile);
  } catch (error) {
    if (gone.signal.aborted) return;
    const isUnknownPage = error instanceof EngineError && error.message === 'page not found';
    if (error instanceof NotModelledError || isUnknownPage) onUnsupported(`${method} ${shownPath}`);
    if (!response.headersSent) recorded(error instanceof EngineError ? error.status : 500);
    sendError(response, error, state.profile);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A path that is no valid encoding is shown as it came. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
