/** Characters that show nothing: zero-width, soft hyphen, directions, variation selectors, tags (Unicode UAX #44). */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu;

/**
 * The form in which texts are compared: NFKC (Unicode UAX #15), lower case, without invisible characters, schemes of
 * links and `www.`; quotes and white space are one space. Look-alikes of other scripts stay different, so that a
 * forged name is never taken for the one it imitates.
 */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replace(invisible, '')
    .toLowerCase()
    .replace(/\bhttps?:\/\/(?:www\.)?|\bwww\./g, '')
    .replace(/[\s"'`\u2018\u2019\u201c\u201d]+/g, ' ')
    .trim();
}

/** Letters and digits in a row, of a normalised text. */
export function wordsOf(normalised: string): string[] {
  return normalised.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Words of a value or line as people count them: an address or a number with a point is one. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}@._-]+/gu)?.length ?? 0;
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** Whether the words of `phrase` stand in `text`, not inside longer words. Both are normalised. */
export function includesPhrase(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const before = text[at - 1];
    const after = text[at + phrase.length];
    if ((before === undefined || !wordCharacter.test(before)) && (after === undefined || !wordCharacter.test(after)))
      return true;
  }
  return false;
}
