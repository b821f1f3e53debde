// What would be published installs and works in an empty folder, with npm and nothing of this repository.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'packages-'));
try {
  for (const name of ['core', 'server', 'testing']) {
    run('npx', ['-y', packageManager, 'pack', '--pack-destination', folder], `packages/${name}`);
  }
  const tarballs = readdirSync(folder).filter(file => file.endsWith('.tgz'));
  // The packages depend on each other, and none is on npm yet.
  const dependencies = Object.fromEntries(
    tarballs.map(file => [file.replace(/^gopdater-(\w+)-.*$/, '@gopdater/$1'), `file:${file}`]),
  );
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', private: true, dependencies, overrides: dependencies }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  writeFileSync(
    join(folder, 'try.js'),
    `import { deploy, parseReference } from '@gopdater/core';
import { loadProject } from '@gopdater/core/compose';
import { readConfig } from '@gopdater/server';
import { FakeDocker } from '@gopdater/testing';
import { compareFakeWithRecording, scenarios, scoreOf } from '@gopdater/testing/conformance';
const docker = await FakeDocker.start();
docker.registry.push('acme/web:latest');
console.log(typeof deploy, typeof loadProject, parseReference('nginx').repository, readConfig({}).port, docker.run('acme/web:latest').status);
await docker[Symbol.asyncDispose]();
const ping = scenarios.find(({ name }) => name === 'ping');
console.log('ping', scoreOf(await compareFakeWithRecording(ping, 'docker-28.5')));
`,
  );
  const printed = run('node', ['try.js'], folder);
  if (!/function function library\/nginx 8000 running\nping 100\n/.test(printed))
    throw new Error(`The packages do not work: ${printed}`);
  run('npx', ['--no-install', 'gopdater', '--help'], folder);
  run('npx', ['--no-install', 'fake-docker', '--help'], folder);
} finally {
  rmSync(folder, { recursive: true });
}

function run(command, args, cwd) {
  console.log(`$ ${command} ${args.join(' ')}`);
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  console.log(stdout.split('\n').at(-2) ?? '');
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}
