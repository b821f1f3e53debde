import { describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';

const secret = '0123456789abcdef0123456789abcdef';
const receiversOf = (environment: Readonly<Record<string, string>>) => readConfig(environment).receivers;
const only = (environment: Readonly<Record<string, string>>) => receiversOf(environment)[0];

describe('a receiver', () => {
  test('is what its variables say; its sender is its name, and its way the sender’s first, if they do not', () => {
    expect(only({ GOPDATER_RECEIVERS: 'github', GOPDATER_RECEIVER_GITHUB_SECRET: secret })).toMatchObject({
      name: 'github',
      sender: { name: 'github' },
      authentication: { kind: 'hmac', secrets: [secret] },
      owners: undefined,
    });
    expect(
      only({
        GOPDATER_RECEIVERS: ' harbor-2 ',
        GOPDATER_RECEIVER_HARBOR_2_SENDER: 'harbor',
        GOPDATER_RECEIVER_HARBOR_2_AUTHENTICATION: 'token',
        GOPDATER_RECEIVER_HARBOR_2_HEADER: 'X-Harbor',
        GOPDATER_RECEIVER_HARBOR_2_SECRET: `${secret}\nsecond-${secret}\n`,
        GOPDATER_RECEIVER_HARBOR_2_OWNERS: 'Acme, other',
        GOPDATER_RECEIVER_HARBOR_2_REPOSITORIES: 'harbor.example.com/acme/web,nginx',
        GOPDATER_RECEIVER_HARBOR_2_HOST: 'Harbor.example.com',
      }),
    ).toMatchObject({
      authentication: { kind: 'token', header: 'x-harbor', secrets: [secret, `second-${secret}`] },
      owners: ['acme', 'other'],
      repositories: ['harbor.example.com/acme/web', 'docker.io/library/nginx'],
      options: { host: 'harbor.example.com' },
    });
  });

  test('of builds knows which images a build has pushed', () => {
    const builds =
      'octo-org/web@main#publish.yml=ghcr.io/octo-org/web:latest+ghcr.io/octo-org/api:1,acme/web@v*=acme/web:2';
    const environment = { GOPDATER_RECEIVERS: 'github', GOPDATER_RECEIVER_GITHUB_SECRET: secret };
    expect(only({ ...environment, GOPDATER_RECEIVER_GITHUB_BUILDS: builds })?.options.builds).toMatchObject([
      { repository: 'octo-org/web', ref: 'main', workflow: 'publish.yml', images: [{ tag: 'latest' }, { tag: '1' }] },
      { repository: 'acme/web', ref: 'v*', workflow: undefined, images: [{ repository: 'acme/web' }] },
    ]);
  });

  test('of Google checks whose token it is, one of SNS which topic', () => {
    expect(
      only({
        GOPDATER_RECEIVERS: 'google',
        GOPDATER_RECEIVER_GOOGLE_AUDIENCE: 'https://ops.example.com',
        GOPDATER_RECEIVER_GOOGLE_EMAIL: 'push@example.iam.gserviceaccount.com',
      })?.authentication,
    ).toMatchObject({
      audience: 'https://ops.example.com',
      claims: { email: 'push@example.iam.gserviceaccount.com', email_verified: true },
    });
    expect(
      only({
        GOPDATER_RECEIVERS: 'ecr',
        GOPDATER_RECEIVER_ECR_AUTHENTICATION: 'sns',
        GOPDATER_RECEIVER_ECR_TOPICS: 'arn:aws:sns:us-west-2:123456789012:pushes',
      })?.authentication,
    ).toEqual({ kind: 'sns', topics: ['arn:aws:sns:us-west-2:123456789012:pushes'] });
  });

  test.each([
    [{ GOPDATER_RECEIVERS: 'Git Hub' }, 'GOPDATER_RECEIVERS'],
    [{ GOPDATER_RECEIVERS: 'github,github' }, 'twice'],
    [{ GOPDATER_RECEIVERS: 'none' }, 'GOPDATER_RECEIVER_NONE_SENDER'],
    [{ GOPDATER_RECEIVERS: 'github' }, 'GOPDATER_RECEIVER_GITHUB_SECRET is not set'],
    [{ GOPDATER_RECEIVERS: 'github', GOPDATER_RECEIVER_GITHUB_SECRET: 'short' }, 'shorter than 16'],
    [
      { GOPDATER_RECEIVERS: 'quay', GOPDATER_RECEIVER_QUAY_SECRET: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6' },
      'guessed more easily',
    ],
    [{ GOPDATER_RECEIVERS: 'quay', GOPDATER_RECEIVER_QUAY_SECRET: 'sixteen-letters-x' }, 'guessed more easily'],
    [{ GOPDATER_RECEIVERS: 'gitlab', GOPDATER_RECEIVER_GITLAB_SECRET: `whsec_${'!'.repeat(40)}` }, 'base64'],
    [
      {
        GOPDATER_RECEIVERS: 'harbor',
        GOPDATER_RECEIVER_HARBOR_AUTHENTICATION: 'basic',
        GOPDATER_RECEIVER_HARBOR_SECRET: secret,
      },
      'user:password',
    ],
    [
      { GOPDATER_RECEIVERS: 'github', GOPDATER_RECEIVER_GITHUB_SECRET: secret, GOPDATER_RECEIVER_GITHUB_SECRETS: 'x' },
      'GOPDATER_RECEIVER_GITHUB_SECRETS belongs to no receiver',
    ],
    [{ GOPDATER_RECEIVER_GITHUB_SECRET: secret }, 'belongs to no receiver'],
    [
      {
        GOPDATER_RECEIVERS: 'github',
        GOPDATER_RECEIVER_GITHUB_AUTHENTICATION: 'path',
        GOPDATER_RECEIVER_GITHUB_SECRET: secret,
      },
      'GOPDATER_RECEIVER_GITHUB_AUTHENTICATION',
    ],
    [
      {
        ...{
          GOPDATER_RECEIVERS: 'google',
          GOPDATER_RECEIVER_GOOGLE_AUDIENCE: 'a',
          GOPDATER_RECEIVER_GOOGLE_EMAIL: 'b',
        },
        GOPDATER_RECEIVER_GOOGLE_HOST: 'registry.example.com',
      },
      'GOPDATER_RECEIVER_GOOGLE_HOST is set, and google has no use for it',
    ],
    [
      {
        ...{ GOPDATER_RECEIVERS: 'github', GOPDATER_RECEIVER_GITHUB_SECRET: secret },
        GOPDATER_RECEIVER_GITHUB_HOSTS: 'a=b.example.com',
      },
      'GOPDATER_RECEIVER_GITHUB_HOSTS is set, and github has no use for it',
    ],
    [
      {
        ...{ GOPDATER_RECEIVERS: 'harbor', GOPDATER_RECEIVER_HARBOR_SECRET: secret },
        GOPDATER_RECEIVER_HARBOR_BUILDS: 'acme/web@main=acme/web',
      },
      'GOPDATER_RECEIVER_HARBOR_BUILDS is set, and harbor has no use for it',
    ],
    [
      {
        ...{ GOPDATER_RECEIVERS: 'nexus', GOPDATER_RECEIVER_NEXUS_SECRET: secret },
        GOPDATER_RECEIVER_NEXUS_HOSTS: 'docker-hosted=https://nexus.example.com',
      },
      'GOPDATER_RECEIVER_NEXUS_HOSTS has “https://nexus.example.com”, which is no host of a registry',
    ],
    [
      {
        ...{ GOPDATER_RECEIVERS: 'harbor', GOPDATER_RECEIVER_HARBOR_SECRET: secret },
        GOPDATER_RECEIVER_HARBOR_HEADER: 'X Harbor',
      },
      'GOPDATER_RECEIVER_HARBOR_HEADER is no name of a header',
    ],
    [
      { GOPDATER_RECEIVERS: 'harbor', GOPDATER_RECEIVER_HARBOR_SECRET: `${secret}€` },
      'GOPDATER_RECEIVER_HARBOR_SECRET has a character that a header cannot hold',
    ],
    [
      { GOPDATER_RECEIVERS: 'distribution', GOPDATER_RECEIVER_DISTRIBUTION_SECRET: `Bearer ${secret}` },
      'GOPDATER_RECEIVER_DISTRIBUTION_SECRET has a character that a bearer token cannot hold',
    ],
    [{ GOPDATER_RECEIVERS: 'docker-hub', HOOK_SECRET: secret }, 'HOOK_SECRET'],
    [{ GOPDATER_RECEIVERS: 'google' }, 'GOPDATER_RECEIVER_GOOGLE_EMAIL is not set'],
  ])('%j is refused: %s', (environment, words) => {
    expect(() => receiversOf(environment)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(words) }),
    );
    expect(() => receiversOf(environment)).not.toThrow(secret);
  });

  test.each(['https://harbor.example.com', 'harbor.example.com/acme', 'user@harbor.example.com', 'harbor'])(
    'is not told that its registry is %s',
    host => {
      const harbor = { GOPDATER_RECEIVERS: 'harbor', GOPDATER_RECEIVER_HARBOR_SECRET: secret };
      expect(() => receiversOf({ ...harbor, GOPDATER_RECEIVER_HARBOR_HOST: host })).toThrow(
        `GOPDATER_RECEIVER_HARBOR_HOST is “${host}”, and no host of a registry`,
      );
    },
  );
});

test('names of one registry', () => {
  const aliasesOf = (text: string) => readConfig({ GOPDATER_REGISTRY_ALIASES: text }).registryAliases;
  expect(aliasesOf('registry:5000=Registry.example.com, a=b=c')).toEqual([
    ['registry:5000', 'registry.example.com'],
    ['a', 'b', 'c'],
  ]);
  expect(() => aliasesOf('registry:5000')).toThrow('GOPDATER_REGISTRY_ALIASES');
});

test('Compose does not see what is meant for receivers', () => {
  const environment = { GOPDATER_RECEIVERS: 'github', GOPDATER_RECEIVER_GITHUB_SECRET: secret, WEB_TAG: '1' };
  expect(readConfig(environment).composeEnvironment).toEqual({ WEB_TAG: '1' });
});
