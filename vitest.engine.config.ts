import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

// What needs a real engine; scripts/test-engine.mjs provides it.
export default mergeConfig(
  base,
  defineConfig({ test: { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } }),
);
