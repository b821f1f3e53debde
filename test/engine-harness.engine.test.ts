// That scripts/test-engine.mjs provides what the other engine tests rely on.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, provided } from './engine.ts';

const registry = provided('GOPDATER_REGISTRY');
const pushed = `${registry}/acme/probe:latest`;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

let context: string;

beforeAll(async () => {
  context = await mkdtemp(join(tmpdir(), 'gopdater-probe-'));
  await copyFile(provided('BUSYBOX'), join(context, 'busybox'));
  await writeFile(join(context, 'index.html'), 'hello from the probe');
  await writeFile(
    join(context, 'Dockerfile'),
    [
      'FROM scratch',
      'COPY busybox /bin/',
      'COPY index.html /www/',
      'ENTRYPOINT ["/bin/busybox"]',
      'CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]',
    ].join('\n'),
  );
  await docker('build', '--quiet', '--tag', pushed, context);
});

afterAll(async () => {
  await docker('image', 'rm', '--force', pushed, 'acme/probe:latest', 'acme/probe:by-digest').catch(() => '');
  await rm(context, { recursive: true, force: true });
});

describe('the engine', () => {
  it('answers to docker and to docker compose', async () => {
    expect(await docker('version', '--format', '{{.Server.Version}}')).toMatch(/^\d+\.\d+/);
    expect(await docker('compose', 'version', '--short')).toMatch(/^v?\d+\.\d+/);
  });

  it('serves at the usual socket too, for containers that mount it', async () => {
    const id = await docker('info', '--format', '{{.ID}}');
    expect(await docker('--host', 'unix:///var/run/docker.sock', 'info', '--format', '{{.ID}}')).toBe(id);
  });

  it('publishes a port of a container on the loopback address', async () => {
    const id = await docker('run', '--detach', '--publish', '127.0.0.1::8080', pushed);
    try {
      const address = await docker('port', id, '8080/tcp');
      await expectAnswer(`http://${address}/index.html`, 'hello from the probe');
    } finally {
      await docker('rm', '--force', id);
    }
  });
});

describe('the registry', () => {
  it('takes a push, and serves it as docker.io/acme/probe by tag and by digest', async () => {
    await docker('push', '--quiet', pushed);
    await docker('image', 'rm', '--force', pushed);

    await docker('pull', '--quiet', 'acme/probe:latest');
    const byTag = await inspect('acme/probe:latest');
    expect(byTag.RepoTags).toEqual(['acme/probe:latest']);
    const digest = byTag.RepoDigests[0]?.split('@')[1] ?? '';
    expect(digest).toMatch(digestPattern);

    await docker('image', 'rm', '--force', 'acme/probe:latest');
    await docker('pull', '--quiet', `acme/probe@${digest}`);
    await docker('tag', `acme/probe@${digest}`, 'acme/probe:by-digest');
    const byDigest = await inspect('acme/probe:by-digest');
    expect(byDigest.Id).toBe(byTag.Id);
    // The containerd store also lists the name with the digest here.
    expect(byDigest.RepoTags).toContain('acme/probe:by-digest');
    expect(byDigest.RepoDigests).toEqual([`acme/probe@${digest}`]);
  });
});

async function inspect(image: string): Promise<{ Id: string; RepoTags: string[]; RepoDigests: string[] }> {
  return JSON.parse(await docker('image', 'inspect', image))[0];
}

/** The port is open before the program behind it listens. */
async function expectAnswer(url: string, body: string): Promise<void> {
  await expect.poll(() => fetch(url).then(response => response.text(), String), { timeout: 10_000 }).toBe(body);
}
