import type { Decision } from '../../model/event.ts';
import type { ReadTimeline, TimelineEntry } from './timeline.ts';
import { actorOf, decisionOrder, targetOf } from './words.ts';

/** One lane of the picture: an actor and what it did, in cells of time. */
export interface Lane {
  readonly name: string;
  readonly role: 'agent' | 'model' | 'tool' | 'policy' | 'person' | 'record';
  /** In order of time; two never share a cell. */
  readonly marks: readonly Mark[];
}

/** Events of one lane that fall into one cell of the picture. */
export interface Mark {
  readonly cell: number;
  /** Cell in which the longest call that begins here was answered. */
  readonly until: number;
  readonly entries: readonly TimelineEntry[];
  /** The gravest decision about what is marked. */
  readonly decision: Decision | undefined;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly cells: number;
  /** Offsets in milliseconds where cells begin that are told on the axis. */
  readonly ticks: readonly { readonly cell: number; readonly offsetMs: number }[];
}

/** Lanes for tools, agents and models each; what is beyond shares one lane. */
const lanesOfRoleMax = 6;
const ticksMax = 7;
const roles: readonly Lane['role'][] = ['agent', 'model', 'tool', 'policy', 'person', 'record'];

/**
 * Sorts the events of a run into lanes and cells. Time is drawn by the logarithm of the pauses, so that a night between
 * two calls does not make everything else a dot.
 *
 * @param cells how many columns the picture has
 */
export function layLanes(read: ReadTimeline, cells: number): Lanes {
  const { cellOf, ticks } = cellsOfTime(read, cells);
  const verdicts = decisionsOfCalls(read);
  const answers = new Map(read.calls.map(({ asked, answered }) => [asked?.index, answered]));
  const answered = new Set(read.calls.flatMap((call) => (call.asked === undefined ? [] : [call.answered?.index])));
  const lanes = new Map<
    string,
    { readonly name: string; readonly role: Lane['role']; readonly marks: Map<number, Mark> }
  >();
  for (const entry of read.entries) {
    // An answer is the end of its call's bar; only one without a call is a mark of its own.
    if (answered.has(entry.index) && entry.event?.kind !== 'data.query') continue;
    const answer = answers.get(entry.index);
    for (const { name, role } of placesOf(entry)) {
      const key = `${role} ${name}`;
      const lane = lanes.get(key) ?? { name, role, marks: new Map<number, Mark>() };
      lanes.set(key, lane);
      const cell = cellOf(entry.index);
      const known = lane.marks.get(cell);
      const until = role === 'agent' || answer === undefined ? cell : cellOf(answer.index);
      lane.marks.set(cell, {
        cell,
        until: Math.max(until, known?.until ?? cell),
        entries: [...(known?.entries ?? []), entry],
        decision: gravest([known?.decision, role === 'agent' ? undefined : verdicts.get(entry.index)]),
      });
    }
  }
  const all = [...lanes.values()].map(({ name, role, marks }) => ({ name, role, marks: [...marks.values()] }));
  return { lanes: roles.flatMap((role) => merged(all.filter((lane) => lane.role === role))), cells, ticks };
}

/** Where an event is drawn: a call with who calls and with what is called. */
function placesOf({ event }: TimelineEntry): readonly Pick<Lane, 'name' | 'role'>[] {
  if (event === undefined) return [{ name: 'other entries', role: 'record' }];
  const called = targetOf(event);
  switch (event.kind) {
    case 'run.start':
    case 'run.end':
      return [{ name: actorOf(event), role: 'agent' }];
    case 'model.request':
      return [
        { name: actorOf(event), role: 'agent' },
        { name: event.model ?? event.provider ?? 'model', role: 'model' },
      ];
    case 'model.response':
      return [{ name: actorOf(event), role: 'model' }];
    case 'tool.call':
    case 'data.query':
      return [
        { name: actorOf(event), role: 'agent' },
        { name: event.server ?? event.dataSource ?? called ?? 'tool', role: 'tool' },
      ];
    case 'tool.result':
      return [{ name: actorOf(event), role: 'tool' }];
    case 'decision':
      return [{ name: 'policy', role: 'policy' }];
    case 'approval':
      return [{ name: 'people', role: 'person' }];
    case 'credential.issued':
    case 'credential.revoked':
    case 'sandbox.start':
    case 'sandbox.exit':
    case 'config.change':
    case 'finding':
    case 'erasure':
    case 'training.completed':
    case 'alert':
    case 'heartbeat':
    case 'custom':
      return [{ name: 'record', role: 'record' }];
  }
}

/** Decisions by index: a decision's own, and for a call the gravest about it. */
function decisionsOfCalls(read: ReadTimeline): ReadonlyMap<number, Decision> {
  const found = new Map<number, Decision>();
  for (const { index, event } of read.entries) if (event?.decision !== undefined) found.set(index, event.decision);
  for (const { asked, decisions } of read.calls) {
    const decision = gravest(decisions.map(({ event }) => event?.decision));
    if (asked !== undefined && decision !== undefined) found.set(asked.index, decision);
  }
  return found;
}

function gravest(decisions: readonly (Decision | undefined)[]): Decision | undefined {
  return decisionOrder.find((decision) => decisions.includes(decision));
}

/** Keeps the busiest lanes of a role and puts the rest together. */
function merged(lanes: readonly Lane[]): readonly Lane[] {
  if (lanes.length <= lanesOfRoleMax) return lanes;
  const busiest = new Set(lanes.toSorted((a, b) => b.marks.length - a.marks.length).slice(0, lanesOfRoleMax - 1));
  const rest = lanes.filter((lane) => !busiest.has(lane));
  const marks = new Map<number, Mark>();
  for (const mark of rest.flatMap((lane) => lane.marks)) {
    const known = marks.get(mark.cell);
    marks.set(mark.cell, {
      cell: mark.cell,
      until: Math.max(mark.until, known?.until ?? 0),
      entries: [...(known?.entries ?? []), ...mark.entries].sort((a, b) => a.index - b.index),
      decision: gravest([known?.decision, mark.decision]),
    });
  }
  const last = rest[0]?.role ?? 'record';
  const sorted = [...marks.values()].sort((a, b) => a.cell - b.cell);
  return [...lanes.filter((lane) => busiest.has(lane)), { name: `${rest.length} more`, role: last, marks: sorted }];
}

/** Puts every event into a cell by a scale that grows with the logarithm of pauses, and picks cells to name on the axis. */
function cellsOfTime(
  read: ReadTimeline,
  cells: number,
): { readonly cellOf: (index: number) => number; readonly ticks: Lanes['ticks'] } {
  const positions = new Map<number, number>();
  let position = 0;
  let previous = 0;
  for (const { index } of read.entries) {
    const offset = read.offsets.get(index) ?? previous;
    if (positions.size > 0) position += 0.5 + Math.log2(1 + (offset - previous) / 50);
    positions.set(index, position);
    previous = offset;
  }
  const cellOf = (index: number): number =>
    position === 0 ? 0 : Math.min(cells - 1, Math.floor(((positions.get(index) ?? 0) / position) * (cells - 1)));
  const ticks: { readonly cell: number; readonly offsetMs: number }[] = [];
  for (const { index } of read.entries) {
    const cell = cellOf(index);
    const last = ticks.at(-1);
    const offsetMs = read.offsets.get(index);
    if (offsetMs !== undefined && (last === undefined || cell - last.cell >= cells / ticksMax))
      ticks.push({ cell, offsetMs });
  }
  return { cellOf, ticks };
}
