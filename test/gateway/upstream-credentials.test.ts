import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { undiciHttp } from '../../src/app/gateway/undici-http.ts';
import { HttpUpstream } from '../../src/gateway/upstream/http-upstream.ts';
import type { CredentialSource } from '../../src/gateway/upstream/server-requests.ts';
import type { Outgoing } from '../../src/gateway/upstream/upstream.ts';
import { principal } from './gateway.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that takes one token only. */
async function server(token: string): Promise<{ url: URL; seen: IncomingMessage['headers'][] }> {
  const seen: IncomingMessage['headers'][] = [];
  const made = createServer((request, response) => {
    seen.push(request.headers);
    request.resume();
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(isKnown ? 200 : 401, {
      'content-type': 'application/json',
      ...(isKnown ? {} : { 'www-authenticate': 'Bearer resource_metadata="x"', 'dpop-nonce': 'n' }),
    });
    response.end(isKnown ? '{"jsonrpc":"2.0","id":1,"result":{}}' : '');
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  closing.push(() => made.close());
  return { url: new URL(`http://127.0.0.1:${(made.address() as AddressInfo).port}/mcp`), seen };
}

const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' } as const;
const outgoing: Outgoing = {
  kind: 'message',
  message,
  text: JSON.stringify(message),
  principal: principal('bot'),
  revision: '2026-07-28',
  headers: new Map(),
  signal: new AbortController().signal,
};

function source(url: URL, first: string, second: string): CredentialSource & { readonly told: unknown[] } {
  const told: unknown[] = [];
  const sent = (token: string) => ({
    headers: { authorization: `Bearer ${token}` },
    origins: [url.origin],
    reference: `lease-${token}`,
  });
  return {
    told,
    get: async () => sent(first),
    rejected: async (_principal, rejection) => {
      told.push(rejection);
      return {
        ...sent(second),
        prove: async ({ method, url: at, body }) => ({ dpop: `${method} ${at} ${body?.length}` }),
      };
    },
  };
}

it('a rejected credential is replaced once, and the proof is made for exactly what is sent', async () => {
  const { url, seen } = await server('new');
  const credentials = source(url, 'old', 'new');
  const upstream = new HttpUpstream({ name: 's', url, credentials }, undiciHttp());
  expect(await upstream.send(outgoing)).toMatchObject({ kind: 'message', status: 200 });
  expect(credentials.told).toEqual([
    { status: 401, wwwAuthenticate: 'Bearer resource_metadata="x"', dpopNonce: 'n', reference: 'lease-old' },
  ]);
  expect(seen.at(-1)?.['dpop']).toBe(`POST ${url.href} ${outgoing.text?.length}`);
  await upstream.close();
});

it('rejected twice is an error, and no third request', async () => {
  const { url, seen } = await server('other');
  const upstream = new HttpUpstream({ name: 's', url, credentials: source(url, 'old', 'new') }, undiciHttp());
  await expect(upstream.send(outgoing)).rejects.toMatchObject({ code: 'DMC_UPSTREAM' });
  expect(seen).toHaveLength(2);
  await upstream.close();
});

it('G18: a credential for another place is not sent', async () => {
  const { url, seen } = await server('x');
  const credentials = source(new URL('https://elsewhere.example'), 'x', 'x');
  const upstream = new HttpUpstream({ name: 's', url, credentials }, undiciHttp());
  await expect(upstream.send(outgoing)).rejects.toThrow(/not where its credential may be sent/);
  expect(seen).toHaveLength(0);
  await upstream.close();
});
