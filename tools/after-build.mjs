// Bundles the command line: a hundred small modules cost more to load than to run. The plain compiled modules stay in
// dist/ beside it for who reads or debugs them. Packages that only some commands need stay outside.
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const outdir = `${root}dist/cli`;
const bundled = ['@stricli/core', 'aws4fetch', 'jsonc-parser', 're2js', 'smol-toml', 'yaml'];
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [`${root}dist/app/main.js`],
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: [
    '@cedar-policy/cedar-wasm',
    '@vscode/tree-sitter-wasm',
    'jose',
    'undici',
    'zod',
    '@marcbachmann/cel-js',
    '@electric-sql/pglite',
    'pg',
  ],
  // Their ES modules: what they offer to Node is CommonJS, which cannot be bundled into an ES module as it is.
  alias: {
    yaml: `${root}node_modules/yaml/browser/dist/index.js`,
    'jsonc-parser': `${root}node_modules/jsonc-parser/lib/esm/main.js`,
  },
  minifyWhitespace: true,
  outdir,
  logLevel: 'warning',
});
const licences = bundled.map((name) => {
  const folder = `${root}node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  let text = license;
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt']) {
    try {
      text = readFileSync(folder + file, 'utf8');
    } catch {
      // under another name
    }
  }
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
});
writeFileSync(`${outdir}/THIRD-PARTY.txt`, licences.join(`\n${'-'.repeat(80)}\n\n`));
chmodSync(`${outdir}/main.js`, 0o755);

// What is cached holds for this code only. Names of chunks tell their content.
const code = createHash('sha256').update(readFileSync(`${outdir}/main.js`));
code.update(readdirSync(outdir).sort().join('\n'));
const versionFile = `${root}dist/data/version.json`;
const { digest } = JSON.parse(readFileSync(versionFile, 'utf8'));
writeFileSync(versionFile, JSON.stringify({ digest, code: code.digest('hex') }));
