import { limits } from '../base/limits.ts';
import { type Budget, type Dumped, NotADump, readFlow, readQuoted, skipSpace } from './read-flow.ts';

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** `name: value`; a name is short, and no sentence. */
const entry =
  /^(?:"([^"\n]{1,120})"|'([^'\n]{1,120})'|([^\s"'[\]{}#&*!|>%@`,-][^\n:]{0,79}|-[^\s:][^\n:]{0,78})):(?:[ \t]+(.*))?$/;

/**
 * Reads the block style in which programs dump values as YAML: mappings, lists, quoted, folded and block texts. Anchors,
 * tags, aliases and directives are no dump. Every line has to fit, or the whole text is no dump.
 * @throws NotADump
 */
export function readBlock(text: string, budget: Budget): Dumped {
  const lines = text.split('\n').map((line) => {
    const trimmed = line.trimEnd();
    const body = trimmed.trimStart();
    return { indent: trimmed.length - body.length, text: body };
  });
  const reader = new BlockReader(lines, budget);
  const value = reader.block(0, 0);
  reader.expectEnd();
  return value;
}

class BlockReader {
  readonly #lines: Line[];
  readonly #budget: Budget;
  #at = 0;

  constructor(lines: Line[], budget: Budget) {
    this.#lines = lines;
    this.#budget = budget;
  }

  expectEnd(): void {
    if (this.#peek() !== undefined) throw new NotADump();
  }

  /** A mapping or a list whose lines stand at `indent` or deeper. */
  block(indent: number, depth: number): Dumped {
    const first = this.#peek();
    if (first === undefined || first.indent < indent || depth > limits.provenanceDepthMax) throw new NotADump();
    return isItem(first) ? this.#list(first.indent, depth) : this.#mapping(first.indent, depth);
  }

  #list(indent: number, depth: number): Dumped {
    const items: Dumped[] = [];
    for (let line = this.#peek(); line?.indent === indent && isItem(line); line = this.#peek()) {
      const rest = line.text.slice(1).trimStart();
      const inner = indent + (line.text.length - rest.length);
      if (rest === '') {
        this.#at++;
        const next = this.#peek();
        items.push(next !== undefined && next.indent > indent ? this.block(next.indent, depth + 1) : '');
      } else if (entry.test(rest) || rest.startsWith('- ')) {
        // The item is a mapping that begins behind its dash.
        this.#lines[this.#at] = { indent: inner, text: rest };
        items.push(this.block(inner, depth + 1));
      } else {
        this.#at++;
        items.push(this.#scalar(rest, indent));
      }
    }
    return { items };
  }

  #mapping(indent: number, depth: number): Dumped {
    const entries: [string, Dumped][] = [];
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      const match = entry.exec(line.text);
      if (match === null) throw new NotADump();
      this.#at++;
      const name = match[1] ?? match[2] ?? match[3] ?? '';
      entries.push([name, this.#value(match[4] ?? '', indent, depth)]);
    }
    if (entries.length === 0) throw new NotADump();
    return { entries };
  }

  #value(rest: string, indent: number, depth: number): Dumped {
    if (rest !== '') return this.#scalar(rest, indent);
    const next = this.#peek();
    if (next === undefined || next.indent < indent) return '';
    // Lists of a mapping may stand at its own indentation.
    if (next.indent > indent || isItem(next)) return this.block(next.indent, depth + 1);
    return '';
  }

  /** A scalar that begins with `first` and goes on in deeper lines. */
  #scalar(first: string, indent: number): Dumped {
    if (--this.#budget.nodes < 0) throw new NotADump();
    if (/^[|>][+-]?\d?$/.test(first)) return this.#deeper(indent).join('\n');
    const opening = first[0] ?? '';
    if (opening === '"' || opening === "'") return this.#quoted(first, indent);
    if (opening === '[' || opening === '{') {
      const text = [first, ...this.#deeper(indent)].join('\n');
      const { value, end } = readFlow(text, 0, this.#budget);
      if (skipSpace(text, end) < text.length) throw new NotADump();
      return value;
    }
    if (/^[&*!%@`]/.test(opening)) throw new NotADump();
    const deeper = this.#deeper(indent);
    // No plain text goes on in named values (YAML 1.2.2, 7.3.3): a program printed a record in a way of its own.
    if (deeper.length > 1 && deeper.every((line) => line === '' || entry.test(line))) throw new NotADump();
    const value = [first, ...deeper].join(' ').trim();
    return /^(?:null|~)$/.test(value) ? '' : value;
  }

  /** A quoted text; its lines fold to spaces, an empty line is a line break. */
  #quoted(first: string, indent: number): string {
    const pieces = [first];
    for (;;) {
      const closed = closes(pieces.length === 1 ? first : (pieces.at(-1) ?? ''), first[0] ?? '', pieces.length === 1);
      if (closed) break;
      const line = this.#lines[this.#at];
      if (line === undefined || (line.text !== '' && line.indent < indent)) throw new NotADump();
      pieces.push(line.text);
      this.#at++;
    }
    let text = pieces[0] ?? '';
    for (const piece of pieces.slice(1))
      text +=
        piece === ''
          ? '\n'
          : text.endsWith('\n') || text.endsWith('\\')
            ? `${text.endsWith('\\') ? '\n' : ''}${piece}`
            : ` ${piece}`;
    const { value, end } = readQuoted(text, 0);
    if (text.slice(end).trim() !== '') throw new NotADump();
    return value;
  }

  /** The following lines that are empty or deeper than `indent`. */
  #deeper(indent: number): string[] {
    const taken: string[] = [];
    for (;;) {
      const line = this.#lines[this.#at];
      if (line === undefined || (line.text !== '' && line.indent <= indent)) break;
      taken.push(line.text);
      this.#at++;
    }
    while (taken.at(-1) === '') taken.pop();
    return taken;
  }

  #peek(): Line | undefined {
    while (this.#lines[this.#at]?.text === '') this.#at++;
    return this.#lines[this.#at];
  }
}

const isItem = ({ text }: Line): boolean => text === '-' || text.startsWith('- ');

/** Whether a quoted text ends in this line. */
function closes(line: string, quote: string, first: boolean): boolean {
  let at = first ? 1 : 0;
  while (at < line.length) {
    if (line[at] === '\\' && quote === '"') at += 2;
    else if (line[at] === quote) {
      if (quote === "'" && line[at + 1] === "'") at += 2;
      else return true;
    } else at++;
  }
  return false;
}
