import { expect, test } from 'vitest';
import { parseDetachKeys, withoutDetachKeys } from './detach-keys.ts';

function typing(keys: string): { readonly send: (text: string) => void; readonly seen: () => readonly string[] } {
  const seen: string[] = [];
  const send = withoutDetachKeys(parseDetachKeys(keys), {
    type: bytes => seen.push(bytes?.toString() ?? 'end'),
    detach: () => seen.push('detached'),
  });
  return { send: text => send(Buffer.from(text)), seen: () => seen };
}

test('the keys may come one by one', () => {
  const { send, seen } = typing('');
  for (const text of ['a', '\x10', '\x11']) send(text);
  expect(seen()).toEqual(['a', 'detached']);
});

test('what only began like the keys is typed', () => {
  const { send, seen } = typing('ctrl-p,ctrl-q');
  for (const text of ['\x10', 'b\x10', '\x10\x11c']) send(text);
  expect(seen()).toEqual(['\x10b', 'detached', '\x10']);
});

test('keys of one’s own', () => {
  expect([...parseDetachKeys('ctrl-a,x,ctrl-_,ctrl-@')]).toEqual([1, 120, 31, 0]);
  expect(() => parseDetachKeys('ctrl-1')).toThrow('ctrl-1');
});
