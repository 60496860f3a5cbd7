import { redactText } from '../../base/secrets.ts';

const lengthMax = 160;

/** A part of a definition as a person may see it: on one line, what draws nothing as its code point, credentials replaced, cut. */
export function excerptOf(text: string): string {
  const visible = text
    .slice(0, lengthMax * 4)
    .replace(/\s+/gu, ' ')
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Variation_Selector}\u115f\u1160\u2800\u3164\uffa0]/gu,
      (found) => `‹U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
    );
  const characters = Array.from(redactText(visible).trim());
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : characters.join('');
}
