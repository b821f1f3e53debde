import { GopdaterError } from '../errors.ts';
import { type HookRequest, mediaTypeOf } from './request.ts';

/** No sender nests deeper than ten. */
const maxDepth = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON of a body, whatever its type is called: some senders call it `text/plain`. A form has it in `payload`. */
export function readPayload(request: HookRequest): unknown {
  return parsePayload(payloadOf(request));
}

/** The bytes of the JSON: of a form, those of its field `payload`, if it has one. */
export function payloadOf(request: Pick<HookRequest, 'headers' | 'body'>): Uint8Array {
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') return request.body;
  const payload = new URLSearchParams(Buffer.from(request.body).toString('latin1')).get('payload');
  return payload === null ? request.body : Buffer.from(payload, 'utf8');
}

/**
 * JSON in UTF-8, not nested too deep for those who walk it.
 *
 * @throws GopdaterError `DELIVERY_INVALID`
 */
export function parsePayload(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes);
    if (!opensMore(text, maxDepth) || depthOf(text) <= maxDepth) return JSON.parse(text);
  } catch (cause) {
    throw new GopdaterError('DELIVERY_INVALID', 'The body is not JSON in UTF-8.', { cause });
  }
  throw new GopdaterError('DELIVERY_INVALID', `The body is nested deeper than ${maxDepth}.`);
}

/** Whether it has more opening brackets than that, those in texts included: most bodies have not, and are seen through at once. */
function opensMore(json: string, most: number): boolean {
  let opened = 0;
  for (const bracket of '[{') {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      opened += 1;
      if (opened > most) return true;
    }
  }
  return false;
}

/** How deep its brackets go, before anything is made of them. A text without an end goes to the end of all: read once. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"?|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}
