import type { LookupFunction } from 'node:net';
import { systemClock } from '@gopdater/core';
import { expect, test } from 'vitest';
import { createFetchText } from './fetch-text.ts';

/** A resolver that knows one address for all names. */
function resolvesTo(address: string): LookupFunction {
  return (_, __, done) => done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
}

test.each([
  'http://sns.us-west-2.amazonaws.com/a.pem',
  'https://user@sns.us-west-2.amazonaws.com/a.pem',
  'https://sns.us-west-2.amazonaws.com:8443/a.pem',
  'file:///etc/passwd',
  'nonsense',
])('gets nothing from %s', async url => {
  await expect(createFetchText({ clock: systemClock })(url)).rejects.toMatchObject({
    code: 'KEYS_UNREACHABLE',
    message: expect.stringContaining('not a plain https one'),
  });
});

test.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '192.168.0.1', '::1', 'fd00::1', '::ffff:127.0.0.1', '0.0.0.0'])(
  'gets nothing from a name whose address is %s',
  async address => {
    const fetchText = createFetchText({ clock: systemClock, lookup: resolvesTo(address) });
    await expect(fetchText('https://keys.example.com/a.pem')).rejects.toMatchObject({
      code: 'KEYS_UNREACHABLE',
      message: expect.stringContaining('no public one'),
    });
  },
);

test.each(['https://127.0.0.1/a.pem', 'https://[::1]/a.pem', 'https://169.254.169.254/latest'])(
  'gets nothing from the address %s',
  async url => {
    await expect(createFetchText({ clock: systemClock })(url)).rejects.toMatchObject({ code: 'KEYS_UNREACHABLE' });
  },
);
