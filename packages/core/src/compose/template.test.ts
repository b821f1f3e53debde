import { describe, expect, test } from 'vitest';
import { fillTemplate, TemplateError } from './template.ts';

const variables: Readonly<Record<string, string>> = { SET: 'v', EMPTY: '', OTHER: 'w' };
const fill = (template: string): string => fillTemplate(template, name => variables[name]);

test.each([
  ['$SET', 'v'],
  ['${SET}/$OTHER', 'v/w'],
  ['a$$SET', 'a$SET'],
  ['${UNSET-d}${EMPTY-d}', 'd'],
  ['${UNSET:-d}${EMPTY:-d}', 'dd'],
  ['${SET+y}${EMPTY+y}${UNSET+y}', 'yy'],
  ['${SET:+y}${EMPTY:+y}', 'y'],
  ['${SET?no}${EMPTY?no}', 'v'],
  ['${UNSET:-${EMPTY:-${OTHER}}}', 'w'],
  ['${UNSET:-a}b}', 'ab}'],
  ['${UNSET:-http://host:80/?q=1}', 'http://host:80/?q=1'],
  ['${UNSET}', ''],
])('fills %s with %s', (template, filled) => {
  expect(fill(template)).toBe(filled);
});

test.each(['$1', '$(date)', 'a $ b', 'price: 5$'])('leaves %s as it stands', template => {
  expect(fill(template)).toBe(template);
});

describe('a template that cannot be filled', () => {
  test.each(['${', '${}', '${1X}', '${A.B}', '${SET/a/b}', '${!SET}', '${SET', '${É}'])('refuses %s', template => {
    expect(() => fill(template)).toThrow(TemplateError);
  });

  test('names the required variable and says why it is required', () => {
    expect(() => fill('${EMPTY:?set it to $OTHER}')).toThrow('the required variable EMPTY is not set: set it to w');
  });

  test('does not repeat what follows the name, which may be a secret', () => {
    expect(() => fill('${A.hunter2}')).toThrow(/^\$\{A\.… is not a valid interpolation$/);
  });
});

test('tells which variables are taken as empty', () => {
  const unset: string[] = [];
  fillTemplate(
    '$A ${B} ${C:-c} ${SET}',
    name => variables[name],
    name => unset.push(name),
  );
  expect(unset).toEqual(['A', 'B']);
});
