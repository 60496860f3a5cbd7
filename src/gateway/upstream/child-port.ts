/** A program to start: an absolute path and its arguments; no shell is involved. */
export interface ChildCommand {
  readonly path: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string | undefined;
}

/** Starts the programs of configured servers; made in `app/`. */
export interface ChildPort {
  /** Never throws: a program that cannot be started is one that exits at once. */
  start(command: ChildCommand): Child;
}

/** A running program, in a process group of its own. */
export interface Child {
  /** Standard output as it comes; the program is slowed to the reader's pace. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Standard error as it comes. */
  readonly errors: AsyncIterable<Uint8Array>;
  /** Why it ended, such as `exited with 1`. */
  readonly ended: Promise<string>;
  /** Resolves when the program took it, or has ended. */
  write(text: string): Promise<void>;
  /**
   * Ends it as the specification says (2025-11-25, Lifecycle, Shutdown): closes its input, and where it goes on for `graceMs`, asks it to
   * terminate, and after as long again kills it, each time its whole group. Resolves when it has ended.
   */
  end(graceMs: number): Promise<void>;
}
