import { expect, test } from 'vitest';
import { splitWords } from './words.ts';

test.each([
  ['a "b\'c" d', ['a', "b'c", 'd']],
  ['a $(b "c d") e', ['a', '$(b "c d")', 'e']],
  ['a `b;c` e', ['a', '`b;c`', 'e']],
  ['a `b (c) d`', ['a', '`b (c) d`']],
  ['a 2>b', ['a']],
  ['>b', []],
  ['a "b > c"', ['a', 'b > c']],
  ['a \\"b c\\"', ['a', '"b', 'c"']],
  ['a "b\\tc" \'\\t\'', ['a', 'btc', '\\t']],
  ['a "b"c d""e ""', ['a', 'bc', 'de', '']],
  ['a && b', ['a']],
  ['a # b', ['a', '#', 'b']],
  ['', []],
])('%s are the words that Compose reads', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each(['a $(b ) ) e', 'a `b "c d` e', 'a$(b $(c))', 'a\\', 'a "$(b" c)', 'a (b)', "it's"])(
  '%s is not closed',
  line => {
    expect(splitWords(line)).toBeUndefined();
  },
);
