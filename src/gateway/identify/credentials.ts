import { keyPrefix } from './api-key-format.ts';

/** Pairs of name (lower case) and value, as `Exchange.headers` has them. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** What a client proves itself with in a request's headers. */
export type Credential =
  | { readonly kind: 'none' }
  /** An access token or a run token. */
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'api-key'; readonly text: string }
  /** More than one, or in a form that is none. */
  | { readonly kind: 'malformed' };

const none: Credential = { kind: 'none' };
const malformed: Credential = { kind: 'malformed' };

/** Whether a text has the form of a token (`b64token` of RFC 6750, section 2.1): looked at once, before it is verified. */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(text);
}

/**
 * The one credential of a request: `Authorization: Bearer` with a token or an API key, or `X-Api-Key` with an API key. Two of them are
 * refused, also where they are equal: which one another program looks at is not known.
 */
export function credentialOf(headers: Headers, target: string): Credential {
  let found: Credential = none;
  for (const [name, value] of headers) {
    // An `X-Api-Key` of another kind says nothing here; it goes nowhere either.
    if (name !== 'authorization' && !(name === 'x-api-key' && value.startsWith(keyPrefix))) continue;
    if (found !== none) return malformed;
    const text = name === 'x-api-key' ? value : textOfBearer(value);
    if (text === undefined) return malformed;
    found = { kind: text.startsWith(keyPrefix) ? 'api-key' : 'token', text };
  }
  // RFC 6750 section 2.3 is withdrawn by OAuth 2.1: URLs end up in logs.
  return target.includes('access_token=') ? malformed : found;
}

function textOfBearer(value: string): string | undefined {
  return value.slice(0, 7).toLowerCase() === 'bearer ' ? value.slice(7).trim() : undefined;
}

/** Headers that hold a credential of the client. */
const stripped: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'authentication',
  'cookie',
  'cookie2',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-auth-token',
  'x-access-token',
  'x-id-token',
  'x-forwarded-access-token',
  'x-forwarded-authorization',
  'x-original-authorization',
  'x-amz-security-token',
  'x-goog-iap-jwt-assertion',
  'x-ms-token-aad-access-token',
  'x-ms-token-aad-id-token',
  'cf-access-jwt-assertion',
  'cf-access-token',
  'x-client-cert',
  'x-forwarded-client-cert',
  'x-ssl-client-cert',
  'client-cert',
  'client-cert-chain',
  'dpop',
]);

/** A shorter value is no secret, and is found everywhere. */
const secretLengthMin = 16;

/**
 * The credentials that a client sent, so that none of them leaves again: not in its header, not in another, and not in a body, a URL
 * or an argument (MCP authorization: a server must not transit any token it received).
 */
export class InboundCredentials {
  readonly #headers: Headers;
  readonly #names: ReadonlySet<string>;
  #secrets: string[] | undefined;

  /** @param configured further names of headers that hold credentials, lower case */
  constructor(headers: Headers, configured: ReadonlySet<string> = new Set()) {
    this.#headers = headers;
    this.#names = configured;
  }

  /** The client's headers without those that hold a credential. */
  strip(): Headers {
    return this.#headers.filter(([name, value]) => !this.isIn(name, value));
  }

  /** Whether a header holds a credential, by its name or by its value. */
  isIn(name: string, value: string): boolean {
    return this.#isSecret(name) || this.appearIn(value);
  }

  /** Whether a text (a URL, a body, an argument) holds a credential that the client sent in a header. */
  appearIn(text: string): boolean {
    if (this.#secrets === undefined) {
      this.#secrets = [];
      for (const [name, value] of this.#headers)
        if (this.#isSecret(name)) this.#secrets.push(...secretsIn(name, value));
    }
    return this.#secrets.some((secret) => text.includes(secret));
  }

  #isSecret(name: string): boolean {
    return stripped.has(name) || this.#names.has(name);
  }
}

/** The parts of a header's value that may be secret: of cookies those of their values. */
function secretsIn(name: string, value: string): string[] {
  const values = name.startsWith('cookie')
    ? value.split(';').map((cookie) => cookie.slice(cookie.indexOf('=') + 1))
    : [value];
  return values.flatMap((text) => text.split(/[\s,;="']+/)).filter((part) => part.length >= secretLengthMin);
}
