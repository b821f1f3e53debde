import { defineConfig } from 'vitest/config';

// Tests run from the sources: no build is needed.
const conditions = ['@gopdater/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', '{test,examples}/**/*.test.ts'],
    exclude: ['**/*.engine.test.ts', '**/node_modules/**', '**/dist/**'],
  },
});
