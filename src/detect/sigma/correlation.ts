import { limits } from '../../base/limits.ts';
import type { Forgotten } from '../forgotten.ts';
import type { EventView } from './event-view.ts';
import type { SigmaCorrelation } from './sigma-rule.ts';
import type { Scalar } from './value-matcher.ts';

/** An event that fits a rule, and where it stands in the ledger. */
export interface Hit {
  readonly index: number;
  readonly event: EventView;
}

/** Events of one group inside the timespan, oldest first, with what is counted of each. */
interface Window {
  readonly entries: { readonly hit: Hit; readonly position: number; readonly value: Scalar }[];
}

/**
 * One correlation over the stream of matches. Memory is bounded: a limited number of groups, the least recently used
 * leaves first, and a limited number of events in each. A group that matched begins anew.
 */
export class CorrelationState {
  readonly #correlation: SigmaCorrelation;
  readonly #forgotten: Forgotten;
  readonly #windows = new Map<string, Window>();

  constructor(correlation: SigmaCorrelation, forgotten: Forgotten) {
    this.#correlation = correlation;
    this.#forgotten = forgotten;
  }

  /**
   * Takes a match of the n-th rule of the correlation.
   *
   * @param names id and name of the rule, for aliases
   * @returns the events that together make the correlation true, oldest first
   */
  feed(position: number, names: readonly string[], hit: Hit): readonly Hit[] | undefined {
    const { groupBy, timespanMs, type, field } = this.#correlation;
    const key = this.#groupOf(groupBy, names, hit.event);
    // An event without the fields that say which group it belongs to belongs to none.
    if (key === undefined) return undefined;
    const from = hit.event.atMs - timespanMs;
    const window = this.#window(key, from);
    while ((window.entries[0]?.hit.event.atMs ?? Number.POSITIVE_INFINITY) < from) window.entries.shift();
    const values = type === 'value_count' && field !== undefined ? hit.event.values(field) : [null];
    for (const value of values) window.entries.push({ hit, position, value });
    while (window.entries.length > limits.correlationEventsMax) {
      window.entries.shift();
      this.#forgotten.add('events of correlations dropped');
    }
    const evidence = this.#decide(window);
    if (evidence !== undefined) this.#windows.delete(key);
    return evidence;
  }

  #groupOf(groupBy: readonly string[], names: readonly string[], event: EventView): string | undefined {
    const key: Scalar[] = [];
    for (const field of groupBy) {
      const byRule = this.#correlation.aliases[field];
      const alias = byRule === undefined ? field : names.map((name) => byRule[name]).find((name) => name !== undefined);
      const value = alias === undefined ? undefined : event.values(alias)[0];
      if (value === undefined || value === null) return undefined;
      key.push(value);
    }
    return JSON.stringify(key);
  }

  #window(key: string, fromMs: number): Window {
    const window = this.#windows.get(key) ?? { entries: [] };
    this.#windows.delete(key);
    this.#windows.set(key, window);
    for (const [oldest, { entries }] of this.#windows) {
      if (this.#windows.size <= limits.correlationGroupsMax) break;
      this.#windows.delete(oldest);
      // One whose events are all too old by now held nothing.
      if ((entries.at(-1)?.hit.event.atMs ?? Number.NEGATIVE_INFINITY) >= fromMs)
        this.#forgotten.add('groups of correlations dropped');
    }
    return window;
  }

  #decide({ entries }: Window): readonly Hit[] | undefined {
    const { type, isEnough, rules } = this.#correlation;
    switch (type) {
      case 'event_count':
        return isEnough(entries.length) ? entries.map(({ hit }) => hit) : undefined;
      case 'value_count':
        return isEnough(new Set(entries.map(({ value }) => value)).size) ? entries.map(({ hit }) => hit) : undefined;
      case 'temporal': {
        const latest = new Map(entries.map(({ position, hit }) => [position, hit]));
        return isEnough(latest.size) ? [...latest.values()].sort(byTime) : undefined;
      }
      case 'temporal_ordered': {
        const chain = orderedChain(entries, rules.length);
        return chain === undefined ? undefined : chain;
      }
    }
  }
}

/** Different events that fit the rules in their order, if there are such. */
function orderedChain(entries: Window['entries'], count: number): readonly Hit[] | undefined {
  const chain: Hit[] = [];
  for (const { position, hit } of entries)
    if (position === chain.length && chain.at(-1)?.index !== hit.index) chain.push(hit);
  return chain.length === count ? chain : undefined;
}

function byTime(a: Hit, b: Hit): number {
  return a.event.atMs - b.event.atMs || a.index - b.index;
}
