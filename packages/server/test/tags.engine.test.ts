import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore, deploy, formatReport, parseReference } from '@gopdater/core';
import { createParts, readConfig } from '@gopdater/server';
import { expect, test } from 'vitest';
import { docker, provided, pushToRegistry } from '../../../test/engine.ts';

const file = `
name: tags
services:
  web:
    image: acme/moving:\${WEB_TAG}
    labels:
      gopdater.tag: semver:^1.0
      gopdater.tag-variable: WEB_TAG
    environment:
      VERSION: \${WEB_TAG}
    deploy:
      update_config: { order: start-first, monitor: 500ms }
    healthcheck:
      test: ["CMD", "/bin/busybox", "test", "-e", "/healthy"]
      interval: 200ms
      retries: 3
  worker:
    image: acme/moving:\${WEB_TAG}
    labels: { gopdater.tag: "semver:^1.0", gopdater.tag-variable: WEB_TAG }
    deploy:
      update_config: { monitor: 500ms }
`;
const env = '# what runs\r\nOTHER="a"\r\nWEB_TAG="1.0.0" # by gopdater\r\nLAST=1.0.0';

test('a range of versions is followed by its variable, put back with it, and the user’s own “up” finds nothing to do', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tags-'));
  const envFile = join(directory, '.env');
  await writeFile(join(directory, 'compose.yml'), file);
  await writeFile(envFile, env);
  const compose = async (...args: readonly string[]) =>
    await docker('compose', '--project-directory', directory, ...args);
  const store = await createSqliteStore(join(directory, 'gopdater.db'));
  try {
    await pushToRegistry('acme/moving:1.0.0', '1.0.0', { files: ['healthy'] });
    await compose('up', '--detach', '--wait');
    const config = readConfig({
      ...process.env,
      REGISTRY_MIRROR: `http://${provided('GOPDATER_REGISTRY')}`,
      GOPDATER_COMPOSE_FILE: join(directory, 'compose.yml'),
    });
    const parts = await createParts(config, { cwd: directory, program: [] });
    const push = async (tag: string) => {
      const image = parseReference(`acme/moving:${tag}`);
      return await deploy({ deliveryId: tag, image }, { ...parts, ...store });
    };
    const made = async (service: string) =>
      await docker('inspect', '--format', '{{.Config.Image}} {{.Image}}', await compose('ps', '--quiet', service));
    const upChangesNothing = async () => {
      const ids = await compose('ps', '--quiet');
      await compose('up', '--detach');
      expect(await compose('ps', '--quiet')).toBe(ids);
    };

    await pushToRegistry('acme/moving:1.1.0', '1.1.0', { files: ['healthy'] });
    const up = await push('1.1.0');
    expect(up, formatReport(up)).toMatchObject({ outcome: 'updated', services: [{ gapMs: 0 }, {}] });
    const after = env.replace('"1.0.0"', '"1.1.0"');
    expect(await readFile(envFile, 'utf8')).toBe(after);
    const [web, worker] = [await made('web'), await made('worker')];
    expect(web).toContain('acme/moving:1.1.0 ');
    expect(worker).toBe(web);
    await upChangesNothing();

    await pushToRegistry('acme/moving:1.2.0', '1.2.0', { files: [] });
    const back = await push('1.2.0');
    expect(back, formatReport(back)).toMatchObject({ outcome: 'rolled-back' });
    expect(await readFile(envFile, 'utf8')).toBe(after);
    expect([await made('web'), await made('worker')]).toEqual([web, worker]);
    await upChangesNothing();
    expect(await push('1.2.0')).toMatchObject({ outcome: 'refused', services: [{ outcome: 'blocked' }, {}] });
    expect(await push('1.0.0')).toMatchObject({ outcome: 'up-to-date' });
  } finally {
    await store.close();
    await compose('down', '--timeout', '0', '--rmi', 'all');
    await rm(directory, { recursive: true });
  }
});
