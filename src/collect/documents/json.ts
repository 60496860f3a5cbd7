import { type Node as JsonNode, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { limits } from '../../base/limits.ts';
import type { Gap } from '../../model/gap.ts';
import { LineIndex } from './lines.ts';
import type { DocNode, MapEntry } from './node.ts';

/**
 * Parses JSON or JSON with comments and trailing commas (as VS Code and most agent clients accept).
 * A syntax error is a gap; what could still be read is returned with it. Of duplicate keys the last wins.
 *
 * @returns `root` is undefined when nothing could be read
 */
export function parseJson(text: string, file: string): { root: DocNode | undefined; gaps: Gap[] } {
  const lines = new LineIndex(text);
  const errors: ParseError[] = [];
  const gaps: Gap[] = [];
  let root: DocNode | undefined;
  try {
    const tree = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
    root = tree === undefined ? undefined : convert(tree, lines, 0);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    gaps.push({ kind: 'too-large', reason: 'nested deeper than the limit', location: { file, line: 1, column: 1 } });
  }
  const first = errors[0];
  if (first !== undefined) {
    const reason = `not valid JSON: ${printParseErrorCode(first.error)}`;
    gaps.push({ kind: 'syntax', reason, location: { file, ...lines.at(first.offset) } });
  }
  return { root, gaps };
}

function convert(node: JsonNode, lines: LineIndex, depth: number): DocNode {
  if (depth > limits.nestingDepthMax) throw new RangeError('nested deeper than the limit');
  const place = { ...lines.at(node.offset), tag: undefined };
  switch (node.type) {
    case 'array':
      return { kind: 'list', ...place, items: (node.children ?? []).map((item) => convert(item, lines, depth + 1)) };
    case 'object': {
      const entries = new Map<string, MapEntry>();
      for (const property of node.children ?? []) {
        const [key, value] = property.children ?? [];
        if (key === undefined || value === undefined) continue;
        entries.set(String(key.value), { ...lines.at(key.offset), node: convert(value, lines, depth + 1) });
      }
      return { kind: 'map', ...place, entries };
    }
    default:
      return { kind: 'scalar', ...place, value: (node.value as string | number | boolean | null | undefined) ?? null };
  }
}
