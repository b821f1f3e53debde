import { formatReference, GopdaterError, type HookRequest, readDelivery, readHeaders, receive } from '@gopdater/core';
import { readBody } from '../http/body.ts';
import { Problem } from '../http/problem.ts';
import type { Request, Response, Route } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { type Entrance, entrancesOf, type HookOptions, hooksPath, nobody } from '../receivers/entrances.ts';
import { type AnswerDependencies, answerDelivery } from './answer-delivery.ts';

/** How long such an answer takes at least, in milliseconds: what it took to find out is nobody's business. */
const refusalMs = 100;

/**
 * Where deliveries come in: `/hooks/NAME` for each receiver, with its secret behind that if it can prove itself by nothing
 * else; and `POST /` with an owner and no secret, as it has always been.
 */
export function hookRoutes(options: HookOptions, dependencies: AnswerDependencies): readonly Route[] {
  const entrances = entrancesOf(options);
  const receivers = new Map(closed(entrances).map(({ name, receiver }) => [name, receiver]));
  const { clock } = dependencies;
  const handle = async (request: Request, response: Response) => {
    const asked = await readRequest(request);
    const { receiver: name = '' } = request.params;
    const known = receivers.get(name);
    const since = clock.now();
    const received = await reading(
      async () => await receive(asked, known ?? nobody, dependencies),
      dependencies.log,
      name,
    );
    if (known === undefined || received.kind === 'refused') {
      const why = received.kind === 'refused' ? received.reason : 'there is no such receiver';
      const whose = known === undefined ? 'an unknown receiver' : name;
      dependencies.log.warn({}, `Refused a delivery to ${whose}: ${why}.`);
      const left = refusalMs - (clock.now() - since);
      // A clock that was set meanwhile makes nobody wait longer.
      await clock.sleep(Math.min(refusalMs, Math.max(0, left)));
      throw unauthorized();
    }
    await answerDelivery(response, received, name, dependencies);
  };
  const named: readonly Route[] = [`${hooksPath}:receiver`, `${hooksPath}:receiver/:secret`].flatMap(path => [
    { method: 'POST', path, handle },
    { method: 'OPTIONS', path, handle },
  ]);
  return [
    ...entrances.filter(({ isOpen }) => isOpen).map(entrance => openRoute(entrance, dependencies)),
    ...(receivers.size > 0 ? named : []),
  ];
}

/** `POST /`, which only an owner guards: what it cannot take is an error, so that its sender's log shows it. */
function openRoute({ path, receiver }: Entrance, dependencies: AnswerDependencies): Route {
  const owners = receiver.owners ?? [];
  return {
    method: 'POST',
    path,
    handle: async (request, response) => {
      const asked = await readRequest(request);
      const delivery = await reading(() => readDelivery(asked, receiver), dependencies.log, receiver.name);
      const [forbidden] = delivery.forbidden;
      if (forbidden !== undefined) {
        const name = formatReference(forbidden.image);
        dependencies.log.warn({ image: name }, `Refused a delivery for ${name}: OWNER is ${owners.join(', ')}.`);
        throw new Problem(403, 'Images of this owner are not updated here.');
      }
      // Nothing proves who sent it, so nobody is told what became of it.
      await answerDelivery(response, { ...delivery, callbackUrl: undefined }, receiver.name, dependencies);
    },
  };
}

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

/** Of a delivery that cannot be read. */
export function statusOfUnread({ code }: GopdaterError): number {
  return code === 'DELIVERY_FORMAT_UNKNOWN' ? 415 : 400;
}

/** What is no delivery is 400, and says which field is wrong: whoever reads that has proved who he is. */
async function reading<T>(read: () => T | Promise<T>, log: Logger, receiver: string): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    switch (error.code) {
      case 'DELIVERY_INVALID':
      case 'DELIVERY_FORMAT_UNKNOWN':
        log.warn({ receiver }, `Refused a delivery: ${error.message}`);
        throw new Problem(statusOfUnread(error), `${error.message} ${error.hint ?? ''}`.trim());
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
  const entrances = entrancesOf(options);
  const isRoot = path === '/' && !entrances.some(({ isOpen }) => isOpen);
  if (method === 'POST') {
    const where = isHook ? 'an unknown path below /hooks/' : isRoot ? '/' : 'an unknown path';
    log.warn({}, `Refused a POST to ${where}: deliveries go to ${hookPaths(options).join(', ')}.`);
  }
  return isHook && closed(entrances).length > 0 ? unauthorized() : new Problem(404, 'There is nothing at this path.');
}

/** Where deliveries go, without any secret itself. */
export function hookPaths(options: HookOptions): readonly string[] {
  return entrancesOf(options).map(({ path, receiver, isOpen, variable }) =>
    isOpen || receiver.authentication.kind !== 'path'
      ? path
      : `${path}/<${variable === 'HOOK_SECRET' ? variable : 'secret'}>`,
  );
}

function closed(entrances: readonly Entrance[]): readonly Entrance[] {
  return entrances.filter(({ isOpen }) => !isOpen);
}

function unauthorized(): Problem {
  return new Problem(401, 'The delivery is not authorized.');
}
