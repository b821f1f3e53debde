import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeDocker } from '../docker/fake-docker.ts';
import { beginScenario, playScenario } from './play-scenario.ts';
import { readScenario } from './read-scenario.ts';

let file: string;

beforeEach(async () => {
  file = join(await mkdtemp(join(tmpdir(), 'scenario-')), 'scenario.yml');
});
afterEach(async () => await rm(join(file, '..'), { recursive: true }));

const read = async (text: string) => {
  await writeFile(file, text);
  return await readScenario(file);
};

describe('a scenario', () => {
  it('begins with images, containers and faults, and goes on by the clock', async () => {
    const scenario = await read(`
images:
  - { name: 'acme/web:latest', version: v1, health: [{ status: healthy, afterMs: 1000 }], stopAfterMs: never }
  - name: acme/db
    labels: { tier: 3 }
containers:
  - { image: 'acme/web:latest', name: web, labels: { app: shop } }
  - { image: acme/db, name: db, config: { HostConfig: { RestartPolicy: { Name: always } } } }
faults:
  - { at: 'POST /containers/*/start', status: 500, message: boom, times: 2 }
  - { at: 'GET /events', drop: true, afterLines: 3 }
later:
  - { afterMs: 9000, exit: { container: db, code: 137 } }
  - { afterMs: 5000, push: { name: 'acme/web:latest', version: v2 } }
  - { afterMs: 6000, health: { container: web, status: unhealthy, output: no database } }
  - { afterMs: 7000, fault: { kind: auth-required, username: ada, password: secret } }
  - { afterMs: 8000, run: { image: 'acme/db', name: other } }
`);
    await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    beginScenario(docker, scenario);
    const played = playScenario(docker, scenario, { signal: new AbortController().signal });
    const web = docker.container('web');
    expect([web.health, web.labels.app, docker.container('db').labels.tier]).toEqual(['starting', 'shop', '3']);
    expect(docker.faults.unreached()).toMatchObject([
      { pattern: 'POST /containers/*/start', fault: { status: 500, message: 'boom' } },
      { pattern: 'GET /events', fault: { drop: true, afterLines: 3 } },
    ]);
    await docker.clock.advance(4999);
    expect(web.health).toBe('healthy');
    docker.pull('acme/web:latest');
    expect(web.image).toBe('acme/web:latest');
    await docker.clock.advance(1001);
    docker.pull('acme/web:latest');
    expect([web.image, web.health]).toEqual([web.imageId, 'unhealthy']);
    await docker.clock.advance(1000);
    expect(() => docker.pull('acme/web:latest')).toThrow('pull access denied');
    await docker.clock.run(() => played);
    expect([docker.container('other').status, docker.container('db').exitCode]).toEqual(['running', 137]);
  });

  it('may be JSON, and empty', async () => {
    expect(await read('{ "images": [{ "name": "acme/web", "exitCode": 1 }] }')).toMatchObject({
      images: [{ name: 'acme/web', options: { exitCode: 1 } }],
    });
    expect(await read('{}')).toEqual({ images: [], containers: [], faults: [], later: [] });
  });

  it('that cannot go on says what it was at', async () => {
    await using docker = await FakeDocker.start({ clock: 'manual', socketPath: false });
    const scenario = await read('later: [{ afterMs: 10, exit: { container: web } }]');
    const played = expect(playScenario(docker, scenario, { signal: new AbortController().signal })).rejects.toThrow(
      'The scenario cannot go on (later, after 10 ms: exit): No such container: web',
    );
    await docker.clock.advance(10);
    await played;
  });

  it.each([
    ['images: [{ nmae: x }]', 'images[0].nmae: unknown. Did you mean “name”?'],
    ['images: [{ name: a, start-ms: 4 }]', 'images[0].start-ms: unknown. Did you mean “startMs”?'],
    ['services: {}', 'services: unknown. Take one of images, containers, faults, later.'],
    ['images: [{ health: healthy }]', 'images[0]: “name” is missing.'],
    ['images: { name: a }', 'images: needs a list, not {"name":"a"}.'],
    ['images: [{ name: a, health: sick }]', 'images[0].health: needs one of starting, healthy, unhealthy, not "sick".'],
    [
      'images: [{ name: a, startMs: 2s }]',
      'images[0].startMs: needs milliseconds, such as 2000, or “never”, not "2s".',
    ],
    [
      'containers: [{ image: a, config: { HostConfig: { Links: [b] } } }]',
      'containers[0].config: the fake does not model HostConfig.Links. Leave it out.',
    ],
    ['faults: [{ at: GET /info }]', 'faults[0]: needs a kind, or an “at” with one of status, drop,'],
    ['faults: [{ at: GET /info, status: 500, when: after }]', 'faults[0].when: unknown. Take one of at, times,'],
    ['faults: [{ at: pullImage, drop: true }]', 'faults[0].at: needs a method and a path'],
    ['faults: [{ kind: rate-limit, forMs: 4 }]', 'faults[0].forMs: unknown. Take one of kind, retryAfterSeconds'],
    ['faults: [{ kind: daemon-restart }]', 'faults[0]: “awayMs” is missing.'],
    ['later: [{ afterMs: 4 }]', 'later[0]: needs one of push, run, exit, health, fault.'],
    ['later: [{ exit: { container: a } }]', 'later[0]: “afterMs” is missing.'],
    ['', 'expected a document, but the input is empty. It needs to be YAML or JSON.'],
    ['images: [}', ':1:10: '],
  ])('%s is refused with the place and the next step', async (text, message) => {
    await expect(read(text)).rejects.toThrow(`${file}${message.startsWith(':') ? '' : ': '}${message}`);
  });

  it('that is not there is named', async () => {
    await expect(readScenario('/nowhere.yml')).rejects.toThrow(/^\/nowhere\.yml: cannot be read \(ENOENT/);
  });
});
