import { resolve } from 'node:path';
import { expect, test, vi } from 'vitest';

test('the example prints the services of the compose file in the working directory', async () => {
  vi.spyOn(process, 'cwd').mockReturnValue(resolve('examples/minimal-compose'));
  const log = vi.spyOn(console, 'log').mockReturnValue();
  await import(new URL('compose.mjs', import.meta.url).href);
  expect(log.mock.calls).toContainEqual(['web', 'acme/web:latest', '']);
});
