import { defineConfig } from 'vitest/config';

// Tests run from the sources: no build is needed.
const conditions = ['@gopdater/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', '{test,examples}/**/*.test.ts'],
    // Nothing here waits for time to pass; a loaded machine may be slow all the same.
    testTimeout: 20_000,
    exclude: ['**/*.engine.test.ts', '**/node_modules/**', '**/dist/**'],
  },
});
