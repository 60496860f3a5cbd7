/** A way to one server, which speaks in lines: a running program in a process group of its own, or a connection of HTTP+SSE. */
export interface Channel {
  /** What the server says, a message a line; it is slowed to the reader's pace. Of a program, standard output. */
  readonly output: AsyncIterable<Uint8Array>;
  /** What the server says of itself: of a program, standard error. */
  readonly errors: AsyncIterable<Uint8Array>;
  /** Why it ended, such as `exited with 1`. */
  readonly ended: Promise<string>;
  /** Resolves when the server took it, or has ended. */
  write(text: string): Promise<void>;
  /**
   * Ends it, a program as the specification says (2025-11-25, Lifecycle, Shutdown): closes its input, and where it goes on for `graceMs`, asks it to
   * terminate, and after as long again kills it, each time its whole group. Resolves when it has ended.
   */
  end(graceMs: number): Promise<void>;
}
