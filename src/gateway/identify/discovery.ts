import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { messageOf } from '../../base/errors.ts';
import type { Http } from '../../base/ports.ts';
import { isLoopbackAddress } from '../../base/public-address.ts';

/** What of an authorization server's metadata is needed (RFC 8414, section 2; OpenID Connect Discovery 1.0, section 3). */
const metadata = z.object({ issuer: z.string(), jwks_uri: z.string() });

/**
 * Finds where an issuer's keys are: RFC 8414 metadata, then OpenID Connect discovery, in the order in which MCP has clients try them.
 * A document that names another issuer is passed over (RFC 8414, section 3.3).
 *
 * @returns the URL, or why there is none
 */
export async function discoverKeys(
  http: Http,
  issuer: string,
  timeoutMs: number,
): Promise<{ url: string } | { problem: string }> {
  const problems: string[] = [];
  for (const url of metadataUrls(issuer)) {
    const answer = await getJson(http, url, timeoutMs);
    if ('problem' in answer) {
      problems.push(answer.problem);
      continue;
    }
    const parsed = metadata.safeParse(answer.json);
    if (!parsed.success) problems.push(`\`${url}\` holds no metadata of an authorization server`);
    else if (parsed.data.issuer !== issuer) problems.push(`\`${url}\` is about another issuer`);
    else if (!isSafeUrl(parsed.data.jwks_uri)) problems.push(`\`${url}\` names keys that are not at an https URL`);
    else return { url: parsed.data.jwks_uri };
  }
  return { problem: problems.join('; ') };
}

/** MCP, authorization server metadata discovery (2025-11-25 and 2026-07-28). */
function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const at = (name: string): string => `${origin}/.well-known/${name}${path}`;
  return [
    at('oauth-authorization-server'),
    at('openid-configuration'),
    ...(path === '' ? [] : [`${origin}${path}/.well-known/openid-configuration`]),
  ];
}

/** Whether a URL may be asked for keys: https, or this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  const isLocal = hostname === 'localhost' || isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
  return (
    (protocol === 'https:' || (protocol === 'http:' && isLocal)) && username === '' && password === '' && hash === ''
  );
}

/** A JSON document, or why there is none. Nothing redirects: the port follows none, and a redirect is no document. */
export async function getJson(
  http: Http,
  url: string,
  timeoutMs: number,
): Promise<{ json: unknown } | { problem: string }> {
  try {
    const { status, body } = await http.send({
      method: 'GET',
      url,
      headers: { accept: 'application/json, application/jwk-set+json' },
      timeoutMs,
      responseBytesMax: limits.identityAnswerBytesMax,
    });
    if (status !== 200) return { problem: `\`${url}\` answers ${status}` };
    return { json: JSON.parse(Buffer.from(body).toString('utf8')) as unknown };
  } catch (thrown) {
    return { problem: `\`${url}\`: ${messageOf(thrown)}` };
  }
}
