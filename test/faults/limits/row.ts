import type { limits } from '../../../src/base/limits.ts';

export type Limit = keyof typeof limits;

/** A limit, in one place where it holds. */
export interface Row {
  readonly limit: Limit;
  readonly where: string;
  /** The limit the code is given for the test, where a subject of the real size is too large to make. */
  readonly at?: number;
  /** What is told about a subject of the given size. @param max the limit: `at`, or else the real one */
  readonly told: (size: number, max: number) => Promise<readonly string[]> | readonly string[];
  /** What must be told past the limit, and not before. */
  readonly past: RegExp;
}
