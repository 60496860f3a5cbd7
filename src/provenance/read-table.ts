import { limits } from '../base/limits.ts';
import type { Dumped } from './read-flow.ts';

/** Cells of a line of a Markdown table, its outer bars left out. */
const barred = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

const separators = ['\t', '|', ',', ';'] as const;
type Separator = (typeof separators)[number];

/** Cells of a line of separated values (RFC 4180, without line breaks in cells); undefined where quotes do not close. */
function separated(line: string, separator: Separator): string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let cell = '';
      for (at++; ; at += 2) {
        const end = line.indexOf('"', at);
        if (end < 0) return undefined;
        cell += line.slice(at, end);
        at = end;
        if (line[at + 1] !== '"') break;
        cell += '"';
      }
      at++;
      cells.push(cell);
      if (at < line.length && line[at] !== separator) return undefined;
    } else {
      const end = line.indexOf(separator, at);
      cells.push(line.slice(at, end < 0 ? line.length : end).trim());
      at = end < 0 ? line.length : end;
    }
    if (at >= line.length) return cells;
    at++;
  }
}

/** A name of a column: a few words, no sentence. */
const isHeading = (cell: string): boolean =>
  /^[\p{L}#][^\n.!?:]{0,39}\??$/u.test(cell) && cell.split(/\s+/).length <= 4;

const isRuler = (line: string): boolean => /^[\s|:-]*-[\s|:-]*$/.test(line) && line.includes('|');
/** A line above a table that says what it is, and tells nobody what to do. */
const isTitle = (line: string): boolean =>
  !line.includes('|') && !/[.!?]$/.test(line) && line.split(/\s+/).length <= 10;

/** Cells of lines that programs align: two or more spaces, or a tab, between them; undefined where not all lines have cells. */
export function readColumns(lines: readonly string[]): readonly string[] | undefined {
  const cells = lines.map((line) => line.split(/ {2,}|\t| \| /));
  const width = cells[0]?.length ?? 0;
  // Between bars all lines have as many.
  const hasBars = lines.some((line) => line.includes('|'));
  const fits = cells.every(({ length }) => length >= 2 && (!hasBars || length === width));
  // A line alone is a row where many cells stand in it, or bars.
  const isRow = lines.length >= 2 || width >= (lines[0]?.includes(' | ') === true ? 3 : 4);
  return isRow && fits ? cells.flat() : undefined;
}

/**
 * Reads a table as Markdown or programs write it: a row of names, and below it rows of as many cells. The whole text has to be one, but
 * for a title above a Markdown table; a list of sentences with commas is none.
 */
export function readTable(text: string): Dumped | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || lines.length > limits.provenanceFieldsMax / 4) return undefined;
  const [first = '', second = '', third = ''] = lines;
  if (isRuler(second)) return tableOf(barred(first), lines.slice(2).map(barred), 2);
  if (isRuler(third) && isTitle(first)) {
    const table = tableOf(barred(second), lines.slice(3).map(barred), 2);
    return table === undefined ? undefined : { items: [{ entries: [['title', first]] }, table] };
  }
  for (const separator of separators) {
    if (!first.includes(separator)) continue;
    const [names, ...rows] = lines.map((line) => separated(line, separator));
    // Programs print rows with bars without any names as well.
    if (separator === '|' && names?.some((name) => /\d/.test(name)) === true) return undefined;
    return tableOf(names, rows, separator === '\t' || separator === '|' ? 2 : 3);
  }
  return undefined;
}

function tableOf(
  names: readonly string[] | undefined,
  rows: readonly (readonly string[] | undefined)[],
  columnsMin: number,
): Dumped | undefined {
  if (names === undefined || names.length < columnsMin || rows.length === 0) return undefined;
  if (!names.every(isHeading) || new Set(names).size < names.length) return undefined;
  const items: Dumped[] = [];
  for (const row of rows) {
    if (row === undefined || row.length !== names.length) return undefined;
    items.push({ entries: names.map((name, at) => [name, row[at] ?? ''] as const) });
  }
  return { items };
}
