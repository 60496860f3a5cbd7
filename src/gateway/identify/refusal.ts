/** Why nobody was identified. For the record and the operator; a client is never told. */
export const refusalReasons = [
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
export type RefusalReason = (typeof refusalReasons)[number];

/** An answer to a client that was not identified. Whatever the reason, what is sent says no more than its status. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the record; not sent. */
  readonly reason: RefusalReason;
}

/** What a challenge tells a client: where the metadata of the resource is (absent without OAuth) and the scopes needed. */
export interface Challenge {
  readonly metadataUrl: string | undefined;
  readonly scopes: readonly string[];
}

/**
 * The answer for a reason: status, `WWW-Authenticate` and body as RFC 6750 (section 3), RFC 9728 (section 5.1) and the
 * authorization chapter of MCP (2025-06-18 to 2026-07-28) have it. A missing credential gets a challenge without an error code.
 */
export function refusalFor(reason: RefusalReason, challenge: Challenge): Refusal {
  switch (reason) {
    case 'identity.malformed':
      return refusal(400, 'invalid_request', reason, challenge);
    case 'identity.scope':
      return refusal(403, 'insufficient_scope', reason, challenge);
    case 'identity.unavailable':
      return {
        status: 503,
        headers: { ...plain, 'retry-after': '5' },
        body: '{"error":"temporarily_unavailable"}',
        reason,
      };
    case 'identity.missing':
      return {
        status: 401,
        headers: { ...plain, 'www-authenticate': challengeText(undefined, challenge) },
        body: '{"error":"unauthorized"}',
        reason,
      };
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
      return refusal(401, 'invalid_token', reason, challenge);
  }
}

const plain = { 'content-type': 'application/json', 'cache-control': 'no-store' } as const;

function refusal(status: 400 | 401 | 403, error: string, reason: RefusalReason, challenge: Challenge): Refusal {
  return {
    status,
    headers: { ...plain, 'www-authenticate': challengeText(error, challenge) },
    body: JSON.stringify({ error }),
    reason,
  };
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
