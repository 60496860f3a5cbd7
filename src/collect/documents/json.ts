import { type ParseErrorCode, printParseErrorCode, visit } from 'jsonc-parser';
import { limits } from '../../base/limits.ts';
import type { Gap } from '../../model/gap.ts';
import type { Scalar } from '../../model/value.ts';
import type { DocNode, MapEntry } from './node.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}
type Open =
  | { readonly kind: 'list'; readonly items: DocNode[] }
  | { readonly kind: 'map'; readonly entries: Map<string, MapEntry>; key: string; at: Place };

/**
 * Parses JSON or JSON with comments and trailing commas (as VS Code and most agent clients accept).
 * A syntax error is a gap; what could still be read is returned with it. Of duplicate keys the last wins.
 *
 * @returns `root` is undefined when nothing could be read
 */
export function parseJson(text: string, file: string): { root: DocNode | undefined; gaps: Gap[] } {
  const builder = new Builder();
  const gaps: Gap[] = [];
  try {
    visit(
      text,
      {
        onObjectBegin: (_offset, _length, line, column) => builder.openMap(line, column),
        onObjectEnd: () => builder.close(),
        onArrayBegin: (_offset, _length, line, column) => builder.openList(line, column),
        onArrayEnd: () => builder.close(),
        onObjectProperty: (name, _offset, _length, line, column) => builder.key(name, line, column),
        onLiteralValue: (value: Scalar | undefined, _offset, _length, line, column) =>
          builder.scalar(value ?? null, line, column),
        onError: (error, _offset, _length, line, column) => builder.fail(error, line, column),
      },
      { allowTrailingComma: true, disallowComments: false },
    );
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    gaps.push({ kind: 'too-large', reason: 'nested deeper than the limit', location: { file, line: 1, column: 1 } });
    return { root: undefined, gaps };
  }
  if (builder.error !== undefined) {
    const { code, line, column } = builder.error;
    gaps.push({
      kind: 'syntax',
      reason: `not valid JSON: ${printParseErrorCode(code)}`,
      location: { file, line, column },
    });
  }
  return { root: builder.root, gaps };
}

/** Builds the tree from the scanner's events; positions of the scanner count from 0. */
class Builder {
  root: DocNode | undefined;
  error: (Place & { readonly code: ParseErrorCode }) | undefined;
  readonly #open: Open[] = [];

  openMap(line: number, column: number): void {
    const entries = new Map<string, MapEntry>();
    this.#add({ kind: 'map', line: line + 1, column: column + 1, tag: undefined, entries });
    this.#push({ kind: 'map', entries, key: '', at: { line: 1, column: 1 } });
  }

  openList(line: number, column: number): void {
    const items: DocNode[] = [];
    this.#add({ kind: 'list', line: line + 1, column: column + 1, tag: undefined, items });
    this.#push({ kind: 'list', items });
  }

  close(): void {
    this.#open.pop();
  }

  key(name: string, line: number, column: number): void {
    const top = this.#open.at(-1);
    if (top?.kind !== 'map') return;
    top.key = name;
    top.at = { line: line + 1, column: column + 1 };
  }

  scalar(value: Scalar, line: number, column: number): void {
    this.#add({ kind: 'scalar', line: line + 1, column: column + 1, tag: undefined, value });
  }

  fail(code: ParseErrorCode, line: number, column: number): void {
    this.error ??= { code, line: line + 1, column: column + 1 };
  }

  #push(open: Open): void {
    if (this.#open.length >= limits.nestingDepthMax) throw new RangeError('nested deeper than the limit');
    this.#open.push(open);
  }

  #add(node: DocNode): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.root ??= node;
    else if (top.kind === 'list') top.items.push(node);
    else top.entries.set(top.key, { ...top.at, node });
  }
}
