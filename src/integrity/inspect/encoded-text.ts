/** A run of encoded data and the text in it; `text` is undefined where it holds none. */
export interface Encoded {
  readonly excerpt: string;
  readonly text: string | undefined;
  /** It is introduced as a sample: `e.g. aGVsbG8=`. */
  readonly isSample: boolean;
}

/** What stands right before a sample. */
const introduced =
  /(?:e\.\s?g\.?|for example|for instance|such as|like|examples?|sample|input|encoded|encodes to|becomes|gives|returns|decodes|basic|bearer|=>|->|\u2192)[\s:,(="'`]{0,6}(?:\w{1,20}[\s:="'`]{1,4})?$/i;

const base64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const base32 = /\b[A-Z2-7]{16,}={0,6}/g;
const hex = /(?:[0-9a-fA-F]{2}[\s:,]?){16,}|(?:\\x[0-9a-fA-F]{2}){8,}/g;
const percent = /(?:%[0-9a-fA-F]{2}){8,}/g;
const escapes = /(?:\\u[0-9a-fA-F]{4}){8,}/g;
const entities = /(?:&#(?:x[0-9a-fA-F]{1,6}|\d{1,7});\s?){8,}/g;
const decimals = /\b(?:\d{2,3}[ ,]{1,2}){15,}\d{2,3}\b/g;
const binary = /\b(?:[01]{8}\s?){8,}/g;
/** A longer run is decoded up to here. */
const runLengthMax = 20_000;
/** Blobs worth telling of although no text is in them: shorter ones are identifiers and examples. */
const blobLengthMin = 200;

const decoders: readonly (readonly [RegExp, (run: string) => Uint8Array | string])[] = [
  [base64, (run) => Buffer.from(run, 'base64')],
  [base32, fromBase32],
  [hex, (run) => Buffer.from(run.replace(/\\x|[\s:,]/g, ''), 'hex')],
  [percent, (run) => Buffer.from(run.replace(/%/g, ''), 'hex')],
  [escapes, (run) => run.replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))],
  [
    entities,
    (run) =>
      run.replace(/&#(x?)([0-9a-fA-F]+);\s?/g, (_, isHex: string, code: string) => {
        const point = parseInt(code, isHex === '' ? 10 : 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : '';
      }),
  ],
  [decimals, (run) => String.fromCharCode(...(run.match(/\d+/g) ?? []).slice(0, 4_000).map(Number))],
  [
    binary,
    (run) => String.fromCharCode(...(run.match(/[01]{8}/g) ?? []).slice(0, 4_000).map((bits) => parseInt(bits, 2))),
  ],
];

/** Finds encoded text: base64, base32, hex, percent and Unicode escapes, character references, codes of letters. */
export function findEncoded(text: string): Encoded[] {
  return decoders.flatMap(([pattern, decode]) =>
    [...text.matchAll(pattern)].flatMap(({ 0: run, index }): Encoded[] => {
      const isSample = introduced.test(text.slice(Math.max(0, index - 48), index));
      const decoded = decode(run.slice(0, runLengthMax));
      const found = typeof decoded === 'string' ? decoded : Buffer.from(decoded).toString('utf8');
      if (isWords(found)) return [{ excerpt: found, text: found, isSample }];
      return run.length >= blobLengthMin ? [{ excerpt: run, text: undefined, isSample }] : [];
    }),
  );
}

/** Words that nearly every English text has, moved by 13 and backwards: two of them are worth turning the text about. */
const moved = /\b(?:gur|gb|naq|nyy|lbh|lbhe|hfre|abg|guvf|vg|bs|jvgu)\b/gi;
const reversed = /\b(?:eht|ot|dna|lla|uoy|ruoy|resu|ton|siht|ti|fo|htiw)\b/gi;
const wordsMin = 2;

/** The text with its letters moved by 13, and backwards, where that makes English of it: what a person does not read, and a model does. */
export function disguisesOf(text: string): readonly string[] {
  const disguises: string[] = [];
  if ((text.match(moved)?.length ?? 0) >= wordsMin)
    disguises.push(
      text.replace(/[a-z]/gi, (letter) => {
        const base = letter <= 'Z' ? 65 : 97;
        return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
      }),
    );
  if ((text.match(reversed)?.length ?? 0) >= wordsMin) disguises.push(Array.from(text).reverse().join(''));
  return disguises;
}

/** RFC 4648, section 6. */
function fromBase32(run: string): Uint8Array {
  const bytes: number[] = [];
  let value = 0;
  let bits = 0;
  for (const letter of run.replace(/=/g, '')) {
    value = ((value << 5) | 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((value >>> (bits -= 8)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Two words or more, and hardly anything else. */
function isWords(text: string): boolean {
  if (text.length < 8) return false;
  const printable = (text.match(/[\p{L}\p{N}\p{P}\p{Zs}\n]/gu) ?? []).length;
  const words = text.match(/(?<![\p{L}\p{N}])\p{Ll}{2,}(?![\p{L}\p{N}])/gu) ?? [];
  const spaces = (text.match(/\s/g) ?? []).length;
  return !text.includes('\ufffd') && printable / text.length > 0.95 && words.length >= 2 && spaces >= 1;
}
