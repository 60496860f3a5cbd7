import type { RecordedEntry } from '../../model/recorded-event.ts';
import type { Style } from '../terminal/style.ts';
import { visibleLine } from '../visible-text.ts';
import { actorOf, decisionSigns, kindWords, labelsOf, objectOf } from './words.ts';

/** Characters of one name in a line. */
const nameMax = 40;

/** One event on one line, for a stream of them: index, time, who, what, the decision and its reasons, how it ended. */
export function eventLine({ index, leaf, event }: RecordedEntry, style: Style): string {
  const place = style.dim(`#${index}`.padEnd(8));
  if (event === undefined) return `${place} an entry of another format, leaf ${leaf.slice(0, 16)}…`;
  const { decision, reasons = [], outcome, error, run, destination } = event;
  const at = Date.parse(event.time);
  const time = Number.isNaN(at) ? visibleLine(event.time, 24).padEnd(23) : new Date(at).toISOString().slice(0, 23);
  const target = objectOf(event);
  return [
    place,
    style.dim(time.replace('T', ' ')),
    style.bold(visibleLine(actorOf(event), nameMax)),
    kindWords[event.kind],
    ...(target === undefined ? [] : [visibleLine(target, nameMax)]),
    ...(destination === undefined || destination === target ? [] : [`to ${visibleLine(destination, nameMax)}`]),
    ...(decision === undefined ? [] : [decisionText(decision, style)]),
    ...(reasons.length === 0 ? [] : [`(${visibleLine(reasons.join(', '), 2 * nameMax)})`]),
    ...[outcome, error].filter((part) => part !== undefined).map((part) => visibleLine(part, nameMax)),
    ...(labelsOf(event).length === 0 ? [] : [style.dim(`[${labelsOf(event).join(' ')}]`)]),
    ...(run === undefined ? [] : [style.dim(`· run ${visibleLine(run, nameMax)}`)]),
  ].join(' ');
}

/** A decision with its sign, in the colour of its gravity. */
export function decisionText(decision: keyof typeof decisionSigns, style: Style): string {
  const text = `${decisionSigns[decision]} ${decision}`;
  switch (decision) {
    case 'allow':
      return style.state('held', text);
    case 'deny':
      return style.severity('high', text);
    case 'redact':
      return style.severity('medium', text);
    case 'ask':
      return style.state('claimed', text);
  }
}
