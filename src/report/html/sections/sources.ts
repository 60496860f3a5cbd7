import type { ResponsibilityCell } from '../../../model/assessment.ts';
import { html, type Markup } from '../markup.ts';
import { linkTo } from './link.ts';

type Evidence = ResponsibilityCell['evidence'][number];
type Document = Exclude<Evidence, { readonly method: 'config' }>;

/** What providers' claims rest on, each source once; a key is its number in the list, from 1. */
export interface Sources {
  readonly list: readonly Document[];
  keyOf(document: Document): number;
}

/** The sources of the cells, in their order. */
export function collectSources(cells: readonly ResponsibilityCell[]): Sources {
  const keys = new Map<string, number>();
  const list: Document[] = [];
  for (const { evidence } of cells)
    for (const item of evidence) {
      if (item.method === 'config' || keys.has(identity(item))) continue;
      keys.set(identity(item), list.push(item));
    }
  return { list, keyOf: (document) => keys.get(identity(document)) ?? 0 };
}

function identity({ method, url, read, expired, conflicts }: Document): string {
  return [method, url, read, expired, conflicts].join('\n');
}

/** `[7]`, which leads to the source. */
export function sourceKey(key: number): Markup {
  return html`<a href="#s-${key}">[${key}]</a>`;
}

/** The list that the keys lead to. */
export function renderSources({ list }: Sources): Markup {
  if (list.length === 0) return html``;
  return html`<h3>Sources</h3><ol class="evidence sources">${list.map((item, at) => html`<li id="s-${at + 1}"><b>${item.method}</b> ${linkTo(item.url)}, read ${item.read}${item.expired ? html` <span class="flag">expired</span>` : undefined}${item.conflicts > 0 ? html` <span class="flag">${item.conflicts} conflicting ${item.conflicts === 1 ? 'source' : 'sources'}</span>` : undefined}</li>`)}</ol>`;
}
