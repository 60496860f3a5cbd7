import type { HttpRequest } from '../../base/ports.ts';
import { type Authorise, jsonBody, retryAfterMs } from '../sink.ts';

export interface ClientCredentials {
  /** `https://login.microsoftonline.com`, or the authority of another cloud. */
  readonly authority: string;
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `https://monitor.azure.com/.default`, or that of another cloud. */
  readonly scope: string;
}

/** A token is used until so long before it ends. */
const marginMs = 5 * 60_000;
const timeoutMs = 10_000;
const answerBytesMax = 64 * 1024;

/**
 * Bearer tokens by OAuth 2.0 client credentials (Microsoft identity platform, "Get a token", v2.0 endpoint, read 2026-11-20), one
 * at a time and kept until shortly before its end. What goes wrong names neither the secret nor the answer.
 *
 * @param now milliseconds since the epoch
 */
export function tokenSource(credentials: ClientCredentials, now: () => number): Authorise {
  let token: { readonly text: string; readonly endsMs: number } | undefined;
  return async (http, fresh) => {
    if (fresh || token === undefined || token.endsMs - marginMs <= now()) {
      const answer = await http.send(tokenRequest(credentials));
      const { access_token: text, expires_in: seconds } = jsonBody(answer);
      if (answer.status !== 200 || typeof text !== 'string' || text === '')
        return {
          state: 'later',
          reason: `no token from \`${credentials.authority}\` (status ${answer.status}): tenant, client-id or client-secret may be wrong`,
          afterMs: retryAfterMs(answer.headers['retry-after'], now()),
        };
      token = { text, endsMs: now() + (Number(seconds) > 0 ? Number(seconds) * 1000 : 2 * marginMs) };
    }
    return { state: 'authorised', headers: { authorization: `Bearer ${token.text}` } };
  };
}

function tokenRequest({ authority, tenant, clientId, clientSecret, scope }: ClientCredentials): HttpRequest {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope };
  return {
    method: 'POST',
    url: `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(form).toString()),
    timeoutMs,
    responseBytesMax: answerBytesMax,
  };
}
