import type { Context } from './context.ts';

const everyMs = 80;

/** One line on the terminal that says how far the work is. Silent when nobody looks: no terminal, or `--quiet`. */
export class Progress {
  readonly #context: Context;
  readonly #active: boolean;
  #last = 0;
  #shown = false;

  constructor(context: Context, quiet: boolean) {
    this.#context = context;
    this.#active = !quiet && context.process.stderr.isTTY === true;
  }

  show(done: number, total: number, what: string): void {
    if (!this.#active) return;
    const now = this.#context.clock.monotonic();
    if (now - this.#last < everyMs) return;
    this.#last = now;
    const name = what.length > 48 ? `…${what.slice(-47)}` : what;
    // Control characters in a file name must not reach the terminal.
    const line = `reading ${done}/${total}  ${name.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?')}`;
    this.#context.process.stderr.write(`\r\x1b[2K${line}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#context.process.stderr.write('\r\x1b[2K');
    this.#shown = false;
  }
}
