import {
  formatReference,
  GopdaterError,
  type HookRequest,
  type ReceivedDelivery,
  readDelivery,
  readHeaders,
  type VerifyDependencies,
  verify,
} from '@gopdater/core';
import { isPacked } from '../http/body.ts';
import { maxBodyBytes } from '../http/limits.ts';
import { type Entrance, hooksPath } from '../receivers/entrances.ts';
import { statusOfUnread } from '../routes/hooks.ts';
import type { CapturedRequest } from './captured-request.ts';
import { printable } from './printable.ts';
import { refusalHints } from './refusal-hints.ts';
import type { WatchedServices } from './watched-services.ts';

/** One thing that was looked at. */
export interface ExplainedStep {
  /** `note`: nothing that decides. */
  readonly kind: 'ok' | 'wrong' | 'note';
  readonly text: string;
}

/** What the server would make of a request. */
export interface Explanation {
  /** `unused`: in order, and nothing would be done. */
  readonly verdict: 'accepted' | 'unused' | 'refused';
  /** The status that its sender would get. */
  readonly status: number;
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainDependencies extends VerifyDependencies {
  /** When it is looked at, in milliseconds since 1970. */
  readonly now: number;
  /** All of them, to say whose it is instead. */
  readonly entrances: readonly Entrance[];
  readonly services: WatchedServices;
}

/** Goes the way that a request goes in the server, step by step to the first that fails. Never holds a secret. */
export async function explainDelivery(
  captured: CapturedRequest,
  entrance: Entrance,
  dependencies: ExplainDependencies,
): Promise<Explanation> {
  const steps: ExplainedStep[] = captured.notes.map(text => ({ kind: 'note', text: sentence(text) }));
  const say = (kind: ExplainedStep['kind'], text: string) => void steps.push({ kind, text: sentence(text) });
  const refuse = (status: number, text: string, hints: readonly string[] = []): Explanation => {
    say('wrong', text);
    for (const hint of hints) say('note', hint);
    return { verdict: 'refused', status, steps };
  };

  const envelope = judgeEnvelope(captured, entrance);
  if (envelope !== undefined) return refuse(...envelope);
  say(
    'ok',
    captured.path === undefined
      ? 'the path is not in the capture'
      : `it goes to ${entrance.path}, which is this receiver’s`,
  );
  const request = requestOf(captured, entrance, dependencies.now);
  if (entrance.isOpen) say('note', 'nothing proves who sent it: HOOK_SECRET is not set');
  else {
    const refused = await judgeProof(request, entrance, dependencies);
    if (refused !== undefined) return refuse(...refused);
    say('ok', `it proves that it is ${entrance.receiver.sender.name}’s (${entrance.receiver.authentication.kind})`);
  }
  const delivery = read(request, entrance);
  if (delivery instanceof GopdaterError) return refuse(statusOfUnread(delivery), delivery.message);
  say('ok', `it is a delivery as ${entrance.receiver.sender.name} writes it${timeOf(delivery)}`);
  return await judgeMeaning(delivery, entrance, { steps, say, refuse, ...dependencies });
}

type Refusal = readonly [status: number, text: string, hints?: readonly string[]];

/** What the server looks at before it reads. */
function judgeEnvelope(
  { method, path, headers, body }: CapturedRequest,
  { path: own, name }: Entrance,
): Refusal | undefined {
  // The router does not tell capitals apart, the names of receivers do.
  const asked = path?.split('?')[0]?.replace(/^\/hooks\//i, hooksPath) ?? own;
  if (asked !== own && !asked.startsWith(own === '/' ? '//' : `${own}/`)) {
    const [, first = '', second = ''] = asked.split('/');
    const shown = first === 'hooks' ? `/hooks/${second}` : `/${first}`;
    return [first === 'hooks' ? 401 : 404, `it goes to ${shown.slice(0, 80)}, and ${name} takes what comes to ${own}`];
  }
  if (asked.slice(own.length + 1).includes('/')) return [401, 'its path has more behind the secret'];
  if (method !== 'POST' && method !== 'OPTIONS') return [405, `its method is ${method}, and only POST is taken`];
  const encodings = headers.filter(([header]) => header.toLowerCase() === 'content-encoding');
  if (isPacked(encodings.map(([, value]) => value).join(', '))) return [415, 'its body is packed'];
  if (body.length > maxBodyBytes) return [413, `its body has ${body.length} bytes, more than ${maxBodyBytes}`];
  return undefined;
}

function requestOf(
  { method, path, headers, body }: CapturedRequest,
  entrance: Entrance,
  receivedAt: number,
): HookRequest {
  const [pathname = '', query = ''] = (path ?? entrance.path).split('?', 2);
  const behind = pathname.slice(entrance.path.length + 1);
  return {
    ...{ method, headers: readHeaders(headers.flat()), query: new URLSearchParams(query), body, receivedAt },
    pathSecret: behind === '' ? undefined : decode(behind),
  };
}

async function judgeProof(
  request: HookRequest,
  entrance: Entrance,
  dependencies: ExplainDependencies,
): Promise<Refusal | undefined> {
  try {
    const verdict = await verify(request, entrance.receiver.authentication, dependencies);
    if (verdict.ok) return undefined;
    return [401, verdict.reason, await refusalHints(request, entrance, dependencies)];
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'KEYS_UNREACHABLE') return [503, error.message];
    throw error;
  }
}

function read(request: HookRequest, { receiver }: Entrance): ReceivedDelivery | GopdaterError {
  try {
    return readDelivery(request, receiver);
  } catch (error) {
    if (error instanceof GopdaterError) return error;
    throw error;
  }
}

interface Telling extends ExplainDependencies {
  readonly steps: readonly ExplainedStep[];
  readonly say: (kind: ExplainedStep['kind'], text: string) => void;
  readonly refuse: (...refusal: Refusal) => Explanation;
}

async function judgeMeaning(
  { pushed, services: named, ignored, forbidden, answer }: ReceivedDelivery,
  { isOpen }: Entrance,
  { steps, say, refuse, services }: Telling,
): Promise<Explanation> {
  if (answer !== undefined) {
    say('ok', `its sender only asks whether somebody is there (${answer.kind})`);
    return { verdict: 'accepted', status: 200, steps };
  }
  for (const reason of ignored) say('note', `ignored: ${reason}`);
  const strange = forbidden.map(({ image }) => `${formatReference(image)} is not this receiver’s to announce`);
  if (isOpen && strange[0] !== undefined) return refuse(403, strange[0], ['OWNER says whose images may be announced']);
  for (const reason of strange) say('note', `ignored: ${reason}; OWNERS and REPOSITORIES say what is`);
  const found = await Promise.all([...pushed, ...named].map(async hint => await services.find(hint)));
  for (const { name, users, near } of found) {
    if (users === undefined)
      say('note', `it announces ${name}; which services use that is not known here: ${near.join(' ')}`);
    else if (users.length > 0)
      say('ok', `it announces ${name}, which ${users.join(', ')} use${users.length === 1 ? 's' : ''}`);
    else say('note', `it announces ${name}, which no watched service uses`);
    if (users?.length === 0) for (const text of near) say('note', text);
  }
  const isUsed = found.some(({ users }) => users === undefined || users.length > 0);
  if (found.length === 0) say('note', 'it announces nothing');
  return { verdict: isUsed ? 'accepted' : 'unused', status: isUsed ? 202 : 200, steps };
}

function timeOf({ time }: ReceivedDelivery): string {
  return time === undefined ? '' : `, of ${new Date(time).toISOString()}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Safe for a terminal. Names of headers and services keep their first letter. */
function sentence(text: string): string {
  const isWord = /^[a-z]+[ ,:]/.test(text);
  return printable(`${isWord ? text.charAt(0).toUpperCase() : text.charAt(0)}${text.slice(1).replace(/\.$/, '')}.`);
}
