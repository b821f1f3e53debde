import { describe, expect, test } from 'vitest';
import { createScreen } from '../../test/screen.ts';
import { readConfig } from '../config.ts';
import { createTerminal } from './terminal.ts';

const esc = '\u001b';
const hideCursor = `${esc}[?25l`;
const showCursor = `${esc}[?25h`;

describe('what a stream can do', () => {
  test.each<[string, { isTTY: boolean; isLive: boolean; hasColor: boolean }, Record<string, string>]>([
    ['a terminal', { isTTY: true, isLive: true, hasColor: true }, {}],
    ['a terminal when all is logged', { isTTY: true, isLive: true, hasColor: true }, { LOG_LEVEL: 'debug' }],
    ['no terminal', { isTTY: false, isLive: false, hasColor: false }, {}],
    ['a dumb terminal', { isTTY: true, isLive: false, hasColor: false }, { TERM: 'dumb' }],
    ['NO_COLOR', { isTTY: true, isLive: true, hasColor: false }, { NO_COLOR: '1' }],
    ['an empty NO_COLOR', { isTTY: true, isLive: true, hasColor: true }, { NO_COLOR: '' }],
    ['FORCE_COLOR and no terminal', { isTTY: false, isLive: false, hasColor: true }, { FORCE_COLOR: '1' }],
    ['FORCE_COLOR=0', { isTTY: true, isLive: true, hasColor: false }, { FORCE_COLOR: '0' }],
    ['both', { isTTY: true, isLive: true, hasColor: true }, { FORCE_COLOR: '1', NO_COLOR: '1' }],
    ['JSON', { isTTY: true, isLive: false, hasColor: true }, { LOG_FORMAT: 'json' }],
    ['warnings only', { isTTY: true, isLive: false, hasColor: true }, { LOG_LEVEL: 'warn' }],
  ])('with %s', (_, { isTTY, ...expected }, environment) => {
    expect(createTerminal(createScreen({ isTTY }).stream, readConfig(environment))).toMatchObject(expected);
  });
});

describe('a terminal', () => {
  const open = (size: { columns?: number; rows?: number } = {}) => {
    const screen = createScreen(size);
    return { screen, terminal: createTerminal(screen.stream, readConfig({})) };
  };

  test('keeps what is printed, above the lines that change', async () => {
    const { screen, terminal } = open();
    terminal.print('first');
    terminal.show(() => ['one', 'two']);
    terminal.print('second\nand its second line');
    terminal.show(() => ['one and a half']);
    expect(await screen.text()).toEqual(['first', 'second', 'and its second line', 'one and a half']);
    terminal.show(undefined);
    terminal.print('last');
    expect(await screen.text()).toEqual(['first', 'second', 'and its second line', 'last']);
  });

  test('keeps what is printed when it is longer than the screen', async () => {
    const { screen, terminal } = open({ columns: 20, rows: 5 });
    const long = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    terminal.show(() => ['moving']);
    terminal.print(long.join('\n'));
    terminal.print('a line that is wider than the screen');
    expect(await screen.text()).toEqual([...long, 'a line that is wider', ' than the screen', 'moving']);
  });

  test('cuts off lines that are too wide, also those of wide characters', async () => {
    const { screen, terminal } = open({ columns: 10 });
    terminal.show(() => ['0123456789', '0123456789a', '日本語日本語', `${esc}[31mred and long${esc}[39m`]);
    expect(await screen.text()).toEqual(['0123456789', '012345678…', '日本語日…', 'red and l…']);
    terminal.show(() => ['gone']);
    expect(await screen.text()).toEqual(['gone']);
  });

  test('draws again when its size changes, and leaves nothing behind', async () => {
    const { screen, terminal } = open({ columns: 40 });
    terminal.print('before');
    terminal.show(({ columns, rows }) => [`${columns} x ${rows}`, 'x'.repeat(60)]);
    screen.resize(15, 10);
    expect(await screen.text()).toEqual(['before', '15 x 10', `${'x'.repeat(14)}…`]);
    screen.resize(30);
    expect(await screen.text()).toEqual(['before', '30 x 10', `${'x'.repeat(29)}…`]);
  });

  test('writes nothing when nothing changed', () => {
    const { screen, terminal } = open();
    terminal.show(() => ['same']);
    const { length } = screen.written();
    terminal.show(() => ['same']);
    expect(screen.written()).toHaveLength(length);
  });

  test('hides the cursor only while lines change', () => {
    const { screen, terminal } = open();
    terminal.print('log');
    expect(screen.written()).not.toContain(hideCursor);
    terminal.show(() => ['moving']);
    terminal.show(() => ['moving on']);
    expect(screen.written().split(hideCursor)).toHaveLength(2);
    expect(screen.written()).not.toContain(showCursor);
    terminal.show(undefined);
    expect(screen.written().endsWith(showCursor)).toBe(true);
    expect(screen.stream.listenerCount('resize')).toBe(0);
  });

  test('that has gone away is written to no more', () => {
    const { screen, terminal } = open();
    terminal.show(() => ['moving']);
    screen.stream.emit('error', new Error('EIO'));
    const { length } = screen.written();
    terminal.print('nobody reads this');
    expect(screen.written()).toHaveLength(length);
  });

  test('that cannot change its lines gets no control codes', () => {
    const screen = createScreen({ isTTY: false });
    const terminal = createTerminal(screen.stream, readConfig({}));
    terminal.show(() => ['moving']);
    terminal.print('log');
    terminal.show(undefined);
    expect(screen.written()).toBe('log\n');
  });
});
