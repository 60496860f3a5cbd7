import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { Framework } from '../../../model/catalogue.ts';
import { html, type Markup } from '../markup.ts';
import { linkTo } from './link.ts';

/** Framework references by framework: one line each, the titles of requirements as tooltips. */
export function frameworkList(references: readonly string[], catalogue: Catalogue): Markup {
  const byFramework = new Map<string, { name: string; url: string; items: Markup[] }>();
  for (const reference of references) {
    const entry = catalogue.requirements.get(reference);
    const key = reference.slice(0, reference.indexOf(':'));
    const group = byFramework.get(key) ?? {
      name: entry === undefined ? key : titleOf(entry.framework),
      url: entry?.framework.url ?? '',
      items: [],
    };
    const id = reference.slice(reference.indexOf(':') + 1);
    group.items.push(
      entry === undefined ? html`<span>${id}</span>` : html`<abbr title="${entry.requirement.title}">${id}</abbr>`,
    );
    byFramework.set(key, group);
  }
  return html`<dl class="frameworks">${[...byFramework.values()].map(({ name, url, items }) => html`<div><dt>${linkTo(url, name)}</dt><dd>${items.map((item, at) => html`${at > 0 ? ', ' : ''}${item}`)}</dd></div>`)}</dl>`;
}

/** Name and version; many names hold their version already. */
function titleOf({ name, version }: Framework): string {
  return name.includes(version) ? name : `${name} ${version}`;
}
