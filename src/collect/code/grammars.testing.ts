import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Collected, Source } from '../../model/collect.ts';
import { codeCollector } from './collector.ts';
import type { GrammarLoader } from './syntax/grammar.ts';

const require = createRequire(import.meta.url);

/** The real grammars, for tests only: the product gets its loader from app/wire.ts. */
export const testGrammars: GrammarLoader = {
  runtime: () => require('@vscode/tree-sitter-wasm') as ReturnType<GrammarLoader['runtime']>,
  wasm: (file) => readFileSync(require.resolve(`@vscode/tree-sitter-wasm/wasm/${file}`)),
};

const collector = codeCollector(testGrammars);

/** Collects a tree given as path → text, with the real collector. */
export async function collectTree(files: Readonly<Record<string, string>>): Promise<Collected> {
  const source: Source = {
    text: (path) => files[path] ?? '',
    has: (path) => path in files,
    folder: (folder) =>
      Object.keys(files).filter((path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))) === folder),
  };
  const listed = Object.entries(files)
    .map(([path, text]) => ({ path, size: text.length }))
    .filter((file) => collector.claims(file.path));
  const resources = [];
  const gaps = [];
  for (const unit of collector.plan(listed, source)) {
    const collected = await collector.collect(unit, source);
    resources.push(...collected.resources);
    gaps.push(...collected.gaps);
  }
  return { resources, gaps };
}
