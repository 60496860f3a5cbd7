import { defineConfig } from 'vitest/config';

/** Real sandboxes, with bubblewrap. The main thread of a process starts them: they end with the thread that did. */
export default defineConfig({
  test: {
    root: new URL('../../', import.meta.url).pathname,
    pool: 'forks',
    fileParallelism: false,
    include: ['test/real-sandbox/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
