import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
  readonly #first: Promise<number | undefined>;
  #hasEnded = false;

  /**
   * @param child with pipes for its three streams; one for which there were no descriptors left has none, and ends with an error
   * @param first where it is bubblewrap, the first process of the sandbox: for a moment of its start that one ends by nobody's end but its own
   */
  constructor(child: ChildProcess, first: Promise<number | undefined> = Promise.resolve(undefined)) {
    this.#process = child;
    this.#first = first;
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
    send(-pid, signal);
    void this.#first.then((first) => {
      if (first !== undefined && isBubblewrap(first)) send(first, 'SIGKILL');
    });
  }
}

function send(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch {
    // The process or its group is gone.
  }
}

/** Whether a process is bubblewrap still, and no other that got its number. */
function isBubblewrap(id: number): boolean {
  try {
    return readFileSync(`/proc/${id}/comm`, 'utf8') === 'bwrap\n';
  } catch {
    return false;
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
