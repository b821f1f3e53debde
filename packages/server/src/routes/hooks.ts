import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  dockerHub,
  formatReference,
  GopdaterError,
  type HookRequest,
  type Receiver,
  readDelivery,
  readHeaders,
  receive,
} from '@gopdater/core';
import { readBody } from '../http/body.ts';
import { Problem } from '../http/problem.ts';
import type { Request, Response, Route } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { type AnswerDependencies, answerDelivery } from './answer-delivery.ts';

/** Who may send hooks. */
export interface HookOptions {
  /** Whose images Docker Hub may announce, in lower case; `*` for everybody's; empty with a secret: everybody's. */
  readonly owner: readonly string[];
  /** Docker Hub's, in the path. */
  readonly hookSecret: string | undefined;
  /** Further receivers, each with a name of its own. */
  readonly receivers?: readonly Receiver[] | undefined;
}

/** Below this path a wrong secret and an unknown receiver get the same answer. */
const hooksPath = '/hooks/';

/** How long such an answer takes at least, in milliseconds: what it took to find out is nobody's business. */
const refusalMs = 100;

/**
 * Where deliveries come in: `/hooks/NAME` for each receiver, with its secret behind that if it can prove itself by nothing
 * else; and `POST /` with an owner and no secret, as it has always been.
 */
export function hookRoutes(options: HookOptions, dependencies: AnswerDependencies): readonly Route[] {
  const receivers = receiversOf(options);
  const handle = async (request: Request, response: Response) => {
    const asked = await readRequest(request);
    const { receiver: name = '' } = request.params;
    const known = receivers.get(name);
    const since = performance.now();
    const received = await reading(
      async () => await receive(asked, known ?? nobody, dependencies),
      dependencies.log,
      name,
    );
    if (known === undefined || received.kind === 'refused') {
      const why = received.kind === 'refused' ? received.reason : 'there is no such receiver';
      const whose = known === undefined ? 'an unknown receiver' : name;
      dependencies.log.warn({}, `Refused a delivery to ${whose}: ${why}.`);
      await pause(Math.max(0, refusalMs - (performance.now() - since)));
      throw unauthorized();
    }
    await answerDelivery(response, received, name, dependencies);
  };
  const named: readonly Route[] = [`${hooksPath}:receiver`, `${hooksPath}:receiver/:secret`].flatMap(path => [
    { method: 'POST', path, handle },
    { method: 'OPTIONS', path, handle },
  ]);
  return [...(isOpen(options) ? [seedRoute(options, dependencies)] : []), ...(receivers.size > 0 ? named : [])];
}

/** `POST /`, which only an owner guards: what it cannot take is an error, so that its sender's log shows it. */
function seedRoute({ owner: owners }: HookOptions, dependencies: AnswerDependencies): Route {
  const receiver = { ...nobody, name: 'POST /', sender: dockerHub, owners };
  return {
    method: 'POST',
    path: '/',
    handle: async (request, response) => {
      const asked = await readRequest(request);
      const delivery = await reading(() => readDelivery(asked, receiver), dependencies.log, receiver.name);
      const [forbidden] = delivery.forbidden;
      if (forbidden !== undefined) {
        const name = formatReference(forbidden.image);
        dependencies.log.warn({ image: name }, `Refused a delivery for ${name}: OWNER is ${owners.join(', ')}.`);
        throw new Problem(403, 'Images of this owner are not updated here.');
      }
      await answerDelivery(response, delivery, receiver.name, dependencies);
    },
  };
}

/** Every receiver by its name; `HOOK_SECRET` makes one for Docker Hub. */
function receiversOf({ owner, hookSecret, receivers = [] }: HookOptions): ReadonlyMap<string, Receiver> {
  const own: readonly Receiver[] =
    hookSecret === undefined
      ? []
      : [
          {
            ...{ name: dockerHub.name, sender: dockerHub, options: {} },
            authentication: { kind: 'path', secrets: [hookSecret] },
            owners: owner.length === 0 ? undefined : owner,
          },
        ];
  return new Map([...own, ...receivers].map(receiver => [receiver.name, receiver]));
}

/** Stands in for a receiver that is not there, so that looking for one takes what looking at one does. */
const nobody: Receiver = {
  name: '',
  sender: dockerHub,
  authentication: { kind: 'path', secrets: [randomBytes(32).toString('hex')] },
  options: {},
};

async function readRequest(request: Request): Promise<HookRequest> {
  return {
    method: request.method ?? '',
    headers: readHeaders(request.rawHeaders),
    query: new URLSearchParams(request.search),
    pathSecret: request.params.secret,
    body: await readBody(request),
    receivedAt: Date.now(),
  };
}

/** What is no delivery is 400, and says which field is wrong: whoever reads that has proved who he is. */
async function reading<T>(read: () => T | Promise<T>, log: Logger, receiver: string): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    switch (error.code) {
      case 'DELIVERY_INVALID':
        log.warn({ receiver }, `Refused a delivery: ${error.message}`);
        throw new Problem(400, `${error.message} ${error.hint ?? ''}`.trim());
      case 'KEYS_UNREACHABLE':
        log.error({ receiver, err: error }, 'A delivery could not be checked; its sender is asked to try again.');
        throw new Problem(503, 'The delivery cannot be checked now.', { 'retry-after': '30' });
      default:
        throw error;
    }
  }
}

/**
 * What an unknown path gets: below `/hooks/` the answer of a wrong secret, once there is one to guess; elsewhere a 404. A
 * delivery that went astray is logged, as its sender tells nobody.
 */
export function unknownPath(
  options: HookOptions,
  { method, path, log }: { readonly method: string; readonly path: string; readonly log: Logger },
): Problem {
  const isHook = path.startsWith(hooksPath);
  const isRoot = !isOpen(options) && path === '/';
  if (method === 'POST') {
    const where = isHook ? 'an unknown path below /hooks/' : isRoot ? '/' : 'an unknown path';
    log.warn({}, `Refused a POST to ${where}: deliveries go to ${hookPaths(options).join(', ')}.`);
  }
  return isHook && receiversOf(options).size > 0 ? unauthorized() : new Problem(404, 'There is nothing at this path.');
}

/** Where deliveries go, without any secret itself. */
export function hookPaths(options: HookOptions): readonly string[] {
  const { hookSecret, receivers = [] } = options;
  return [
    ...(isOpen(options) ? ['/'] : []),
    ...(hookSecret === undefined ? [] : [`${hooksPath}${dockerHub.name}/<HOOK_SECRET>`]),
    ...receivers.map(({ name, authentication }) =>
      authentication.kind === 'path' ? `${hooksPath}${name}/<secret>` : hooksPath + name,
    ),
  ];
}

/** `POST /` is there for an owner who has set no secret. */
function isOpen({ owner, hookSecret }: HookOptions): boolean {
  return hookSecret === undefined && owner.length > 0;
}

function unauthorized(): Problem {
  return new Problem(401, 'The delivery is not authorized.');
}
