import { limits } from '../../base/limits.ts';

/** When a run counts as going round in circles. */
export interface LoopRule {
  /** So often the same tool with the same arguments among the run's latest calls. */
  readonly same: number;
  /** Calls that are looked at. */
  readonly among: number;
  /** So often one after the other the same sequence of calls, at most `cycleLength` long. */
  readonly cycles: number;
  readonly cycleLength: number;
}

export type Loop = 'loop.same-call' | 'loop.cycle';

/** Finds runs that repeat themselves. Runs are kept by when they were last active; the oldest leave. */
export class LoopDetector {
  readonly #rule: LoopRule;
  readonly #runs = new Map<string, string[]>();
  readonly #bounds: Readonly<Record<'loopRunsMax' | 'loopCallsMax', number>>;
  /** Calls of a run that are kept. */
  readonly #kept: number;

  constructor(rule: LoopRule, bounds: Readonly<Record<'loopRunsMax' | 'loopCallsMax', number>> = limits) {
    this.#rule = rule;
    this.#bounds = bounds;
    this.#kept = Math.min(Math.max(rule.among, rule.cycles * rule.cycleLength), bounds.loopCallsMax);
  }

  /**
   * Takes note of a call before it goes out.
   *
   * @param fingerprint server, tool and digest of the arguments
   * @returns what it repeats: the call that would complete the loop is the one to stop
   */
  observe(run: string, fingerprint: string): Loop | undefined {
    const calls = this.#runs.get(run) ?? [];
    this.#runs.delete(run);
    this.#runs.set(run, calls);
    if (this.#runs.size > this.#bounds.loopRunsMax) {
      const [oldest = ''] = this.#runs.keys();
      this.#runs.delete(oldest);
    }
    calls.push(fingerprint);
    // What the rule does not look at is not kept, of ten thousand runs.
    if (calls.length > this.#kept) calls.shift();
    return this.#repeats(calls, fingerprint);
  }

  /** What a call would repeat if it went out now. No note is taken of it. */
  peek(run: string, fingerprint: string): Loop | undefined {
    return this.#repeats([...(this.#runs.get(run) ?? []), fingerprint], fingerprint);
  }

  /** What the last of these calls repeats. */
  #repeats(calls: readonly string[], fingerprint: string): Loop | undefined {
    const { same, among } = this.#rule;
    let count = 0;
    for (let at = Math.max(0, calls.length - among); at < calls.length; at++) if (calls[at] === fingerprint) count++;
    if (count >= same) return 'loop.same-call';
    return this.#isCycle(calls) ? 'loop.cycle' : undefined;
  }

  /** Whether the calls end with a sequence that stands there so often. */
  #isCycle(calls: readonly string[]): boolean {
    const { cycles, cycleLength } = this.#rule;
    for (let length = 2; length <= cycleLength; length++) {
      const start = calls.length - length * cycles;
      let at = calls.length - 1;
      while (at >= start + length && calls[at] === calls[at - length]) at--;
      // The same call over and over is no cycle: that is what `same` is for.
      if (at < start + length && new Set(calls.slice(-length)).size > 1) return true;
    }
    return false;
  }
}
