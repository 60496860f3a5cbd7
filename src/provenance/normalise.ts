/** Characters that show nothing: zero-width, soft hyphen, directions, variation selectors, tags (Unicode UAX #44). */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/** Not of ASCII's letters, digits and signs in words one space apart, or perhaps with a scheme: nearly no short value is. */
const needsCare = /[^\x20\x21\x23-\x26\x28-\x5f\x61-\x7e]| {2}|http|www/i;

/**
 * The form in which texts are compared: NFKC (Unicode UAX #15), lower case, without invisible characters, schemes of
 * links and `www.`; quotes and white space are one space. Look-alikes of other scripts stay different, so that a
 * forged name is never taken for the one it imitates.
 */
export function normalise(text: string): string {
  if (!needsCare.test(text)) return text.toLowerCase().trim();
  return compatible(text)
    .replace(invisible, '')
    .toLowerCase()
    .replace(/\bhttps?:\/\/(?:www\.)?|\bwww\./g, '')
    .replace(/[\s"'`\u2018\u2019\u201c\u201d]+/g, ' ')
    .trim();
}

const ascii = /^\p{ASCII}*$/u;

/** NFKC (Unicode UAX #15), which ASCII is already. */
export function compatible(text: string): string {
  return ascii.test(text) ? text : text.normalize('NFKC');
}

/** Whether a text is one word, of ASCII. */
export function isPlainWord(text: string): boolean {
  return /^[a-z0-9]{1,256}$/i.test(text);
}

/** Letters and digits in a row, of a normalised text; a run longer than 256 is several. */
export function wordsOf(normalised: string): string[] {
  // Most short values are one word.
  if (isPlainWord(normalised)) return [normalised];
  return normalised.match(ascii.test(normalised) ? /[a-z0-9]{1,256}/g : /[\p{L}\p{N}]{1,256}/gu) ?? [];
}

/** The words of a text, one space apart: an address stands on several lines. */
export function inWords(text: string): string {
  return wordsOf(normalise(text)).join(' ');
}

/** Words of a value or line as people count them: an address or a number with a point is one. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}@._-]{1,256}/gu)?.length ?? 0;
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** Places in one text that are looked at for a phrase; only a hostile text has more that do not fit. */
const placesMax = 10_000;

/**
 * Whether the words of `phrase` stand in `text`, not inside longer words. Both are normalised.
 * @param unclear the answer where so many places do not fit that the search is given up
 */
export function includesPhrase(text: string, phrase: string, unclear = false): boolean {
  let places = 0;
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const before = text[at - 1];
    const after = text[at + phrase.length];
    if ((before === undefined || !wordCharacter.test(before)) && (after === undefined || !wordCharacter.test(after)))
      return true;
    if (++places > placesMax) return unclear;
  }
  return false;
}
