import { defineConfig } from 'vitest/config';
import base from '../../../../vitest.config.ts';

// Tests some of which are to fail; fixture.test.ts runs them.
export default defineConfig({ ...base, root: import.meta.dirname, test: { include: ['cases.ts'] } });
