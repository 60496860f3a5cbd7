import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/real/**', 'test/real-postgres/**', 'test/real-sandbox/**'],
    testTimeout: 30_000,
  },
});
