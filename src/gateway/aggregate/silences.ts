import type { Clock } from '../../base/ports.ts';
import { Stop } from '../../base/stop.ts';
import type { JsonRpcResponse } from '../../model/mcp.ts';
import { wait } from '../wait.ts';

/** Milliseconds that a server gets which was silent when it was asked last. */
const patienceMs = 500;
/** Milliseconds after which nobody takes what failed for an answer, unless a server gets less than twice that anyway. */
const silenceMs = 5_000;
/** Servers of principals that are known; then it begins anew. */
const knownMax = 10_000;

type Answer = JsonRpcResponse | undefined;

interface Known {
  answers: number;
  /** Whether it answered something since it was silent first. */
  hasAnswered: boolean;
  /** What it did not answer. */
  readonly silent: Set<string>;
}

/**
 * Servers that did not answer a principal when all were asked: they are asked again, and waited for once they answered something. A
 * server that answers all but one question is waited for at the others. What one principal has to wait for is nothing of others: they
 * may have processes of their own.
 */
export class Silences {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #silenceMs: number;
  readonly #known = new Map<string, Known>();
  readonly #underWay = new Set<string>();

  /** @param partMs milliseconds that a server gets for its part */
  constructor(clock: Pick<Clock, 'monotonic'>, partMs: number) {
    this.#clock = clock;
    this.#silenceMs = Math.min(silenceMs, partMs / 2);
  }

  /**
   * Takes note of a question.
   *
   * @returns what has to be told how it ended: whether there was an answer. One that failed soon was no silence
   */
  asks(server: string, method: string, principal: string): (hasAnswered: boolean) => void {
    const known = this.#of(server, principal);
    const { answers } = known;
    const startedMs = this.#clock.monotonic();
    return (hasAnswered) => {
      if (hasAnswered) {
        known.answers++;
        known.hasAnswered = true;
        known.silent.delete(method);
      } else if (this.#clock.monotonic() - startedMs >= this.#silenceMs && !known.silent.has(method)) {
        known.silent.add(method);
        known.hasAnswered = known.answers > answers;
      }
    };
  }

  /** The answer of a server; undefined where it was silent before and is not quick now. Then it is asked all the same, once at a time. */
  async wait(server: string, method: string, principal: string, ask: () => Promise<Answer>): Promise<Answer> {
    const { silent, hasAnswered } = this.#of(server, principal);
    if (silent.size === 0 || (hasAnswered && !silent.has(method))) return ask();
    const key = JSON.stringify([server, method, principal]);
    if (this.#underWay.has(key)) return undefined;
    this.#underWay.add(key);
    const answered = new Stop();
    const asked = ask().finally(() => {
      this.#underWay.delete(key);
      answered.abort();
    });
    asked.catch(() => undefined);
    return Promise.race([asked, wait(patienceMs, answered).then(() => (answered.aborted ? asked : undefined))]);
  }

  #of(server: string, principal: string): Known {
    const key = JSON.stringify([server, principal]);
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    if (this.#known.size >= knownMax) this.#known.clear();
    const known = { answers: 0, hasAnswered: false, silent: new Set<string>() };
    this.#known.set(key, known);
    return known;
  }
}
