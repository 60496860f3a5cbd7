import type { RunGap } from './read-runs.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { ReplayedCall } from './replay-run.ts';
import { type Score, ScoreBoard } from './score.ts';

/** How often a reason held a call: injected ones of attacked runs, and any of benign runs. */
export interface ReasonCount {
  readonly benign: number;
  readonly injected: number;
}

export interface ReplayResult {
  readonly policy: string;
  /** `auto`, or the manifest file. */
  readonly manifest: string;
  readonly userWords: boolean;
  readonly overall: Score;
  readonly suites: Readonly<Record<string, Score>>;
  readonly models: Readonly<Record<string, Score>>;
  readonly reasons: Readonly<Record<string, ReasonCount>>;
  readonly gaps: readonly RunGap[];
}

/** Collects what a replay of many runs shows. */
export class ReplayCount {
  readonly #board = new ScoreBoard();
  readonly #reasons = new Map<string, { benign: number; injected: number }>();

  add(run: RecordedRun, calls: readonly ReplayedCall[]): void {
    this.#board.add(run, calls);
    for (const { verdict, injected } of calls) {
      if (run.attack !== null && !injected) continue;
      for (const reason of verdict.reasons) {
        const count = this.#reasons.get(reason) ?? { benign: 0, injected: 0 };
        count[injected ? 'injected' : 'benign']++;
        this.#reasons.set(reason, count);
      }
    }
  }

  result(settings: Pick<ReplayResult, 'policy' | 'manifest' | 'userWords' | 'gaps'>): ReplayResult {
    const reasons = Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { ...settings, ...this.#board.scores(), reasons };
  }
}
