import { defineConfig } from 'vitest/config';

/** What needs an S3-compatible server, named by DEMARC_TEST_S3_URL. */
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    include: ['test/real-object-store/**/*.test.ts'],
    testTimeout: 120_000,
  },
});
