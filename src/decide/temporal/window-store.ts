import { unitsOf, type Value } from './value.ts';

/** Values of columns. */
export type Row = readonly Value[];
/** As a row; undefined where a column is not known. */
export type Bound = readonly (Value | undefined)[];

/** How many rows a run may keep, over all of its stores. */
export interface RowBudget {
  left: number;
}

interface Entry {
  readonly row: Row;
  readonly key: string;
  timeMs: number;
  index: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** When a row was seen last: the time and the number of the event. */
export interface Seen {
  readonly row: Row;
  readonly timeMs: number;
  readonly index: number;
}

interface Group {
  readonly entries: Set<Entry>;
  sum: bigint;
  /** Rows whose summed value is no exact number. */
  notNumbers: number;
}

/** Entries by the values of some columns; sums one column as well when asked. */
class GroupIndex {
  readonly #columns: readonly number[];
  readonly #summed: number | undefined;
  readonly #groups = new Map<string, Group>();

  constructor(columns: readonly number[], summed: number | undefined) {
    this.#columns = columns;
    this.#summed = summed;
  }

  add(entry: Entry): void {
    const key = this.#keyOf(entry.row);
    const group = this.#groups.get(key) ?? { entries: new Set(), sum: 0n, notNumbers: 0 };
    this.#groups.set(key, group);
    group.entries.add(entry);
    this.#count(group, entry, 1);
  }

  remove(entry: Entry): void {
    const key = this.#keyOf(entry.row);
    const group = this.#groups.get(key);
    if (!group?.entries.delete(entry)) return;
    if (group.entries.size === 0) this.#groups.delete(key);
    else this.#count(group, entry, -1);
  }

  find(bound: Bound): Group | undefined {
    return this.#groups.get(this.#keyOf(bound));
  }

  #count(group: Group, { row }: Entry, by: 1 | -1): void {
    if (this.#summed === undefined) return;
    const value = row[this.#summed] ?? '';
    if (!value.startsWith('n')) group.notNumbers += by;
    else group.sum += unitsOf(value) * BigInt(by);
  }

  #keyOf(row: Bound): string {
    let key = '';
    for (const column of this.#columns) key += joined(row[column] ?? '');
    return key;
  }
}

const joined = (value: Value): string => `${value.length}:${value}`;

export function keyOf(row: Row): string {
  let key = '';
  for (const value of row) key += joined(value);
  return key;
}

/**
 * The different rows of the last `windowMs`, each with the time it was seen last, oldest first. Taking a row, letting one go
 * and finding a group cost O(1); what was never asked for is not indexed.
 */
export class WindowStore {
  readonly #windowMs: number;
  readonly #budget: RowBudget;
  readonly #rows = new Map<string, Entry>();
  readonly #indexes = new Map<string, GroupIndex>();
  #oldest: Entry | undefined;
  #newest: Entry | undefined;

  constructor(windowMs: number, budget: RowBudget) {
    this.#windowMs = windowMs;
    this.#budget = budget;
  }

  /** @returns false when the run keeps as many rows as it may: the row was not taken */
  put(row: Row, timeMs: number, index: number): boolean {
    const key = keyOf(row);
    const known = this.#rows.get(key);
    if (known !== undefined) {
      this.#unlink(known);
      known.timeMs = timeMs;
      known.index = index;
      this.#append(known);
      return true;
    }
    if (this.#budget.left <= 0) return false;
    this.#budget.left--;
    const entry: Entry = { row, key, timeMs, index, older: undefined, newer: undefined };
    this.#rows.set(key, entry);
    this.#append(entry);
    for (const groups of this.#indexes.values()) groups.add(entry);
    return true;
  }

  /** Lets go of everything that left the window. A row exactly as old as the window stays. */
  evict(nowMs: number): void {
    while (this.#oldest !== undefined && nowMs - this.#oldest.timeMs > this.#windowMs) this.#remove(this.#oldest);
  }

  get(row: Row): Seen | undefined {
    return this.#rows.get(keyOf(row));
  }

  delete(row: Row): void {
    const entry = this.#rows.get(keyOf(row));
    if (entry !== undefined) this.#remove(entry);
  }

  clear(): void {
    while (this.#oldest !== undefined) this.#remove(this.#oldest);
  }

  /** The rows that have the values that are bound. */
  match(bound: Bound): Iterable<Seen> {
    const columns = boundColumns(bound);
    if (columns.length < bound.length) return columns.length === 0 ? this.#all() : this.#group(columns, bound);
    const one = this.#rows.get(keyOf(bound as Row));
    return one === undefined ? [] : [one];
  }

  #group(columns: readonly number[], bound: Bound): Iterable<Seen> {
    return this.#index(columns, undefined).find(bound)?.entries ?? [];
  }

  /** How many rows have the values that are bound, and the sum of one of their columns in ten-thousandths. */
  total(bound: Bound, summed?: number): { count: number; sum: bigint; notNumbers: number } {
    const group = this.#index(boundColumns(bound), summed).find(bound);
    if (group === undefined) return { count: 0, sum: 0n, notNumbers: 0 };
    return { count: group.entries.size, sum: group.sum, notNumbers: group.notNumbers };
  }

  snapshot(): readonly (readonly [Row, number, number])[] {
    return [...this.#all()].map(({ row, timeMs, index }) => [row, timeMs, index]);
  }

  *#all(): Generator<Entry> {
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) yield entry;
  }

  #index(columns: readonly number[], summed: number | undefined): GroupIndex {
    const name = `${columns.join()}/${summed ?? ''}`;
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const made = new GroupIndex(columns, summed);
    for (const entry of this.#all()) made.add(entry);
    this.#indexes.set(name, made);
    return made;
  }

  #append(entry: Entry): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  #remove(entry: Entry): void {
    this.#unlink(entry);
    this.#rows.delete(entry.key);
    this.#budget.left++;
    for (const groups of this.#indexes.values()) groups.remove(entry);
  }
}

function boundColumns(bound: Bound): number[] {
  const columns: number[] = [];
  for (let at = 0; at < bound.length; at++) if (bound[at] !== undefined) columns.push(at);
  return columns;
}
