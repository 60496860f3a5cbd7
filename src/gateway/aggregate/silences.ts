import type { Clock } from '../../base/ports.ts';
import { Stop } from '../../base/stop.ts';
import type { JsonRpcResponse } from '../../model/mcp.ts';
import { wait } from '../wait.ts';

/** Milliseconds that a server gets which was silent when it was asked last. */
const patienceMs = 500;

type Answer = JsonRpcResponse | undefined;

/** Servers that did not answer when all were asked: they are asked again, and waited for once they answered something. */
export class Silences {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** By server: whether it has answered nothing since, and what it did not answer. */
  readonly #silent = new Map<string, { hasAnswered: boolean; readonly methods: Set<string> }>();
  readonly #underWay = new Set<string>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * Takes note of a question.
   *
   * @returns what has to be told how it ended: whether there was an answer. One that failed at once was no silence
   */
  asks(server: string, method: string): (hasAnswered: boolean) => void {
    const startedMs = this.#clock.monotonic();
    return (hasAnswered) => {
      const known = this.#silent.get(server) ?? { hasAnswered: false, methods: new Set() };
      if (hasAnswered) {
        known.hasAnswered = true;
        known.methods.delete(method);
        if (known.methods.size === 0) this.#silent.delete(server);
      } else if (this.#clock.monotonic() - startedMs >= patienceMs) {
        known.hasAnswered = false;
        known.methods.add(method);
        this.#silent.set(server, known);
      }
    };
  }

  /** The answer of a server; undefined where it was silent before and is not quick now. Then it is asked all the same, once at a time. */
  async wait(server: string, method: string, principal: string, ask: () => Promise<Answer>): Promise<Answer> {
    const silent = this.#silent.get(server);
    if (silent === undefined || (silent.hasAnswered && !silent.methods.has(method))) return ask();
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
}
