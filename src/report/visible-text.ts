/**
 * Characters that draw nothing or change how what follows is drawn: C0 and C1 controls but tab and line feed, soft
 * hyphen, zero-width and bidirectional controls, line and paragraph separators, variation and tag characters (but U+FE0F,
 * which only asks for an emoji), and halves of surrogate pairs. A name from the assessed tree could use them to look like another name.
 */
const deceptive =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e01ef}]/gu;

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
  const characters = [...line];
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : line;
}
