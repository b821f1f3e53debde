import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import { FakeDocker } from './fake-docker.ts';

describe('a fake engine', () => {
  it('has a clock of its own that is moved by hand', async () => {
    await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    docker.registry.push('acme/job', { exitAfterMs: 60_000 });
    const job = docker.run('acme/job');
    await docker.clock.advance(59_999);
    expect(job.status).toBe('running');
    await docker.clock.advance(1);
    expect(job.status).toBe('exited');
  });

  it.each([
    ['a socket', {}],
    ['a port', { socketPath: false, tcpPort: 0 }],
  ] as const)('tells dockerode how to reach it at %s', async (_, options) => {
    await using docker = await FakeDocker.start(options);
    expect(String(await new Dockerode(docker.dockerodeOptions()).ping())).toBe('OK');
  });

  it('gives child processes an engine, and a configuration that goes when it goes', async () => {
    const docker = await FakeDocker.start();
    const script = 'const { auths } = require(`${process.env.DOCKER_CONFIG}/config.json`); console.log(auths)';
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
      env: { ...process.env, ...docker.env },
    });
    expect(stdout).toBe('{}\n');
    expect(docker.env).toMatchObject({ DOCKER_HOST: `unix://${docker.socketPath}`, DOCKER_BUILDKIT: '0' });
    const { DOCKER_CONFIG = '' } = docker.env;
    await docker[Symbol.asyncDispose]();
    expect(existsSync(DOCKER_CONFIG)).toBe(false);
  });
});
