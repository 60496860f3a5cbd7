import { type Cell, geometry, type PlacedBox } from './geometry.ts';
import type { Link } from './picture.ts';

/** A drawn connection: corner points from the one box to the other, and where its label stands. */
export interface Route {
  readonly link: Link;
  readonly points: readonly (readonly [number, number])[];
  readonly label: { readonly x: number; readonly y: number } | undefined;
}

export interface Routes {
  /** How many lines run side by side in the gutter above a row. */
  tracksIn(gutter: number): number;
  draw(
    boxes: ReadonlyMap<string, PlacedBox>,
    gutters: readonly { readonly y: number; readonly height: number }[],
  ): Route[];
}

/** A stretch of a gutter that a line takes. */
interface Stretch {
  readonly lo: number;
  readonly hi: number;
  readonly track: number;
  readonly trunk: string | undefined;
}

/** One line in units of the grid: from a side of a box through gutters and at most one column channel. */
interface Plan {
  readonly link: Link;
  readonly from: Cell;
  readonly to: Cell;
  /** True when the line leaves at the bottom / arrives at the top. */
  readonly leavesDown: boolean;
  readonly arrivesDown: boolean;
  readonly outGutter: number;
  readonly inGutter: number;
  /** The channel left of this column that joins two gutters; undefined when there is one gutter only. */
  readonly channel: number | undefined;
}

/** Plans lines between cells of the grid; coordinates come when the height of every gutter is known. */
export function routeLinks(
  links: readonly Link[],
  cells: ReadonlyMap<string, Cell>,
  rows: number,
  columns: number,
): Routes {
  const plans = links.flatMap((link) => {
    const [from, to] = [cells.get(link.from), cells.get(link.to)];
    return from === undefined || to === undefined ? [] : [planOf(link, from, to, columns)];
  });
  const outPorts = portsOf(plans);
  const usage: Stretch[][] = Array.from({ length: rows + 1 }, () => []);
  const channelUse = new Map<number, number>();
  const trunks = new Map<string, Trunk>();
  const laid = plans.map((plan) => {
    const [start, end] = [outPorts.get(plan)?.start ?? 0, outPorts.get(plan)?.end ?? 0];
    const trunk = trunkOf(plan);
    const shared = trunk === undefined ? undefined : trunks.get(trunk);
    const channelX =
      plan.channel === undefined ? undefined : (shared?.channelX ?? xOfChannel(plan.channel, channelUse));
    const out = claim(usage[plan.outGutter] ?? [], start, channelX ?? end, trunk);
    const back =
      channelX === undefined ? undefined : (shared?.back ?? claim(usage[plan.inGutter] ?? [], channelX, end));
    if (trunk !== undefined && shared === undefined && channelX !== undefined && back !== undefined)
      trunks.set(trunk, { channelX, back });
    return { plan, start, end, channelX, out, back };
  });
  return {
    tracksIn: (gutter) => (usage[gutter] ?? []).reduce((most, { track }) => Math.max(most, track + 1), 0),
    draw: (boxes, gutters) =>
      laid.flatMap(({ plan, start, end, channelX, out, back }) => {
        const [from, to] = [boxes.get(plan.link.from), boxes.get(plan.link.to)];
        if (from === undefined || to === undefined) return [];
        const y0 = from.y + (plan.leavesDown ? geometry.boxHeight : 0);
        const y3 = to.y + (plan.arrivesDown ? 0 : geometry.boxHeight);
        const yOf = (gutter: number, track: number): number =>
          (gutters[gutter]?.y ?? 0) + 12 + track * geometry.trackGap;
        const y1 = yOf(plan.outGutter, out);
        const y2 = back === undefined ? y1 : yOf(plan.inGutter, back);
        const points: (readonly [number, number])[] =
          channelX === undefined
            ? [
                [start, y0],
                [start, y1],
                [end, y1],
                [end, y3],
              ]
            : [
                [start, y0],
                [start, y1],
                [channelX, y1],
                [channelX, y2],
                [end, y2],
                [end, y3],
              ];
        return [{ link: plan.link, points, label: labelPlace(points) }];
      }),
  };
}

/** Lines to the provider that things run on come together in one trunk: same channel, same last stretch, same arrival. */
interface Trunk {
  readonly channelX: number;
  readonly back: number;
}

function trunkOf({ link, channel, outGutter }: Plan): string | undefined {
  return link.kind === 'runs' ? `${link.to} ${channel ?? `row ${outGutter}`}` : undefined;
}

function planOf(link: Link, from: Cell, to: Cell, columns: number): Plan {
  const base = { link, from, to };
  if (to.row > from.row) {
    const outGutter = from.row + 1;
    const single = to.row === outGutter;
    return {
      ...base,
      leavesDown: true,
      arrivesDown: true,
      outGutter,
      inGutter: to.row,
      channel: single ? undefined : channelBetween(from, to, columns),
    };
  }
  if (to.row === from.row)
    return {
      ...base,
      leavesDown: true,
      arrivesDown: false,
      outGutter: from.row + 1,
      inGutter: from.row + 1,
      channel: undefined,
    };
  const inGutter = to.row + 1;
  return {
    ...base,
    leavesDown: false,
    arrivesDown: false,
    outGutter: from.row,
    inGutter,
    channel: inGutter === from.row ? undefined : channelBetween(from, to, columns),
  };
}

/** The channel beside the target that is nearer to the source; outer channels only at the edge of the grid. */
function channelBetween(from: Cell, to: Cell, columns: number): number {
  if (from.column > to.column) return to.column + 1;
  if (from.column < to.column) return to.column;
  return to.column === 0 ? 0 : to.column >= columns - 1 ? columns : to.column;
}

function xOfChannel(channel: number, used: Map<number, number>): number {
  const count = used.get(channel) ?? 0;
  used.set(channel, count + 1);
  const room = channel === 0 ? geometry.left : geometry.gapX;
  const middle =
    geometry.left +
    channel * (geometry.boxWidth + geometry.gapX) -
    (channel === 0 ? geometry.left : geometry.gapX) +
    room / 2;
  // 0, +5, -5, +10, -10, 0 …: lines in one channel stay apart as long as there is room.
  const steps = [0, 5, -5, 10, -10];
  return middle + (steps[count % steps.length] ?? 0);
}

/** Where each line leaves and arrives, spread over the side of its box in the order of the other ends. */
function portsOf(plans: readonly Plan[]): ReadonlyMap<Plan, { start: number; end: number }> {
  const sides = new Map<string, { plan: Plan; other: number; out: boolean; cell: Cell }[]>();
  for (const plan of plans) {
    const push = (key: string, entry: { plan: Plan; other: number; out: boolean; cell: Cell }): void =>
      void sides.set(key, [...(sides.get(key) ?? []), entry]);
    push(`${plan.from.box.id} ${plan.leavesDown ? 'bottom' : 'top'}`, {
      plan,
      other: plan.to.column,
      out: true,
      cell: plan.from,
    });
    push(`${plan.to.box.id} ${plan.arrivesDown ? 'top' : 'bottom'}`, {
      plan,
      other: plan.from.column,
      out: false,
      cell: plan.to,
    });
  }
  const ports = new Map<Plan, { start: number; end: number }>();
  for (const list of sides.values()) {
    list.sort((a, b) => a.other - b.other || Number(a.out) - Number(b.out));
    // What runs on a provider arrives in one place; every other line has a place of its own.
    const slots: string[] = [];
    const slotOf = ({ plan, out }: { plan: Plan; out: boolean }, at: number): string =>
      plan.link.kind === 'runs' && !out ? `runs ${plan.arrivesDown}` : `own ${at}`;
    for (const [at, entry] of list.entries()) if (!slots.includes(slotOf(entry, at))) slots.push(slotOf(entry, at));
    for (const [at, entry] of list.entries()) {
      const { plan, out, cell } = entry;
      const x =
        geometry.left +
        cell.column * (geometry.boxWidth + geometry.gapX) +
        (geometry.boxWidth * (slots.indexOf(slotOf(entry, at)) + 1)) / (slots.length + 1);
      const known = ports.get(plan) ?? { start: 0, end: 0 };
      ports.set(plan, out ? { ...known, start: x } : { ...known, end: x });
    }
  }
  return ports;
}

/** The first track of a gutter where the stretch overlaps nothing. */
function claim(used: Stretch[], a: number, b: number, trunk?: string): number {
  const [lo, hi] = [Math.min(a, b) - 8, Math.max(a, b) + 8];
  const same = trunk === undefined ? undefined : used.find((other) => other.trunk === trunk);
  let track = same?.track ?? 0;
  while (
    used.some(
      (other) =>
        other.track === track && other.lo < hi && lo < other.hi && (trunk === undefined || other.trunk !== trunk),
    )
  )
    track++;
  used.push({ lo, hi, track, trunk });
  return track;
}

function labelPlace(points: readonly (readonly [number, number])[]): Route['label'] {
  let best: { x: number; y: number; length: number } | undefined;
  for (const [at, [x1, y1]] of points.entries()) {
    const next = points[at + 1];
    if (next === undefined || next[1] !== y1) continue;
    const length = Math.abs(next[0] - x1);
    if (length > (best?.length ?? 70)) best = { x: (x1 + next[0]) / 2, y: y1, length };
  }
  if (best !== undefined) return { x: best.x, y: best.y };
  const [last, before] = [points.at(-1), points.at(-2)];
  return last === undefined || before === undefined ? undefined : { x: last[0], y: (last[1] + before[1]) / 2 };
}
