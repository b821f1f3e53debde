import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const profile = process.env.GOPDATER_ENGINE_PROFILE;

/** What no version of the engine changes, or not every one, runs on some of them; the work is shared out. */
const onSomeProfiles: Readonly<Record<string, readonly string[]>> = {
  // Our own programs, with the engine behind them.
  cli: ['docker-26.1'],
  library: ['docker-26.1'],
  image: ['docker-26.1'],
  kill: ['docker-28.5-containerd'],
  durability: ['docker-28.5'],
  'registry-hooks': ['docker-28.5'],
  tags: ['docker-28.5-containerd'],
  signature: ['docker-28.5'],
  strategy: ['docker-26.1', 'docker-28.5-containerd'],
  // The image's Compose, whatever Compose is beside the engine.
  'helper-compose': ['docker-28.5'],
  // A swarm needs kernel and time.
  'swarm-parity': ['docker-28.5'],
  // Commands, on the fake too: what differs between the versions is in the recordings of commands.
  'process-parity': ['docker-28.5'],
  'stream-parity': ['docker-26.1'],
  // Where the images are is nothing to what these look at: files that Compose reads, commands on the fake.
  'real-*': ['docker-26.1', 'docker-28.5'],
  'same-as-compose': ['docker-26.1', 'docker-28.5'],
};
const elsewhere = Object.entries(onSomeProfiles)
  .filter(([, profiles]) => !profiles.includes(profile ?? ''))
  .map(([name]) => `**/${name}.engine.test.ts`);

// What needs a real engine; scripts/test-engine.mjs provides it. Not mergeConfig: it would add to include and exclude.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/{src,test}/**/*.engine.test.ts', 'test/**/*.engine.test.ts'],
    exclude: [...['**/node_modules/**', '**/dist/**'], ...elsewhere],
    // One engine for all: its containers, ports and events are shared.
    fileParallelism: false,
    // Real engines and real time, three of them on one machine: what fails twice has failed.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
