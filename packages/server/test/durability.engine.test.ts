import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createSqliteStore } from '@gopdater/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { docker, pushToRegistry } from '../../../test/engine.ts';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const kills = Number(process.env.KILLS ?? 15);
const body = JSON.stringify({ push_data: { tag: 'latest' }, repository: { repo_name: 'acme/web' } });

let directory = '';
let server: ChildProcess | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'durability-'));
  await writeFile(join(directory, 'compose.yml'), 'name: durability\nservices:\n  web:\n    image: acme/web:latest\n');
  await pushToRegistry('acme/web:latest', 'v1');
  await docker('compose', '--project-directory', directory, 'up', '--detach', '--pull', 'always', '--quiet-pull');
});
afterEach(async () => {
  server?.kill('SIGKILL');
  await docker('compose', '--project-directory', directory, 'down', '--timeout', '0', '--rmi', 'all');
  await rm(directory, { recursive: true });
});

/** The real program, whose rollouts begin in an hour. */
async function start(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const env = {
    ...process.env,
    ...{ OWNER: 'acme', HOST: '127.0.0.1', PORT: '0', GOPDATER_DATA: directory, GOPDATER_CHECK_AT_START: 'false' },
    ...{ GOPDATER_MERGE_QUIET: '1h', GOPDATER_MERGE_MAX: '1h' },
  };
  const child = spawn(process.execPath, [bin, 'serve'], { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
  server = child;
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /Listening on (?<url>http:\S+):/.exec(line)?.groups?.url;
    if (url !== undefined) return { child, url };
  }
  throw new Error('The server ended before it listened.');
}

/** Kills the server as soon as the first byte of its answer is there. */
async function killAtAnswer(url: string, child: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST' }, response => {
      child.kill('SIGKILL');
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve(`${response.statusCode} ${Buffer.concat(chunks).toString()}`));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

test(`killed with -9 at its 202, ${kills} times, it has lost nothing`, { timeout: kills * 10_000 }, async () => {
  let lost = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const { child, url } = await start();
    const ended = once(child, 'exit');
    const answer = await killAtAnswer(url, child);
    await ended;
    const { deliveryId } = JSON.parse(/^202 (?<json>.*)/.exec(answer)?.groups?.json ?? '{}');
    const store = await createSqliteStore(join(directory, 'gopdater.db'));
    const pending = await store.deliveries.pending();
    await store.close();
    if (deliveryId === undefined || pending[0]?.deliveryId !== deliveryId) lost += 1;
  }
  console.log(`killed at ${kills} answers, ${lost} deliveries lost`);
  expect(lost).toBe(0);
});
