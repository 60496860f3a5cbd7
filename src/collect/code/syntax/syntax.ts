import type { Parser } from '@vscode/tree-sitter-wasm';

/** Bounds of one file's parse; beyond them the file is a gap. */
export const syntaxLimits = {
  /** Progress reports of the parser (about 100 operations, 30 characters, each) before it is halted. */
  parseStepsMax: 150_000,
  /**
   * Pieces of text (about 5,000 characters) the parser may ask for before it is halted. Some grammars look ahead over all
   * comments that follow, at each of them: the time would grow with the square of their number.
   */
  readsMax: 20_000,
  /** Named and unnamed nodes kept of one file. */
  nodesMax: 600_000,
  /** Nesting of syntax kept; what lies deeper is dropped and reported. */
  depthMax: 300,
} as const;

/** A node of the concrete syntax tree, off the parser's heap. Offsets are UTF-16. Comments are left out. */
export interface Syntax {
  readonly type: string;
  readonly field: string | undefined;
  readonly named: boolean;
  readonly start: number;
  readonly end: number;
  readonly children: Syntax[];
}

/** What a parse gives: a tree, and what is wrong with it (`undefined` root: halted or too large). */
export interface Parsed {
  readonly root: Syntax | undefined;
  /** Offset of the first syntax error. */
  readonly errorAt: number | undefined;
  readonly tooDeep: boolean;
}

/**
 * Parses a text and copies the tree. Halts after a fixed number of steps, so no input can hang it; nesting and size
 * are bounded by `syntaxLimits`.
 */
export function readSyntax(parser: Parser, text: string): Parsed {
  let steps = 0;
  let reads = 0;
  const tree = parser.parse((index) => (++reads > syntaxLimits.readsMax ? '' : text.slice(index)), null, {
    // The callback's result halts the parse when it is true; the typings leave it out.
    progressCallback: () => ++steps > syntaxLimits.parseStepsMax || reads > syntaxLimits.readsMax,
  });
  if (tree === null) {
    parser.reset();
    return { root: undefined, errorAt: undefined, tooDeep: false };
  }
  try {
    if (reads > syntaxLimits.readsMax) return { root: undefined, errorAt: undefined, tooDeep: false };
    const cursor = tree.walk();
    try {
      return copy(cursor);
    } finally {
      cursor.delete();
    }
  } finally {
    tree.delete();
  }
}

type Cursor = ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>;

function copy(cursor: Cursor): Parsed {
  const open: Syntax[] = [];
  let root: Syntax | undefined;
  let errorAt: number | undefined;
  let tooDeep = false;
  for (let nodes = 0; nodes < syntaxLimits.nodesMax; nodes++) {
    const type = cursor.nodeType;
    const node: Syntax = {
      type,
      field: cursor.currentFieldName ?? undefined,
      named: cursor.nodeIsNamed,
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: [],
    };
    if (type === 'ERROR' || cursor.nodeIsMissing) errorAt ??= node.start;
    const parent = open.at(-1);
    if (parent === undefined) root ??= node;
    else if (!type.endsWith('comment')) parent.children.push(node);
    if (open.length < syntaxLimits.depthMax) {
      if (cursor.gotoFirstChild()) {
        open.push(node);
        continue;
      }
    } else tooDeep = true;
    while (!cursor.gotoNextSibling()) {
      if (open.pop() === undefined || !cursor.gotoParent()) return { root, errorAt, tooDeep };
    }
  }
  return { root: undefined, errorAt, tooDeep };
}
