import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[];
  }[];
}

it('fails tests that did not use the engine as planned, and no other', async () => {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const output = await new Promise<string>(resolve => {
    execFile(process.execPath, [vitest, 'run', '--config', config, '--reporter', 'json'], (_, stdout) =>
      resolve(stdout),
    );
  });
  const { testResults } = JSON.parse(output) as Report;
  const failures = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ title, failureMessages }) => [title, ...failureMessages.map(message => message.split('\n    at ')[0])]);
  expect(failures).toEqual([
    ['passes'],
    [
      'asks for what is not modelled',
      'Error: The fake engine was not used as planned:\n  not modelled: GET /images/search',
    ],
    [
      'plans faults that nothing meets',
      'Error: The fake engine was not used as planned:\n  never met: POST /images/create {"drop":true}\n  never met: registry {"status":429,"headers":{},"times":1}',
    ],
    ['fails by itself', expect.stringContaining('to have a length of 1')],
    ['has another engine'],
  ]);
});
