import { escapeHtml } from '../../base/escape-html.ts';
import { visibleText } from '../visible-text.ts';

/** Text that is HTML already. Only `html` and `trusted` make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupValue = string | number | undefined | Markup | readonly Markup[];

/**
 * HTML from a template. Every value that is not Markup is escaped for element content and quoted attributes, and its
 * deceptive characters are made visible; undefined is nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  let text = strings[0] ?? '';
  for (const [at, value] of values.entries()) text += written(value) + (strings[at + 1] ?? '');
  return new Markup(text);
}

/** Text of Demarc's own: style, script, geometry. Never anything read. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

/**
 * A value as JSON that may stand inside a script element. `<` is written `\u003c`, so that neither `</script`
 * nor `<!--` can occur (HTML, 4.12.1.3 Restrictions for contents of script elements); U+2028 and U+2029 likewise.
 */
export function scriptJson(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(
      /[<\u2028\u2029]/g,
      (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}

/** An id that is the same in every run and safe in HTML, CSS and URLs: letters, digits, `-` and `_`; a hash if others occur. */
export function anchor(prefix: string, id: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) return `${prefix}-${id}`;
  let hash = 0x811c9dc5;
  let second = 0x01234567;
  for (let at = 0; at < id.length; at++) {
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
    second = Math.imul(second + id.charCodeAt(at), 0x9e3779b1) >>> 0;
  }
  const words = id.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 48);
  return `${prefix}-${words}-${hash.toString(16)}${second.toString(16)}`;
}

function written(value: MarkupValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((item) => item.text).join('');
  return escapeHtml(visibleText(String(value)));
}
