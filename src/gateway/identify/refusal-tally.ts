import { limits } from '../../base/limits.ts';
import type { EventInput } from '../../model/event.ts';
import type { RefusalCause } from './refusal.ts';

interface Tally {
  readonly cause: RefusalCause;
  readonly address: string;
  sinceMs: number;
  /** Refusals that no event tells of yet. */
  untold: number;
}

/**
 * Makes events of refusals: every one is told, but whoever sends a million bad credentials does not write a million entries. The
 * first of a cause and an address is an event at once; what follows within a minute is told by number.
 */
export class RefusalTally {
  readonly #tallies = new Map<string, Tally>();

  /**
   * Counts one refusal.
   *
   * @param nowMs milliseconds since the epoch
   * @returns what is to be recorded now
   */
  note(cause: RefusalCause, address: string, nowMs: number): readonly EventInput[] {
    const key = JSON.stringify([cause, address]);
    const known = this.#tallies.get(key);
    if (known !== undefined && nowMs - known.sinceMs < limits.refusalTallyMs) {
      known.untold++;
      return [];
    }
    this.#tallies.delete(key);
    const displaced = this.#tallies.size < limits.refusalTalliesMax ? [] : this.#displace();
    this.#tallies.set(key, { cause, address, sinceMs: nowMs, untold: 0 });
    return [...displaced, eventOf({ cause, address }, (known?.untold ?? 0) + 1)];
  }

  /** What was counted and not told yet, of tallies whose minute is over at this time; all of them where it is left out. */
  flush(nowMs: number = Number.POSITIVE_INFINITY): readonly EventInput[] {
    const over = [...this.#tallies].filter(([, { sinceMs }]) => nowMs - sinceMs >= limits.refusalTallyMs);
    for (const [key] of over) this.#tallies.delete(key);
    return over.flatMap(([, tally]) => toldOf(tally));
  }

  #displace(): readonly EventInput[] {
    const [oldest] = this.#tallies;
    if (oldest === undefined) return [];
    this.#tallies.delete(oldest[0]);
    return toldOf(oldest[1]);
  }
}

function toldOf(tally: Tally): readonly EventInput[] {
  return tally.untold === 0 ? [] : [eventOf(tally, tally.untold)];
}

/** An address may lead to a person: it is payload. */
function eventOf({ cause, address }: Pick<Tally, 'cause' | 'address'>, count: number): EventInput {
  return { kind: 'decision', decision: 'deny', reasons: [cause], payload: { address, count } };
}
