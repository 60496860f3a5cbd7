import { defineConfig } from 'vitest/config';

/** What needs a real PostgreSQL, named by DEMARC_TEST_DATABASE_URL, and the tests of index, approvals and budgets once more, on it. */
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    pool: 'threads',
    isolate: false,
    include: [
      'test/real-postgres/**/*.test.ts',
      'src/store/index/**/*.test.ts',
      'src/store/approvals/**/*.test.ts',
      'src/store/budgets/**/*.test.ts',
    ],
    testTimeout: 60_000,
  },
});
