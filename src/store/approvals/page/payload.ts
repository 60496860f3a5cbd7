import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../base/canonical-json.ts';
import { escapeHtml } from '../../../base/escape-html.ts';
import { textPieces } from '../visible-text.ts';

/** Characters of a string, and items of a list, that are shown without being unfolded. */
const openLength = 240;
const openItems = 40;

/**
 * A JSON value as HTML: all of it. A long text or list is folded, and its fold says how long it is and its SHA-256; nothing
 * is cut. Members keep the order the caller gave them.
 */
export function payloadHtml(value: unknown): string {
  return render(value);
}

function render(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return list(value);
  if (typeof value === 'object' && value !== null) return members(value);
  return `<span class="v">${escapeHtml(JSON.stringify(value) ?? 'null')}</span>`;
}

function text(value: string): string {
  const shown = `<q>${visibleHtml(value)}</q>`;
  if (value.length <= openLength) return shown;
  const hidden = textPieces(value).filter((piece) => piece.hidden && !piece.text.startsWith('\\')).length;
  const size = `${value.length} characters${hidden === 0 ? '' : `, ${hidden} of them do not show`}`;
  return fold(`${visibleHtml(value.slice(0, openLength))}…`, size, value, shown);
}

function list(items: readonly unknown[]): string {
  const rows = items.map((item, at) => row(`<span class="i">${at}</span>`, item)).join('');
  const shown = items.length === 0 ? '<span class="v">[]</span>' : `<ol>${rows}</ol>`;
  return items.length <= openItems ? shown : fold('a list', `${items.length} items`, canonicalJson(items), shown);
}

function members(value: object): string {
  const entries = Object.entries(value);
  if (entries.length === 0) return '<span class="v">{}</span>';
  const rows = entries.map(([key, item]) => row(`<span class="k">${visibleHtml(key)}</span>`, item)).join('');
  const shown = `<ul>${rows}</ul>`;
  return entries.length <= openItems
    ? shown
    : fold('an object', `${entries.length} members`, canonicalJson(value), shown);
}

function row(name: string, item: unknown): string {
  return `<li>${name} ${render(item)}</li>`;
}

/** @param hashed what the digest is of: the text itself (UTF-8), or the canonical JSON */
function fold(head: string, size: string, hashed: string, content: string): string {
  const digest = createHash('sha256').update(hashed).digest('hex');
  return `<details><summary>${head} <span class="f">${size}, SHA-256 ${digest}; unfold to read all</span></summary>${content}</details>`;
}

/** A text as HTML in which every character shows. */
export function visibleHtml(value: string): string {
  return textPieces(value)
    .map(({ text: piece, hidden }) => (hidden ? `<b class="u">${escapeHtml(piece)}</b>` : escapeHtml(piece)))
    .join('');
}

/** Every text in a JSON value, names of members with them. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value)
    ? value.flatMap(textsOf)
    : Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}
