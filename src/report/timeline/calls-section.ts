import { callDurationMs, type RecordedCall } from '../../model/recorded-call.ts';
import { html, type Markup, trusted } from '../html/markup.ts';
import { decisionClass } from './lane-picture.ts';
import type { ReadTimeline, TimelineEntry } from './timeline.ts';
import { actorOf, decisionSigns, durationWords, labelsOf, targetOf } from './words.ts';

/** More rows than these scroll in a frame of their own, so that the events stay near. */
const tallFrom = 30;

/** Every call of the run on one row: who asked for what, what was decided and why, how it ended. */
export function renderCalls(read: ReadTimeline): Markup {
  if (read.calls.length === 0)
    return html`<section id="calls" aria-labelledby="calls-title"><h2 id="calls-title">Calls</h2><p class="empty">No event of this run names a call.</p></section>`;
  return html`<section id="calls" aria-labelledby="calls-title"><h2 id="calls-title">Calls</h2><div class="scroll${trusted(read.calls.length > tallFrom ? ' tall' : '')}" tabindex="0" role="region" aria-labelledby="calls-title"><table class="calls"><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Decision</th><th scope="col">Result</th><th scope="col">Took</th></tr></thead><tbody>
${read.calls.map((call) => row(call, read))}</tbody></table></div></section>`;
}

function row(call: RecordedCall<TimelineEntry>, read: ReadTimeline): Markup {
  const first = call.asked ?? call.decisions[0] ?? call.approvals[0] ?? call.answered;
  const event = first?.event;
  if (first === undefined || event === undefined) return html``;
  const offset = read.offsets.get(first.index);
  const took = callDurationMs(call);
  const target = targetOf(event);
  return html`<tr><td class="num"><a href="#e-${first.index}">${offset === undefined ? `#${first.index}` : `+${durationWords(offset)}`}</a></td><td>${call.asked === undefined ? 'not recorded' : actorOf(event)}</td><td><span class="who">${target ?? event.kind}</span>${labelsOf(event).map((label) => html` <span class="chip">${label}</span>`)}</td><td>${call.decisions.map(decisionMarkup)}${call.approvals.map(approvalMarkup)}${call.decisions.length === 0 && event.decision === undefined ? html`<span class="none">none recorded</span>` : undefined}</td><td>${resultMarkup(call)}</td><td class="num">${took === undefined ? undefined : durationWords(took)}</td></tr>
`;
}

function decisionMarkup({ index, event }: TimelineEntry): Markup {
  if (event?.decision === undefined) return html`<a href="#e-${index}">a decision without a verdict</a> `;
  const reasons = event.reasons ?? [];
  return html`<div><a class="mark ${decisionClass(event.decision)}" href="#e-${index}">${decisionSigns[event.decision]} ${event.decision}</a>${reasons.length === 0 ? undefined : html` <span class="note">${reasons.join(', ')}</span>`}</div>`;
}

function approvalMarkup({ index, event }: TimelineEntry): Markup {
  return html`<div><a href="#e-${index}">approval</a> ${event?.decision ?? event?.outcome}</div>`;
}

function resultMarkup({ answered }: RecordedCall<TimelineEntry>): Markup {
  if (answered?.event === undefined) return html`<span class="none">none recorded</span>`;
  const { outcome, error } = answered.event;
  return html`<a href="#e-${answered.index}">${outcome ?? 'answered'}</a>${error === undefined ? undefined : html` ${error}`}`;
}
