import { parse, TomlError } from 'smol-toml';
import { limits } from '../../base/limits.ts';
import { messageOf } from '../../base/errors.ts';
import type { Gap } from '../../model/gap.ts';
import type { DocNode, MapEntry } from './node.ts';

/**
 * Parses TOML 1.0. The parser keeps no positions, so a key's line is found by looking for the key (and its table
 * header) in the text: right for ordinary configuration files, and never a wrong file.
 */
export function parseToml(text: string, file: string): { root: DocNode | undefined; gaps: Gap[] } {
  try {
    return { root: convert(parse(text), new KeyFinder(text), [], 0), gaps: [] };
  } catch (thrown) {
    const at = thrown instanceof TomlError ? { line: thrown.line, column: thrown.column } : { line: 1, column: 1 };
    const tooDeep = thrown instanceof RangeError;
    const reason = tooDeep ? 'nested deeper than the limit' : `not valid TOML: ${messageOf(thrown)}`;
    return { root: undefined, gaps: [{ kind: tooDeep ? 'too-large' : 'syntax', reason, location: { file, ...at } }] };
  }
}

class KeyFinder {
  readonly #lines: readonly string[];
  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  /** The line of the last element of the key path, searched below the header of its table. */
  line(path: readonly string[]): number {
    let start = 0;
    for (let depth = path.length; depth > 0; depth--) {
      const header = path.slice(0, depth).join('.');
      const found = this.#lines.findIndex((line) => line.replace(/["'\s]/g, '').startsWith(`[${header}]`));
      if (found === -1) continue;
      if (depth === path.length) return found + 1;
      start = found + 1;
      break;
    }
    const key = path.at(-1) ?? '';
    const found = this.#lines.findIndex((line, index) => index >= start && startsWithKey(line, key));
    return found === -1 ? Math.max(1, start) : found + 1;
  }
}

function startsWithKey(line: string, key: string): boolean {
  const trimmed = line.trimStart().replace(/^["']/, '');
  return trimmed.startsWith(key) && /^["']?\s*[=.]/.test(trimmed.slice(key.length));
}

function convert(value: unknown, finder: KeyFinder, path: readonly string[], depth: number): DocNode {
  if (depth > limits.nestingDepthMax) throw new RangeError('nested deeper than the limit');
  const place = { line: path.length === 0 ? 1 : finder.line(path), column: 1, tag: undefined };
  if (Array.isArray(value)) {
    return { kind: 'list', ...place, items: value.map((item) => convert(item, finder, path, depth + 1)) };
  }
  if (value instanceof Date) return { kind: 'scalar', ...place, value: value.toISOString() };
  if (typeof value === 'object' && value !== null) {
    const entries = new Map<string, MapEntry>();
    for (const [key, item] of Object.entries(value)) {
      const node = convert(item, finder, [...path, key], depth + 1);
      entries.set(key, { line: node.line, column: node.column, node });
    }
    return { kind: 'map', ...place, entries };
  }
  const scalar = typeof value === 'bigint' ? Number(value) : (value as string | number | boolean | null);
  return { kind: 'scalar', ...place, value: scalar };
}
