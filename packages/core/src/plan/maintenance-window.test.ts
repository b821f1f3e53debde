import { describe, expect, test } from 'vitest';
import { parseWindow } from './maintenance-window.ts';

const at = (time: string) => Date.parse(time);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16));

describe('a maintenance window', () => {
  test.each([
    // 2026-11-25 is a Wednesday; Berlin is an hour ahead of UTC in winter, two in summer.
    ['Mon-Fri 02:00-04:00 Europe/Berlin', '2026-11-25T00:59:59Z', false, '2026-11-25T01:00'],
    ['Mon-Fri 02:00-04:00 Europe/Berlin', '2026-11-25T01:00:00Z', true, '2026-11-26T01:00'],
    ['Mon-Fri 02:00-04:00 Europe/Berlin', '2026-11-25T02:59:59.999Z', true, '2026-11-26T01:00'],
    ['Mon-Fri 02:00-04:00 Europe/Berlin', '2026-11-25T03:00:00Z', false, '2026-11-26T01:00'],
    ['Mon-Fri 02:00-04:00 Europe/Berlin', '2026-11-27T12:00:00Z', false, '2026-11-30T01:00'],
    ['Mon-Fri 02:00-04:00 Europe/Berlin', '2026-07-01T00:00:00Z', true, '2026-07-02T00:00'],
    ['02:00-04:00', '2026-11-25T02:00:00Z', true, '2026-11-26T02:00'],
    ['sat,SUN 10:00-10:30', '2026-11-25T10:10:00Z', false, '2026-11-28T10:00'],
    ['Fri-Mon 10:00-11:00', '2026-11-29T10:10:00Z', true, '2026-11-30T10:00'],
    // Over midnight it belongs to the day on which it opens.
    ['Sat 22:00-02:00', '2026-11-29T01:59:00Z', true, '2026-12-05T22:00'],
    ['Sat 22:00-02:00', '2026-11-29T22:30:00Z', false, '2026-12-05T22:00'],
    ['Sat 22:00-24:00', '2026-11-28T23:59:00Z', true, '2026-12-05T22:00'],
    ['Sat 22:00-24:00', '2026-11-29T00:00:00Z', false, '2026-12-05T22:00'],
    ['00:00-24:00', '2026-11-29T00:00:00Z', true, '2026-11-30T00:00'],
    ['Mon-Fri 02:00-04:00; Sat,Sun 08:00-20:00', '2026-11-28T09:00:00Z', true, '2026-11-29T08:00'],
    ['Mon-Fri 02:00-04:00; Sat,Sun 08:00-20:00', '2026-11-27T09:00:00Z', false, '2026-11-28T08:00'],
    // On 2026-03-29 there is no 02:30 in Berlin; on 2026-10-25 there are two.
    ['02:30-04:00 Europe/Berlin', '2026-03-29T00:50:00Z', false, '2026-03-29T01:00'],
    ['02:30-04:00 Europe/Berlin', '2026-03-29T01:10:00Z', true, '2026-03-30T00:30'],
    ['02:30-04:00 Europe/Berlin', '2026-10-25T02:45:00Z', true, '2026-10-26T01:30'],
    ['02:30-04:00 Asia/Kathmandu', '2026-11-25T20:50:00Z', true, '2026-11-26T20:45'],
  ])('“%s” at %s: %s, and opens at %s', (text, time, isOpen, opens) => {
    const window = parseWindow(text, 'UTC');
    expect(window?.isOpen(at(time))).toBe(isOpen);
    expect(iso(window?.opensAfter(at(time)))).toBe(opens);
  });

  test('is in the time zone that is given, where it names none', () => {
    expect(parseWindow('02:00-04:00', 'America/New_York')?.isOpen(at('2026-11-25T07:00:00Z'))).toBe(true);
  });

  test.each([
    '',
    'always',
    'Mon-Fri',
    '2:00-4:00',
    '02:00-02:00',
    '24:00-24:00',
    '24:00-02:00',
    '25:00-26:00',
    '02:60-03:00',
    'Mon-Fri-Sun 02:00-04:00',
    'Mon,Foo 02:00-04:00',
    '02:00-04:00 Mars/Olympus',
    '02:00-04:00;',
    'Mon-Fri 02:00-04:00 Europe/Berlin and more',
  ])('is not “%s”', text => {
    expect(parseWindow(text, 'UTC')).toBeUndefined();
  });
});
