import { DemarcError } from '../../base/errors.ts';
import type { Http } from '../../base/ports.ts';
import { jsonBody } from '../sink.ts';

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
 * at a time and kept until shortly before its end.
 *
 * @param now milliseconds since the epoch
 * @returns the header; rejects with `DMC_FEED` (never with the secret or the answer) when no token is given
 */
export function tokenSource(
  credentials: ClientCredentials,
  now: () => number,
): (http: Http, fresh: boolean) => Promise<Readonly<Record<string, string>>> {
  let token: { readonly text: string; readonly endsMs: number } | undefined;
  return async (http, fresh) => {
    if (fresh || token === undefined || token.endsMs - marginMs <= now())
      token = await fetchToken(credentials, http, now());
    return { authorization: `Bearer ${token.text}` };
  };
}

async function fetchToken(
  { authority, tenant, clientId, clientSecret, scope }: ClientCredentials,
  http: Http,
  nowMs: number,
): Promise<{ readonly text: string; readonly endsMs: number }> {
  const answer = await http.send({
    method: 'POST',
    url: `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope,
      }).toString(),
    ),
    timeoutMs,
    responseBytesMax: answerBytesMax,
  });
  const { access_token: text, expires_in: seconds } = jsonBody(answer);
  if (answer.status !== 200 || typeof text !== 'string' || text === '')
    throw new DemarcError('DMC_FEED', `no token from \`${authority}\`: status ${answer.status}`, {
      hint: 'check tenant, client-id and client-secret, and the right `Monitoring Metrics Publisher` on the rule',
    });
  const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : 2 * marginMs;
  return { text, endsMs: nowMs + lifeMs };
}
