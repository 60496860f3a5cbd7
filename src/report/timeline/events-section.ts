import { grouped } from '../html/words.ts';
import { limits } from '../../base/limits.ts';
import { decisions, eventKinds } from '../../model/event.ts';
import { callDurationMs } from '../../model/recorded-call.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import { html, type Markup, trusted } from '../html/markup.ts';
import { decisionClass } from './lane-picture.ts';
import { personMarkup } from './person.ts';
import type { ReadTimeline, TimelineEntry } from './timeline.ts';
import {
  actorOf,
  decisionSigns,
  durationWords,
  kindWords,
  labelsOf,
  measuresOf,
  payloadText,
  payloadWords,
  objectOf,
} from './words.ts';

/** Every event of the run, each with its facts, payload and proof, and the filters the script brings to life. */
export function renderEvents(read: ReadTimeline): Markup {
  const durations = new Map(read.calls.map((call) => [call.answered?.index, callDurationMs(call)]));
  return html`<section id="events" aria-labelledby="events-title"><h2 id="events-title">Events</h2>
${filters(read)}<p class="shown" id="events-shown" role="status">${grouped(read.entries.length)} events</p>
${read.truncated ? html`<p class="warning">More events belong to this run than are shown here. <code>demarc ledger search --run</code> lists all.</p>` : undefined}
${read.entries.map((entry) => renderEvent(entry, read, durations.get(entry.index)))}</section>`;
}

function filters(read: ReadTimeline): Markup {
  const count = (fits: (event: RecordedEvent) => boolean): number =>
    read.entries.filter(({ event }) => event !== undefined && fits(event)).length;
  const kinds = eventKinds.filter((kind) => count((event) => event.kind === kind) > 0);
  const decided = decisions.filter((decision) => count((event) => event.decision === decision) > 0);
  return html`<form class="filters" id="filters" role="search" aria-label="Filter events" hidden>
<fieldset><legend>Kind</legend>${kinds.map((kind) => html`<label class="pick"><input type="checkbox" name="kind" value="${kind}"> ${kind} <span class="count">${count((event) => event.kind === kind)}</span></label>`)}</fieldset>
${decided.length === 0 ? undefined : html`<fieldset><legend>Decision</legend>${decided.map((decision) => html`<label class="pick ${decisionClass(decision)}"><input type="checkbox" name="decision" value="${decision}"> ${decisionSigns[decision]} ${decision} <span class="count">${count((event) => event.decision === decision)}</span></label>`)}</fieldset>`}
<label class="search">Text <input type="search" name="text" autocomplete="off" spellcheck="false" placeholder="tool, reason, destination, payload"></label>
<button type="reset">Clear</button></form>`;
}

function renderEvent(entry: TimelineEntry, read: ReadTimeline, took: number | undefined): Markup {
  const { index, event, payload } = entry;
  const offset = read.offsets.get(index);
  const isChild = event?.run !== undefined && read.runs[0] !== undefined && event.run !== read.runs[0].run;
  const words = payloadWords(payload);
  const decision = event?.decision;
  return html`<details class="event${trusted(decision === undefined ? '' : ` e-${decision}`)}${trusted(isChild ? ' child' : '')}" id="e-${index}" data-kind="${event?.kind}" data-decision="${decision}"><summary><span class="offset">${offset === undefined ? 'no time' : `+${durationWords(offset)}`}</span><span class="place">#${index}</span><span class="said">${said(event, read)}</span>${decision === undefined ? undefined : html`<span class="mark ${decisionClass(decision)}">${decisionSigns[decision]} ${decision}</span>`}${outcomeMarkup(event, took)}${(event === undefined ? [] : labelsOf(event)).map((label) => html`<span class="chip">${label}</span>`)}${words === undefined ? undefined : html`<span class="sealed">${payload.state === 'tampered' ? 'does not verify' : payload.state === 'erased' ? 'erased' : 'sealed'}</span>`}</summary>
<div class="event-body">${event === undefined ? html`<p>This entry is of a format this program does not know. Its place in the log is proven all the same.</p>` : facts(event, read)}${payloadMarkup(entry, words)}${proofMarkup(entry, read)}</div></details>
`;
}

function said(event: RecordedEvent | undefined, read: ReadTimeline): Markup {
  if (event === undefined) return html`an entry of another format`;
  const target = objectOf(event);
  const why = event.reasons === undefined || event.reasons.length === 0 ? undefined : event.reasons.join(', ');
  const actor = actorOf(event);
  return html`<b>${actor === event.subject ? personMarkup(actor, read) : actor}</b> ${kindWords[event.kind]}${target === undefined ? undefined : html` <b>${target}</b>`}${event.destination === undefined || event.destination === target ? undefined : html` to <b>${event.destination}</b>`}${why === undefined ? undefined : html` <span class="why">${why}</span>`}`;
}

function outcomeMarkup(event: RecordedEvent | undefined, took: number | undefined): Markup | undefined {
  const words = [event?.outcome, event?.error, took === undefined ? undefined : `in ${durationWords(took)}`];
  const text = words.filter((word) => word !== undefined).join(' ');
  return text === '' ? undefined : html`<span class="where">${text}</span>`;
}

/** Facts by name, in the words of the format, so that they can be searched for. */
const factNames: readonly (keyof RecordedEvent)[] = [
  'id',
  'time',
  'source',
  'run',
  'parentRun',
  'call',
  'trace',
  'agent',
  'tool',
  'server',
  'dataSource',
  'operation',
  'destination',
  'provider',
  'model',
  'policy',
  'reference',
  'expires',
  'rule',
  'before',
  'after',
];

function facts(event: RecordedEvent, read: ReadTimeline): Markup {
  const { subject, acknowledged } = event;
  const rows: readonly (readonly [string, string | Markup])[] = [
    ...factNames.flatMap((name) => {
      const value = event[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
    ...(subject === undefined ? [] : [['subject', personMarkup(subject, read)] as const]),
    ...measuresOf(event).map((measure) => ['measured', measure] as const),
    [
      'acknowledged',
      acknowledged.mode === 'durable'
        ? 'after it was durable'
        : `at once: a crash within ${acknowledged.lossWindowMs} ms could have lost it`,
    ],
  ];
  return html`<dl class="pairs">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function payloadMarkup({ event, payload }: TimelineEntry, words: string | undefined): Markup | undefined {
  if (payload.state === 'none') return undefined;
  const size = event?.payload === undefined ? undefined : ` (${grouped(event.payload.bytes)} bytes)`;
  if (payload.state !== 'clear') return html`<h3>Payload${size}</h3><p class="sealed">${words}</p>`;
  const text = payloadText(payload.value);
  const max = limits.timelinePayloadLengthMax;
  return html`<h3>Payload${size}</h3><pre tabindex="0">${text.slice(0, max)}</pre>${text.length > max ? html`<p class="note">Cut after ${grouped(max)} of ${grouped(text.length)} characters; <code>demarc ledger show --format json</code> prints all of it.</p>` : undefined}`;
}

function proofMarkup({ index, leaf, proof }: TimelineEntry, { log }: ReadTimeline): Markup {
  const name = `event-${index}.tlog-proof`;
  const place = html`<dl class="pairs one"><div><dt>index</dt><dd>${index} of ${grouped(log.size)} in ${log.origin}</dd></div><div><dt>leaf hash</dt><dd><code>${leaf}</code></dd></div></dl>`;
  if (proof === undefined) return html`<h3>Proof</h3>${place}<p class="note">No proof was made for this entry.</p>`;
  return html`<h3>Proof</h3>${place}<pre class="receipt" tabindex="0">${proof}</pre><div class="buttons" data-name="${name}" hidden><button type="button" class="copy">Copy the proof</button><button type="button" class="save">Save ${name}</button><span class="note said-done" role="status"></span></div>`;
}
