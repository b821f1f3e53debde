import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';

const example = fileURLToPath(new URL('../../../examples/library/update.mjs', import.meta.url));

test('the README’s example of the library updates a service of the working directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'library-'));
  const compose = async (...args: readonly string[]) =>
    await docker('compose', '--project-directory', directory, ...args);
  try {
    await writeFile(join(directory, 'compose.yml'), 'name: library\nservices:\n  web:\n    image: acme/web:latest\n');
    await pushToRegistry('acme/web:latest', 'v1');
    await compose('up', '--detach', '--pull', 'always');
    await pushToRegistry('acme/web:latest', 'v2');
    const env = { ...process.env, REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}` };
    const { stdout } = await promisify(execFile)(process.execPath, [example], { cwd: directory, env });
    expect(stdout).toMatch(/library\/web: v1 → v2 \(sha256:\w+ → sha256:\w+\) in [\d.]+ s/);
  } finally {
    await compose('down', '--rmi', 'all');
    await rm(directory, { recursive: true });
  }
});
