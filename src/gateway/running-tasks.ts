import type { TaskHold } from './interceptor.ts';

/** How many servers are told at once that tasks are not wanted any more. */
const tellingMax = 16;

interface RunningTask {
  readonly cancel: (reason: string) => Promise<void>;
  readonly leave: () => void;
}

/** Tasks that go on at their servers, so that they can be stopped there, by the gateway's name for them. */
export class RunningTasks {
  readonly #running = new Map<string, RunningTask>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #telling = 0;

  /** A server goes on with a task. @param cancel tells it that nobody wants the task any more, and why */
  begin(handle: string, { signal, leave }: ReturnType<TaskHold['enter']>, cancel: RunningTask['cancel']): void {
    const stop = (): void => this.stop(handle, String(signal.reason));
    this.over(handle);
    this.#running.set(handle, {
      cancel,
      leave: () => {
        signal.removeEventListener('abort', stop);
        leave();
      },
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }

  /** It has ended at its server, or nobody knows it any more. */
  over(handle: string): void {
    const running = this.#running.get(handle);
    this.#running.delete(handle);
    running?.leave();
  }

  /** Has its server told, once. Nobody waits for it: a server that is gone has no task. */
  stop(handle: string, reason: string): void {
    const running = this.#running.get(handle);
    if (running === undefined) return;
    this.over(handle);
    this.#waiting.push(() => running.cancel(reason));
    if (this.#telling < tellingMax) void this.#tell();
  }

  async #tell(): Promise<void> {
    this.#telling++;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      await next().catch(() => undefined);
    this.#telling--;
  }
}
