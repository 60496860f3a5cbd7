// Bundles the command line: a hundred small modules cost more to load than to run. Packages stay outside, and the plain
// compiled modules stay in dist/ beside it for who reads or debugs them.
import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const outdir = new URL('../dist/cli', import.meta.url).pathname;
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [new URL('../dist/app/main.js', import.meta.url).pathname],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  outdir,
  logLevel: 'warning',
});
chmodSync(`${outdir}/main.js`, 0o755);
