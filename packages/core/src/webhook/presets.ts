import type { AuthenticationPreset, HmacPreset } from './authentication.ts';

type Presets = Readonly<
  Record<
    | 'dockerHub'
    | 'github'
    | 'gitlab'
    | 'distribution'
    | 'quay'
    | 'harbor'
    | 'gitea'
    | 'azure'
    | 'ecr'
    | 'google'
    | 'jfrog'
    | 'nexus'
    | 'standard'
    | 'cloudEvents'
    | 'diun'
    | 'generic',
    readonly AuthenticationPreset[]
  >
>;

const hmac = (headers: readonly string[], others: Partial<HmacPreset> = {}): HmacPreset => ({
  kind: 'hmac',
  headers,
  prefix: '',
  algorithm: 'sha256',
  over: 'body',
  ...others,
});
const path: AuthenticationPreset = { kind: 'path' };
const bearer: AuthenticationPreset = { kind: 'bearer' };
const basic: AuthenticationPreset = { kind: 'basic' };
const standard: AuthenticationPreset = { kind: 'standard-webhooks' };
const authorization: AuthenticationPreset = { kind: 'token', header: 'authorization' };

/** How each sender can prove who it is; the first is the default. */
export const presets: Presets = {
  dockerHub: [path],
  github: [hmac(['x-hub-signature-256'], { prefix: 'sha256=' })],
  gitlab: [standard, { kind: 'token', header: 'x-gitlab-token', forbids: ['webhook-signature'] }],
  distribution: [bearer, authorization, basic, path],
  quay: [path],
  harbor: [authorization, bearer, basic, path],
  gitea: [hmac(['x-gitea-signature'], { over: 'payload' }), authorization],
  azure: [bearer, authorization, basic, path],
  ecr: [{ kind: 'token', header: 'x-api-key' }, basic, bearer, { kind: 'sns' }, path],
  google: [
    {
      kind: 'oidc',
      issuers: ['https://accounts.google.com', 'accounts.google.com'],
      keysUrl: 'https://www.googleapis.com/oauth2/v3/certs',
    },
  ],
  jfrog: [hmac(['x-jfrog-event-auth']), { kind: 'token', header: 'x-jfrog-event-auth' }],
  nexus: [hmac(['x-nexus-webhook-signature'], { algorithm: 'sha1' }), path],
  standard: [standard],
  cloudEvents: [{ kind: 'bearer', query: 'access_token' }, standard, basic, authorization, path],
  diun: [authorization, bearer, basic, path],
  generic: [
    bearer,
    hmac(['x-gopdater-signature-256', 'x-signature'], { prefix: 'sha256=' }),
    standard,
    basic,
    authorization,
    path,
  ],
};
