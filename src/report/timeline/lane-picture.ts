import type { Decision, EventKind } from '../../model/event.ts';
import { html, type Markup, trusted } from '../html/markup.ts';
import { visibleLine } from '../visible-text.ts';
import { type Lane, layLanes, type Mark } from './lanes.ts';
import type { ReadTimeline, TimelineEntry } from './timeline.ts';
import { actorOf, decisionSigns, durationWords, kindWords, targetOf } from './words.ts';

const width = 1180;
const left = 190;
const cellWidth = 18;
const cells = Math.floor((width - left - 16) / cellWidth);
const top = 30;
const laneHeight = 38;
/** Width of a letter of a label, roughly: labels are only drawn where they have room. */
const letter = 6;

const roleWords: Readonly<Record<Lane['role'], string>> = {
  agent: 'AGENT',
  model: 'MODEL',
  tool: 'TOOLS',
  policy: 'DECISIONS',
  person: 'APPROVALS',
  record: 'RECORD',
};

/** The run as lanes over time: who acted, what was called for how long, what was decided. Every mark leads to its event. */
export function renderLanes(read: ReadTimeline): Markup {
  const { lanes, ticks } = layLanes(read, cells);
  const height = top + lanes.length * laneHeight + 10;
  return html`<section id="picture" aria-labelledby="picture-title"><h2 id="picture-title">Who acted when</h2>
<div class="picture lanes" role="group" aria-label="Lanes of the run over time; the list of events below says the same in words" tabindex="0">
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="presentation">
${ticks.map(({ cell, offsetMs }) => html`<g class="tick"><line x1="${x(cell)}" y1="${top - 6}" x2="${x(cell)}" y2="${height - 8}"/><text x="${Math.min(x(cell), width - 46)}" y="${top - 12}">+${durationWords(offsetMs)}</text></g>`)}
${lanes.map((lane, at) => drawLane(lane, top + at * laneHeight))}
</svg></div>
<p class="note">Time runs to the right; pauses are drawn shorter than they were. A number says how many events fell together. <span class="lane-key">${(['allow', 'redact', 'ask', 'deny'] as const).map((decision) => html`<span class="${decisionClass(decision)}">${decisionSigns[decision]} ${decision}</span> `)}</span></p></section>`;
}

/** The class that colours a decision as the report colours states and severities. */
export function decisionClass(decision: Decision): string {
  return `d-${decision}`;
}

/** What an event is called in a title and in the list. */
export function eventName({ index, event }: TimelineEntry): string {
  if (event === undefined) return `#${index}: an entry of another format`;
  const target = targetOf(event);
  return `#${index}: ${actorOf(event)} ${kindWords[event.kind]}${target === undefined ? '' : ` ${target}`}`;
}

function x(cell: number): number {
  return left + cell * cellWidth + cellWidth / 2;
}

function drawLane(lane: Lane, y: number): Markup {
  const middle = y + laneHeight / 2;
  const name = visibleLine(lane.name, 24);
  const items = lane.marks.map((mark, at) => drawMark(mark, lane, middle, roomAfter(mark, lane.marks[at + 1])));
  return html`<g class="lane"><rect x="0" y="${y + 2}" width="${width}" height="${laneHeight - 4}" rx="5"/><text class="role" x="10" y="${y + 15}">${roleWords[lane.role]}</text><text class="name" x="10" y="${y + 29}">${name}<title>${lane.name}</title></text><line x1="${left}" y1="${middle}" x2="${width - 8}" y2="${middle}"/>${items}</g>`;
}

/** Pixels between the end of a mark and the next one. */
function roomAfter(mark: Mark, next: Mark | undefined): number {
  const end = Math.max(mark.until, mark.cell);
  return (next === undefined ? width - 8 : x(next.cell) - 9) - x(end) - 11;
}

function drawMark(mark: Mark, lane: Lane, middle: number, room: number): Markup {
  const target = gravestEntry(mark);
  // A denial is never hidden behind a number.
  const isCounted = mark.entries.length > 1 && mark.decision !== 'deny';
  const sign = isCounted ? String(mark.entries.length) : signOf(mark, target);
  const bar = (mark.until - mark.cell) * cellWidth;
  const label = labelOf(mark, lane, target);
  const titles = mark.entries.slice(0, 8).map(eventName);
  const rest = mark.entries.length - titles.length;
  const title = [...titles, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
  return html`<a class="at ${trusted(mark.decision === undefined ? `r-${lane.role}` : decisionClass(mark.decision))}" href="#e-${target.index}" aria-label="${[...titles.slice(0, 2), ...(mark.decision === undefined ? [] : [mark.decision])].join('; ')}"><title>${title}</title><rect class="body" x="${x(mark.cell) - 8.5}" y="${middle - 8.5}" width="${17 + bar}" height="17" rx="${lane.role === 'policy' && mark.decision === 'deny' ? 2 : 8.5}"/><text class="sign" x="${x(mark.cell)}" y="${middle + 4}">${sign}</text>${label !== '' && label.length * letter <= room ? html`<text class="label" x="${x(mark.until) + 12}" y="${middle + 4}">${label}</text>` : undefined}</a>`;
}

function gravestEntry({ entries, decision }: Mark): TimelineEntry {
  const [first = { index: 0, leaf: '', payload: { state: 'none' } }] = entries;
  return entries.find(({ event }) => decision !== undefined && event?.decision === decision) ?? first;
}

function signOf(mark: Mark, { event }: TimelineEntry): string {
  if (mark.decision !== undefined) return decisionSigns[mark.decision];
  return event === undefined ? '•' : (kindSigns[event.kind] ?? '•');
}

const kindSigns: Readonly<Partial<Record<EventKind, string>>> = {
  'run.start': '▸',
  'run.end': '■',
  alert: '!',
  finding: '!',
};

/** A word beside a mark: the decision, the tool, the kind of what was recorded. */
function labelOf(mark: Mark, lane: Lane, { event }: TimelineEntry): string {
  if (event === undefined) return '';
  switch (lane.role) {
    case 'policy':
      return mark.decision ?? '';
    case 'tool':
      return visibleLine(
        [event.tool ?? event.operation ?? '', mark.decision === 'deny' ? 'denied' : ''].join(' ').trim(),
        24,
      );
    case 'person':
      return event.decision ?? event.outcome ?? '';
    case 'record':
      return kindWords[event.kind];
    case 'agent':
      return event.kind === 'run.start' ? 'start' : event.kind === 'run.end' ? (event.outcome ?? 'end') : '';
    case 'model':
      return '';
  }
}
