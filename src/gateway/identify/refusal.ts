/** Why nobody was identified. For the record and the operator; a client is never told. */
export const refusalCauses = [
  /** No credential, where one is needed. */
  'identity.missing',
  /** More than one credential, one in the URL, or one that is no credential. */
  'identity.malformed',
  /** No API key of this gateway, or no signed JWT. */
  'identity.token',
  'identity.unknown-issuer',
  /** Signed in a way, or typed as something, that is not accepted. */
  'identity.algorithm',
  'identity.type',
  /** The issuer has no key of that name. */
  'identity.unknown-key',
  'identity.signature',
  /** Meant for another resource. */
  'identity.audience',
  'identity.expired',
  'identity.not-yet-valid',
  'identity.revoked',
  /** Names no agent that can be told from others, or one that is not admitted. */
  'identity.agent',
  /** Bound to a certificate, or to a key, that the client did not prove to hold. */
  'identity.binding',
  /** A certificate that the configuration knows no principal for. */
  'identity.certificate',
  /** Claims of a shape or number that is not accepted. */
  'identity.claims',
  'identity.scope',
  /** The issuer's keys, or this gateway's own, cannot be read now. */
  'identity.unavailable',
] as const;
export type RefusalCause = (typeof refusalCauses)[number];

/** An answer to a client that was not identified. What is sent says no more than its status, whatever the cause. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  /** For clients of OAuth: RFC 6750, section 3.1. */
  readonly body: string;
  /** For an answer of another form: the same in words. */
  readonly reason: string;
  /** For the record; never sent. */
  readonly cause: RefusalCause;
}

/** What a challenge tells a client: where the metadata of the resource is (absent without OAuth) and the scopes needed. */
export interface Challenge {
  readonly metadataUrl: string | undefined;
  readonly scopes: readonly string[];
}

/**
 * The answer for a cause: status, `WWW-Authenticate` and body as RFC 6750 (section 3), RFC 9728 (section 5.1) and the
 * authorization chapter of MCP (2025-06-18 to 2026-07-28) have it. A missing credential gets a challenge without an error code.
 */
export function refusalFor(cause: RefusalCause, challenge: Challenge): Refusal {
  const { status, error, reason } = answers[kindOf(cause)];
  const more =
    status === 503
      ? { 'retry-after': '5' }
      : { 'www-authenticate': challengeText(cause === 'identity.missing' ? undefined : error, challenge) };
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...more },
    body: JSON.stringify({ error }),
    reason,
    cause,
  };
}

const answers = {
  malformed: { status: 400, error: 'invalid_request', reason: 'the request has no single credential' },
  missing: { status: 401, error: 'unauthorized', reason: 'a credential is needed' },
  invalid: { status: 401, error: 'invalid_token', reason: 'the credential is not valid here' },
  scope: { status: 403, error: 'insufficient_scope', reason: 'the credential has too few scopes' },
  unavailable: { status: 503, error: 'temporarily_unavailable', reason: 'credentials cannot be verified now' },
} as const;

function kindOf(cause: RefusalCause): keyof typeof answers {
  switch (cause) {
    case 'identity.malformed':
      return 'malformed';
    case 'identity.missing':
      return 'missing';
    case 'identity.scope':
      return 'scope';
    case 'identity.unavailable':
      return 'unavailable';
    case 'identity.token':
    case 'identity.unknown-issuer':
    case 'identity.algorithm':
    case 'identity.type':
    case 'identity.unknown-key':
    case 'identity.signature':
    case 'identity.audience':
    case 'identity.expired':
    case 'identity.not-yet-valid':
    case 'identity.revoked':
    case 'identity.agent':
    case 'identity.binding':
    case 'identity.certificate':
    case 'identity.claims':
      return 'invalid';
  }
}

/** Scopes and URLs come from the configuration, whose schema lets nothing into them that a quoted string cannot hold. */
function challengeText(error: string | undefined, { metadataUrl, scopes }: Challenge): string {
  const parameters = [
    error === undefined ? [] : [`error="${error}"`],
    scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`],
    metadataUrl === undefined ? ['realm="demarc"'] : [`resource_metadata="${metadataUrl}"`],
  ].flat();
  return `Bearer ${parameters.join(', ')}`;
}
