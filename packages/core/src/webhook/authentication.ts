/** How a request proves that it comes from its sender. Chosen by the configuration, never by the request. */
export type Authentication =
  | SecretAuthentication
  | { readonly kind: 'sns'; readonly topics: readonly string[] }
  | OidcAuthentication;

/** A secret that both sides know. Several are all good, so that one can take the place of another. */
export type SecretAuthentication = SecretPreset & { readonly secrets: readonly string[] };

export type SecretPreset =
  /** The rest of the path, for senders that can do nothing else. */
  | { readonly kind: 'path' }
  /** This header is the secret, verbatim; with one of `forbids` the sender meant something else. */
  | { readonly kind: 'token'; readonly header: string; readonly forbids?: readonly string[] }
  /** `Authorization: Bearer`, or this parameter of the query where the header is not sent. */
  | { readonly kind: 'bearer'; readonly query?: string }
  /** `Authorization: Basic`; the secret is `user:password`. */
  | { readonly kind: 'basic' }
  | HmacPreset
  /** Standard Webhooks: `whsec_…`, or `whpk_…` for ed25519. */
  | { readonly kind: 'standard-webhooks' };

/** A hexadecimal HMAC in the one of these headers that was sent. */
export interface HmacPreset {
  readonly kind: 'hmac';
  readonly headers: readonly string[];
  /** e.g. `sha256=`; `''` for bare digits */
  readonly prefix: string;
  /** SHA-1 for Nexus only: it offers nothing else. */
  readonly algorithm: 'sha256' | 'sha1';
  /** `payload`: of a form, the field's text is signed and not the form (Gitea). */
  readonly over: 'body' | 'payload';
}

/** A JSON web token, signed by somebody who publishes his keys. */
export interface OidcAuthentication {
  readonly kind: 'oidc';
  readonly issuers: readonly string[];
  /** Where the keys are, https. */
  readonly keysUrl: string;
  readonly audience: string;
  /** What the token must say besides, e.g. `{ email: 'push@project.iam.gserviceaccount.com' }`. Never empty. */
  readonly claims: Readonly<Record<string, string | boolean>>;
}

/** What a sender's scheme needs from the configuration besides its kind. */
export type AuthenticationPreset =
  | SecretPreset
  | { readonly kind: 'sns' }
  | { readonly kind: 'oidc'; readonly issuers: readonly string[]; readonly keysUrl: string };

export type AuthenticationKind = Authentication['kind'];

/** `reason` is for the operator's log, never for the caller. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What authentication needs from outside. */
export interface VerifyDependencies {
  /** Gets a text over https: no redirects, no private addresses, at most 64 kB, kept for a while. */
  readonly fetchText: (url: string) => Promise<string>;
}
