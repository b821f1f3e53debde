import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FakeDocker } from '@gopdater/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/peers/peer-suite.mjs', import.meta.url));
/** Builds what it starts. */
const command = fileURLToPath(new URL('../scripts/peer-suite', import.meta.url));
const mocha = fileURLToPath(new URL('../node_modules/.bin/mocha', import.meta.url));

/** Of each kind a suite as its project has it: one test that passes, one that fails, one that is left out. */
const suites: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dockerode: {
    'package.json': '{"type":"commonjs"}',
    'lib/docker.js': '',
    'test/spec_helper.js': '',
    'test/container.js': `
      const { request } = require('node:http');
      describe('#engine', () => {
        it('answers', done => {
          request({ socketPath: process.env.DOCKER_SOCKET, path: '/_ping' }, answer => done(answer.statusCode !== 200)).end();
        });
        it('fails', () => { throw new Error('no'); });
        it.skip('is left out', () => undefined);
      });`,
    'test/network.js': `it('is in another file', () => undefined);`,
  },
  'docker-py': {
    'docker/api/__init__.py': '',
    'tests/integration/engine_test.py': `
import os, socket, pytest

def test_answers():
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(os.environ["DOCKER_HOST"].replace("unix://", ""))
        client.sendall(b"GET /_ping HTTP/1.0\\r\\n\\r\\n")
        assert b"200 OK" in client.recv(100)

def test_fails():
    assert False

@pytest.mark.skip
def test_is_left_out():
    pass
`,
    'tests/integration/other_test.py': 'def test_is_in_another_file():\n    pass\n',
  },
  'podman-apiv2': {
    'test/apiv2/test-apiv2': `
WORKDIR=$(mktemp -d)
function t() {
    exec 3<>/dev/tcp/localhost/$PODMAN_SERVICE_PORT
    printf '%s /%s HTTP/1.0\\r\\n\\r\\n' "$1" "$2" >&3
    read -r _ status _ <&3
    if [ "$status" = "$3" ]; then echo "ok 1 [$file] $1 $2 : status=$3"
    else echo "not ok 2 [$file] $1 $2 : status"; echo "#  expected: $3"; fi
}
function random_string() {
    head -c 9 /dev/urandom | base64 | tr -dc a-z
}
for file in "$@"; do source "$(dirname "$0")/$file.at"; done
`,
    'test/apiv2/01-engine.at': `
t GET _ping 200
t GET _ping 500
t GET libpod/info 200
echo "ok 3 [$file] GET containers/$(printf '%064d' 7)/json: .Id=x # skip - wrong return code"
echo "ok 4 [$file] a name by chance $(random_string 8)"
`,
    'test/apiv2/02-other.at': 't GET version 200\n',
  },
};

const has = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const python = ['python3', '/usr/bin/python3'].find(name => has(name, '-m', 'pytest', '--version'));
const names = Object.keys(suites).filter(name => name !== 'docker-py' || python !== undefined);

let docker: FakeDocker;
let folder: string;
let baseline: string;

beforeEach(async () => {
  docker = await FakeDocker.start();
  for (const name of ['ubuntu', 'ubuntu:14.04', 'redis', 'alpine', 'alpine:3.10', 'busybox', 'hello-world']) {
    docker.registry.push(name);
  }
  docker.registry.push('libpod/alpine_labels');
  folder = mkdtempSync(join(tmpdir(), 'peer-suite-test-'));
  baseline = join(folder, 'baseline.json');
});
afterEach(async () => {
  await docker[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe.each(names)('the tests of %s', name => {
  it('are recorded, and compared verdict by verdict', async () => {
    checkOut(name);
    expect(await run('--engine', '--record')).toMatchObject({ code: 0 });
    const recorded = JSON.parse(readFileSync(baseline, 'utf8'));
    expect(recorded).toMatchObject({ suite: name, engine: '28.5.2', differences: [] });
    expect(recorded.pass.length).toBeGreaterThan(1);
    expect([recorded.fail.length, recorded.skip.length]).toEqual([1, 1]);
    const total = recorded.pass.length + 2;
    const equal = await run('--engine');
    expect(equal).toMatchObject({ code: 0 });
    expect(equal.output).toContain(`${name}: ${total} equal, 0 differ for a reason, 0 differ, of ${total} in total`);

    // As if the test had passed on the engine of the recording.
    const [failed] = recorded.fail;
    write({ ...recorded, fail: [], pass: [...recorded.pass, failed] });
    const differing = await run('--engine');
    expect(differing).toMatchObject({ code: 1 });
    expect(differing.output).toContain(`${failed}\n    engine: pass, here: fail`);
    expect(differing.output).toContain(`${total - 1} equal, 0 differ for a reason, 1 differ`);

    const part = await run('--engine', name === 'podman-apiv2' ? '02' : name === 'dockerode' ? 'network' : 'other');
    expect(part).toMatchObject({ code: 0 });
    expect(part.output).toContain('1 equal, 0 differ for a reason, 0 differ, of 1 in total');
  }, 60_000);
});

it('measures by a real engine only, and needs a baseline', async () => {
  checkOut('dockerode');
  expect((await run('--record')).output).toContain('--record needs --engine');
  const without = await run();
  expect(without).toMatchObject({ code: 2 });
  expect(without.output).toContain('no verdicts of a real engine for dockerode');
  expect(without.output).toContain('Record them from this checkout with --engine --record');
  rmSync(join(folder, 'suite'), { recursive: true });
  mkdirSync(join(folder, 'suite'));
  expect((await run('--engine')).output).toContain('is no checkout of dockerode, docker-py, podman-apiv2');
});

it('runs them against the fake, which may differ only for a reason', async () => {
  checkOut('dockerode');
  await run('--engine', '--record');
  const recorded = JSON.parse(readFileSync(baseline, 'utf8'));
  const [failed] = recorded.fail;
  const differences = [{ reason: 'No test of ours', verdict: 'fail', tests: [failed] }];
  write({ ...recorded, fail: [], pass: [...recorded.pass, failed], differences });
  const explained = await run('fake');
  expect(explained).toMatchObject({ code: 0 });
  expect(explained.output).toContain('1 differ: No test of ours\ndockerode: 3 equal, 1 differ for a reason, 0 differ');

  write({ ...recorded, differences });
  const stale = await run('fake');
  expect(stale).toMatchObject({ code: 1 });
  expect(stale.output).toContain('engine: fail, here: fail (it no longer differs)');
}, 120_000);

function checkOut(name: string): void {
  for (const [path, content] of Object.entries(suites[name] ?? {})) {
    const file = join(folder, 'suite', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, 0o755);
  }
  if (name !== 'dockerode') return;
  mkdirSync(join(folder, 'suite/node_modules/.bin'), { recursive: true });
  symlinkSync(mocha, join(folder, 'suite/node_modules/.bin/mocha'));
}

const write = (content: unknown): void => writeFileSync(baseline, JSON.stringify(content));

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const { GOPDATER_REGISTRY: _, ...inherited } = process.env;
  const env = { ...inherited, DOCKER_HOST: docker.host, ...(python !== undefined && { PYTHON: python }) };
  const words = [join(folder, 'suite'), '--baseline', baseline, ...args.filter(one => one !== 'fake')];
  const isFake = args.includes('fake');
  return await new Promise(resolve => {
    execFile(
      isFake ? command : process.execPath,
      isFake ? words : [script, ...words],
      { env },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    );
  });
}
