import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node as YamlNode, parseAllDocuments } from 'yaml';
import type { Document } from 'yaml';
import { limits } from '../../base/limits.ts';
import { messageOf } from '../../base/errors.ts';
import type { Gap } from '../../model/gap.ts';
import type { Scalar } from '../../model/value.ts';
import type { DocNode, MapEntry } from './node.ts';

/**
 * Parses all documents of a YAML 1.2 stream. Local tags (`!Ref`) are kept on the node, never executed. Aliases are
 * resolved to the anchored tree, `<<` merges are applied. A syntax error is a gap; documents before it are returned.
 *
 * @param options.uniqueKeys whether a key that stands in a map twice is an error; else the last one counts, as for most readers
 */
export function parseYaml(
  text: string,
  file: string,
  { uniqueKeys = false } = {},
): { documents: DocNode[]; gaps: Gap[] } {
  const counter = new LineCounter();
  const documents: DocNode[] = [];
  const gaps: Gap[] = [];
  const fail = (kind: Gap['kind'], reason: string, offset = 0): void => {
    const at = counter.linePos(offset);
    gaps.push({ kind, reason, location: { file, line: Math.max(1, at.line), column: Math.max(1, at.col) } });
  };
  try {
    // Strings stay strings under YAML 1.2 core rules; logLevel keeps the library from printing anything.
    const parsed = parseAllDocuments(text, {
      lineCounter: counter,
      logLevel: 'silent',
      uniqueKeys,
      merge: true,
      strict: false,
      keepSourceTokens: false,
    });
    for (const document of Array.isArray(parsed) ? parsed : []) {
      const error = document.errors[0];
      if (error !== undefined) fail('syntax', `not valid YAML: ${withoutPlace(messageOf(error))}`, error.pos[0]);
      else if (document.contents !== null) documents.push(new Converter(document, counter).node(document.contents, 0));
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) fail('too-large', 'nested deeper than the limit');
    else fail('syntax', `not valid YAML: ${messageOf(thrown)}`);
  }
  return { documents, gaps };
}

/** The place is told by itself. */
function withoutPlace(message: string): string {
  return message.replace(/ at line \d+, column \d+:?$/, '');
}

class Converter {
  readonly #document: Document;
  readonly #counter: LineCounter;
  readonly #done = new Map<YamlNode, DocNode>();
  readonly #open = new Set<YamlNode>();

  constructor(document: Document, counter: LineCounter) {
    this.#document = document;
    this.#counter = counter;
  }

  node(node: YamlNode, depth: number): DocNode {
    if (depth > limits.nestingDepthMax) throw new RangeError('nested deeper than the limit');
    const known = this.#done.get(node);
    if (known !== undefined) return known;
    if (this.#open.has(node)) throw new RangeError('an alias contains itself');
    this.#open.add(node);
    const converted = this.#convert(node, depth);
    this.#open.delete(node);
    this.#done.set(node, converted);
    return converted;
  }

  #convert(node: YamlNode, depth: number): DocNode {
    const place = { ...this.#place(node), tag: localTag(node) };
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      return target === undefined ? { kind: 'scalar', ...place, value: null } : this.node(target, depth + 1);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.node(item as YamlNode, depth + 1));
      return { kind: 'list', ...place, items };
    }
    if (isMap(node)) return { kind: 'map', ...place, entries: this.#entries(node.items, depth) };
    return { kind: 'scalar', ...place, value: isScalar(node) ? scalarOf(node) : null };
  }

  #entries(items: readonly unknown[], depth: number): Map<string, MapEntry> {
    const entries = new Map<string, MapEntry>();
    const merged: MapEntry[] = [];
    for (const pair of items) {
      if (!isPair(pair)) continue;
      const key = pair.key as YamlNode | null;
      // The parser gives the merge key as a symbol.
      const text = isScalar(key) ? (typeof key.value === 'symbol' ? '<<' : String(key.value)) : '';
      const at = key === null ? { line: 1, column: 1 } : this.#place(key);
      const value = pair.value as YamlNode | null;
      const node: DocNode =
        value === null ? { kind: 'scalar', ...at, tag: undefined, value: null } : this.node(value, depth + 1);
      if (text === '<<') merged.push({ ...at, node });
      else entries.set(text, { ...at, node });
    }
    for (const { node } of merged) {
      for (const source of node.kind === 'list' ? node.items : [node]) {
        if (source.kind !== 'map') continue;
        for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
      }
    }
    return entries;
  }

  #place(node: YamlNode): { line: number; column: number } {
    const at = this.#counter.linePos(node.range?.[0] ?? 0);
    return { line: Math.max(1, at.line), column: Math.max(1, at.col) };
  }
}

function localTag(node: YamlNode): string | undefined {
  const tag = 'tag' in node ? node.tag : undefined;
  return typeof tag === 'string' && tag.startsWith('!') && tag.length > 1 ? tag.slice(1) : undefined;
}

/** `012345678901` is an account id, not a number, whatever YAML's core schema says. */
function scalarOf(node: { value: unknown; source?: string | undefined }): Scalar {
  return typeof node.value === 'number' && /^0\d/.test(node.source ?? '') ? (node.source ?? '') : toScalar(node.value);
}

function toScalar(value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.toISOString() : null;
}
