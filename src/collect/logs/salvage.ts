import { asObject, type Json, parseJson } from './fields.ts';

/** A record found whole inside a broken piece, its own text, and its line within the piece, from 0. */
export interface Salvaged {
  readonly record: Json;
  readonly text: string;
  readonly line: number;
}

/** Characters read for each character of the piece: what is nested is read once for each level it may begin on. */
const readingsMax = 8;

/**
 * The whole records inside a broken piece: a list in one line of which one element is damaged, a batch that was cut off.
 * Tries every object that begins a list or a line or follows another one and keeps those the format recognises. Linear: it stops
 * when it has read the text eight times.
 */
export function salvage(text: string, recognises: (record: Json) => boolean): Salvaged[] {
  const found: Salvaged[] = [];
  let budget = text.length * readingsMax;
  let line = 0;
  let counted = 0;
  const starts = /(?:\[|\}\s{0,64},|^)\s{0,64}(?=\{)/gm;
  for (let match = starts.exec(text); match !== null && budget > 0; match = starts.exec(text)) {
    const start = match.index + match[0].length;
    if (match[0] === '') starts.lastIndex++;
    const end = endOfObject(text, start);
    budget -= (end ?? text.length) - start;
    const own = text.slice(start, end ?? start);
    const record = asObject(parseJson(own));
    if (record === undefined || end === undefined || !recognises(record)) continue;
    for (; counted < start; counted++) if (text.charCodeAt(counted) === 10) line++;
    found.push({ record, text: own, line });
    // The brace stays in view: `},` announces the next one.
    starts.lastIndex = end - 1;
  }
  return found;
}

/** Where the object that begins at a position ends; undefined when it does not. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
      else if (character === '\n') return undefined;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
