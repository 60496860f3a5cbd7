/** Processes that are played in memory: what they say and when they end is the test's. */
import type { Channel } from '../../src/gateway/upstream/channel.ts';
import type { ChildPort } from '../../src/gateway/upstream/child-port.ts';

export class PlayedChild implements Channel {
  readonly written: Record<string, unknown>[] = [];
  readonly output: AsyncIterable<Uint8Array>;
  readonly errors: AsyncIterable<Uint8Array>;
  readonly ended: Promise<string>;
  readonly #output = new Pipe();
  readonly #errors = new Pipe();
  #finish: (why: string) => void = () => undefined;
  /** What it does with a message. */
  onMessage: (message: Record<string, unknown>, child: PlayedChild) => void = () => undefined;

  constructor() {
    this.output = this.#output;
    this.errors = this.#errors;
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  say(message: unknown): void {
    this.#output.push(Buffer.from(typeof message === 'string' ? message : `${JSON.stringify(message)}\n`));
  }

  complain(text: string): void {
    this.#errors.push(Buffer.from(text));
  }

  exit(why: string): void {
    this.#output.push(undefined);
    this.#errors.push(undefined);
    this.#finish(why);
  }

  async write(text: string): Promise<void> {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.written.push(message);
    this.onMessage(message, this);
  }

  async end(): Promise<void> {
    this.exit('was ended by SIGTERM');
  }
}

class Pipe implements AsyncIterable<Uint8Array> {
  readonly #chunks: (Uint8Array | undefined)[] = [];
  #wake: (() => void) | undefined;

  push(chunk: Uint8Array | undefined): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      if (this.#chunks.length === 0)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      const chunk = this.#chunks.shift();
      if (chunk === undefined) return;
      yield chunk;
    }
  }
}

/** Answers `initialize` and whatever else it is asked. */
export function answering(child: PlayedChild): PlayedChild {
  child.onMessage = ({ id, method }) => {
    if (id !== undefined && method !== undefined)
      child.say({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25', method } });
  };
  return child;
}

export class PlayedChildren implements ChildPort {
  readonly started: PlayedChild[] = [];
  readonly #prepare: (child: PlayedChild) => void;

  constructor(prepare: (child: PlayedChild) => void) {
    this.#prepare = prepare;
  }

  start(): PlayedChild {
    const child = new PlayedChild();
    this.started.push(child);
    this.#prepare(child);
    return child;
  }
}
