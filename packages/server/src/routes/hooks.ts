import { randomUUID } from 'node:crypto';
import {
  dockerHub,
  formatReference,
  GopdaterError,
  isSameSecret,
  type ParsedDelivery,
  type Receiver,
  receivers,
} from '@gopdater/core';
import { parseJson, readBody } from '../http/body.ts';
import { Problem, sendJson } from '../http/problem.ts';
import type { Request, Response, Route } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { type AcceptDependencies, type Accepted, acceptDelivery } from './accept-delivery.ts';

/** Who may send hooks. */
export interface HookOptions {
  /** Whose images may be announced, in lower case; `*` for everybody's; empty with a secret: everybody's. */
  readonly owner: readonly string[];
  readonly hookSecret: string | undefined;
}

/** Below this path a wrong secret and an unknown receiver get the same answer. */
const hooksPath = '/hooks/';

/**
 * Where deliveries come in: `POST /hooks/docker-hub/<secret>` with a secret, else `POST /` as it has always been.
 */
export function hookRoutes(options: HookOptions, dependencies: AcceptDependencies): readonly Route[] {
  const { hookSecret } = options;
  const handle = async (receiver: Receiver, request: Request, response: Response) =>
    await receive(receiver, request, response, options, dependencies);
  if (hookSecret === undefined) {
    return [
      { method: 'POST', path: '/', handle: async (request, response) => await handle(dockerHub, request, response) },
    ];
  }
  return [
    {
      method: 'POST',
      path: `${hooksPath}:receiver/:secret`,
      handle: async (request, response) => {
        const receiver = receivers.get(request.params.receiver ?? '');
        const isKnown = isSameSecret(request.params.secret ?? '', hookSecret);
        if (!isKnown || receiver === undefined) {
          dependencies.log.warn(
            {},
            'Refused a delivery: its path has another secret than HOOK_SECRET, or another receiver.',
          );
          throw unauthorized();
        }
        await handle(receiver, request, response);
      },
    },
  ];
}

/**
 * What an unknown path gets: below `/hooks/` the answer of a wrong secret, once there is one to guess; elsewhere a 404. A
 * delivery that went astray is logged, as its sender tells nobody.
 */
export function unknownPath(
  { hookSecret }: HookOptions,
  { method, path, log }: { readonly method: string; readonly path: string; readonly log: Logger },
): Problem {
  const isHook = path.startsWith(hooksPath);
  const isRoot = hookSecret !== undefined && path === '/';
  if (method === 'POST') {
    const where = isHook ? 'an unknown path below /hooks/' : isRoot ? '/' : 'an unknown path';
    log.warn({}, `Refused a POST to ${where}: deliveries go to ${hookPath({ hookSecret })}.`);
  }
  return isHook && hookSecret !== undefined ? unauthorized() : new Problem(404, 'There is nothing at this path.');
}

/** Where Docker Hub's deliveries go, without the secret itself. */
export function hookPath({ hookSecret }: Pick<HookOptions, 'hookSecret'>): string {
  return hookSecret === undefined ? '/' : `${hooksPath}docker-hub/<HOOK_SECRET>`;
}

async function receive(
  receiver: Receiver,
  request: Request,
  response: Response,
  options: HookOptions,
  dependencies: AcceptDependencies,
): Promise<void> {
  const { log } = dependencies;
  const delivery = await readDelivery(receiver, request).catch((error: unknown) => {
    if (error instanceof Problem) log.warn({ receiver: receiver.name }, `Refused a delivery: ${error.message}`);
    throw error;
  });
  const deliveryId = randomUUID();
  if (delivery.kind === 'ignored') {
    log.info({ deliveryId, receiver: receiver.name }, `Ignored a delivery: ${delivery.reason}.`);
    return sendJson(response, 200, { deliveryId, outcome: 'ignored', detail: `Ignored: ${delivery.reason}.` });
  }
  const { image, owner } = delivery;
  if (!isAllowed(owner, options)) {
    const name = formatReference(image);
    log.warn(
      { deliveryId, image: name },
      `Refused a delivery for ${name}: OWNER is ${options.owner.join(', ')}, not ${owner}.`,
    );
    throw new Problem(403, `Images of ${owner} are not updated here.`);
  }
  const answer = await acceptDelivery({ deliveryId, senderId: undefined, images: [image] }, dependencies);
  sendJson(response, answer.outcome === 'accepted' ? 202 : 200, {
    deliveryId,
    ...answer,
    detail: details[answer.outcome],
  });
}

const details: Readonly<Record<Accepted['outcome'], string>> = {
  accepted: 'The log tells the outcome under this delivery id.',
  unused: 'No watched service uses it.',
  duplicate: 'It was accepted before.',
};

async function readDelivery(receiver: Receiver, request: Request): Promise<ParsedDelivery> {
  const body = parseJson(await readBody(request));
  try {
    return receiver.parse(body);
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'DELIVERY_INVALID') {
      throw new Problem(400, `${error.message} ${error.hint ?? ''}`.trim());
    }
    throw error;
  }
}

function isAllowed(owner: string, { owner: allowed, hookSecret }: HookOptions): boolean {
  if (allowed.length === 0) return hookSecret !== undefined;
  return allowed.includes('*') || allowed.includes(owner.toLowerCase());
}

function unauthorized(): Problem {
  return new Problem(401, 'The delivery is not authorized.');
}
