import { defineConfig } from 'vitest/config';

// Tests run from the sources: no build is needed.
const conditions = ['@gopdater/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', '{test,examples}/**/*.test.ts'],
    // Each core works; Vitest leaves one idle, which is half of a small machine.
    maxWorkers: '100%',
    setupFiles: ['test/validate-answers.ts'],
    // Nothing here waits for time to pass; a loaded machine may be slow all the same.
    testTimeout: 20_000,
    exclude: ['**/*.engine.test.ts', '**/node_modules/**', '**/dist/**'],
  },
});
