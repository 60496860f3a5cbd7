import { decodePercent } from './atoms.ts';

const base64 = /(?<![\w+/-])[\w+/-]{16,65536}={0,2}(?![\w+/=-])/g;
const hexadecimal = /(?<![\da-z])(?:[\da-f]{2}[\s:]?){8,32768}(?![\da-z])/gi;

/** Texts that stand in a text in another form: percent-encoded, base64 or hexadecimal. One level; each at most once. */
export function decodedTexts(text: string): string[] {
  const found = new Set<string>();
  const plain = decodePercent(text);
  if (plain !== text) found.add(plain);
  for (const [match] of plain.matchAll(base64)) addReadable(found, Buffer.from(match, 'base64'));
  for (const [match] of plain.matchAll(hexadecimal))
    addReadable(found, Buffer.from(match.replace(/[\s:]/g, ''), 'hex'));
  return [...found];
}

function addReadable(found: Set<string>, bytes: Buffer): void {
  const text = bytes.toString('utf8');
  const readable = text.match(/[\p{L}\p{N} .,:;@/_='"\n-]/gu)?.length ?? 0;
  if (text.length >= 8 && readable >= text.length * 0.95 && !text.includes('\ufffd')) found.add(text);
}
