import { describe, expect, test } from 'vitest';
import { createFolder } from './folder.ts';

// What the real Compose answered.
const text = 'services:\r\n  s:\r\n    image: i\r\n    labels: {a: é日😀}\r\n';
const littleEndian = Buffer.from(`\uFEFF${text}`, 'utf16le');
const labels = { a: 'é日😀' };

describe('a compose file', () => {
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16, as Windows writes it', littleEndian],
    ['UTF-16 the other way round', Buffer.from(littleEndian).swap16()],
  ])('may be in %s', async (_, content) => {
    await using folder = await createFolder({ 'compose.yaml': content });
    expect((await folder.load()).services.get('s')?.labels).toEqual(labels);
  });

  const latin1 = Buffer.from(text.replace('é日😀', 'é'), 'latin1');
  const replacement = Buffer.from('# \uFFFD ');

  test.each([
    ['Latin-1', Buffer.concat([replacement, Buffer.from('\n'), latin1]), '5:17'],
    ['Latin-1 in a comment', Buffer.concat([replacement, Buffer.from('é\n', 'latin1'), Buffer.from(text)]), '1:5'],
    ['half a surrogate pair', Buffer.concat([Buffer.from(text), Buffer.from([0x23, 0xed, 0xa0, 0x80])]), '5:2'],
  ])('is refused in %s, with the place', async (_, content, place) => {
    await using folder = await createFolder({ 'compose.yaml': content });
    const { code, message, hint } = await folder.refusal();
    expect([code, message.startsWith(`compose.yaml:${place}`)]).toEqual(['COMPOSE_FILE_INVALID', true]);
    expect([message, hint]).toEqual([expect.stringContaining('this is not UTF-8.'), 'Save the file as UTF-8.']);
  });

  test('is refused in UTF-16 that breaks off', async () => {
    await using folder = await createFolder({ 'compose.yaml': littleEndian.subarray(0, -1) });
    expect((await folder.refusal()).message).toContain('not UTF-16');
  });
});

test('an env file is read byte for byte', async () => {
  await using folder = await createFolder({
    'compose.yaml': 'services: {s: {image: i, env_file: a.env}}\n',
    'a.env': Buffer.from('A=é\n', 'latin1'),
  });
  expect((await folder.load()).services.get('s')?.attributes.environment).toEqual({ A: '\uFFFD' });
});
