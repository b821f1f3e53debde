import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { senders } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { startHookServer } from '../../test/hook-server.ts';
import { runProgram } from '../../test/run-program.ts';

const page = readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');

test('docs/webhooks.md has each sender with its ways, the default first', () => {
  const rows = page.matchAll(/^\| `(?<name>[a-z-]+)` +\|[^|]*\| (?<ways>[^|]*?) +\|$/gm);
  const shown = [...rows].map(({ groups }) => [groups?.name, groups?.ways?.replaceAll('`', '').split(', ')]);
  const known = [...senders.values()].map(({ name, authentications }) => [
    name,
    [...new Set(authentications.map(({ kind }) => kind))],
  ]);
  expect(shown).toEqual(known);
});

describe('the commands in docs/webhooks.md', () => {
  const lines = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) => block.trim().split('\n'));
  const commands = lines.filter(line => line.startsWith('gopdater ')).map(line => line.replace(/ *#.*/, ''));
  /** The receivers that the page begins with. */
  const variables = lines.filter(line => line.startsWith('GOPDATER_')).map(line => line.split('='));
  const secret = '0123456789abcdef0123456789abcdef';

  test('are those that help to set up a receiver', () => {
    expect(commands.map(command => command.split(' ').slice(0, 3).join(' '))).toEqual([
      ...['gopdater hook url', 'gopdater hook url'],
      ...['gopdater hook send', 'gopdater hook send', 'gopdater hook verify'],
    ]);
  });

  test.each(commands)('%s', async command => {
    const cwd = mkdtempSync(join(tmpdir(), 'page-'));
    writeFileSync(join(cwd, 'secret'), secret);
    const environment = Object.fromEntries(
      variables.map(([name = '', value = '']) => [name, name.endsWith('_FILE') ? join(cwd, 'secret') : value]),
    );
    const signature = `sha256=${createHmac('sha256', secret).update('{}').digest('hex')}`;
    const head = `POST /hooks/github HTTP/1.1\r\nX-GitHub-Event: ping\r\nX-Hub-Signature-256: ${signature}`;
    writeFileSync(join(cwd, 'request.txt'), `${head}\r\n\r\n{}\n`);
    await using server = await startHookServer(environment);
    const { port } = new URL(server.url);
    const [, ...args] = command.split(' ');
    const { output, exitCode } = await runProgram(args, { cwd, environment: { ...environment, PORT: port } });
    rmSync(cwd, { recursive: true });
    if (args[1] === 'send') expect(output).toContain('\n202 ');
    if (args[1] === 'url') expect(output).toContain(`http://HOST:${port}/hooks/github`);
    if (args[1] === 'verify') expect(page).toContain(output.replace(/^/gm, '    '));
    expect(exitCode).toBe(args[1] === 'verify' ? 2 : 0);
  });
});
