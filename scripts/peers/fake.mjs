import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ended } from '../engine/run.mjs';

const program = fileURLToPath(new URL('../../packages/testing/dist/bin.js', import.meta.url));

/** Provides `fake-docker`, as the engine of the baseline and with the suite's images in its registry, while `use` runs. */
export async function withFake({ work, images, engine, signal }, use) {
  const socketPath = join(work, 'fake.sock');
  const scenario = join(work, 'scenario.json');
  await writeFile(scenario, JSON.stringify({ images: Object.entries(images).map(imageOf) }));
  const version = engine.startsWith('26.') ? '26.1' : '28.5';
  const args = [program, '--socket', socketPath, '--scenario', scenario, '--engine', version];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], signal });
  child.on('error', () => undefined);
  try {
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
    if (typeof line !== 'string') throw new Error('fake-docker did not start');
    return await use(socketPath);
  } finally {
    child.kill();
    await ended(child);
  }
}

function imageOf([name, { command = ['sh'], bash = false }]) {
  return { name, command, version: name, files: bash ? { '/bin/bash': '#!/bin/sh\nexec sh "$@"\n' } : {} };
}
