import { visibleLine } from '../visible-text.ts';

/**
 * A text from the assessed tree inside Markdown, on one line: everything that could mean something in CommonMark, in
 * GitHub's tables, mentions, issue references and bare links, or in HTML, is a character reference.
 */
export function escapeMarkdown(text: string, lengthMax = 200): string {
  return visibleLine(text, lengthMax)
    .replace(/[&<>"'`*_[\]()|\\@#~!$^=]/g, (found) => `&#${found.charCodeAt(0)};`)
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}&#46;`);
}

/** The same as code: a code span shows character references as they are, so an HTML element is used. */
export function codeMarkdown(text: string, lengthMax = 200): string {
  return `<code>${escapeMarkdown(text, lengthMax)}</code>`;
}
