import { type HookRequest, type VerifyDependencies, verify } from '@gopdater/core';
import type { Entrance } from '../receivers/entrances.ts';

interface HintDependencies extends VerifyDependencies {
  readonly entrances: readonly Entrance[];
}

/** What a capture or a person does to a body: each with what it is called. */
const mendings: readonly (readonly [what: string, mend: (body: string) => string])[] = [
  ['without the line’s end behind it', body => body.replace(/\r?\n$/, '')],
  ['with a line’s end behind it', body => `${body}\n`],
  ['with \\n at its lines’ ends instead of \\r\\n', body => body.replaceAll('\r\n', '\n')],
  ['with \\r\\n at its lines’ ends instead of \\n', body => body.replace(/\r?\n/g, '\r\n')],
];

/** Why the proof may not fit, found by trying. Never holds a secret or what would have been right. */
export async function refusalHints(
  request: HookRequest,
  { name, path, receiver, variable }: Entrance,
  dependencies: HintDependencies,
): Promise<readonly string[]> {
  const { authentication } = receiver;
  if (authentication.kind === 'sns' || authentication.kind === 'oidc') {
    return ['its proof is good for an hour only: --now TIME looks at it as of when it was sent'];
  }
  const fits = async (other: Partial<HookRequest>, way = authentication) =>
    (await verify({ ...request, ...other }, way, dependencies)).ok;
  const hints: string[] = [];

  const timestamp = Number(request.headers.get('webhook-timestamp')?.[0]);
  if (authentication.kind === 'standard-webhooks' && (await fits({ receivedAt: timestamp * 1000 }))) {
    hints.push(`it was in order when it was sent: --now ${timestamp} looks at it as of then`);
  }
  const text = Buffer.from(request.body).toString('latin1');
  for (const [what, mend] of mendings) {
    const body = Buffer.from(mend(text), 'latin1');
    if (!body.equals(request.body) && (await fits({ body })))
      hints.push(`the signature fits the body ${what}: the capture has changed it`);
  }
  for (const other of dependencies.entrances) {
    const way = other.receiver.authentication;
    if (other.name === name || other.isOpen || way.kind === 'sns' || way.kind === 'oidc') continue;
    if (await fits({}, way)) hints.push(`it would be proved for the receiver ${other.name}, at ${other.path}`);
  }
  if (hints.length > 0) return hints;
  const sent = [...request.headers.keys()].filter(header => /sign|token|auth|api-key/.test(header));
  const also = path === undefined || request.pathSecret === undefined ? '' : ', and something stands behind its path';
  return [
    `of what may prove something it has ${sent.length === 0 ? 'no header' : sent.join(', ')}${also}`,
    `compare the secret at the registry with what ${variable} holds here; changed on the way, a body has another signature`,
  ];
}
