import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plan } from '@gopdater/core';
import { expect, test } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

test('gopdater plan says what a push would do now, and does nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cli-'));
  try {
    await writeFile(join(directory, 'compose.yml'), 'name: cli\nservices:\n  web:\n    image: acme/web:latest\n');
    await pushToRegistry('acme/web:latest', 'v1');
    await docker('compose', '--project-directory', directory, 'up', '--detach', '--pull', 'always');
    const before = await docker('compose', '--project-directory', directory, 'ps', '--quiet');
    const mirror = `http://${provided('GOPDATER_REGISTRY')}`;
    const env = { ...process.env, REGISTRY_MIRROR: mirror, GOPDATER_DATA: directory };
    const run = async (...args: readonly string[]) =>
      (await promisify(execFile)(process.execPath, [bin, ...args], { cwd: directory, env })).stdout;

    expect(await run('plan', 'acme/web')).toContain('cli/web is left alone: it runs that digest already.');
    await pushToRegistry('acme/web:latest', 'v2');
    expect(await run('plan', 'acme/web')).toMatch(
      /cli\/web: v1 → v2 .*\n(?: +New in the image: .*\n)+ +1\. pull .*\n +2\. keep .*\n +3\. tag .*\n +4\. recreate cli\/web/,
    );
    const plan: Plan = JSON.parse(await run('plan', 'acme/web', '--json'));
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['pull', 'keep', 'tag', 'recreate', 'await-healthy']);
    expect(await docker('compose', '--project-directory', directory, 'ps', '--quiet')).toBe(before);
  } finally {
    await docker('compose', '--project-directory', directory, 'down', '--rmi', 'all');
    await rm(directory, { recursive: true });
  }
});
