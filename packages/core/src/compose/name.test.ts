import { expect, test } from 'vitest';
import { normalizeName, projectName } from './name.ts';
import { parseYaml } from './yaml.ts';

const documents = parseYaml('name: First\n---\nname: "${N:-sec}.Ond"\n---\nservices: {}', 'f.yaml');
const sources = { asked: undefined, lookup: () => undefined, documents, workingDirectory: '/srv/My App' };

test('takes the asked name, then the variable, then the last of the files, then the directory', () => {
  expect(projectName({ ...sources, asked: 'asked', lookup: () => 'fromenv' })).toBe('asked');
  expect(projectName({ ...sources, lookup: () => 'fromenv' })).toBe('fromenv');
  expect(projectName(sources)).toBe('second');
  expect(projectName({ ...sources, documents: [] })).toBe('myapp');
});

test('refuses an asked name that is not normalised, offering the one that is', () => {
  expect(() => projectName({ ...sources, asked: 'Bad.Name' })).toThrow('"Bad.Name" is not a project name');
  expect(() => projectName({ ...sources, documents: [], workingDirectory: '/' })).toThrow('the project has no name.');
});

test('normalises by dropping what a name cannot hold', () => {
  expect(normalizeName('_-UPPER case.é1-')).toBe('uppercase1-');
});
