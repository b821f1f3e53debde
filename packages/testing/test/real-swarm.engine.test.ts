import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDocker, type FakeProgram } from '../src/index.ts';

const engineOfClient = (version: string): '26.1' | '28.5' => (version.startsWith('26.') ? '26.1' : '28.5');

/** Prints, and runs until it is told to end. */
const program: FakeProgram = async ({ print, environment, signal }) => {
  print(`hello from ${environment.VERSION}`);
  await new Promise(resolve => signal.addEventListener('abort', resolve));
  return 0;
};

const stackFile = (tag: string): string => `
services:
  web:
    image: acme/web:${tag}
    networks: [front]
    ports: ["8080:80"]
    secrets: [key]
    configs: [conf]
    volumes: ["data:/data"]
    deploy:
      replicas: 2
      update_config: { order: start-first, failure_action: rollback, monitor: 500ms }
  agent:
    image: acme/web:v1
    networks: [front]
    deploy: { mode: global }
networks: { front: {} }
volumes: { data: {} }
secrets: { key: { file: ./key.txt } }
configs: { conf: { file: ./conf.txt } }
`;

describe('the real docker command and a swarm on the fake', { timeout: 60_000 }, () => {
  let docker: FakeDocker;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-docker-swarm-'));
    const { stdout } = await promisify(execFile)('docker', ['--version']);
    docker = await FakeDocker.start({ engine: engineOfClient(/\d+\.\d+/.exec(stdout)?.[0] ?? '') });
    docker.registry.push('acme/web:v1', { version: 'v1', program });
    docker.registry.push('acme/web:v2', { version: 'v2', health: [{ status: 'healthy', afterMs: 200 }] });
    docker.registry.push('acme/web:sick', { version: 'sick', health: [{ status: 'unhealthy', afterMs: 200 }] });
    await cli('swarm', 'init', '--advertise-addr', '127.0.0.1');
  });

  afterEach(async () => {
    const { unsupported } = docker;
    await docker[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    expect(unsupported).toEqual([]);
  });

  const cli = async (...args: readonly string[]): Promise<string> => {
    const env = { ...process.env, ...docker.env };
    const { stdout, stderr } = await promisify(execFile)('docker', args, { env, cwd: folder });
    return (stdout + stderr).trim();
  };
  /** The words of what it prints when it fails. */
  const refusal = async (...args: readonly string[]): Promise<string> =>
    await cli(...args).then(
      () => 'was not refused',
      (error: unknown) => (error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)),
    );
  const lines = async (...args: readonly string[]): Promise<string[]> =>
    (await cli(...args))
      .split('\n')
      .filter(line => line !== '')
      .sort();
  const serving = (): string[] =>
    docker
      .containers()
      .filter(({ status }) => status === 'running')
      .map(({ name, env }) => `${name.split('.')[0]} ${env.find(line => line.startsWith('VERSION='))?.slice(8)}`)
      .sort();
  const createWeb = async (...flags: readonly string[]): Promise<string> =>
    await cli(
      ...['service', 'create', '--name', 'web', '--replicas', '2', '--detach=false', '--update-monitor', '500ms'],
      ...['--update-order', 'start-first', '--update-failure-action', 'rollback', ...flags, 'acme/web:v1'],
    );

  it('creates a service, shows it and its tasks', async () => {
    expect(await createWeb()).toMatch(/verify: Service \w+ converged$/);
    expect(await lines('service', 'ls', '--format', '{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}}')).toEqual([
      'web replicated 2/2 acme/web:v1',
    ]);
    expect(await lines('service', 'ps', '--format', '{{.Name}} {{.Node}} {{.DesiredState}}{{.Error}}', 'web')).toEqual([
      'web.1 fake-docker Running',
      'web.2 fake-docker Running',
    ]);
    const [inspected] = JSON.parse(await cli('service', 'inspect', 'web'));
    const { digest } = docker.registry.push('acme/web:v1', { version: 'v1', program });
    expect(inspected.Spec.TaskTemplate.ContainerSpec.Image).toBe(`acme/web:v1@${digest}`);
    expect(await cli('service', 'inspect', '--pretty', 'web')).toContain('On failure:	rollback');
    expect(await lines('service', 'logs', 'web')).toEqual([
      expect.stringMatching(/^web\.1\.\w{12}@fake-docker {4}\| hello from v1$/),
      expect.stringMatching(/^web\.2\.\w{12}@fake-docker {4}\| hello from v1$/),
    ]);
    expect(await lines('node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}')).toEqual([
      'fake-docker Ready Leader',
    ]);
    expect(await lines('node', 'ps', '--format', '{{.Name}}')).toEqual(['web.1', 'web.2']);
  });

  it('updates a service, and rolls it back by hand', async () => {
    await createWeb();
    expect(await cli('service', 'update', '--image', 'acme/web:v2', '--detach=false', 'web')).toMatch(/converged$/);
    expect(serving()).toEqual(['web v2', 'web v2']);
    await vi.waitFor(async () => {
      expect(await cli('service', 'inspect', '--format', '{{.UpdateStatus.State}}', 'web')).toBe('completed');
    });
    const rolledBack = await cli('service', 'rollback', '--detach=false', 'web');
    expect(rolledBack).toContain('rollback: manually requested rollback');
    expect(rolledBack).toMatch(/converged$/);
    expect(serving()).toEqual(['web v1', 'web v1']);
  });

  it('sees an update fail and be rolled back', async () => {
    await createWeb();
    const output = await cli('service', 'update', '--image', 'acme/web:sick', '--detach=false', 'web').catch(
      (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)),
    );
    expect(output).toMatch(/rollback: update rolled back due to failure or early termination of task \w{25}/);
    expect(serving()).toEqual(['web v1', 'web v1']);
    expect(await refusal('service', 'rollback', 'web')).toMatch(/service \w{25} does not have a previous spec/);
  });

  it('scales a service and removes it', async () => {
    await createWeb();
    expect(await cli('service', 'scale', '--detach=false', 'web=3')).toMatch(/^web scaled to 3\n/);
    expect(serving()).toHaveLength(3);
    await cli('service', 'scale', '--detach', 'web=1');
    await vi.waitFor(() => expect(docker.containers()).toHaveLength(1));
    expect(await cli('service', 'rm', 'web')).toBe('web');
    await vi.waitFor(() => expect(docker.containers()).toEqual([]));
    expect(await refusal('service', 'inspect', 'web')).toContain('no such service: web');
  });

  it('deploys a stack, deploys it again, and removes it', async () => {
    await writeFile(join(folder, 'key.txt'), 'secret');
    await writeFile(join(folder, 'conf.txt'), 'config');
    const deploy = async (tag: string): Promise<string> => {
      await writeFile(join(folder, 'stack.yml'), stackFile(tag));
      return await cli('stack', 'deploy', '--compose-file', 'stack.yml', 'shop');
    };
    const created = await deploy('v1');
    for (const what of ['network shop_front', 'secret shop_key', 'config shop_conf', 'service shop_web']) {
      expect(created).toContain(`Creating ${what}`);
    }
    await vi.waitFor(() => expect(serving()).toEqual(['shop_agent v1', 'shop_web v1', 'shop_web v1']));
    expect(await cli('stack', 'ls', '--format', '{{.Name}} {{.Services}}')).toBe('shop 2');
    expect(
      await lines('stack', 'services', '--format', '{{.Name}} {{.Mode}} {{.Replicas}} {{.Ports}}', 'shop'),
    ).toEqual(['shop_agent global 1/1 ', 'shop_web replicated 2/2 *:8080->80/tcp']);
    expect(await refusal('secret', 'rm', 'shop_key')).toContain('is in use by the following service: shop_web');

    expect(await deploy('v2')).toContain('Updating service shop_web');
    await vi.waitFor(() => expect(serving()).toEqual(['shop_agent v1', 'shop_web v2', 'shop_web v2']), 10_000);
    const tasks = await lines('stack', 'ps', '--format', '{{.Name}} {{.Image}} {{.DesiredState}}', 'shop');
    expect(tasks.filter(line => line.includes('Running'))).toEqual([
      expect.stringMatching(/^shop_agent\.\w{25} acme\/web:v1 Running$/),
      'shop_web.1 acme/web:v2 Running',
      'shop_web.2 acme/web:v2 Running',
    ]);
    // The agent was left alone.
    expect(tasks.filter(line => line.includes('shop_agent'))).toHaveLength(1);

    const removed = await cli('stack', 'rm', 'shop');
    for (const what of ['service shop_web', 'secret shop_key', 'config shop_conf', 'network shop_front']) {
      expect(removed).toContain(`Removing ${what}`);
    }
    await vi.waitFor(() => expect(docker.containers()).toEqual([]));
    expect(await lines('network', 'ls', '--format', '{{.Name}}')).toEqual([
      ...['bridge', 'docker_gwbridge', 'host', 'ingress', 'none'],
    ]);
  });

  it('keeps secrets and configurations', async () => {
    await writeFile(join(folder, 'text'), 'words');
    await cli('secret', 'create', '--label', 'a=b', 'key', 'text');
    await cli('config', 'create', 'conf', 'text');
    expect(await lines('secret', 'ls', '--format', '{{.Name}} {{.Labels}}')).toEqual(['key a=b']);
    expect(await cli('config', 'inspect', '--pretty', 'conf')).toMatch(/Data:\s*words$/);
    expect(await refusal('secret', 'create', 'key', 'text')).toContain('secret key already exists');
    await cli('secret', 'rm', 'key');
    await cli('config', 'rm', 'conf');
    expect([await lines('secret', 'ls', '-q'), await lines('config', 'ls', '-q')]).toEqual([[], []]);
  });

  it('drains the node, changes the tokens and leaves', async () => {
    await createWeb();
    const [node = ''] = await lines('node', 'ls', '-q');
    await cli('node', 'update', '--availability', 'drain', node);
    await vi.waitFor(() => expect(serving()).toEqual([]));
    const errors = await lines(
      'service',
      'ps',
      '--no-trunc',
      '--filter',
      'desired-state=running',
      '--format',
      '{{.Error}}',
      'web',
    );
    expect(errors).toEqual(Array(2).fill('"no suitable node (1 node not available for new tasks)"'));
    await cli('node', 'update', '--availability', 'active', node);
    await vi.waitFor(() => expect(serving()).toEqual(['web v1', 'web v1']));
    const token = await cli('swarm', 'join-token', '-q', 'worker');
    expect(await cli('swarm', 'join-token', '--rotate', '-q', 'worker')).not.toBe(token);
    expect(await refusal('swarm', 'leave')).toContain('Use `--force` to ignore this message');
    expect(await cli('swarm', 'leave', '--force')).toBe('Node left the swarm.');
    expect(docker.containers()).toEqual([]);
    expect(await refusal('node', 'ls')).toContain('This node is not a swarm manager');
  });
});
