import { randomUUID } from 'node:crypto';
import {
  type Deliveries,
  dockerHub,
  formatReference,
  GopdaterError,
  type ImagePushed,
  isSameSecret,
  type ParsedDelivery,
  readHeaders,
  type Sender,
} from '@gopdater/core';
import { readBody } from '../http/body.ts';
import { Problem, sendJson } from '../http/problem.ts';
import type { Request, Response, Route } from '../http/server.ts';
import type { Logger } from '../log.ts';

/** Who may send hooks. */
export interface HookOptions {
  /** Whose images may be announced, in lower case; `*` for everybody's; empty with a secret: everybody's. */
  readonly owner: readonly string[];
  readonly hookSecret: string | undefined;
}

interface HookDependencies {
  readonly deliveries: Pick<Deliveries, 'accept'>;
  readonly updater: {
    match(event: ImagePushed): Promise<readonly unknown[]>;
    submit(event: ImagePushed): Promise<unknown>;
  };
  readonly log: Logger;
}

/** Below this path a wrong secret and an unknown receiver get the same answer. */
const hooksPath = '/hooks/';

/**
 * Where deliveries come in: `POST /hooks/docker-hub/<secret>` with a secret, else `POST /` as it has always been.
 */
export function hookRoutes(options: HookOptions, dependencies: HookDependencies): readonly Route[] {
  const { hookSecret } = options;
  const handle = async (request: Request, response: Response) =>
    await receive(dockerHub, request, response, options, dependencies);
  if (hookSecret === undefined) {
    return [{ method: 'POST', path: '/', handle }];
  }
  return [
    {
      method: 'POST',
      path: `${hooksPath}:receiver/:secret`,
      handle: async (request, response) => {
        const isKnown = isSameSecret(request.params.secret ?? '', hookSecret);
        if (!isKnown || request.params.receiver !== dockerHub.name) {
          dependencies.log.warn(
            {},
            'Refused a delivery: its path has another secret than HOOK_SECRET, or another receiver.',
          );
          throw unauthorized();
        }
        await handle(request, response);
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
  sender: Sender,
  request: Request,
  response: Response,
  options: HookOptions,
  { updater, deliveries, log }: HookDependencies,
): Promise<void> {
  const delivery = await readDelivery(sender, request).catch((error: unknown) => {
    if (error instanceof Problem) log.warn({ receiver: sender.name }, `Refused a delivery: ${error.message}`);
    throw error;
  });
  const deliveryId = randomUUID();
  const image = delivery.pushed[0]?.image;
  if (image === undefined) {
    const reason = delivery.ignored.join(', ');
    log.info({ deliveryId, receiver: sender.name }, `Ignored a delivery: ${reason}.`);
    return sendJson(response, 200, { deliveryId, outcome: 'ignored', detail: `Ignored: ${reason}.` });
  }
  const owner = image.repository.split('/')[0] ?? '';
  const name = formatReference(image);
  if (!isAllowed(owner, options)) {
    log.warn(
      { deliveryId, image: name },
      `Refused a delivery for ${name}: OWNER is ${options.owner.join(', ')}, not ${owner}.`,
    );
    throw new Problem(403, `Images of ${owner} are not updated here.`);
  }
  const event: ImagePushed = { deliveryId, image };
  if ((await match(event, updater, log)).length === 0) {
    log.info({ deliveryId, image: name }, `No watched service uses ${name}.`);
    return sendJson(response, 200, {
      deliveryId,
      image: name,
      outcome: 'unused',
      detail: `No watched service uses ${name}.`,
    });
  }
  await deliveries.accept(event);
  log.info({ deliveryId, image: name }, `Accepted a delivery for ${name}.`);
  sendJson(response, 202, {
    deliveryId,
    image: name,
    outcome: 'accepted',
    detail: 'The log tells the outcome under this delivery id.',
  });
  void updater.submit(event);
}

async function readDelivery(sender: Sender, request: Request): Promise<ParsedDelivery> {
  const body = await readBody(request);
  try {
    return sender.parse(
      {
        method: request.method ?? '',
        headers: readHeaders(request.rawHeaders),
        query: new URLSearchParams(),
        pathSecret: request.params.secret,
        ...{ body, receivedAt: Date.now() },
      },
      {},
    );
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'DELIVERY_INVALID') {
      throw new Problem(400, `${error.message} ${error.hint ?? ''}`.trim());
    }
    throw error;
  }
}

async function match(event: ImagePushed, updater: HookDependencies['updater'], log: Logger) {
  try {
    return await updater.match(event);
  } catch (error) {
    log.error({ deliveryId: event.deliveryId, err: error }, 'A delivery was refused, as the projects cannot be read.');
    throw new Problem(503, 'The watched projects cannot be read now; the server’s log says why.', {
      'retry-after': '60',
    });
  }
}

function isAllowed(owner: string, { owner: allowed, hookSecret }: HookOptions): boolean {
  if (allowed.length === 0) return hookSecret !== undefined;
  return allowed.includes('*') || allowed.includes(owner.toLowerCase());
}

function unauthorized(): Problem {
  return new Problem(401, 'The delivery is not authorized.');
}
