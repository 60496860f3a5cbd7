import { grouped, plural } from '../html/words.ts';
import { wrapText } from '../../base/wrap-text.ts';
import { callDurationMs } from '../../model/recorded-call.ts';
import { plainStyle, type Style } from '../terminal/style.ts';
import { visibleLine } from '../visible-text.ts';
import { decisionText } from './event-line.ts';
import {
  calledTools,
  decidedSo,
  type ReadTimeline,
  readTimeline,
  type Timeline,
  type TimelineEntry,
} from './timeline.ts';
import { actorOf, durationWords, kindWords, labelsOf, measuresOf, payloadWords, objectOf, timeWords } from './words.ts';

const columns = 80;
/** Where what an event says begins: after its time and index. */
const indent = ' '.repeat(22);
const nameMax = 44;
const payloadMax = 240;

/** The timeline of a run for a terminal of 80 columns. Long names are cut; the HTML and JSON forms have them whole. */
export function renderTimeline(timeline: Timeline, style: Style): string {
  const read = readTimeline(timeline);
  const durations = new Map(read.calls.map((call) => [call.answered?.index, callDurationMs(call)]));
  return [
    ...head(read, style),
    '',
    ...read.entries.flatMap((entry) => eventLines(entry, read, durations.get(entry.index), style)),
    ...(read.truncated ? ['', 'More events belong to this run than are shown: search by run lists all.'] : []),
    '',
  ].join('\n');
}

function head(read: ReadTimeline, style: Style): readonly string[] {
  const [run, ...children] = read.runs;
  if (run === undefined) return ['No run.'];
  const took = Math.max(0, ...read.offsets.values());
  const calls = calledTools(read);
  const facts = [
    `${visibleLine(run.agent ?? 'an unnamed agent', nameMax)}${run.subject === undefined ? '' : ` for ${personName(run.subject, read)}`}`,
    timeWords(read.start),
    durationWords(took),
    read.ended === undefined ? 'its end is not recorded' : `ended ${visibleLine(read.ended, 30)}`,
  ];
  const counts = `${plural(read.entries.length, 'event')}, ${plural(calls.length, 'call')}, ${grouped(decidedSo(read, 'deny'))} denied`;
  const below = children.map((child) => visibleLine(child.run, nameMax)).join(', ');
  const { origin, size } = read.log;
  return [
    style.bold(`Run ${visibleLine(run.run, 74)}`),
    folded(facts.join(', '), columns, ''),
    folded(`${counts}${below === '' ? '' : `; child runs: ${below}`}`, columns, ''),
    folded(`Log ${visibleLine(origin, 60)}, ${grouped(size)} entries`, columns, ''),
    ...(read.agrees
      ? []
      : [style.severity('high', 'The entries do not lead to the root that was signed: run `demarc ledger verify`.')]),
  ];
}

/** The name of a person where the reader may know it, with the pseudonym that is in the log. */
export function personName(subject: string, { people }: Pick<Timeline, 'people'>): string {
  const name = people.get(subject);
  return name === undefined ? visibleLine(subject, 20) : `${visibleLine(name, nameMax)} (${visibleLine(subject, 20)})`;
}

function eventLines(
  entry: TimelineEntry,
  read: ReadTimeline,
  took: number | undefined,
  style: Style,
): readonly string[] {
  const { index, leaf, event, payload } = entry;
  const offset = read.offsets.get(index);
  const place = `${(offset === undefined ? '' : `+${durationWords(offset)}`).padStart(13)} ${`#${index}`.padEnd(8)}`;
  if (event === undefined)
    return [`${style.dim(place)}an entry of another format`, `${indent}leaf ${leaf.slice(0, 32)}…`];
  const target = objectOf(event);
  const actor = event.kind === 'approval' ? personName(actorOf(event), read) : visibleLine(actorOf(event), nameMax);
  const what = [kindWords[event.kind], ...(target === undefined ? [] : [visibleLine(target, nameMax)])].join(' ');
  const lines = [`${style.dim(place)}${folded(`${actor} ${what}`, columns, indent).trimStart()}`];
  const more = (text: string): void => void lines.push(folded(text, columns, indent));
  const reasons = visibleLine((event.reasons ?? []).join(', '), 200);
  if (event.decision !== undefined) {
    const because = reasons === '' ? '' : `: ${reasons}`;
    // Colours have no width: the line is wrapped before it gets them.
    const plain = folded(`${decisionText(event.decision, plainStyle)}${because}`, columns, indent);
    lines.push(plain.replace(decisionText(event.decision, plainStyle), decisionText(event.decision, style)));
  }
  const ended = [
    ...(event.outcome === undefined ? [] : [event.outcome]),
    ...(event.error === undefined ? [] : [visibleLine(event.error, nameMax)]),
    ...(event.decision !== undefined || reasons === '' ? [] : [`(${reasons})`]),
    ...(took === undefined ? [] : [`in ${durationWords(took)}`]),
  ].join(' ');
  const to =
    event.destination === undefined || event.destination === target
      ? ''
      : `to ${visibleLine(event.destination, nameMax)}`;
  const facts = [ended, to, ...labelsOf(event), ...measuresOf(event)].filter((fact) => fact !== '');
  if (facts.length > 0) more(facts.join(' · '));
  const words = payloadWords(payload);
  if (words !== undefined) more(visibleLine(words, payloadMax));
  if (payload.state === 'clear') lines.push(payloadLine(payload.value));
  return lines;
}

/** The beginning of a payload, broken at the width whatever words it has. */
function payloadLine(value: unknown): string {
  const text = visibleLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null'), payloadMax);
  const width = columns - indent.length;
  const pieces: string[] = [];
  const characters = Array.from(text);
  for (let at = 0; at < characters.length; at += width) pieces.push(characters.slice(at, at + width).join(''));
  return pieces.map((piece) => `${indent}${piece}`).join('\n');
}

/** Wraps at the width; a word that is longer is broken. */
function folded(text: string, width: number, before: string): string {
  const room = width - before.length;
  const words = text.split(' ').flatMap((word) => {
    const characters = Array.from(word);
    const pieces = [characters.slice(0, room).join('')];
    for (let at = room; at < characters.length; at += room) pieces.push(characters.slice(at, at + room).join(''));
    return pieces;
  });
  return wrapText(words.join(' '), width, before);
}
