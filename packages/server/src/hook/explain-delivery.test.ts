import { GopdaterError, type Receiver, senders } from '@gopdater/core';
import { expect, test } from 'vitest';
import { authenticationOf, fetchText, requestOf, vectors } from '../../../core/test/vectors.ts';
import { entrancesOf } from '../receivers/entrances.ts';
import type { CapturedRequest } from './captured-request.ts';
import { type ExplainDependencies, explainDelivery } from './explain-delivery.ts';

/** The receiver and the capture of a vector that only its sender can sign. */
function worldOf(name: string, senderName: string) {
  const vector = vectors.find(one => one.name === name);
  const sender = senders.get(senderName);
  if (vector === undefined || sender === undefined) throw new Error(`There is no vector ${name}.`);
  const receiver: Receiver = { name: 'test', sender, authentication: authenticationOf(vector), options: {} };
  const entrances = entrancesOf({ owner: [], hookSecret: undefined, receivers: [receiver] });
  const { headers, body, receivedAt: now } = requestOf(vector);
  const captured: CapturedRequest = {
    ...{ method: 'POST', path: '/hooks/test', headers: Object.entries(headers), notes: [] },
    body: Buffer.from(body),
  };
  const explain = async (others: Partial<ExplainDependencies> = {}, changed: Partial<CapturedRequest> = {}) => {
    const [entrance] = entrances;
    if (entrance === undefined) throw new Error('There is no entrance.');
    const services = { find: async () => ({ name: 'it', users: ['shop/web'], near: [] }) };
    const dependencies = { now, entrances, fetchText, services, ...others };
    const { verdict, status, steps } = await explainDelivery({ ...captured, ...changed }, entrance, dependencies);
    return [verdict, status, steps.map(({ text }) => text).join('\n')] as const;
  };
  return { explain, captured, now };
}

const away = async () => {
  throw new GopdaterError('KEYS_UNREACHABLE', 'The keys cannot be had.');
};

test.each([
  ['sns v1', 'ecr', 2 * 3_600_000, 'Timestamp is more than an hour away'],
  ['gar OIDC ok', 'google', 2 * 3_600_000, 'The token is not good'],
])('%s is explained: taken, too old, or not to be checked without keys', async (name, sender, lateMs, words) => {
  const { explain, now } = worldOf(name, sender);
  expect(await explain()).toEqual(['accepted', 202, expect.stringContaining('shop/web uses')]);
  expect(await explain({ now: now + lateMs })).toEqual(['refused', 401, expect.stringContaining(words)]);
  expect((await explain({ now: now + lateMs }))[2]).toContain('--now');
  expect(await explain({ fetchText: away })).toEqual(['refused', 503, expect.stringContaining('cannot be had')]);
});

test('what a stranger wrote does not move the terminal’s cursor', async () => {
  const { explain } = worldOf('sns v1', 'ecr');
  const [, , text] = await explain({}, { method: 'PO\u001b[2JST', path: undefined });
  expect(text).toContain('PO\ufffd[2JST');
  const [, , other] = await explain({}, { path: '/hooks/\u202eevil' });
  expect(other).toContain('/hooks/\ufffdevil');
});

test.each([
  [['identity', 'gzip'], 415],
  [['GZIP'], 415],
  [[' Identity '], 202],
  [[''], 202],
])('a body whose Content-Encoding is %j gets %i, as from the server', async (encodings, status) => {
  const { explain, captured } = worldOf('sns v1', 'ecr');
  const headers = [...captured.headers, ...encodings.map(value => ['Content-Encoding', value] as const)];
  expect((await explain({}, { headers }))[1]).toBe(status);
});

test('a path is read as the server reads it', async () => {
  const { explain } = worldOf('sns v1', 'ecr');
  for (const path of ['/hooks/test', '/HOOKS/test', '/hooks/test/']) expect((await explain({}, { path }))[1]).toBe(202);
  for (const path of ['/hooks/TEST', '/hooks/tes', '/hooks/test2']) expect((await explain({}, { path }))[1]).toBe(401);
});
