import { describe, expect, it } from 'vitest';
import { FakeDocker } from './fake-docker.ts';
import { createFakeEngine } from './fake-engine.ts';

describe('the in-process engine', () => {
  it('tells its version, containers and images', async () => {
    await using docker = await FakeDocker.start({ socketPath: false, engine: '26.1' });
    const engine = createFakeEngine(docker);
    const { id, digest } = docker.registry.push('acme/web:latest', { version: 'v1' });
    const web = docker.run('acme/web:latest', { name: 'web', labels: { tier: 'front' } });
    docker.run('acme/web:latest', { name: 'other' });

    expect(await engine.version()).toEqual({ version: '26.1.5', apiVersion: '1.45' });
    expect(await engine.listContainers({ labels: ['tier=front'] })).toEqual([
      {
        id: web.id,
        name: 'web',
        image: 'acme/web:latest',
        imageId: id,
        state: 'running',
        labels: { tier: 'front', 'org.opencontainers.image.version': 'v1' },
      },
    ]);
    expect(await engine.inspectImage('acme/web')).toEqual({
      id,
      tags: ['acme/web:latest'],
      digests: [digest],
      repositoryDigests: [`acme/web@${digest}`],
      labels: { 'org.opencontainers.image.version': 'v1' },
      config: expect.objectContaining({ command: ['/bin/app'], environment: ['PATH=/bin', 'VERSION=v1'] }),
    });
    expect(await engine.inspectImage('acme/none')).toBeUndefined();
  });

  it('shows the image id of a container whose tag has moved', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const engine = createFakeEngine(docker);
    const v1 = docker.registry.push('acme/web:latest', { version: 'v1' });
    docker.run('acme/web:latest');
    docker.registry.push('acme/web:latest', { version: 'v2' });
    await engine.pullImage('acme/web:latest');
    const [container] = await engine.listContainers({ labels: [] });
    expect(container?.image).toBe(v1.id);
    await engine.tagImage(v1.id, 'acme/web:latest');
    expect(docker.containers()[0]?.image).toBe('acme/web:latest');
  });

  it('tells of a pull as it goes on', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    docker.registry.push('acme/web:latest');
    const seen: string[] = [];
    await createFakeEngine(docker).pullImage('acme/web:latest', { onProgress: ({ status }) => seen.push(status) });
    expect(seen).toContain('Pull complete');
  });

  it('rejects with the codes of the port', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const engine = createFakeEngine(docker);
    await expect(engine.pullImage('acme/none')).rejects.toMatchObject({ code: 'PULL_FAILED' });
    await expect(engine.tagImage('acme/none', 'acme/other')).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: 'No such image: acme/none:latest',
    });
    await expect(engine.version({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    await docker.goAway();
    await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await docker.comeBack();
    expect((await engine.version()).version).toBe('28.5.2');
  });

  it('meets the faults that a request or an operation was given', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const engine = createFakeEngine(docker);
    docker.registry.push('acme/web:latest');
    docker.faults.next('POST /images/create', { status: 500, message: 'no space left on device' });
    docker.faults.next('version', { drop: true });
    await expect(engine.pullImage('acme/web')).rejects.toMatchObject({ message: 'no space left on device' });
    await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await engine.pullImage('acme/web');
    expect(docker.calls.all.map(({ path, status }) => [path, status])).toEqual([
      ['/images/create', 500],
      ['/version', undefined],
      ['/images/create', 200],
    ]);
  });

  it('stops waiting for a held answer when it is told to', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const caller = new AbortController();
    docker.faults.next('pullImage', { hold: new Promise(() => undefined) });
    const pull = createFakeEngine(docker).pullImage('acme/web', { signal: caller.signal });
    caller.abort();
    await expect(pull).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
