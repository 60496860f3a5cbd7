import { once } from 'node:events';
import type { Context } from '../../context.ts';

/**
 * Answers on standard output. A reader that is slow is waited for, so that nothing piles up in memory; one that is gone is
 * told of once, and the work goes on without it.
 */
export class Answers {
  readonly #context: Context;
  readonly #onError = (): void => this.#lose();
  #lost = false;

  constructor(context: Context) {
    this.#context = context;
    process.stdout.on('error', this.#onError);
  }

  /** Resolves when the reader took enough of what was written for more. */
  async write(text: string): Promise<void> {
    if (this.#lost) return;
    this.#context.process.stdout.write(text);
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain').catch(this.#onError);
  }

  #lose(): void {
    if (this.#lost) return;
    this.#lost = true;
    this.#context.process.stderr.write('nobody reads the answers any more: recording goes on without them\n');
  }
}
