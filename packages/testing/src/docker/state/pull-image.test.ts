import { describe, expect, it } from 'vitest';
import { parseImageName } from '../../image/name.ts';
import { FakeDocker } from '../fake-docker.ts';
import { pullImage } from './pull-image.ts';
import { removeImage } from './remove-image.ts';

const lines = (docker: FakeDocker, reference: string): string[] =>
  [...pullImage(docker.state, parseImageName(reference))].map(({ status }) => status);

describe('a pull', () => {
  it('moves the tag and leaves the old image its digest', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const v1 = docker.registry.push('acme/web:latest', { version: 'v1' });
    docker.pull('acme/web');
    const v2 = docker.registry.push('acme/web:latest', { version: 'v2' });
    docker.pull('acme/web');
    const { images } = docker.state;
    expect(images.get('acme/web').id).toBe(v2.id);
    expect(images.tagsOf(v1.id)).toEqual([]);
    expect(images.digestsOf(v1.id)).toEqual([`acme/web@${v1.digest}`]);
    expect(images.find(`acme/web@${v1.digest}`)?.id).toBe(v1.id);
  });

  it('says whether there was something new', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const { digest } = docker.registry.push('acme/web:v1');
    expect(lines(docker, 'acme/web:v1')).toEqual([
      'Pulling from acme/web',
      'Pulling fs layer',
      'Downloading',
      'Verifying Checksum',
      'Download complete',
      'Extracting',
      'Pull complete',
      `Digest: ${digest}`,
      'Status: Downloaded newer image for acme/web:v1',
    ]);
    expect(lines(docker, 'acme/web:v1')).toEqual([
      'Pulling from acme/web',
      `Digest: ${digest}`,
      'Status: Image is up to date for acme/web:v1',
    ]);
    expect(lines(docker, `acme/web@${digest}`).at(-1)).toBe(`Status: Image is up to date for acme/web@${digest}`);
  });

  it.each([
    ['acme/nope:1', 404, /^pull access denied for acme\/nope, repository does not exist or may require 'docker login'/],
    ['127.0.0.1:5000/acme/nope:1', 404, /^repository 127\.0\.0\.1:5000\/acme\/nope not found: name unknown: /],
    ['acme/web:nope', 404, /^manifest for acme\/web:nope not found: manifest unknown: manifest unknown$/],
  ])('of %s is refused in the words of the engine', async (reference, status, message) => {
    await using docker = await FakeDocker.start({ socketPath: false });
    docker.registry.push('acme/web:latest');
    expect(() => docker.pull(reference)).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(message) }),
    );
  });

  it('fails after its first lines when a layer cannot be had, and stores nothing', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    docker.registry.push('acme/web:latest');
    docker.registry.fail({ status: 500, on: 'blobs' });
    const seen: string[] = [];
    expect(() => {
      for (const { status } of pullImage(docker.state, parseImageName('acme/web'))) seen.push(status);
    }).toThrow(/received unexpected HTTP status: 500/);
    expect(seen).toEqual(['Pulling from acme/web', 'Pulling fs layer']);
    expect(docker.state.images.all()).toEqual([]);
  });

  it('takes the user of a private registry', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    docker.registry.push('acme/web:latest');
    docker.registry.requireToken({ username: 'me', password: 'secret' });
    expect(() => docker.pull('acme/web')).toThrow(/pull access denied for acme\/web/);
    const pulled = [...pullImage(docker.state, parseImageName('acme/web'), { username: 'me', password: 'secret' })];
    expect(pulled.at(-1)?.status).toContain('Downloaded newer image');
  });

  it('gives an image the id that its store makes', async () => {
    await using classic = await FakeDocker.start({ socketPath: false });
    await using containerd = await FakeDocker.start({
      socketPath: false,
      imageStore: 'containerd',
      registry: classic.registry,
    });
    const { digest, id } = classic.registry.push('acme/web:latest');
    classic.pull('acme/web');
    containerd.pull('acme/web');
    expect(classic.state.images.get('acme/web').id).toBe(id);
    expect(containerd.state.images.get('acme/web').id).toBe(digest);
    expect(id).not.toBe(digest);
  });

  it('takes the right platform out of an index', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    docker.registry.push('acme/web:latest', { platforms: ['linux/arm64', 'linux/amd64'] });
    docker.pull('acme/web');
    expect(docker.state.images.get('acme/web').architecture).toBe('amd64');
    docker.registry.push('acme/arm:latest', { platforms: ['linux/arm64'] });
    expect(() => docker.pull('acme/arm')).toThrow(/no matching manifest for linux\/amd64/);
  });
});

describe('the removal of an image', () => {
  it('takes the last name and the image with it', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    const { digest, id } = docker.registry.push('acme/web:latest');
    docker.pull('acme/web');
    expect(removeImage(docker.state, 'acme/web', { force: false })).toEqual([
      { Untagged: 'acme/web:latest' },
      { Untagged: `acme/web@${digest}` },
      { Deleted: id },
      // Its layer.
      { Deleted: expect.stringMatching(/^sha256:/) },
    ]);
    expect(docker.state.images.all()).toEqual([]);
  });

  it('is refused while a container uses it', async () => {
    await using docker = await FakeDocker.start({ socketPath: false });
    docker.registry.push('acme/web:latest');
    const { id } = docker.run('acme/web');
    expect(() => removeImage(docker.state, 'acme/web', { force: false })).toThrow(
      `conflict: unable to remove repository reference "acme/web:latest" (must force) - container ${id.slice(0, 12)} is using its referenced image`,
    );
  });
});
