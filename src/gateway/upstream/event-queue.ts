import type { limits } from '../../base/limits.ts';
import { BoundedQueue } from '../bounded-queue.ts';
import type { ServerEvent } from './upstream.ts';

export type QueueBounds = Readonly<
  Record<Extract<keyof typeof limits, 'gatewayQueuedEventsMax' | 'gatewayQueuedLengthMax'>, number>
>;

/** Events on their way from one writer to one reader. */
export class EventQueue implements AsyncIterable<ServerEvent> {
  readonly #events: BoundedQueue<ServerEvent>;
  readonly #left: () => void;
  #end: { readonly thrown?: Error } | undefined;
  #wake: (() => void) | undefined;

  /** @param left is told when the reader stops before the end */
  constructor({ gatewayQueuedEventsMax, gatewayQueuedLengthMax }: QueueBounds, left: () => void) {
    this.#events = new BoundedQueue(gatewayQueuedEventsMax, gatewayQueuedLengthMax);
    this.#left = left;
  }

  /** False where there is no room. @param isForced takes it all the same */
  push(event: ServerEvent, isForced = false): boolean {
    if (this.#end !== undefined || !this.#events.push(event, event.text?.length ?? 0, isForced)) return false;
    this.#wake?.();
    return true;
  }

  end(thrown?: Error): void {
    this.#end ??= thrown === undefined ? {} : { thrown };
    this.#wake?.();
  }

  /** Hands what waits to another queue, and ends. */
  moveTo(other: EventQueue): void {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) other.push(event);
    this.end();
  }

  /** The next event; undefined at the end. @throws what `end` was given */
  async next(): Promise<ServerEvent | undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#end?.thrown !== undefined) throw this.#end.thrown;
      if (this.#end !== undefined) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async *[Symbol.asyncIterator](): AsyncIterator<ServerEvent> {
    try {
      for (let event = await this.next(); event !== undefined; event = await this.next()) yield event;
    } finally {
      if (this.#end === undefined) this.#left();
    }
  }
}
