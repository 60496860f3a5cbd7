import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'smol-toml';
import type { EntryChange } from './client-entries.ts';

/**
 * Changes an entry of a TOML file that has a table of its own (`[mcp_servers.github]`): the table's keys are taken out and
 * put in line by line, tables below it (`[mcp_servers.github.env]`) leave as a whole.
 *
 * @returns undefined where the entry is written in another way: as an inline table, or with dotted keys
 */
export function editToml(text: string, { path, remove, set }: EntryChange): string | undefined {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const sections = sectionsOf(text.split(/(?<=\n)/));
  const gone = new Set([...remove, ...Object.keys(set)]);
  const own = sections.find(({ table }) => isDeepStrictEqual(table, path));
  if (own === undefined) return undefined;
  return sections
    .filter(({ table }) => !(startsWith(table, path) && gone.has(table[path.length] ?? '')))
    .flatMap((section) => {
      if (section !== own) return section.lines;
      const [header = '', ...rest] = section.lines;
      const put = stringify(set).trimEnd().split('\n');
      return [
        header.endsWith('\n') ? header : `${header}${eol}`,
        ...put.map((line) => line + eol),
        ...without(rest, gone),
      ];
    })
    .join('');
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

/** The lines of a table without the assignments of some keys; comments stay. */
function without(lines: readonly string[], gone: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const from = at;
    let statement = lines[at] ?? '';
    let value = read(statement);
    // A list or text may go on over lines: it is whole when it parses.
    while (value === undefined && at + 1 < lines.length) {
      statement += lines[++at] ?? '';
      value = read(statement);
    }
    const [key] = Object.keys(value ?? {});
    if (key === undefined || !gone.has(key)) kept.push(...lines.slice(from, at + 1));
  }
  return kept;
}

function read(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
