import { grouped } from '../html/words.ts';
import { documentHead } from '../html/document-head.ts';
import { html, type Markup, trusted } from '../html/markup.ts';
import { style } from '../html/style.ts';
import { renderCalls } from './calls-section.ts';
import { renderEvents } from './events-section.ts';
import { renderLanes } from './lane-picture.ts';
import { personMarkup } from './person.ts';
import { timelineScript } from './script.ts';
import { timelineStyle } from './style.ts';
import { calledTools, decidedSo, type ReadTimeline, readTimeline, type Timeline } from './timeline.ts';
import { durationWords, timeWords } from './words.ts';

/**
 * A run as one HTML file: no request leaves it, nothing in it runs but its own script, whose hash the
 * Content-Security-Policy names (CSP 3, 2.3.1 hash-source). All of it can be read without JavaScript.
 */
export function renderTimelineHtml(timeline: Timeline): string {
  const read = readTimeline(timeline);
  return html`<!doctype html>
<html lang="en">
${documentHead({ title: `Demarc: run ${timeline.runs[0]?.run ?? ''}`, demarc: timeline.demarc, styles: [style, timelineStyle], script: timelineScript })}
<body>
<a class="skip" href="#events">Skip to the events</a>
${head(read)}
<nav aria-label="Sections"><ul><li><a href="#picture">Who acted when</a></li><li><a href="#calls">Calls</a></li><li><a href="#events">Events</a></li><li><a href="#proofs">Checking a proof</a></li></ul></nav>
<main>
${renderLanes(read)}
${renderCalls(read)}
${renderEvents(read)}
${proofs(read)}
</main>
<footer><p>Made by Demarc ${timeline.demarc}. The ledger proves that what was recorded has not changed since; it proves neither that everything was recorded nor that it is true.</p></footer>
<script>${trusted(timelineScript)}</script>
</body>
</html>
`.text;
}

function head(read: ReadTimeline): Markup {
  const [run, ...children] = read.runs;
  const denials = decidedSo(read, 'deny');
  const asked = decidedSo(read, 'ask');
  const sealed = read.entries.filter(({ payload }) => payload.state === 'no-keys').length;
  const erased = read.entries.filter(({ payload }) => payload.state === 'erased').length;
  const tampered = read.entries.filter(({ payload }) => payload.state === 'tampered').length;
  const calls = calledTools(read).length;
  const took = Math.max(0, ...read.offsets.values());
  const payloads = [
    [sealed, 'sealed'],
    [erased, 'erased'],
    [tampered, 'do not verify'],
  ] as const;
  return html`<header class="top" id="top">
<p class="product">Demarc <span>${read.demarc}</span></p>
<h1>Run ${run?.run}</h1>
<p class="facts">${run?.agent ?? 'an unnamed agent'}${run?.subject === undefined ? undefined : html` on behalf of ${personMarkup(run.subject, read)}`} · ${timeWords(read.start)} · log ${read.log.origin}, ${grouped(read.log.size)} entries${children.length === 0 ? undefined : html` · child runs ${children.map((child, at) => html`${at === 0 ? '' : ', '}${child.run}`)}`}</p>
${read.agrees ? undefined : html`<p class="warning"><b>The entries of this log do not lead to the root that was signed.</b> <code>demarc ledger verify</code> says where they differ. Nothing below is proven until it does.</p>`}
<div class="cards">
${card('Outcome', html`<p class="number words">${read.ended ?? 'not recorded'}</p><p class="note">after ${durationWords(took)}, ${grouped(read.entries.length)} events</p>`)}
${card('Calls', html`<p class="number">${grouped(calls)}</p><p class="note">of tools and data, and ${grouped(read.calls.length - calls)} of models</p>`)}
${card('Denied', html`<p class="number${trusted(denials > 0 ? ' d-deny' : '')}">${grouped(denials)}</p><p class="note">${grouped(asked)} put to a person</p>`)}
${card('Payloads not shown', html`<p class="number">${grouped(sealed + erased + tampered)}</p><p class="note">${payloads.flatMap(([n, word]) => (n === 0 ? [] : [`${grouped(n)} ${word}`])).join(', ')}</p>`)}
</div></header>`;
}

function card(name: string, rest: Markup): Markup {
  return html`<section class="card wide" aria-label="${name}"><h2>${name}</h2>${rest}</section>`;
}

function proofs({ log, entries }: ReadTimeline): Markup {
  const example = entries.find(({ proof }) => proof !== undefined)?.index ?? entries[0]?.index ?? 0;
  return html`<section id="proofs" aria-labelledby="proofs-title"><h2 id="proofs-title">Checking a proof</h2>
<p>Each event carries its place in the log, its leaf hash, the hashes that lead from it to the root, the checkpoint the log signed, and the entry itself, sealed as it is (a C2SP tlog-proof). Save one and check it without this page, offline:</p>
<p class="on-paper">On paper the proofs are left out: they are in the file this was printed from.</p>
<pre>demarc ledger check event-${example}.tlog-proof --vkey &lt;key&gt;</pre>
<p>The key is the log's public one, as text or as a file (<code>log.vkey</code>): take it from somebody you trust, not from whoever gave you this page. Other programs that read C2SP tlog-proofs check it as well.</p>
<dl class="pairs one"><div><dt>log</dt><dd>${log.origin}</dd></div><div><dt>entries</dt><dd>${grouped(log.size)}</dd></div><div><dt>root</dt><dd><code>${Buffer.from(log.root).toString('base64')}</code></dd></div></dl></section>`;
}
