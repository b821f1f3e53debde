import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// What needs a real engine; scripts/test-engine.mjs provides it. Not mergeConfig: it would add to include and exclude.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/*/{src,test}/**/*.engine.test.ts', 'test/**/*.engine.test.ts'],
    exclude: [
      ...['**/node_modules/**', '**/dist/**'],
      // How processes end has nothing to do with where images are.
      ...(process.env.GOPDATER_ENGINE_PROFILE === 'docker-28.5-containerd' ? ['**/process-parity.engine.test.ts'] : []),
    ],
    // One engine for all: its containers, ports and events are shared.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
