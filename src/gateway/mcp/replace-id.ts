import { endOfString } from '../http/strict-json.ts';
import type { JsonRpcId } from '../../model/mcp.ts';

/**
 * The same JSON text with another `id`: nothing else of it changes, not even a number that JavaScript cannot keep.
 * @param text an object that `parseStrictText` took
 */
export function replaceId(text: string, id: JsonRpcId): string {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === '"') {
      const end = endOfString(text, at);
      const colon = depth === 1 ? nextVisible(text, end + 1) : -1;
      if (text[colon] === ':' && isId(text.slice(at, end + 1))) {
        const start = nextVisible(text, colon + 1);
        return text.slice(0, start) + JSON.stringify(id) + text.slice(endOfValue(text, start));
      }
      at = end;
    }
  }
  return text;
}

/** A name may be written with escapes. */
function isId(name: string): boolean {
  return name === '"id"' || (name.includes('\\') && JSON.parse(name) === 'id');
}

function nextVisible(text: string, start: number): number {
  let at = start;
  while (' \t\r\n'.includes(text[at] ?? 'x')) at++;
  return at;
}

/** An id is a text, a number or null. */
function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfString(text, start) + 1;
  let end = start;
  while (!', \t\r\n}'.includes(text[end] ?? ',')) end++;
  return end;
}
