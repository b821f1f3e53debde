import { FakeRegistry } from '@gopdater/testing';
import { describe, expect, test } from 'vitest';
import { newKeyPair } from '../../test/key-pair.ts';
import { parseReference } from '../image/reference.ts';
import { isSignedBy, parseCosignKeys } from './cosign.ts';
import { createRegistry } from './registry.ts';

const pairs = { p256: newKeyPair.p256(), rsa: newKeyPair.rsa(), ed25519: newKeyPair.ed25519() };
const { p256, rsa } = pairs;
const places = ['tag', 'referrer', 'referrers-tag'] as const;

async function start() {
  const fake = new FakeRegistry();
  const { digest } = fake.push('acme/web:1');
  const client = createRegistry({ mirror: await fake.listen() });
  const claims = async () => await client.signatures({ ...parseReference('acme/web'), tag: undefined, digest });
  const isSigned = async (pem: string) => isSignedBy(parseCosignKeys(pem), digest, await claims());
  return { fake, digest, claims, isSigned, [Symbol.asyncDispose]: async () => await fake.close() };
}

describe.each(places)('a signature kept as a %s', as => {
  test.each(Object.entries(pairs))(
    'of a %s key is found, and is its own only',
    async (_, { privateKey, publicKey }) => {
      await using world = await start();
      expect(await world.claims()).toEqual([]);
      world.fake.sign('acme/web:1', { key: privateKey, as });
      const other = publicKey === p256.publicKey ? rsa.publicKey : p256.publicKey;
      expect([await world.isSigned(publicKey), await world.isSigned(other)]).toEqual([true, false]);
      expect(await world.isSigned(`${other}\n${publicKey}`)).toBe(true);
    },
  );

  test('with any byte changed is none', async () => {
    await using world = await start();
    const digest = world.fake.sign('acme/web:1', { key: p256.privateKey, as });
    const [claim] = await world.claims();
    const keys = parseCosignKeys(p256.publicKey);
    if (claim === undefined) throw new Error('no claim');
    const changed = (bytes: Uint8Array, at: number) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
    for (let at = 0; at < claim.bytes.length; at += 1) {
      expect(isSignedBy(keys, digest, [{ ...claim, bytes: changed(claim.bytes, at) }])).toBe(false);
    }
    for (let at = 0; at < claim.signature.length; at += 1) {
      expect(isSignedBy(keys, digest, [{ ...claim, signature: changed(claim.signature, at) }])).toBe(false);
    }
    expect(isSignedBy(keys, digest, [claim])).toBe(true);
  });

  test('of another digest says nothing', async () => {
    await using world = await start();
    world.fake.push('acme/web:2', { version: 'other' });
    world.fake.sign('acme/web:2', { key: p256.privateKey, as });
    expect(await world.isSigned(p256.publicKey)).toBe(false);
  });
});

test('what a key says besides of an image is no signature of it', async () => {
  await using world = await start();
  const predicateType = 'https://cyclonedx.org/bom';
  world.fake.sign('acme/web:1', { key: p256.privateKey, as: 'referrer', predicateType });
  expect(await world.claims()).toEqual([]);
});

describe('a cosign key', () => {
  const { publicKey: p384 } = newKeyPair.p384();
  test.each([
    ['nothing', ''],
    ['a private key', p256.privateKey],
    ['a private key beside a public one', `${p256.publicKey}${p256.privateKey}`],
    ['a curve that cosign does not sign with SHA-256', p384],
    ['a torn key', p256.publicKey.replace('M', '!')],
  ])('is not %s', (_, pem) => {
    expect(() => parseCosignKeys(pem)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});
