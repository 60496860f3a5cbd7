import { visibleText } from '../visible-text.ts';

/**
 * Text for XML 1.0 content and quoted attributes. What XML cannot hold (2.2 Char: most controls, U+FFFE, U+FFFF) is
 * written visibly or dropped; `>` is escaped too, so that `]]>` cannot occur.
 */
export function escapeXml(text: string): string {
  return visibleText(text)
    .replace(/[\ufffe\uffff]/g, '')
    .replace(/[&<>"'\n\t]/g, (found) => `&#${found.charCodeAt(0)};`);
}
