/**
 * Why there is no credential. Stable: they are reason codes of the ledger and what an operator searches for.
 * docs/guide/upstream-credentials.md says what to do about each.
 */
export const faultCodes = [
  'unknown-server',
  'not-recorded',
  'cancelled',
  'no-person',
  'no-subject-token',
  'secret-unavailable',
  'origin-not-allowed',
  'url-not-allowed',
  'address-not-allowed',
  'unreachable',
  'metadata-missing',
  'metadata-invalid',
  'resource-mismatch',
  'issuer-mismatch',
  'issuer-not-listed',
  'issuer-changed',
  'pkce-unsupported',
  'dpop-unsupported',
  'client-authentication-unsupported',
  'no-client',
  'registration-refused',
  'authorization-response-invalid',
  'authorization-denied',
  'token-refused',
  'token-invalid',
  'token-rejected',
  'scope-refused',
  'too-many-consents',
  'store-failed',
] as const;
export type FaultCode = (typeof faultCodes)[number];

/** Failures of the moment, or of who asks: the next attempt is not held back by them. */
const notRemembered: readonly FaultCode[] = [
  'not-recorded',
  'cancelled',
  'no-person',
  'no-subject-token',
  'token-rejected',
  'scope-refused',
  'too-many-consents',
  'store-failed',
];

/** An expected failure on the way to a credential. The message names hosts and codes, never a secret, a token or a query. */
export class CredentialFault extends Error {
  override readonly name = 'CredentialFault';
  readonly code: FaultCode;
  /** The OAuth error code the other side gave (RFC 6749, 5.2). */
  readonly oauthError: string | undefined;

  constructor(code: FaultCode, message: string, options: { oauthError?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.oauthError = options.oauthError;
  }

  /** Whether the same may succeed a little later without anybody doing anything. */
  get passes(): boolean {
    return this.code === 'unreachable' || this.code === 'secret-unavailable' || this.code === 'not-recorded';
  }

  /** Whether asking again at once would only trouble others: an authorization server may lock a client that keeps failing. */
  get stands(): boolean {
    return !notRemembered.includes(this.code);
  }
}
