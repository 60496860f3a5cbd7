/** The right to write one log. The writer confirms it before each checkpoint and acknowledges nothing after it ended. */
export interface Lease {
  /** Grows with each new holder (a fencing token). */
  readonly token: number;
  /** Monotonic reading (ms) until which nobody else can hold it: `Infinity` where it has no expiry. */
  readonly heldUntilMs: number;
  /** Monotonic reading (ms) from which on it should be confirmed again. */
  readonly renewAtMs: number;
  /** Whether it is still ours; renews it where it expires. Rejects when that cannot be told. */
  confirm(): Promise<boolean>;
  /** Gives it up. Does nothing when it was lost. */
  release(): Promise<void>;
}
