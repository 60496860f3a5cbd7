/**
 * Characters that draw nothing or change how what follows is drawn: controls but tab and line feed, format characters
 * (soft hyphen, zero-width, bidirectional, tags), halves of surrogate pairs, line and paragraph separators, Hangul
 * fillers, and variation selectors but U+FE0F, which only asks for an emoji. A name from the assessed tree could use them
 * to look like another name.
 */
const deceptive = /(?!\t|\n|\ufe0f)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u3164]/gu;

/**
 * A text from the assessed tree as a reader may see it: every deceptive character (Unicode TR 36, Trojan Source
 * CVE-2021-42574) is written as its code point, `‹U+202E›`. Tab and line feed stay.
 */
export function visibleText(text: string): string {
  return text.replace(
    deceptive,
    (found) => `‹U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
  );
}

/** The same on one line, cut to a length in characters, the cut marked with `…`. */
export function visibleLine(text: string, lengthMax: number): string {
  const line = visibleText(text.length > lengthMax * 4 ? text.slice(0, lengthMax * 4) : text).replace(/[\t\n]+/g, ' ');
  const characters = Array.from(line);
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : line;
}
