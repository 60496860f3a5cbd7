import type { Channel } from './channel.ts';

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
  start(command: ChildCommand): Channel;
}
