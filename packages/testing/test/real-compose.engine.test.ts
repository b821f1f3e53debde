import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeDocker } from '../src/index.ts';

const composeFile = `
services:
  db:
    image: acme/db:1
    volumes: [data:/data]
  web:
    image: acme/web:latest
    depends_on:
      db: { condition: service_healthy }
    environment: { LOG: info }
    ports: ["127.0.0.1:8090:80"]
volumes:
  data:
`;

const engineOfCompose = (version: string): '26.1' | '28.5' => (version.startsWith('2.2') ? '26.1' : '28.5');

describe('the real docker and docker compose on the fake', () => {
  let docker: FakeDocker;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-docker-compose-'));
    await writeFile(join(folder, 'compose.yml'), composeFile);
    const version = await run(['compose', 'version', '--short'], {});
    docker = await FakeDocker.start({ engine: engineOfCompose(version) });
    docker.registry.push('acme/db:1', { health: 'healthy' });
    docker.registry.push('acme/web:latest', { version: 'v1', exposedPorts: ['80/tcp'] });
  });

  afterEach(async () => {
    const { unsupported } = docker;
    await docker[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    expect(unsupported).toEqual([]);
  });

  const run = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)('docker', args, { env: { ...process.env, ...env } });
    return stdout + stderr;
  };
  const cli = (...args: string[]): Promise<string> => run(args, docker.env);
  const compose = (...args: string[]): Promise<string> =>
    cli('compose', '-p', 'shop', '--project-directory', folder, ...args);
  const running = (): string[] =>
    docker
      .containers()
      .filter(({ status }) => status === 'running')
      .map(({ name, env }) => `${name} ${env.find(line => line.startsWith('VERSION='))}`)
      .sort();

  it('pulls, starts a project and leaves it alone when nothing changed', async () => {
    await compose('pull');
    await compose('up', '-d');
    expect(running()).toEqual(['shop-db-1 VERSION=1', 'shop-web-1 VERSION=v1']);

    const again = await compose('up', '-d');
    expect(again).toMatch(/shop-web-1\s+Running/);
    expect(docker.calls.matching('POST /containers/create')).toHaveLength(2);
  });

  it('recreates only the service whose tag moved', async () => {
    await compose('up', '-d');
    const [db, web] = [docker.container('shop-db-1').id, docker.container('shop-web-1').id];
    docker.registry.push('acme/web:latest', { version: 'v2', exposedPorts: ['80/tcp'] });

    await compose('pull', 'web');
    const output = await compose('up', '-d', '--no-deps', 'web');

    expect(output).toMatch(/shop-web-1\s+Recreated/);
    expect(running()).toEqual(['shop-db-1 VERSION=1', 'shop-web-1 VERSION=v2']);
    expect(docker.container('shop-db-1').id).toBe(db);
    expect(docker.container('shop-web-1').id).not.toBe(web);
  });

  it('scales up next to what runs and down again', async () => {
    await writeFile(join(folder, 'compose.yml'), 'services: { web: { image: "acme/web:latest" } }');
    await compose('up', '-d');
    await compose('up', '-d', '--no-recreate', '--scale', 'web=2', 'web');
    expect(running()).toHaveLength(2);
    await compose('up', '-d', '--scale', 'web=1', 'web');
    expect(running()).toEqual(['shop-web-1 VERSION=v1']);
  });

  it('tells a missing image and a taken port in the words of the engine', async () => {
    docker.registry.push('acme/busy');
    const HostConfig = { PortBindings: { '80/tcp': [{ HostPort: '8090' }] } };
    docker.run('acme/busy', { config: { ExposedPorts: { '80/tcp': {} }, HostConfig } });
    await expect(compose('up', '-d')).rejects.toThrow(/port is already allocated/);
    docker.registry.removeTag('acme/web:latest');
    await expect(compose('pull', 'web')).rejects.toThrow(/manifest for acme\/web:latest not found/);
  });

  it('lists the project and takes it down', async () => {
    await compose('up', '-d');
    const listed = await compose('ps', '--format', 'json');
    expect(listed).toContain('"Service":"web"');
    expect(await cli('ps', '--format', '{{.Names}} {{.Status}}')).toMatch(/shop-db-1 Up .*\(healthy\)/);
    await compose('down', '-v');
    expect(docker.containers()).toEqual([]);
    expect([...docker.state.volumes.keys()]).toEqual([]);
  });

  it('serves docker pull, run, wait, events and rm', async () => {
    await cli('pull', 'acme/web:latest');
    await cli('run', '-d', '--name', 'web', 'acme/web:latest');
    docker.calls.clear();
    const waiting = cli('wait', 'web');
    await docker.calls.arrived('POST /containers/*/wait');
    docker.container('web').exit(3);
    expect((await waiting).trim()).toBe('3');
    await cli('rm', 'web');
    expect(docker.containers()).toEqual([]);

    const events = await cli(
      'events',
      '--since',
      '0',
      '--until',
      `${Date.now() / 1000}`,
      '--format',
      '{{.Type}} {{.Action}}',
    );
    expect(events.trim().split('\n')).toEqual([
      'image pull',
      'container create',
      'network connect',
      'container start',
      'network disconnect',
      'container die',
      'container destroy',
    ]);
  });
});
