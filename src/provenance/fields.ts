import { limits } from '../base/limits.ts';
import { countWords } from './normalise.ts';
import { readMails } from './mails.ts';
import { isContentName } from './names.ts';
import { onlyAddresses } from './atoms.ts';
import { readBlock } from './read-block.ts';
import { readLines } from './read-lines.ts';
import { type Budget, type Dumped, NotADump, readFlow, skipSpace } from './read-flow.ts';
import { type Told, toldIn } from './tellers.ts';
import { readColumns, readTable } from './read-table.ts';

/** One text of a result. */
export interface Field {
  readonly text: string;
  /** A short value under a name that stands for no content: a sender, an id, a status. */
  readonly structured: boolean;
  /** It stands in a line as programs print them, which somebody may have written as well: what it reaches or leads to counts as free text. */
  readonly loose?: true;
}

/**
 * The fields of a tool's result. What reads as JSON, as printed literals, as a YAML dump or as a table has fields; any other text is
 * lines, and they are structured only where all of them make a plain short list, which somebody may have written as well.
 * @param document the result is one document of somebody's making: then nothing of it is structured
 * @param isWritten it is a mail, a comment and the like: then lines of it prove nothing
 */
export function fieldsOf(text: string, document: boolean, isWritten = false): Field[] {
  if (document || text.length > limits.provenanceHistoryLengthMax) return [{ text, structured: false }];
  const budget = { nodes: limits.provenanceFieldsMax };
  const dumped = readTable(text) ?? readDump(text, budget);
  if (dumped === undefined || typeof dumped === 'string') return linesOf(dumped ?? text, isWritten);
  const fields: Field[] = [];
  walk(dumped, '', fields, budget);
  return fields;
}

/** What a result that reads as a dump says who wrote it. */
export function toldInResult(text: string): Told[] {
  if (text.length > limits.provenanceHistoryLengthMax) return [];
  const dumped = readDump(text, { nodes: limits.provenanceFieldsMax });
  if (dumped !== undefined && typeof dumped !== 'string') return toldIn(dumped);
  const mails = readMails(text).mails.map(({ from, body }) => ({ by: from, texts: [body] }));
  return mails.length > 0 ? mails : chatOf(text.split('\n'));
}

function readDump(text: string, budget: Budget): Dumped | undefined {
  const start = skipSpace(text, 0);
  try {
    if (/[[{"]/.test(text[start] ?? '')) {
      const { value, end } = readFlow(text, start, budget);
      return skipSpace(text, end) < text.length ? undefined : value;
    }
    return readBlock(text, budget);
  } catch (thrown) {
    if (thrown instanceof NotADump) return undefined;
    throw thrown;
  }
}

/** @param isInText what is walked was read from a text that is a field itself */
function walk(value: Dumped, name: string, fields: Field[], budget: Budget, isInText = false): void {
  if (typeof value === 'string') {
    const inner = isInText || isContentName(name) ? undefined : readInner(value, budget);
    if (inner !== undefined) walk(inner, name, fields, budget, true);
    else if (value !== '')
      fields.push({ text: value, structured: !isContentName(name) && (isShort(value) || onlyAddresses(value)) });
  } else if ('items' in value) for (const item of value.items) walk(item, name, fields, budget, isInText);
  else
    for (const [key, inner] of value.entries) {
      // A name that is no identifier is data: `{'New Asiaway': 30.0}`, `{"bob@example.com": "r"}`.
      if (/[\s@.]/.test(key)) fields.push({ text: key, structured: isShort(key) });
      walk(inner, key, fields, budget, isInText);
    }
}

/** What a program dumped into a text of its own: `{"repositories": "['a', 'b']"}`. */
function readInner(text: string, budget: Budget): Dumped | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const inner = readDump(text, budget);
  return typeof inner === 'string' ? undefined : inner;
}

/** Short enough to be a name, an id or a state, and too short to instruct anybody. */
function isShort(text: string): boolean {
  if (text.length > limits.structuredLengthMax || text.includes('\n')) return false;
  // Words have something between them.
  return text.length < 2 * limits.structuredWordsMax || countWords(text) <= limits.structuredWordsMax;
}

/** What a program printed in lines. */
function cellsOf(text: string): Field[] {
  const cells = readLines(text) ?? [];
  if (cells.length > limits.provenanceFieldsMax) return [];
  return cells
    .filter(({ name, text: part }) => isShort(part) && !isContentName(name) && !sentence.test(part))
    .map(({ text: part }): Field => ({ text: part, structured: true, loose: true }));
}

const sentence = /^\S+(?: \S+){3,}[.!?]$/;

/** @param isWritten by somebody, and not printed by a program */
function linesOf(text: string, isWritten: boolean): Field[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const columns = isWritten || lines.length > limits.structuredLinesMax ? undefined : readColumns(lines);
  if (columns !== undefined && columns.length <= limits.provenanceFieldsMax && columns.every(isShort))
    return columns.map((cell) => ({ text: cell, structured: true }));
  const list =
    lines.length <= limits.structuredLinesMax &&
    lines.every((line) => countWords(line) <= 8 && !/^[[{&*!%]|[.!?]$/.test(line));
  if (list && !isWritten)
    return lines.map((line) => ({ text: line, structured: true, ...(lines.length > 1 && { loose: true }) }));
  return [...(isWritten ? [...mailHeadOf(lines), ...speakersOf(lines)] : cellsOf(text)), { text, structured: false }];
}

/** Who a mail is from and to, where the text begins with its head. */
function mailHeadOf(lines: readonly string[]): Field[] {
  const [mail] = /^\p{Lu}[\p{L}-]{1,30}:/u.test(lines[0] ?? '') ? readMails(lines.join('\n')).mails : [];
  return (mail?.people ?? [])
    .filter((text) => isShort(text) || onlyAddresses(text))
    .map((text) => ({ text, structured: true }));
}

/** Who is named as speaking in the lines of a chat. */
const speakersOf = (lines: readonly string[]): Field[] =>
  chatOf(lines).map(({ by }) => ({ text: by, structured: true }));

/** Who said what in a chat, as programs print it: `[03-05 19:02] ann.w: …`, `10:41 ann  …`. */
function chatOf(lines: readonly string[]): Told[] {
  const spoken = lines.flatMap((line) => {
    const by = said
      .exec(line)
      ?.slice(1)
      .find((name) => name !== undefined);
    return by === undefined ? [] : [{ by, texts: [line] }];
  });
  // Most lines are such, or it is a text that gives times.
  return spoken.length * 2 > lines.length ? spoken : [];
}

const when = String.raw`\[?(?:[\d./-]{5,10}[T ,]+|\p{L}{2,9},? )?\d{1,2}:\d\d(?::\d\d)?\]?`;
const speaker = String.raw`@?[\p{L}\p{N}._-]{2,32}`;
const said = new RegExp(String.raw`^${when} +(?:(${speaker}(?: ${speaker}){0,2}): ?\S|(${speaker}) {2,}\S)`, 'u');
