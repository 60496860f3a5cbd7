import { defineConfig } from 'vitest/config';
import { withoutInlineWasm } from './src/app/inline-wasm.ts';

withoutInlineWasm();

export default defineConfig({
  test: {
    pool: 'threads',
    isolate: false,
    // By default one processor is left to whoever sits at the machine: on two that is half of it.
    maxWorkers: '100%',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/real/**', 'test/real-postgres/**', 'test/real-sandbox/**'],
    // So that what hangs ends; on a busy machine some take half of it.
    testTimeout: 60_000,
  },
});
