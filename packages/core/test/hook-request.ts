import type { HookRequest } from '@gopdater/core';

export interface HookRequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly query?: string;
  readonly pathSecret?: string;
  /** Bytes as they are; anything else as JSON. */
  readonly body?: unknown;
  readonly receivedAt?: number;
}

/** A request to a receiver, of what matters in it. */
export function hookRequest({ headers = {}, body, query, pathSecret, ...others }: HookRequestParts): HookRequest {
  return {
    method: 'POST',
    headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat()])),
    query: new URLSearchParams(query),
    pathSecret,
    body: body instanceof Uint8Array ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    receivedAt: 1_732_253_249_000,
    ...others,
  };
}
