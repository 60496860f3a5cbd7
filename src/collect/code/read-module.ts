import { limits } from '../../base/limits.ts';
import type { Gap } from '../../model/gap.ts';
import { LineIndex } from '../documents/lines.ts';
import { lowerCsharp } from './csharp/lower.ts';
import { lowerGo } from './go/lower.ts';
import type { Module } from './ir.ts';
import { lowerJava } from './java/lower.ts';
import { lowerPython } from './python/lower.ts';
import type { GrammarName, Grammars, Language } from './syntax/grammar.ts';
import { readSyntax, type Syntax } from './syntax/syntax.ts';
import { lowerTypescript } from './typescript/lower.ts';

const byExtension: ReadonlyMap<string, { readonly language: Language; readonly grammar: GrammarName }> = new Map([
  ['py', { language: 'python', grammar: 'python' }],
  ['ts', { language: 'typescript', grammar: 'typescript' }],
  ['mts', { language: 'typescript', grammar: 'typescript' }],
  ['cts', { language: 'typescript', grammar: 'typescript' }],
  ['tsx', { language: 'typescript', grammar: 'tsx' }],
  // The TSX grammar reads JavaScript with and without JSX.
  ['js', { language: 'typescript', grammar: 'tsx' }],
  ['mjs', { language: 'typescript', grammar: 'tsx' }],
  ['cjs', { language: 'typescript', grammar: 'tsx' }],
  ['jsx', { language: 'typescript', grammar: 'tsx' }],
  ['go', { language: 'go', grammar: 'go' }],
  ['java', { language: 'java', grammar: 'java' }],
  ['cs', { language: 'csharp', grammar: 'c-sharp' }],
]);

const lowerers: Readonly<Record<Language, (root: Syntax, text: string, file: string) => Module>> = {
  python: lowerPython,
  typescript: lowerTypescript,
  go: lowerGo,
  java: lowerJava,
  csharp: lowerCsharp,
};

/** The language of a source file by its extension; undefined for anything else. */
export function languageOf(path: string): { readonly language: Language; readonly grammar: GrammarName } | undefined {
  return byExtension.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}

/** Parses and lowers one file. Never throws for what the file holds; what cannot be read is a gap. */
export async function readModule(
  grammars: Grammars,
  path: string,
  text: string,
): Promise<{ module: Module | undefined; gaps: Gap[] }> {
  const found = languageOf(path);
  if (found === undefined) return { module: undefined, gaps: [] };
  const gap = (kind: Gap['kind'], reason: string, at = { line: 1, column: 1 }): Gap => ({
    kind,
    reason,
    location: { file: path, ...at },
  });
  if (text.length > limits.sourceBytesMax)
    return { module: undefined, gaps: [gap('too-large', 'source larger than the limit')] };
  const parser = await grammars.parser(found.grammar);
  const parsed = readSyntax(parser, text);
  if (parsed.root === undefined)
    return { module: undefined, gaps: [gap('too-large', 'parsing takes more steps than the limit')] };
  const gaps: Gap[] = [];
  if (parsed.tooDeep) gaps.push(gap('too-large', 'nested deeper than the limit'));
  if (parsed.errorAt !== undefined)
    gaps.push(gap('syntax', `not valid ${found.language}`, new LineIndex(text).at(parsed.errorAt)));
  try {
    return { module: lowerers[found.language](parsed.root, text, path), gaps };
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return { module: undefined, gaps: [gap('too-large', 'nested deeper than the limit')] };
  }
}
