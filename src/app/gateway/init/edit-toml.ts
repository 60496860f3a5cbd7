import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'smol-toml';
import type { EntryChange } from './client-entries.ts';

/**
 * Changes an entry of a TOML file that has a table of its own (`[mcp_servers.github]`): the table's keys are taken out and
 * put in line by line, tables below it (`[mcp_servers.github.env]`) leave as a whole. Comments stay: at the end of the line that
 * takes the place of theirs, else as lines of their own.
 *
 * @returns undefined where the entry is written in another way: as an inline table, or with dotted keys
 */
export function editToml(text: string, { path, remove, set }: EntryChange): string | undefined {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const sections = sectionsOf(text.split(/(?<=\n)/));
  const gone = new Set([...remove, ...Object.keys(set)]);
  const own = sections.find(({ table }) => isDeepStrictEqual(table, path));
  if (own === undefined) return undefined;
  const lines: string[] = [];
  for (const section of sections) {
    const leaves = startsWith(section.table, path) && gone.has(section.table[path.length] ?? '');
    if (leaves) lines.push(...commentsOf(section.lines, eol, lines.at(-1)));
    else if (section === own) lines.push(...changed(section.lines, gone, set, eol));
    else lines.push(...section.lines);
  }
  return lines.join('');
}

interface Section {
  /** Undefined for what stands before the first header, and for lists of tables. */
  readonly table: readonly string[] | undefined;
  readonly lines: readonly string[];
}

/** Tables with their lines. A line inside a text or list that looks like a header is found out by whoever reads the result. */
function sectionsOf(lines: readonly string[]): Section[] {
  const sections: { table: readonly string[] | undefined; lines: string[] }[] = [{ table: undefined, lines: [] }];
  for (const line of lines) {
    if (/^\s*\[/.test(line)) sections.push({ table: headerOf(line), lines: [] });
    sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function headerOf(line: string): readonly string[] | undefined {
  if (/^\s*\[\[/.test(line)) return undefined;
  const keys: string[] = [];
  let node: unknown = read(line);
  while (typeof node === 'object' && node !== null && Object.keys(node).length === 1) {
    const [[key, inner] = ['', undefined]] = Object.entries(node) as [string, unknown][];
    keys.push(key);
    node = inner;
  }
  return keys.length === 0 ? undefined : keys;
}

function startsWith(table: readonly string[] | undefined, path: readonly (string | number)[]): table is string[] {
  return table !== undefined && table.length > path.length && path.every((step, at) => table[at] === step);
}

/** The lines of a table with some keys assigned anew, and without others. */
function changed(
  [header = '', ...lines]: readonly string[],
  gone: ReadonlySet<string>,
  set: EntryChange['set'],
  eol: string,
): string[] {
  const kept: string[] = [];
  const ends = new Map<string, string>();
  for (const { key, text } of statementsOf(lines)) {
    if (key === undefined || !gone.has(key)) kept.push(text);
    else {
      const { inner, end } = commentsIn(text);
      if (Object.hasOwn(set, key)) ends.set(key, end);
      else inner.push(end);
      kept.push(...inner.flatMap((comment) => ownLine(comment, eol)));
    }
  }
  const put = Object.entries(set).map(([key, value]) => stringify({ [key]: value }).trimEnd() + (ends.get(key) ?? ''));
  return [header.endsWith('\n') ? header : header + eol, ...put.map((line) => line + eol), ...kept];
}

/** The comments of a table that leaves, and blank lines around them. @param before the line it follows */
function commentsOf(lines: readonly string[], eol: string, before = ''): readonly string[] {
  const kept: string[] = [];
  for (const { text } of statementsOf(lines)) {
    const { inner, end } = commentsIn(text);
    if (text.trim() !== '') kept.push(...[...inner, end].flatMap((comment) => ownLine(comment, eol)));
    else if ((kept.at(-1) ?? before).trim() !== '') kept.push(text);
  }
  return kept.some((line) => line.trim() !== '') ? kept : [];
}

interface Statement {
  /** Undefined for blank lines, comments and headers. */
  readonly key: string | undefined;
  readonly text: string;
}

function statementsOf(lines: readonly string[]): readonly Statement[] {
  const statements: Statement[] = [];
  for (let at = 0; at < lines.length; at++) {
    let text = lines[at] ?? '';
    let value = read(text);
    // A list or text may go on over lines: it is whole when it parses.
    while (value === undefined && at + 1 < lines.length) {
      text += lines[++at] ?? '';
      value = read(text);
    }
    statements.push({ key: Object.keys(value ?? {})[0], text });
  }
  return statements;
}

/** Texts, in which `#` begins no comment, and comments with the blanks before them. */
const textOrComment = /"""(?:\\[^]|[^\\])*?"""(?!")|'''[^]*?'''(?!')|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|([ \t]*#[^\r\n]*)/g;

/** @returns the comments in a statement, and the one at its end; empty where there is none */
function commentsIn(statement: string): { readonly inner: string[]; readonly end: string } {
  const inner = [...statement.matchAll(textOrComment)].flatMap(([, comment]) => comment ?? []);
  const last = inner.at(-1) ?? '';
  const isAtEnd = statement.replace(/\r?\n$/, '').endsWith(last);
  return { inner: isAtEnd ? inner.slice(0, -1) : inner, end: isAtEnd ? last : '' };
}

const ownLine = (comment: string, eol: string): readonly string[] =>
  comment === '' ? [] : [comment.trimStart() + eol];

function read(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
