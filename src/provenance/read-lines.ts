import { limits } from '../base/limits.ts';
import { isContentName } from './names.ts';

/** A piece of a text that a program printed for people. */
export interface Cell {
  /** Name in front of it; empty where there is none. */
  readonly name: string;
  readonly text: string;
}

const bullet = /^(?:[-*•]|\d{1,3}[.)])\s+/;
const ruler = /^[\s|:=+-]{3,}$/;
const named = /^(\p{L}[\p{L}\p{N} _./()-]{0,30}):(?:\s+(\S.*))?$/u;
/** Most lines have to be of cells, or the text is prose with a line of them. */
const cellLinesMin = 0.6;

/**
 * The cells of a text whose lines are mostly not prose: columns that are nearly aligned, bars, `name: value`, lists of short items. What stands below a name
 * of content (`notes:`) has none.
 * @returns undefined where the text is prose
 */
export function readLines(text: string): readonly Cell[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !ruler.test(line.trim()));
  if (lines.length > limits.structuredLinesMax) return undefined;
  const cells: Cell[] = [];
  let withCells = 0;
  /** Indent of a name of content: what is deeper is content. */
  let content = Infinity;
  for (const line of lines) {
    const indent = line.length - line.trimStart().length;
    if (indent > content) continue;
    content = Infinity;
    const body = line.trim();
    const item = body.replace(bullet, '');
    const found = cellsOf(item, item !== body);
    if (found.length > 0) withCells++;
    for (const cell of found)
      if (cell.text !== '') cells.push(cell);
      else if (isContentName(cell.name)) content = indent;
  }
  return lines.length >= 2 && withCells >= lines.length * cellLinesMin ? cells : undefined;
}

/** @param isItem of a list */
function cellsOf(line: string, isItem: boolean): readonly Cell[] {
  const parts = line
    .replace(/^\||\|$/g, '')
    .split(line.includes('|') ? '|' : / {2,}|\t/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const cells = parts.map((part): Cell => {
    const [, name, text = ''] = named.exec(part) ?? [];
    return name === undefined ? { name: '', text: part } : { name, text };
  });
  const isNamed = cells.some(({ name }) => name !== '');
  return cells.length >= 2 || isNamed || isItem ? cells : [];
}
