import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

const profile = process.env.GOPDATER_ENGINE_PROFILE;

/** What no version of the engine changes runs on one of them; the work is shared out. */
const onOneProfile: Readonly<Record<string, string>> = {
  // Our own programs, with the engine behind them.
  'cli.engine.test.ts': 'docker-26.1',
  'library.engine.test.ts': 'docker-26.1',
  'image.engine.test.ts': 'docker-26.1',
  'kill.engine.test.ts': 'docker-28.5-containerd',
  'durability.engine.test.ts': 'docker-28.5-containerd',
  'registry-hooks.engine.test.ts': 'docker-28.5',
  'tags.engine.test.ts': 'docker-28.5-containerd',
  'signature.engine.test.ts': 'docker-28.5',
  // The image's Compose, whatever Compose is beside the engine.
  'helper-compose.engine.test.ts': 'docker-28.5',
  // A swarm needs kernel and time.
  'swarm-parity.engine.test.ts': 'docker-28.5',
};
const elsewhere = Object.entries(onOneProfile).flatMap(([file, own]) => (own === profile ? [] : [`**/${file}`]));
// Where the images are is nothing to what these look at: files that Compose reads, commands on the fake, processes.
const notOfImages = ['real-*', 'same-as-compose', 'process-parity', 'stream-parity'].map(
  name => `**/${name}.engine.test.ts`,
);

// What needs a real engine; scripts/test-engine.mjs provides it. Not mergeConfig: it would add to include and exclude.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/{src,test}/**/*.engine.test.ts', 'test/**/*.engine.test.ts'],
    exclude: [
      ...['**/node_modules/**', '**/dist/**'],
      ...elsewhere,
      ...(profile === 'docker-28.5-containerd' ? notOfImages : []),
    ],
    // One engine for all: its containers, ports and events are shared.
    fileParallelism: false,
    // Real engines and real time, three of them on one machine: what fails twice has failed.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
