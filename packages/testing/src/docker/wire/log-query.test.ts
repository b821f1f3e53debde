import { describe, expect, it } from 'vitest';
import type { LoggedLine, OutputName } from '../state/container-log.ts';
import { linesWanted, parseLogQuery, shownLine } from './log-query.ts';

const line = (timeMs: number, text: string, output: OutputName = 'stdout'): LoggedLine => ({
  ...{ timeMs, text, output, isWhole: true },
});
const lines = [line(1000, 'one'), line(2000, 'two', 'stderr'), line(3000, 'three'), line(4000, 'four', 'stderr')];
const wanted = (query: Readonly<Record<string, string>>): string[] =>
  linesWanted(lines, parseLogQuery(query)).map(({ text }) => text);
const both = { stdout: '1', stderr: 'true' };

describe('lines of a log', () => {
  it('are those of the outputs, from a time on, until a time', () => {
    expect(wanted(both)).toEqual(['one', 'two', 'three', 'four']);
    expect(wanted({ stderr: '1' })).toEqual(['two', 'four']);
    expect(wanted({ ...both, since: '2', until: '3.5' })).toEqual(['two', 'three']);
    expect(wanted({ ...both, since: '1970-01-01T00:00:03Z' })).toEqual(['three', 'four']);
  });

  it('are the last ones of all outputs and times', () => {
    expect(wanted({ ...both, tail: '2' })).toEqual(['three', 'four']);
    expect(wanted({ stdout: '1', tail: '2' })).toEqual(['three']);
    expect(wanted({ ...both, tail: '3', until: '2' })).toEqual(['two']);
    expect(wanted({ ...both, tail: '9' })).toHaveLength(4);
    expect(wanted({ ...both, tail: '0' })).toEqual([]);
  });

  it('are shown with their time first, then with whose they are', () => {
    const shown = (query: Readonly<Record<string, string>>, details?: string): string =>
      shownLine(line(1500, 'one'), parseLogQuery({ ...both, ...query }), details).toString();
    expect(shown({})).toBe('one\n');
    expect(shown({}, 'a=b')).toBe('a=b one\n');
    expect(shown({ timestamps: '1' }, 'a=b')).toBe('1970-01-01T00:00:01.500000000Z a=b one\n');
  });

  it('are of one output at least', () => {
    expect(() => parseLogQuery({})).toThrow('Bad parameters: you must choose at least one stream');
  });
});
