/**
 * Text as a person has to see it. What does not show, or changes how its surroundings show (controls, bidirectional and
 * zero-width marks, tag characters, fillers, spaces that are none), is named by its code point.
 */

/**
 * Other, separator and default-ignorable characters (Unicode categories C and Z, property Default_Ignorable_Code_Point),
 * and the Braille blank, but for the plain space.
 */
const unseen = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const unseenRuns = new RegExp(`(?:${unseen.source})`, 'gu');

/** A piece of a text: as it is, or the name of a character that does not show. */
export interface TextPiece {
  readonly text: string;
  readonly hidden: boolean;
}

/** Splits a text into what shows and what does not. Line feeds stay themselves, each after its name. */
export function textPieces(text: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(unseenRuns)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), hidden: false });
    pieces.push({ text: nameOf(match[0]), hidden: true });
    if (match[0] === '\n') pieces.push({ text: '\n', hidden: false });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), hidden: false });
  return pieces;
}

/** One line; what does not show as `⟨U+200B⟩`. */
export function visibleText(text: string): string {
  return text.replaceAll(unseenRuns, (character) => `⟨${nameOf(character)}⟩`);
}

function nameOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Scripts with letters that look like Latin ones (Unicode Technical Standard 39, section 5). */
const lookalikes =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}]/u;

/** Words that mix Latin letters with letters of another script that look like them: `pаypal` with a Cyrillic а. */
export function mixedWords(text: string): readonly string[] {
  const words = text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return [...new Set(words.filter((word) => /\p{Script=Latin}/u.test(word) && lookalikes.test(word)))];
}
