import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { networkTest } from '../base/network-address.ts';
import type { Http, HttpResponse } from '../base/ports.ts';
import { isLoopbackAddress, isLoopbackHost, isMetadataAddress, isPublicAddress } from '../base/public-address.ts';
import { CredentialFault } from './fault.ts';

/** Where requests for credentials may go. */
export interface OutboundRules {
  /** Origins the configuration names: they may lie in any network, at no metadata service. */
  readonly trustedOrigins: readonly string[];
  /** Non-public networks that discovered URLs may lead into. */
  readonly networks: readonly string[];
  /** Discovered URLs may lead to this machine, over http too. */
  readonly allowLoopback: boolean;
}

type Bounds = Pick<typeof limits, 'brokerRequestMs' | 'brokerAnswerBytesMax'>;

/**
 * Requests to URLs that others named (metadata, token endpoints): https only, to public addresses or those that are
 * allowed, connected to the address that was checked, no redirect, bounded in bytes and time. What the operator
 * named is trusted to be where they said; what a server named is not.
 */
export class Outbound {
  readonly #http: Http;
  readonly #rules: OutboundRules;
  readonly #networks: readonly ((address: string) => boolean)[];
  readonly #bounds: Bounds;

  constructor(http: Http, rules: OutboundRules, bounds: Bounds = limits) {
    this.#http = http;
    this.#rules = rules;
    this.#networks = rules.networks.flatMap((network) => networkTest(network) ?? []);
    this.#bounds = bounds;
  }

  /**
   * A URL that may be asked or opened.
   *
   * @throws CredentialFault `url-not-allowed`: no https (or http to this machine, where that is allowed), or with user,
   *   password or fragment
   */
  check(text: string, what: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) throw new CredentialFault('url-not-allowed', `${what} is not a URL`);
    const secure = url.protocol === 'https:' || (url.protocol === 'http:' && this.#isPlainHttpAllowed(url));
    if (!secure) throw new CredentialFault('url-not-allowed', `${what} at \`${url.host}\` is not https`);
    if (url.username !== '' || url.password !== '' || text.includes('#'))
      throw new CredentialFault('url-not-allowed', `${what} at \`${url.host}\` has a user, a password or a fragment`);
    return url;
  }

  /** @throws CredentialFault `url-not-allowed`, `address-not-allowed`, `unreachable` */
  get(text: string, what: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpResponse> {
    return this.#send('GET', text, what, { accept: 'application/json', ...headers }, undefined);
  }

  /** @throws CredentialFault as `get` */
  post(text: string, what: string, headers: Readonly<Record<string, string>>, body: string): Promise<HttpResponse> {
    return this.#send('POST', text, what, { accept: 'application/json', ...headers }, Buffer.from(body));
  }

  async #send(
    method: 'GET' | 'POST',
    text: string,
    what: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array | undefined,
  ): Promise<HttpResponse> {
    const url = this.check(text, what);
    const asked = { allowed: 0, refused: 0 };
    const allowsAddress = (address: string): boolean => {
      const allowed = this.#allows(url, address);
      asked[allowed ? 'allowed' : 'refused']++;
      return allowed;
    };
    try {
      return await this.#http.send({
        method,
        url: url.href,
        headers: body === undefined ? headers : { ...headers, 'content-length': String(body.length) },
        body,
        timeoutMs: this.#bounds.brokerRequestMs,
        responseBytesMax: this.#bounds.brokerAnswerBytesMax,
        allowsAddress,
      });
    } catch (thrown) {
      if (asked.refused > 0 && asked.allowed === 0)
        throw new CredentialFault('address-not-allowed', `${what}: \`${url.host}\` is not a public address`, {
          cause: thrown,
        });
      throw new CredentialFault('unreachable', `${what} at \`${url.host}\`: ${messageOf(thrown)}`, { cause: thrown });
    }
  }

  #isPlainHttpAllowed(url: URL): boolean {
    return isLoopbackHost(url.hostname) && (this.#rules.allowLoopback || this.#isTrusted(url));
  }

  #isTrusted(url: URL): boolean {
    return this.#rules.trustedOrigins.includes(url.origin);
  }

  #allows(url: URL, address: string): boolean {
    if (isMetadataAddress(address)) return false;
    if (this.#networks.some((test) => test(address))) return true;
    if (url.protocol === 'http:') return isLoopbackAddress(address);
    if (this.#isTrusted(url)) return true;
    return isPublicAddress(address) || (this.#rules.allowLoopback && isLoopbackAddress(address));
  }
}

/** The JSON object of an answer. @throws CredentialFault `code` */
export function jsonObject(response: HttpResponse, code: 'metadata-invalid' | 'token-invalid', what: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(response.body).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new CredentialFault(code, `${what} is not a JSON object`);
}
