import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Channel } from '../../gateway/upstream/channel.ts';
import type { ChildPort } from '../../gateway/upstream/child-port.ts';

/** Starts programs without a shell, each in a process group of its own, with no environment but the one they are given. */
export function nodeChildren(): ChildPort {
  return {
    start({ path, args, environment, directory }) {
      const child = spawn(path, [...args], {
        env: { ...environment },
        ...(directory === undefined ? {} : { cwd: directory }),
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
        shell: false,
        windowsHide: true,
      });
      return new NodeChild(child);
    },
  };
}

/** Milliseconds after its end for which the output of a process is read, where something it left behind holds it open. */
const leftOutputMs = 2_000;

/** A process that was started as the leader of its group. */
export class NodeChild implements Channel {
  readonly output: AsyncIterable<Uint8Array>;
  readonly errors: AsyncIterable<Uint8Array>;
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  #hasEnded = false;

  /** @param child with pipes for its three streams; one for which there were no descriptors left has none, and ends with an error */
  constructor(child: ChildProcess) {
    this.#process = child;
    this.output = quiet(child.stdout);
    this.errors = quiet(child.stderr);
    // A program that has ended reads nothing; `ended` tells.
    child.stdin?.on('error', () => undefined);
    let why = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    // What it started and left behind goes with it; then its pipes close, and everything it wrote was read.
    child.once('exit', (code, signal) => {
      why = signal === null ? `exited with ${code ?? 0}` : `was ended by ${signal}`;
      this.kill();
      timer = setTimeout(() => {
        for (const pipe of [child.stdout, child.stderr]) pipe?.destroy();
      }, leftOutputMs);
    });
    child.once('error', (error) => {
      why ||= `cannot be started: ${error.message}`;
    });
    this.ended = new Promise((resolve) => {
      child.once('close', () => {
        clearTimeout(timer);
        this.#hasEnded = true;
        resolve(why);
      });
    });
  }

  write(text: string): Promise<void> {
    return new Promise((resolve) => {
      const { stdin } = this.#process;
      if (this.#hasEnded || stdin?.writable !== true) return resolve();
      stdin.write(text, () => resolve());
    });
  }

  async end(graceMs: number): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.stdin?.end();
    if (!(await this.#endsWithin(graceMs))) {
      this.#signal('SIGTERM');
      if (!(await this.#endsWithin(graceMs))) this.kill();
    }
    await this.ended;
  }

  /** Ends its whole group at once. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  async #endsWithin(ms: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const hasEnded = await Promise.race([this.ended.then(() => true), late]);
    clearTimeout(timer);
    return hasEnded;
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  }
}

/** Reads a pipe to its end; a pipe that breaks has ended. */
async function* quiet(stream: Readable | null): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of stream ?? []) yield chunk as Buffer;
  } catch {
    // `ended` tells why.
  }
}
