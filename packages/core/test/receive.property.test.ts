import { GopdaterError, receive, senders } from '@gopdater/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authenticationOf, hookRequest } from './hook-request.ts';

/** How many requests in all, where more are wanted: `npm run test:long`. */
const wanted = Number(process.env.PROPERTY_RUNS ?? 0);
/** A whole number: with any other fast-check never ends. */
const atLeast = (runs: number, shares: number) => Math.max(runs, Math.ceil(wanted / shares));
const secret = 'a-secret-that-no-generator-finds-0123456789';
const fetchText = async () => '{"keys":[]}';
const words = [
  'push',
  'published',
  'PUSH',
  'INSERT',
  'created',
  'container',
  'docker',
  'pipeline',
  'success',
  'x:1',
  '',
];
const keys = [
  ...[
    'repository',
    'repo_name',
    'push_data',
    'tag',
    'action',
    'package',
    'package_version',
    'events',
    'target',
    'request',
  ],
  ...[
    'host',
    'type',
    'event_data',
    'resources',
    'data',
    'message',
    'image',
    'images',
    'name',
    'detail',
    'component',
    '__proto__',
  ],
];
const { json } = fc.letrec(tie => ({
  leaf: fc.oneof(fc.constantFrom(...words), fc.string(), fc.integer(), fc.constant(null), fc.boolean()),
  json: fc.oneof(
    { maxDepth: 5 },
    tie('leaf'),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string()), tie('json'), { maxKeys: 6 }),
  ),
}));
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  json.map(value => Buffer.from(JSON.stringify(value))),
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...['authorization', 'content-type', 'x-github-event', 'x-gitea-event', 'x-hub-signature-256', 'x-gitlab-token'],
    ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'ce-specversion', 'ce-type', 'x-api-key'],
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom('Bearer x', 'Basic eA==', 'package', 'ping', '1732253249', 'v1,AAAA', 'application/json'),
    fc.constant('application/x-www-form-urlencoded'),
    fc.string({ minLength: 64, maxLength: 64, unit: fc.constantFrom('0', 'a') }).map(hex => `sha256=${hex}`),
  ),
);

describe.each([...senders.values()])('$name', sender => {
  test('reads anything without a crash', () => {
    fc.assert(
      fc.property(body, headers, (bytes, some) => {
        try {
          sender.parse(hookRequest({ body: bytes, headers: some }), {});
        } catch (error) {
          expect(error).toBeInstanceOf(GopdaterError);
          expect(error).toMatchObject({ code: 'DELIVERY_INVALID' });
        }
      }),
      { numRuns: atLeast(200, senders.size) },
    );
  });

  test.each(sender.authentications)('accepts nothing without its $kind', async preset => {
    const authentication = authenticationOf(preset, secret);
    const receiver = { name: 'test', sender, authentication, options: {} };
    await fc.assert(
      fc.asyncProperty(body, headers, fc.option(fc.string(), { nil: undefined }), async (bytes, some, pathSecret) => {
        const request = hookRequest({
          body: bytes,
          headers: some,
          ...(pathSecret === undefined ? {} : { pathSecret }),
        });
        expect(await receive(request, receiver, { fetchText })).toMatchObject({ kind: 'refused' });
      }),
      { numRuns: atLeast(50, senders.size * sender.authentications.length) },
    );
  });
});
