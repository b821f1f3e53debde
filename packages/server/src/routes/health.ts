import { sendJson } from '../http/problem.ts';
import type { Route } from '../http/server.ts';

/** `GET /healthz`: the server is alive. */
export const healthRoute: Route = {
  method: 'GET',
  path: '/healthz',
  handle: (_request, response) => sendJson(response, 200, { status: 'ok' }),
};
