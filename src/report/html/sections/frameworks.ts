import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { Framework } from '../../../model/catalogue.ts';
import { anchor, html, type Markup } from '../markup.ts';
import { plural } from '../words.ts';
import { linkTo } from './link.ts';

/** Framework references of one control: a line for each framework, which leads to the titles of its requirements. */
export function frameworkList(references: readonly string[], catalogue: Catalogue): Markup {
  return html`<dl class="frameworks">${[...byFramework(references)].map(([key, list]) => html`<div><dt><a href="#${anchor('fw', key)}">${nameOf(key, list, catalogue)}</a></dt><dd>${list.map(idOf).join(', ')}</dd></div>`)}</dl>`;
}

/** Every requirement that is referred to, once: what its id stands for, and where the framework is published. */
export function renderFrameworks(references: readonly string[], catalogue: Catalogue): Markup {
  const frameworks = [...byFramework([...new Set(references)].sort(naturally))];
  if (frameworks.length === 0) return html``;
  return html`<h3>Frameworks</h3>${frameworks.map(([key, list]) => {
    const url = catalogue.requirements.get(list[0] ?? '')?.framework.url;
    return html`<details class="other brief" id="${anchor('fw', key)}"><summary>${nameOf(key, list, catalogue)} (${plural(list.length, 'requirement')})</summary>${url === undefined ? undefined : html`<p class="note">${linkTo(url)}</p>`}<dl class="frameworks">${list.map((reference) => html`<div><dt>${idOf(reference)}</dt><dd>${catalogue.requirements.get(reference)?.requirement.title}</dd></div>`)}</dl></details>`;
  })}`;
}

function byFramework(references: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const reference of references) {
    const key = reference.slice(0, reference.indexOf(':'));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reference]);
    else group.push(reference);
  }
  return groups;
}

function idOf(reference: string): string {
  return reference.slice(reference.indexOf(':') + 1);
}

function nameOf(key: string, references: readonly string[], catalogue: Catalogue): string {
  const framework = catalogue.requirements.get(references[0] ?? '')?.framework;
  return framework === undefined ? key : titleOf(framework);
}

/** Name and version; many names hold their version already. */
function titleOf({ name, version }: Framework): string {
  return name.includes(version) ? name : `${name} ${version}`;
}

/** `2.9` before `2.10`, independent of a locale. */
function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.replace(/\d+/g, (digits) => digits.padStart(8, '0')));
  return (left ?? '') < (right ?? '') ? -1 : 1;
}
