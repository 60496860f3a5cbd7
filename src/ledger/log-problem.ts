import { DemarcError, messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/** Something that does not verify. */
export interface LogProblem {
  /** File below the log's prefix. */
  readonly path: string;
  /** The first entry it concerns, where it concerns entries. */
  readonly index?: number;
  readonly what: string;
}

/** The list of problems, bounded. */
export class Problems {
  readonly #listed: LogProblem[] = [];
  #omitted = 0;

  add(problem: LogProblem): void {
    if (this.#listed.length < limits.ledgerProblemsMax) this.#listed.push(problem);
    else this.#omitted++;
  }

  /** The result of some work, or undefined and one more problem. */
  async take<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      this.add({ path, what: reasonOf(thrown) });
      return undefined;
    }
  }

  result(): { verified: boolean; problems: readonly LogProblem[]; problemsOmitted: number } {
    return { verified: this.#listed.length === 0, problems: this.#listed, problemsOmitted: this.#omitted };
  }
}

/** Our own errors say what is wrong with a file; all others are those of reading it. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof DemarcError ? thrown.message : `cannot be read: ${messageOf(thrown)}`;
}
