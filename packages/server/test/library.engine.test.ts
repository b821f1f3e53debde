import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'library-'));
  await writeFile(join(directory, 'compose.yml'), 'name: library\nservices:\n  web:\n    image: acme/web:latest\n');
  vi.spyOn(process, 'cwd').mockReturnValue(directory);
  vi.stubEnv('REGISTRY_MIRROR', `http://${provided('GOPDATER_REGISTRY')}`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await docker('compose', '--project-directory', directory, 'down', '--rmi', 'all');
  await rm(directory, { recursive: true });
});

test('the README’s example of the library updates a service of the working directory', async () => {
  await pushToRegistry('acme/web:latest', 'v1');
  await docker('compose', '--project-directory', directory, 'up', '--detach', '--pull', 'always');
  await pushToRegistry('acme/web:latest', 'v2');
  const printed: unknown[] = [];
  vi.spyOn(console, 'log').mockImplementation(text => printed.push(text));
  await import('../../../examples/library/update.ts');
  expect(printed.join('\n')).toMatch(/library\/web: v1 → v2 \(sha256:\w+ → sha256:\w+\) in [\d.]+ s/);
});
