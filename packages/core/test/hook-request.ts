import type { Authentication, AuthenticationPreset, HookRequest } from '@gopdater/core';

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

/** A way of proof with what a configuration adds to it. */
export function authenticationOf(preset: AuthenticationPreset, secret: string): Authentication {
  switch (preset.kind) {
    case 'sns':
      return { kind: 'sns', topics: ['arn:aws:sns:us-west-2:123456789012:ecr-pushes'] };
    case 'oidc':
      return { ...preset, audience: 'https://ops.example.com', claims: { email: 'a@example.com' } };
    default:
      return { ...preset, secrets: [secret] };
  }
}
