import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { expect, it, vi } from 'vitest';
import { main } from './main.ts';

const run = (args: readonly string[], signal = AbortSignal.abort()) => {
  const written: string[] = [];
  const warned: string[] = [];
  const ended = main(args, { write: text => written.push(text), warn: text => warned.push(text), signal });
  return { ended, output: () => written.join(''), warnings: () => warned.join('') };
};

it('says where it listens and ends with the signal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-main-'));
  const socket = join(folder, 'docker.sock');
  const { ended, output } = run(['--socket', socket, '--tcp', '0', '--registry-port', '0']);
  await ended;
  expect(output()).toMatch(
    /^engine {4}unix:\/\/.*docker\.sock\nengine {4}tcp:\/\/127\.0\.0\.1:\d+\nregistry {2}http:\/\/127\.0\.0\.1:\d+\n$/,
  );
  await rm(folder, { recursive: true });
});

it('plays a scenario, tells of what it does not model, and refuses what it would ignore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-main-'));
  const [socketPath, scenario] = [join(folder, 'docker.sock'), join(folder, 'scenario.yml')];
  await writeFile(
    scenario,
    `
images: [{ name: acme/web }]
containers: [{ image: acme/web, name: web }]
later: [{ afterMs: 0, exit: { container: web, code: 7 } }]
`,
  );
  const stop = new AbortController();
  const options = ['--strict', '--engine', '26.1', '--image-store', 'containerd', '--seed', '7'];
  const { ended, output, warnings } = run(['--socket', socketPath, '--scenario', scenario, ...options], stop.signal);
  await vi.waitFor(() => expect(output()).toContain('engine'));
  const client = new Dockerode({ socketPath });
  await vi.waitFor(async () =>
    expect((await client.getContainer('web').inspect()).State).toMatchObject({ Status: 'exited', ExitCode: 7 }),
  );
  expect(await client.info()).toMatchObject({ ServerVersion: '26.1.5', Driver: 'overlayfs' });
  await expect(client.createContainer({ Image: 'acme/web', MacAddress: '02:42:ac:11:00:02' })).rejects.toMatchObject({
    statusCode: 501,
  });
  stop.abort();
  await ended;
  expect(warnings()).toBe('fake-docker: not modelled: POST /containers/create MacAddress\n');
  await rm(folder, { recursive: true });
});

it('explains itself', async () => {
  const { ended, output } = run(['--help']);
  await ended;
  expect(output()).toContain('Usage: fake-docker --socket PATH');
});

it.each([
  [[], /--socket is missing/],
  [['--socket', 'x', '--tcp', 'http'], /--tcp needs a port/],
  [['--nonsense'], /Unknown option/],
  [['--socket', 'x', '--engine', '20'], /--engine needs 26\.1 or 28\.5, not "20"/],
  [['--socket', 'x', '--seed', 'one'], /--seed needs a whole number/],
  [['--socket', 'x', '--scenario', '/nowhere.yml'], /nowhere\.yml: cannot be read/],
])('refuses %j', async (args, message) => {
  await expect(run(args).ended).rejects.toThrow(message);
});
