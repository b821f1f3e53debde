import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const secretFile = (content: string) => {
  const file = join(directory, 'secret');
  writeFileSync(file, content);
  return file;
};
const invalid = (message: unknown) => expect.objectContaining({ code: 'CONFIG_INVALID', message });

describe('the environment', () => {
  test('may be empty', () => {
    expect(readConfig({})).toMatchObject({
      owner: [],
      hookSecret: undefined,
      host: '0.0.0.0',
      port: 8000,
      engineHost: 'unix:///var/run/docker.sock',
      engineTls: false,
      logLevel: 'info',
      logFormat: 'text',
    });
  });

  test('an empty variable counts as not set', () => {
    const empty = readConfig({ OWNER: '', HOOK_SECRET: '', PORT: '', LOG_LEVEL: '' });
    expect({ ...empty, composeEnvironment: {} }).toEqual(readConfig({}));
  });

  test('OWNER is a list, in any case', () => {
    expect(readConfig({ OWNER: ' Acme, other,, ' }).owner).toEqual(['acme', 'other']);
  });

  test.each([
    ['OWNER', 'acme/web'],
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
    ['REGISTRY_MIRROR', 'mirror'],
    ['REGISTRY_MIRROR', 'file:///etc'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(invalid(expect.stringContaining(`${name} “${value}”`)));
  });
});

describe('HOOK_SECRET', () => {
  test('comes from the variable or from the file, without the line’s end', () => {
    expect(readConfig({ HOOK_SECRET: 'one' }).hookSecret).toBe('one');
    expect(readConfig({ HOOK_SECRET_FILE: secretFile('two\n') }).hookSecret).toBe('two');
  });

  test('from both is refused, and so is a file that is empty or not there: never an open door', () => {
    expect(() => readConfig({ HOOK_SECRET: 'one', HOOK_SECRET_FILE: secretFile('two') })).toThrow(
      invalid('Both HOOK_SECRET and HOOK_SECRET_FILE are set.'),
    );
    expect(() => readConfig({ HOOK_SECRET_FILE: secretFile(' \n') })).toThrow(
      invalid(expect.stringContaining('is empty')),
    );
    expect(() => readConfig({ HOOK_SECRET_FILE: join(directory, 'none') })).toThrow(
      invalid(expect.stringContaining('cannot be read')),
    );
  });
});

test('Compose gets the environment without what sets up gopdater’s own process', () => {
  const { composeEnvironment } = readConfig({
    PATH: '/bin',
    PWD: '/app',
    TAG: '1.4',
    DOCKER_CONFIG: '/root/.docker',
    OWNER: 'acme',
    PORT: '8000',
    HOOK_SECRET: 'one',
    LOG_LEVEL: 'info',
    TERM: 'xterm',
    NO_COLOR: '1',
  });
  expect(composeEnvironment).toEqual({
    PATH: '/bin',
    TERM: 'xterm',
    NO_COLOR: '1',
    TAG: '1.4',
    DOCKER_CONFIG: '/root/.docker',
    OWNER: 'acme',
    HOOK_SECRET: 'one',
  });
});
