import { type DeploymentReport, formatReport, planRollback, rollback } from '@gopdater/core';
import { beforeAll, expect, test } from 'vitest';
import { docker, pushToRegistry } from '../../../test/engine.ts';
import { createRealProject, leastHealthy, type RealProject } from './real-project.ts';

const healthy = { files: ['healthy'] };
const crashing = { command: ['/bin/busybox', 'sh', '-c', 'echo no database; exit 7'] };
const healthcheck =
  'healthcheck: { test: ["CMD", "/bin/busybox", "test", "-e", "/healthy"], interval: 200ms, retries: 3 }';
const startFirst = { defaults: { order: 'start-first', monitorMs: 300 } } as const;
const quick = { defaults: { monitorMs: 300 } } as const;

/** Before that, Compose recreates what has depends_on at every other “up”. */
let hashesDependsOn = false;
beforeAll(async () => {
  const version = await docker('compose', 'version', '--short');
  hashesDependsOn = /^v?2\.(2\d)\./.test(version);
});

const versionsOf = async (project: RealProject, service?: string) =>
  (await (service === undefined ? project.running() : project.running(service))).map(({ version }) => version);
const tagOf = async (image: string) =>
  await docker('image', 'inspect', '--format', '{{index .Config.Labels "org.opencontainers.image.version"}}', image);

/** The user’s own command finds all as it should be. */
async function expectNoDrift(project: RealProject): Promise<void> {
  const before = await project.compose('ps', '--all', '--quiet');
  await project.compose('up', '--detach');
  expect(await project.compose('ps', '--all', '--quiet')).toBe(before);
}

function expectOutcome(report: DeploymentReport, outcome: DeploymentReport['outcome']): void {
  expect(report.outcome, formatReport(report)).toBe(outcome);
}

test('start-first: a good version takes over without a gap, bad ones never touch what runs', async () => {
  await pushToRegistry('acme/web:latest', 'v1', healthy);
  await pushToRegistry('acme/db:latest', 'v1');
  await using project = await createRealProject(`
name: first
services:
  web:
    image: acme/web:latest
    ${hashesDependsOn ? '' : 'depends_on: [db]'}
    ${healthcheck}
  db:
    image: acme/db:latest
`);
  await pushToRegistry('acme/web:latest', 'v2', healthy);
  const since = Date.now();
  const report = await project.deploy('acme/web:latest', startFirst);
  expectOutcome(report, 'updated');
  expect(report.services).toMatchObject([{ service: 'web', outcome: 'updated', gapMs: 0 }]);
  const label = 'com.docker.compose.service=web';
  expect(await leastHealthy(label, { since, before: 1 })).toBe(1);
  expect(await versionsOf(project, 'web')).toEqual(['v2']);
  await expectNoDrift(project);

  const before = await project.compose('ps', '--all', '--quiet');
  for (const [version, bad, detail] of [
    ['v3', {}, /web-\d+ is unhealthy/],
    ['v4', crashing, /web-\d+ (ended|crashed) with exit code 7.*\n +no database/],
  ] as const) {
    await pushToRegistry('acme/web:latest', version, bad);
    const failed = await project.deploy('acme/web:latest', startFirst);
    expectOutcome(failed, 'rolled-back');
    expect(failed.services).toMatchObject([{ outcome: 'rolled-back', detail: expect.stringMatching(detail) }]);
    expect(await tagOf('acme/web:latest')).toBe('v2');
    expect(await project.compose('ps', '--all', '--quiet')).toBe(before);
    await expectNoDrift(project);
    expectOutcome(await project.deploy('acme/web:latest', startFirst), 'refused');
  }

  // By hand to what ran before, which was kept and is not in the registry any more.
  const dependencies = { ...project.parts, ...project.store, ...startFirst };
  expect((await planRollback({ service: 'web' }, dependencies)).moves).toMatchObject([{ to: { version: 'v1' } }]);
  await docker('image', 'prune', '--force');
  expectOutcome(await rollback({ service: 'web' }, dependencies), 'updated');
  expect(await versionsOf(project, 'web')).toEqual(['v1']);
  expect(await tagOf('acme/web:latest')).toBe('v1');
  await expectNoDrift(project);
});

test('three replicas go one by one, or two at a time beside the old, and all back if one fails', async () => {
  await pushToRegistry('acme/many:latest', 'v1', healthy);
  await using project = await createRealProject(`
name: many
services:
  web:
    image: acme/many:latest
    ${healthcheck}
    deploy: { replicas: 3 }
`);
  const label = 'com.docker.compose.project=many';
  for (const [version, options, least] of [
    ['v2', quick, 2],
    ['v3', { defaults: { ...startFirst.defaults, parallelism: 2 } }, 3],
  ] as const) {
    await pushToRegistry('acme/many:latest', version, healthy);
    const since = Date.now();
    expectOutcome(await project.deploy('acme/many:latest', options), 'updated');
    expect(await leastHealthy(label, { since, before: 3 })).toBe(least);
    expect(await versionsOf(project)).toEqual([version, version, version]);
    await expectNoDrift(project);
  }
  await pushToRegistry('acme/many:latest', 'v4', crashing);
  expectOutcome(await project.deploy('acme/many:latest', quick), 'rolled-back');
  expect(await versionsOf(project)).toEqual(['v3', 'v3', 'v3']);
  await expectNoDrift(project);
});

test('what cannot be start-first is stop-first with a reason, or refused', async () => {
  await pushToRegistry('acme/odd:latest', 'v1');
  await pushToRegistry('acme/vpn:latest', 'v1');
  await using project = await createRealProject(`
name: odd
services:
  named: { image: acme/odd:latest, container_name: odd-one }
  ported: { image: acme/odd:latest, ports: ["127.0.0.1:18080:80"] }
  hosted: { image: acme/odd:latest, network_mode: host }
  guest: { image: acme/odd:latest, network_mode: "service:vpn" }
  strict: { image: acme/odd:latest, ports: ["127.0.0.1:18081:80"], labels: { gopdater.fallback: refuse } }
  vpn: { image: acme/vpn:latest }
`);
  await pushToRegistry('acme/odd:latest', 'v2');
  const report = await project.deploy('acme/odd:latest', startFirst);
  expectOutcome(report, 'refused');
  expect(Object.fromEntries(report.services.map(({ service, outcome }) => [service, outcome]))).toEqual({
    named: 'updated',
    ported: 'updated',
    hosted: 'updated',
    guest: 'updated',
    strict: 'refused',
  });
  const warnings = report.warnings.join('\n');
  for (const reason of [
    'container_name is odd-one',
    'host port 18080',
    'network_mode is host',
    'network_mode is service:vpn',
  ]) {
    expect(warnings).toContain(reason);
  }
  expect(await versionsOf(project, 'guest')).toEqual(['v2']);

  await pushToRegistry('acme/vpn:latest', 'v2');
  const parent = await project.deploy('acme/vpn:latest', quick);
  expectOutcome(parent, 'refused');
  expect(parent.services).toMatchObject([{ detail: expect.stringContaining('odd/guest lives in its container') }]);
  if (!hashesDependsOn) {
    await docker('tag', `acme/odd:latest`, 'acme/odd:kept');
    const before = await project.running('named');
    await project.compose('up', '--detach', '--no-deps', 'named', 'ported', 'hosted', 'guest');
    expect(await project.running('named')).toEqual(before);
    await docker('rmi', 'acme/odd:kept');
  }
});

test('two projects on one image move together, and go back together', async () => {
  await pushToRegistry('acme/both:latest', 'v1');
  const service = '\nservices:\n  web:\n    image: acme/both:latest\n';
  await using one = await createRealProject(`name: one${service}`);
  await using two = await createRealProject(`name: two${service}`, { besides: [`${one.directory}/compose.yml`] });
  await pushToRegistry('acme/both:latest', 'v2');
  expectOutcome(await two.deploy('acme/both:latest', quick), 'updated');
  expect([await versionsOf(one), await versionsOf(two)]).toEqual([['v2'], ['v2']]);

  await pushToRegistry('acme/both:latest', 'v3', crashing);
  const failed = await two.deploy('acme/both:latest', quick);
  expectOutcome(failed, 'rolled-back');
  expect([await versionsOf(one), await versionsOf(two)]).toEqual([['v2'], ['v2']]);
  await expectNoDrift(one);
  await expectNoDrift(two);
});

test('files that changed since the last “docker compose up” are refused and named, or brought along', async () => {
  const fileWith = (level: string, more = '') => `
name: drift
services:
  web:
    image: acme/drift:latest
    environment: { LOG_LEVEL: ${level} }
${more}`;

  await pushToRegistry('acme/drift:latest', 'v1');
  await using project = await createRealProject(fileWith('info'));
  const before = await project.running();
  await project.write(fileWith('debug'));
  await pushToRegistry('acme/drift:latest', 'v2');
  const report = await project.deploy('acme/drift:latest', quick);
  expectOutcome(report, 'refused');
  expect(report.services).toMatchObject([{ detail: expect.stringContaining('environment LOG_LEVEL') }]);
  expect(await project.running()).toEqual(before);
  expectOutcome(
    await project.deploy('acme/drift:latest', { defaults: { ...quick.defaults, drift: 'proceed' } }),
    'updated',
  );
  await expectNoDrift(project);

  // Compose 2.26 lets a network be; later ones would stop all that is in it.
  await project.write(fileWith('debug', 'networks: { default: { labels: { a: b } } }\n'));
  await pushToRegistry('acme/drift:latest', 'v3');
  const running = await project.running();
  const cut = await project.deploy('acme/drift:latest', quick);
  expectOutcome(cut, hashesDependsOn ? 'updated' : 'refused');
  if (hashesDependsOn) return;
  expect(cut.services).toMatchObject([{ detail: expect.stringContaining('network drift_default') }]);
  expect(await project.running()).toEqual(running);
});

test('a container without a health check is asked over HTTP, and what ignores SIGTERM is killed after its grace', async () => {
  const httpd = { command: ['/bin/busybox', 'sh', '-c', 'sleep 1; exec busybox httpd -f -p 8080 -h /bin'] };
  await pushToRegistry('acme/http:latest', 'v1', httpd);
  await using project = await createRealProject(`
name: probed
services:
  web:
    image: acme/http:latest
    stop_signal: SIGWINCH
    stop_grace_period: 1s
    labels: { gopdater.order: start-first, gopdater.probe: "http://:8080/busybox", gopdater.monitor: 0s }
`);
  await pushToRegistry('acme/http:latest', 'v2', httpd);
  const report = await project.deploy('acme/http:latest');
  expectOutcome(report, 'updated');
  expect(report.seconds).toBeGreaterThan(1);
  expect(report.seconds).toBeLessThan(20);
  await pushToRegistry('acme/http:latest', 'v3');
  const failed = await project.deploy('acme/http:latest', { defaults: { healthTimeoutMs: 2_000 } });
  expectOutcome(failed, 'rolled-back');
  expect(failed.services).toMatchObject([{ detail: expect.stringContaining('ECONNREFUSED') }]);
  expect(await versionsOf(project)).toEqual(['v2']);
});
