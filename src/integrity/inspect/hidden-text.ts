import type { FindingCode } from './finding.ts';

/** Something found in one text. */
export interface Hit {
  readonly code: FindingCode;
  readonly excerpt: string;
  /** What the hidden text says, where it can be read. */
  readonly decoded?: string | undefined;
}

/** A flag of a region is spelled in tag characters (Unicode TS 51, ED-14a). */
const flag = /\u{1F3F4}[\u{E0061}-\u{E007A}\u{E0030}-\u{E0039}]{2,6}\u{E007F}/gu;
/** Joiners between emoji, and between letters of scripts that need them. */
const joined =
  /(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Sinhala}\p{Script=Gujarati}\p{Mn}\p{Mc}])[\u200c\u200d]/gu;
const zeroWidth =
  /(?!\p{Variation_Selector}|[\u202a-\u202e\u2066-\u2069]|[\u{E0000}-\u{E0FFF}])(?:\p{Default_Ignorable_Code_Point}|[\u2800\ufff9-\ufffb])/gu;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** White space beyond which a person does not look. */
const paddingColumnsMin = 80;
const paddingLinesMin = 20;
/** Fewer zero-width characters than this spell no word. */
const zeroWidthRunMin = 8;

/** Characters that a person is not shown as the model reads them. */
export function findHiddenText(text: string): Hit[] {
  return [...selectorHits(text), ...invisibleHits(text), ...controlHits(text), ...paddingHits(text)];
}

function selectorHits(text: string): Hit[] {
  const hits: Hit[] = [];
  const plain = text.replace(flag, '');
  for (const [run] of plain.matchAll(/[\u{E0000}-\u{E007F}]+/gu)) {
    const decoded = Array.from(run, (character) =>
      String.fromCodePoint(((character.codePointAt(0) ?? 0) - 0xe0000) & 0x7f),
    )
      .join('')
      .replace(/[^\x20-\x7e]/g, '');
    hits.push({ code: 'hidden.tags', excerpt: decoded === '' ? run : decoded, decoded });
  }
  // One selector after a character chooses its form; more of them carry bytes.
  for (const [run] of plain.matchAll(/\p{Variation_Selector}{2,}/gu)) {
    const bytes = Array.from(run, (character) => {
      const point = character.codePointAt(0) ?? 0;
      return point >= 0xe0100 ? point - 0xe0100 + 16 : point - 0xfe00;
    }).filter((byte) => byte >= 0 && byte < 256);
    const decoded = Buffer.from(bytes)
      .toString('utf8')
      .replace(/[^\x20-\x7e]/g, '');
    hits.push({ code: 'hidden.selectors', excerpt: decoded === '' ? run : decoded, decoded });
  }
  return hits;
}

function invisibleHits(text: string): Hit[] {
  const hits: Hit[] = [];
  const isRightToLeft = rightToLeft.test(text);
  const order = /[\u202a-\u202e\u2066-\u2069]/u.exec(text);
  if (order !== null)
    hits.push({ code: isRightToLeft ? 'hidden.zero-width-few' : 'hidden.bidi', excerpt: around(text, order.index) });
  const plain = text.replace(/^\ufeff/, '').replace(joined, '');
  const found = [...plain.matchAll(zeroWidth)].filter(
    ([character]) => !(isRightToLeft && /[\u061c\u200e\u200f]/.test(character)),
  );
  const [first] = found;
  if (first !== undefined)
    hits.push({
      code: found.length >= zeroWidthRunMin ? 'hidden.zero-width' : 'hidden.zero-width-few',
      excerpt: around(plain, first.index),
    });
  return hits;
}

/** Escape, backspace and the 8-bit forms of what begins a sequence (ECMA-48, 5.3); the carriage return is looked at by itself. */
const terminalControls = new Set([0x08, 0x1b, 0x90, 0x9b, 0x9d]);

function controlHits(text: string): Hit[] {
  const controls = [...text.matchAll(/(?![\t\n\r])\p{Cc}|\p{Co}|\p{Cs}/gu)];
  const terminal = controls.find(([character]) => terminalControls.has(character.codePointAt(0) ?? 0));
  // A carriage return alone lets what follows overwrite what stood there.
  const at = terminal?.index ?? /\r(?!\n|$)/.exec(text)?.index;
  if (at !== undefined) return [{ code: 'hidden.terminal', excerpt: around(text, at) }];
  const [control] = controls;
  return control === undefined ? [] : [{ code: 'hidden.control', excerpt: around(text, control.index) }];
}

/** Each space is looked at once: a server may list megabytes of them. */
function paddingHits(text: string): Hit[] {
  for (const { 0: space, index } of text.matchAll(new RegExp(`\\s{${paddingLinesMin},}`, 'gu'))) {
    const end = index + space.length;
    const lines = space.split('\n');
    const isFar = lines.length > paddingLinesMin || lines.some(({ length }) => length >= paddingColumnsMin);
    if (isFar && end < text.length) return [{ code: 'hidden.padding', excerpt: text.slice(end, end + 200) }];
  }
  return [];
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 24), at + 96);
}
