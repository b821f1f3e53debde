import { expect, test } from 'vitest';
import { parseVolume } from './volume.ts';

test.each([
  ['./a:/b', { type: 'bind', source: './a', target: '/b', options: undefined }],
  ['/a:/b:ro', { type: 'bind', source: '/a', target: '/b', options: 'ro' }],
  ['~/a:/b', { type: 'bind', source: '~/a', target: '/b', options: undefined }],
  ['data:/b', { type: 'volume', source: 'data', target: '/b', options: undefined }],
  ['/anonymous', { type: 'volume', source: undefined, target: '/anonymous', options: undefined }],
  ['C:\\a:/b', { type: 'bind', source: 'C:\\a', target: '/b', options: undefined }],
  ['v:/v', { type: 'volume', source: undefined, target: 'v:/v', options: undefined }],
])('takes %s apart', (spec, volume) => {
  expect(parseVolume(spec)).toEqual(volume);
});

test.each(['', ':/b', 'abc:', 'a1:/b:ro:x'])('refuses %j', spec => {
  expect(parseVolume(spec)).toBeUndefined();
});
