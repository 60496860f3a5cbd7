import type { Hit } from './hidden-text.ts';
import type { Place } from './place.ts';
import { looksForAttacks } from './words.ts';

/** Code that is fetched and run at once, in shells and languages that agents write. */
const fetched =
  /\b(?:curl|wget|iwr|irm|invoke-webrequest)\b[^|\n]{0,200}\|\s{0,4}(?:sudo\s{1,4})?(?:(?:ba|z|da)?sh|python3?|node|perl|ruby|iex)\b|[<$]\(\s{0,4}(?:curl|wget)\b|\bbase64\s{1,4}(?:-d|-D|--decode)\b[^|\n]{0,80}\|\s{0,4}(?:ba|z|da)?sh\b|\b(?:node|deno|bun)\s{1,4}(?:-e|--eval|eval)\b[^\n]{0,200}(?:https?|fetch|child_process)|\bpython3?\s{1,4}-c\b[^\n]{0,200}(?:urllib|requests|https?:|socket)|\bpowershell\b[^\n]{0,80}-e(?:nc|ncodedcommand)?\s|\bnpx\s{1,4}(?:-y\s{1,4}|--yes\s{1,4})?https?:/gi;
/** What pages and programs have of their own as well. */
const embedded =
  /\beval\(\s{0,4}(?:await\s{1,4})?(?:fetch|atob|requests|urllib)|<script\b[^>]{0,80}\bsrc\s{0,4}=\s{0,4}["']?(?:https?:)?\/\/|\bimport\(\s{0,4}["']https?:/gi;
const mayFetch = /curl|wget|iwr|irm|invoke-web|base64|node|deno|bun|python|powershell|eval\(|<script|import\(|npx/i;
/** Where such code is put to be run by somebody later. */
const where =
  /\b(?:lines?|entry|entries|hooks?|steps?|scripts?|manifest|files?|workflows?|pipelines?|dockerfiles?|makefiles?|package\.json|\.\w{0,8}rc|profile|crontab|commits?|pages?|templates?|header|command|configuration|post-?install|pre-?install|start-?up)\b/i;
const put =
  /\b(?:add|adds|added|append(?:ed|s)?|prepend(?:ed|s)?|inserts?|inserted|puts?|gains?|gets?|given|opens?|begins?|starts?|ends?|contains?|includes?|included|carry|carries|placed?|writes?|written|ahead of|leave|leaves|set|paste|saved|needs?|must|always|also)\b/i;
const aroundLength = 240;

/** Code from elsewhere that a text names, and whether it wants it put where it runs. */
export function findFetchedCode(text: string, { isLesson }: Place): Hit[] {
  const hits: Hit[] = [];
  if (!mayFetch.test(text)) return hits;
  for (const { 0: code, index } of [...text.matchAll(fetched), ...text.matchAll(embedded)]) {
    const before = text.slice(Math.max(0, index - aroundLength), index);
    const sentence = before.slice(Math.max(0, before.search(/[.!?\n][^.!?\n]*$/) + 1)).trim();
    const behind = text.slice(index + code.length, index + code.length + 80);
    if (/\b(?:never|do not|don't|must not) (?:run|execute|paste|follow)/i.test(`${sentence} ${behind}`)) continue;
    if (isLesson || looksForAttacks.test(sentence.toLowerCase())) continue;
    const near = `${before} ${text.slice(index + code.length, index + code.length + aroundLength)}`;
    if (where.test(near) && put.test(near)) hits.push({ code: 'speech.plant', excerpt: code });
    else if (!embedded.test(code)) hits.push({ code: 'speech.remote-code', excerpt: code });
    embedded.lastIndex = 0;
  }
  return hits;
}
