import type { ContainerSpec, Engine } from '@gopdater/core';
import { describe, expect, test } from 'vitest';

/** An engine, a registry that stands for Docker Hub, and what a test needs besides the port. */
export interface EngineWorld extends AsyncDisposable {
  readonly engine: Engine;
  /** The same kind of engine where none answers. */
  readonly unreachable: Engine;
  /** Moves the tag to a new image; the engine does not have it yet. */
  push(image: string, version: string): Promise<string>;
  /** Starts a container, and ends it again unless it is to run; resolves to its id. */
  run(options: { image: string; name: string; label: string; isRunning: boolean }): Promise<string>;
}

const image = 'docker.io/acme/contract';

/** What the images' containers can be told to do; a fake must know these words. */
export const scripts = {
  print:
    'echo "$GREETING ${VERSION-none} $PWD"; echo two >&2; busybox head -c 100000 /dev/zero | busybox tr "\\0" x; exit 3',
  sleep: 'exec busybox sleep 3600',
};

const shell = (script: string): Pick<ContainerSpec, 'image' | 'command' | 'labels' | 'network' | 'rights'> => ({
  image: `${image}:1`,
  command: ['/bin/busybox', 'sh', '-c', script],
  labels: { contract: '1' },
  network: { mode: 'none', names: [], dns: [], extraHosts: [] },
  rights: { user: '', groups: [], securityOptions: [], privileged: false, userNamespace: '' },
});

/** What every implementation of the port `Engine` does. */
export function describeEngine(name: string, createWorld: () => Promise<EngineWorld>): void {
  describe(`Engine: ${name}`, () => {
    test('says its version and its API’s', async () => {
      await using world = await createWorld();
      expect(await world.engine.version()).toEqual({
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        apiVersion: expect.stringMatching(/^1\.\d+$/),
      });
    });

    test('pulls by digest, and tags: then the reference and the digest name the same image', async () => {
      await using world = await createWorld();
      const digest = await world.push('acme/contract:1', 'v1');
      expect(await world.engine.inspectImage(`${image}@${digest}`)).toBeUndefined();
      const lines: string[] = [];
      await world.engine.pullImage(`${image}@${digest}`, { onProgress: ({ status }) => lines.push(status) });
      await world.engine.tagImage(`${image}@${digest}`, `${image}:1`);

      const pulled = await world.engine.inspectImage(`${image}@${digest}`);
      expect(pulled).toMatchObject({
        tags: ['acme/contract:1'],
        digests: [digest],
        labels: { 'org.opencontainers.image.version': 'v1' },
      });
      expect(await world.engine.inspectImage(`${image}:1`)).toEqual(pulled);
      expect(await world.engine.inspectImage('acme/contract:1')).toEqual(pulled);
      expect(await world.engine.inspectImage(pulled?.id ?? '')).toEqual(pulled);
      expect(lines.join('\n')).toContain(`Digest: ${digest}`);
    });

    test('a tag that moves leaves the older image its id and its digest, but not the name', async () => {
      await using world = await createWorld();
      const first = await world.push('acme/contract:1', 'v1');
      await world.engine.pullImage(`${image}:1`);
      const before = await world.engine.inspectImage(`${image}:1`);
      const id = await world.run({ image: `${image}:1`, name: 'contract', label: 'contract=1', isRunning: true });
      const second = await world.push('acme/contract:1', 'v2');
      await world.engine.pullImage(`${image}@${second}`);
      await world.engine.tagImage(`${image}@${second}`, `${image}:1`);

      expect(await world.engine.inspectImage(`${image}:1`)).toMatchObject({ digests: [second] });
      const older = await world.engine.inspectImage(before?.id ?? '');
      expect(older).toMatchObject({ id: before?.id, digests: [first], tags: [] });
      const [container] = await world.engine.listContainers({ labels: ['contract=1'] });
      expect(container).toMatchObject({ id, imageId: before?.id });
    });

    test('lists the containers that have all the labels, in any state', async () => {
      await using world = await createWorld();
      await world.push('acme/contract:1', 'v1');
      await world.engine.pullImage(`${image}:1`);
      const one = await world.run({ image: `${image}:1`, name: 'one', label: 'contract=1', isRunning: true });
      const two = await world.run({ image: `${image}:1`, name: 'two', label: 'contract=2', isRunning: false });
      const list = async (...labels: readonly string[]) =>
        (await world.engine.listContainers({ labels })).map(({ id }) => id).sort();

      expect(await list('contract')).toEqual([one, two].sort());
      expect(await list('contract=1')).toEqual([one]);
      expect(await list('contract', 'contract=2')).toEqual([two]);
      expect(await list('contract=1', 'contract=2')).toEqual([]);
      const pulled = await world.engine.inspectImage(`${image}:1`);
      const containers = await world.engine.listContainers({ labels: ['contract'] });
      expect(containers.find(({ id }) => id === one)).toMatchObject({
        name: 'one',
        state: 'running',
        imageId: pulled?.id,
        image: expect.stringContaining('acme/contract:1'),
        labels: { contract: '1' },
      });
      expect(containers.find(({ id }) => id === two)).toMatchObject({
        name: 'two',
        state: 'exited',
        exitCode: 137,
      });
    });

    test('tells what a container is, and nothing of one that is not there', async () => {
      await using world = await createWorld();
      await world.push('acme/contract:1', 'v1');
      await world.engine.pullImage(`${image}:1`);
      const pulled = await world.engine.inspectImage(`${image}:1`);
      const one = await world.run({ image: `${image}:1`, name: 'one', label: 'contract=1', isRunning: true });
      const two = await world.run({ image: `${image}:1`, name: 'two', label: 'contract=2', isRunning: false });
      const settings = expect.objectContaining({
        labels: expect.objectContaining({ contract: expect.any(String) }),
        command: expect.arrayContaining([expect.stringContaining('/bin/')]),
        networks: ['bridge'],
        ports: [],
        mounts: [],
        restart: 'no',
      });
      const surroundings = {
        mounts: [],
        network: { mode: 'bridge', names: ['bridge'], dns: [], extraHosts: [] },
        rights: { user: '', groups: [], securityOptions: [], privileged: false, userNamespace: '' },
        sharing: [],
      };
      const common = { imageId: pulled?.id, restartCount: 0, health: undefined, settings, ...surroundings };
      const running = { id: one, name: 'one', state: 'running', exitCode: 0 };
      expect(await world.engine.inspectContainer(one)).toEqual({
        ...common,
        ...running,
        endedAt: undefined,
        addresses: [expect.stringMatching(/^172\./)],
      });
      const exited = { id: two, name: 'two', state: 'exited', exitCode: 137, endedAt: expect.any(Number) };
      expect(await world.engine.inspectContainer(two)).toEqual({ ...common, ...exited, addresses: [] });
      expect(await world.engine.inspectContainer('0'.repeat(64))).toBeUndefined();
      expect(await world.engine.readLogs(one, { lines: 5 })).toEqual([]);
      await expect(world.engine.removeContainer(one)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      await world.engine.removeContainer(two);
      expect(await world.engine.inspectContainer(two)).toBeUndefined();
      await world.engine.removeContainer(two);
    });

    test('runs a container to its end and tells what it printed, each output by itself', async () => {
      await using world = await createWorld();
      const { engine } = world;
      await world.push('acme/contract:1', 'v1');
      await engine.pullImage(`${image}:1`);
      const id = await engine.createContainer({
        ...shell(scripts.print),
        workingDirectory: '/bin',
        environment: { GREETING: 'hello', VERSION: undefined, PATH: '/bin' },
      });
      expect(await engine.inspectContainer(id)).toMatchObject({ state: 'created', health: undefined });
      await engine.startContainer(id);
      const printed = { stdout: '', stderr: '' };
      for await (const { output, text } of engine.followLogs(id)) printed[output] += `${text}\n`;
      expect(printed).toEqual({ stdout: `hello none /bin\n${'x'.repeat(100_000)}\n`, stderr: 'two\n' });
      expect(await engine.waitContainer(id)).toBe(3);
      expect(await engine.inspectContainer(id)).toMatchObject({ state: 'exited', exitCode: 3 });
      await engine.removeContainer(id, { volumes: true });
      expect(await engine.inspectContainer(id)).toBeUndefined();
    });

    test('makes a container as it was told, and another one with its mounts', async () => {
      await using world = await createWorld();
      const { engine } = world;
      await world.push('acme/contract:1', 'v1');
      await engine.pullImage(`${image}:1`);
      const asked = {
        mounts: [
          { type: 'volume', source: 'contract', target: '/data', readOnly: false },
          { type: 'bind', source: '/etc', target: '/host/etc', readOnly: true },
        ],
        network: { mode: 'bridge', names: ['bridge'], dns: ['192.0.2.1'], extraHosts: ['hub:192.0.2.2'] },
        rights: {
          user: '1000',
          groups: ['5'],
          securityOptions: ['label=disable'],
          privileged: false,
          userNamespace: '',
        },
      } as const;
      const one = await engine.createContainer({ ...shell(scripts.sleep), ...asked, restart: 'unless-stopped' });
      await engine.startContainer(one);
      await engine.startContainer(one);
      const details = await engine.inspectContainer(one);
      expect(details).toMatchObject({ network: asked.network, rights: asked.rights });
      expect(details?.mounts).toHaveLength(2);
      expect(details?.mounts).toEqual(expect.arrayContaining([...asked.mounts]));
      expect(details?.settings).toMatchObject({ restart: 'unless-stopped', user: '1000', labels: { contract: '1' } });

      const own = { type: 'bind', source: '/usr', target: '/host/etc', readOnly: true } as const;
      const two = await engine.createContainer({ ...shell(scripts.sleep), volumesFrom: one, mounts: [own] });
      const both = (await engine.inspectContainer(two))?.mounts;
      expect(both).toHaveLength(2);
      expect(both).toEqual(expect.arrayContaining([asked.mounts[0], own]));
      await engine.removeContainer(two, { volumes: true });
      await engine.removeContainer(one, { force: true, volumes: true });
      expect(await engine.inspectContainer(one)).toBeUndefined();
    });

    test('waits for a container’s end until the signal comes, and its log ends there, too', async () => {
      await using world = await createWorld();
      const { engine } = world;
      await world.push('acme/contract:1', 'v1');
      await engine.pullImage(`${image}:1`);
      const id = await engine.createContainer(shell(scripts.sleep));
      await engine.startContainer(id);
      const stop = new AbortController();
      const { signal } = stop;
      const waiting = engine.waitContainer(id, { signal });
      const following = engine.followLogs(id, { signal })[Symbol.asyncIterator]().next();
      stop.abort();
      await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
      expect(await following).toEqual({ done: true, value: undefined });
      await engine.removeContainer(id, { force: true });
      for (const call of [() => engine.startContainer(id), () => engine.waitContainer(id)]) {
        await expect(call()).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
      }
    });

    test('makes no container from an image that is not there', async () => {
      await using world = await createWorld();
      const { engine } = world;
      const spec = { ...shell(scripts.sleep), image: `sha256:${'0'.repeat(64)}` };
      await expect(engine.createContainer(spec)).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    });

    test('stops what runs, and what does not run or is gone it leaves', async () => {
      await using world = await createWorld();
      await world.push('acme/contract:1', 'v1');
      await world.engine.pullImage(`${image}:1`);
      const id = await world.run({ image: `${image}:1`, name: 'one', label: 'contract=1', isRunning: true });
      await world.engine.stopContainer(id, { graceMs: 2_000 });
      expect(await world.engine.inspectContainer(id)).toMatchObject({ state: 'exited' });
      await world.engine.stopContainer(id);
      await world.engine.removeContainer(id);
      await world.engine.stopContainer(id);
    });

    test('lists the images of a repository, and takes their names away, but not what a container uses', async () => {
      await using world = await createWorld();
      const { engine } = world;
      const kept = 'gopdater.kept/docker.io/acme/contract';
      const digest = await world.push('acme/contract:1', 'v1');
      await engine.pullImage(`${image}:1`);
      const id = await world.run({ image: `${image}:1`, name: 'one', label: 'contract=1', isRunning: false });
      await engine.tagImage(`${image}:1`, `${kept}:a`);
      await engine.tagImage(`${image}:1`, `${kept}:b`);
      expect(await engine.listImages(kept)).toMatchObject([
        {
          tags: expect.arrayContaining([`${kept}:a`, `${kept}:b`, 'acme/contract:1']),
          config: {
            command: expect.arrayContaining([expect.stringContaining('/bin/')]),
            created: expect.stringMatching(/^\d{4}-/),
          },
        },
      ]);
      expect(await engine.listImages(image)).toHaveLength(1);
      expect(await engine.listImages(`${image}/none`)).toEqual([]);
      expect(await engine.removeImage(`${kept}:a`)).toBe(true);
      expect(await engine.removeImage(`${kept}:a`)).toBe(true);
      expect(await engine.removeImage(`${kept}:b`)).toBe(true);
      expect(await engine.listImages(kept)).toEqual([]);
      expect(await engine.inspectImage(`${image}:1`)).toMatchObject({ digests: [digest] });
      const pulled = await engine.inspectImage(`${image}:1`);
      expect(await engine.removeImage(pulled?.id ?? '')).toBe(false);
      await engine.removeContainer(id);
    });

    test('tells the events of the containers that have the label, until the signal comes', async () => {
      await using world = await createWorld();
      await world.push('acme/contract:1', 'v1');
      await world.engine.pullImage(`${image}:1`);
      const stop = new AbortController();
      const events = world.engine.watchContainers({ labels: ['contract=2'] }, stop)[Symbol.asyncIterator]();
      let heard: string | undefined;
      const first = events.next().then(({ value }) => {
        heard = value?.action;
      });
      // Whether the stream is there yet, only an event can tell.
      for (let tries = 0; heard === undefined && tries < 50; tries += 1) {
        await world.run({ image: `${image}:1`, name: `other-${tries}`, label: 'contract=1', isRunning: false });
        await world.run({ image: `${image}:1`, name: `this-${tries}`, label: 'contract=2', isRunning: false });
        await new Promise(resolve => setImmediate(resolve));
      }
      await first;
      const actions: string[] = [];
      const since = Date.now() - 60_000;
      for (let event = await events.next(); !event.done; event = await events.next()) {
        actions.push(event.value.action);
        expect(event.value.at).toBeGreaterThan(since);
        if (event.value.action === 'die') stop.abort();
      }
      expect(actions).toContain('die');
      expect(await events.next()).toEqual({ done: true, value: undefined });
    });

    test('tells what it remembers of the time since then, first', async () => {
      await using world = await createWorld();
      await world.push('acme/contract:1', 'v1');
      await world.engine.pullImage(`${image}:1`);
      const id = await world.run({ image: `${image}:1`, name: 'ended', label: 'contract=past', isRunning: true });
      expect((await world.engine.inspectContainer(id))?.endedAt).toBeUndefined();
      await world.engine.stopContainer(id, { graceMs: 0 });
      const endedAt = (await world.engine.inspectContainer(id))?.endedAt ?? 0;
      const { signal } = new AbortController();
      const filter = { labels: ['contract=past'] };
      const actions: string[] = [];
      for await (const { action, at } of world.engine.watchContainers(filter, { signal, since: endedAt - 60_000 })) {
        actions.push(action);
        if (action === 'die' && at >= endedAt) break;
      }
      expect(actions.slice(0, 2)).toEqual(['create', 'start']);
      expect(actions.slice(2)).toEqual(expect.arrayContaining(['kill', 'die']));
      expect(actions.indexOf('kill')).toBeLessThan(actions.indexOf('die'));
    });

    test('knows nothing of an image that it does not have', async () => {
      await using world = await createWorld();
      expect(await world.engine.inspectImage('docker.io/acme/none:1')).toBeUndefined();
      expect(await world.engine.inspectImage(`sha256:${'0'.repeat(64)}`)).toBeUndefined();
    });

    test('fails to pull what the registry does not have', async () => {
      await using world = await createWorld();
      await world.push('acme/contract:1', 'v1');
      for (const reference of [`${image}:none`, `${image}@sha256:${'0'.repeat(64)}`, 'docker.io/acme/none:1']) {
        await expect(world.engine.pullImage(reference), reference).rejects.toMatchObject({
          code: 'PULL_FAILED',
          message: expect.not.stringContaining('HTTP code'),
        });
      }
    });

    test('refuses to tag what it does not have', async () => {
      await using world = await createWorld();
      const tag = world.engine.tagImage('docker.io/acme/none:1', `${image}:1`);
      await expect(tag).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
    });

    test('stops when the signal has come', async () => {
      await using world = await createWorld();
      const signal = AbortSignal.abort();
      await expect(world.engine.listContainers({ labels: [] }, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
      await expect(world.engine.pullImage(`${image}:1`, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
    });

    test('says so when nobody answers', async () => {
      await using world = await createWorld();
      const { unreachable } = world;
      const gone = { code: 'ENGINE_UNREACHABLE' };
      await expect(unreachable.version()).rejects.toMatchObject(gone);
      await expect(unreachable.listContainers({ labels: [] })).rejects.toMatchObject(gone);
      await expect(unreachable.inspectContainer('0'.repeat(64))).rejects.toMatchObject(gone);
      const watched = unreachable.watchContainers({ labels: [] }, new AbortController())[Symbol.asyncIterator]();
      await expect(watched.next()).rejects.toMatchObject(gone);
      await expect(unreachable.inspectImage(`${image}:1`)).rejects.toMatchObject(gone);
      await expect(unreachable.pullImage(`${image}:1`)).rejects.toMatchObject(gone);
      await expect(unreachable.tagImage(`${image}:1`, `${image}:2`)).rejects.toMatchObject(gone);
      await expect(unreachable.stopContainer('0'.repeat(64))).rejects.toMatchObject(gone);
      await expect(unreachable.createContainer(shell(scripts.sleep))).rejects.toMatchObject(gone);
      await expect(unreachable.startContainer('0'.repeat(64))).rejects.toMatchObject(gone);
      await expect(unreachable.waitContainer('0'.repeat(64))).rejects.toMatchObject(gone);
      const log = unreachable.followLogs('0'.repeat(64))[Symbol.asyncIterator]();
      await expect(log.next()).rejects.toMatchObject(gone);
      await expect(unreachable.listImages(image)).rejects.toMatchObject(gone);
      await expect(unreachable.removeImage(`${image}:1`)).rejects.toMatchObject(gone);
    });
  });
}
