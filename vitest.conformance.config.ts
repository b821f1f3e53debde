import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// npm run conformance: how far the fake is what was recorded of real engines, scenario by scenario.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['packages/testing/test/conformance.report.ts'],
    reporters: ['dot'],
    testTimeout: 300_000,
    // All answers are held against the API's description at once.
    hookTimeout: 300_000,
  },
});
