import type { Entrance } from '../receivers/entrances.ts';

/** One thing to set where a registry keeps its hooks: its name there, and the value. */
export type Setting = readonly [name: string, value: string];

interface Place {
  readonly where: string;
  /** Default: as the sender writes it; there is nothing to choose. */
  readonly contentType?: string;
  readonly events: string;
  /** How the field for the secret is called there, by the way of proof. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Where each sender has its settings, and what they are called there. docs/webhooks.md says it in sentences. */
export const places: Readonly<Record<string, Place>> = {
  'docker-hub': { where: 'the repository’s Webhooks', events: 'every push of a tag; there is no choice' },
  github: {
    where: 'Settings → Webhooks, of the repository or the organisation',
    contentType: 'application/json',
    events: 'Registry packages, or Packages; for BUILDS Workflow runs',
    fields: { hmac: 'Secret' },
  },
  gitlab: {
    where: 'Settings → Webhooks',
    events: 'Pipeline events, or a custom webhook template with image and tag',
    fields: { 'standard-webhooks': 'Signing token', token: 'Secret token' },
  },
  gitea: {
    where: 'Settings → Webhooks',
    contentType: 'application/json, POST',
    events: 'Package',
    fields: { hmac: 'Secret', token: 'Authorization Header' },
  },
  distribution: {
    where: 'notifications.endpoints of its config.yml',
    events: 'all of them, or ignore.actions: [pull]',
    fields: { bearer: 'headers', token: 'headers', basic: 'headers' },
  },
  quay: { where: 'Settings → Notifications, method Webhook POST', events: 'Push to Repository' },
  harbor: {
    where: 'the project’s Webhooks',
    contentType: 'Default or CloudEvents, as its payload format',
    events: 'Artifact pushed',
    fields: { token: 'Auth Header', bearer: 'Auth Header', basic: 'Auth Header' },
  },
  azure: {
    where: 'az acr webhook create',
    events: '--actions push',
    fields: { bearer: '--headers', token: '--headers' },
  },
  ecr: {
    where: 'an EventBridge rule with an API destination, or an SNS topic with an https subscription',
    events: 'detail type ECR Image Action',
    fields: { token: 'API key', basic: 'Basic' },
  },
  google: { where: 'a push subscription of the Pub/Sub topic gcr', events: 'all of them' },
  jfrog: {
    where: 'Administration → Webhooks',
    events: 'of the domain Docker: Tag was pushed, Tag was promoted',
    fields: { hmac: 'Secret token, with “use secret for payload signing”', token: 'Secret token, without signing' },
  },
  nexus: {
    where: 'the capability Webhook: Repository',
    events: 'component',
    fields: { hmac: 'Secret Key' },
  },
  'standard-webhooks': { where: 'the sender’s webhook endpoints', events: 'those of pushes' },
  cloudevents: {
    where: 'the sender’s subscriptions',
    contentType: 'application/cloudevents+json, or binary',
    events: 'those of pushes',
  },
  diun: { where: 'notif.webhook, method POST', events: 'new and update', fields: { token: 'headers.Authorization' } },
  generic: { where: 'your CI', contentType: 'application/json', events: 'whenever an image is pushed' },
};

/** What to set besides the URL. Names the variable that holds the secret, never its value. */
export function registrySettings({ receiver, isOpen, variable }: Entrance): readonly Setting[] {
  const { where = 'the sender', contentType, events = '', fields = {} } = places[receiver.sender.name] ?? {};
  const { authentication } = receiver;
  const field = fields[authentication.kind];
  const secret = isOpen
    ? `none: set ${variable}, as whoever reaches this port can send`
    : howToProve(receiver, variable);
  return [
    ['where', where],
    [field === undefined ? 'secret' : `secret (${field})`, secret],
    ...(contentType === undefined ? [] : [['content type', contentType] as const]),
    ['events', events],
  ];
}

function howToProve({ authentication }: Entrance['receiver'], variable: string): string {
  switch (authentication.kind) {
    case 'path':
      return 'in the URL already: keep it out of the logs of your proxy';
    case 'token':
      return `the header ${authentication.header}: what ${variable} holds, as it is`;
    case 'bearer':
      return `the header Authorization: “Bearer ” and what ${variable} holds`;
    case 'basic':
      return `the user and the password that ${variable} holds`;
    case 'hmac':
      return `what ${variable} holds; ${authentication.headers[0]} is signed with it`;
    case 'standard-webhooks':
      return `what ${variable} holds, whsec_… or the private key of whpk_…`;
    case 'sns':
      return `none: Amazon signs; the topic is one of ${authentication.topics.join(', ')}`;
    case 'oidc':
      return `none: a token for the audience ${authentication.audience}, of ${String(authentication.claims.email)}`;
  }
}
