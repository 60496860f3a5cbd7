/** Programs of the bench for Node alone: tsx keeps a compiler in memory, and adds to what is measured. */
import { transformSync } from 'esbuild';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(root, 'node_modules', '.demarc-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** @param file in this folder; of the project it imports types only, and what is built by `DEMARC_ROOT` @returns path of JavaScript */
export function plainNode(file: string): string {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8');
  const path = join(folder, file.replace(/\.ts$/, '.mjs'));
  writeFileSync(path, transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' }).code);
  return path;
}

/** Environment of such a program. */
export const plainEnvironment = { ...process.env, DEMARC_ROOT: root };
