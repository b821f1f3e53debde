import { expect, test } from 'vitest';
import { parseVolume } from './volume.ts';

test.each([
  ['./a:/b', { type: 'bind', source: './a', target: '/b', options: [] }],
  ['/a:/b:ro,z', { type: 'bind', source: '/a', target: '/b', options: ['ro', 'z'] }],
  ['~/a:/b', { type: 'bind', source: '~/a', target: '/b', options: [] }],
  ['data:/b', { type: 'volume', source: 'data', target: '/b', options: [] }],
  ['/anonymous', { type: 'volume', source: undefined, target: '/anonymous', options: [] }],
  ['C:\\a:/b', { type: 'bind', source: 'C:\\a', target: '/b', options: [] }],
  ['v:/v', { type: 'volume', source: undefined, target: 'v:/v', options: [] }],
])('takes %s apart', (spec, volume) => {
  expect(parseVolume(spec)).toEqual(volume);
});

test.each(['', ':/b', 'abc:', 'a1:/b:ro:x'])('refuses %j', spec => {
  expect(parseVolume(spec)).toBeUndefined();
});
