/**
 * Errors that reach a person. Every class carries a stable code (documented in docs/errors.md), one lower-case
 * line and, where there is something to do about it, a hint. Programmer errors are assertions and crash.
 */

/** Every stable error code. Each has a section of the same name in docs/errors.md (held by a test). */
export type ErrorCode =
  | 'DMC_USAGE'
  | 'DMC_CONFIG_INVALID'
  | 'DMC_CONFIG_UNREADABLE'
  | 'DMC_PATH_NOT_FOUND'
  | 'DMC_FILE'
  | 'DMC_OUTPUT_UNWRITABLE'
  | 'DMC_BASELINE_INVALID'
  | 'DMC_CATALOGUE_INVALID'
  | 'DMC_RULE_INVALID'
  | 'DMC_DATA_MISSING'
  | 'DMC_UNKNOWN_ID'
  | 'DMC_LEDGER_INVALID'
  | 'DMC_LEDGER_NOT_FOUND'
  | 'DMC_LEDGER_EXISTS'
  | 'DMC_LEDGER_BUSY'
  | 'DMC_LEDGER_STOPPED'
  | 'DMC_LEDGER_FULL'
  | 'DMC_LEDGER_KEY'
  | 'DMC_LEDGER_HELD'
  | 'DMC_EVENT_INVALID'
  | 'DMC_DATABASE'
  | 'DMC_FEED'
  | 'DMC_MANIFEST'
  | 'DMC_REPLAY'
  | 'DMC_IDENTITY'
  | 'DMC_APPROVAL'
  | 'DMC_KILL_SWITCH'
  | 'DMC_REQUEST_TOO_LARGE'
  | 'DMC_LISTEN'
  | 'DMC_UPSTREAM'
  | 'DMC_POLICY'
  | 'DMC_SECRET'
  | 'DMC_MCP_LIST'
  | 'DMC_MCP_LOCK'
  | 'DMC_POSTURE_LOCK'
  | 'DMC_TEMPORAL'
  | 'DMC_SERVER_UNSIGNED'
  | 'DMC_SERVER_PROGRAM'
  | 'DMC_SANDBOX'
  | 'DMC_UNDO';

export class DemarcError extends Error {
  override readonly name = 'DemarcError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  /**
   * @param code stable identifier, see docs/errors.md
   * @param message one line, lower case, no full stop, user input in backticks
   * @param options.hint what the person can do about it
   */
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** The text of anything thrown, one line, for a gap's reason. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.split('\n', 1)[0] ?? '';
}

/** As `messageOf`, with what was below it where that is known: for who runs Demarc, not for who calls. */
export function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const [message, why] = [messageOf(thrown), cause instanceof Error ? messageOf(cause) : ''];
  return why === '' || message.includes(why) ? message : `${message}: ${why}`;
}

/** Asserts an invariant of our own code. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${what}`);
}

/** Marks the impossible branch of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new Error(`invariant broken: unexpected ${JSON.stringify(value)}`);
}
