// Makes a fresh checkout usable with nothing but Node and npm: installs what the lockfile names, if it is not
// installed yet, and builds with --build. Runs before every command of package.json that needs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = file => {
  try {
    return readFileSync(root + file, 'utf8');
  } catch {
    return undefined;
  }
};
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
};

// pnpm keeps a copy of the lockfile that it installed from.
if (read('node_modules/.pnpm/lock.yaml') !== read('pnpm-lock.yaml')) {
  const { packageManager } = JSON.parse(read('package.json'));
  console.error(`Installing dependencies with ${packageManager} …`);
  run('npx', ['-y', packageManager, 'install', '--frozen-lockfile']);
}
if (process.argv.includes('--build')) run(process.execPath, ['node_modules/typescript/bin/tsc', '-b']);
