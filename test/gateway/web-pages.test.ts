/** Web pages of other origins, in browsers that ask first and hand over no answer that is not for them (Fetch standard, CORS protocol). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultyServer, events, json } from './faulty-server.ts';
import { type Gateway, httpServer, principal, startGateway } from './gateway.ts';
import { initialize, statefulHeaders } from './requests.ts';

const origin = 'https://app.example.com';
const hosts = new Set<string>();
const server = new FaultyServer();
let gateway: Gateway;
let url: URL;
beforeAll(async () => {
  server.behaviour = (response, { method: verb, body }) => {
    if (verb === 'GET') return void events(response, ':\n\n').end();
    const { id } = JSON.parse(body === '' ? '{}' : body) as { id?: number };
    json(response, { jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } }, { 'mcp-session-id': 's' });
  };
  gateway = await startGateway(new Map([['one', httpServer('one', await server.listen())]]), {
    rules: { hosts, origins: new Set([origin]) },
    identify: async ({ headers }) =>
      headers.some(([name]) => name === 'authorization')
        ? principal()
        : { status: 401, headers: { 'www-authenticate': 'Bearer' }, reason: 'who are you', cause: 'identity.missing' },
  });
  hosts.add(gateway.url.host);
  url = new URL('/mcp/one', gateway.url);
});
afterAll(async () => {
  await gateway.close();
  server.close();
});

const authorization = 'Bearer t';
const ask = (headers: Record<string, string>, method = 'OPTIONS'): Promise<Response> =>
  fetch(url, { method, headers, ...(method === 'POST' ? { body: JSON.stringify(initialize) } : {}) });
const asked = (from: string): Record<string, string> => ({
  origin: from,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
});
const shared = ({ headers }: Response): unknown =>
  ['allow-origin', 'allow-methods', 'allow-headers', 'expose-headers', 'allow-credentials'].map((name) =>
    headers.get(`access-control-${name}`),
  );

describe('a page that may talk to the gateway', () => {
  it('is told so before it sends anything, without a credential', async () => {
    const answer = await ask(asked(origin));
    expect(answer.status).toBe(204);
    expect(shared(answer)).toEqual([
      origin,
      'POST, GET, DELETE',
      'authorization,content-type,mcp-protocol-version',
      'mcp-session-id, www-authenticate',
      null,
    ]);
    expect(answer.headers.get('vary')).toBe('origin');
  });

  it('reads answers, streams and refusals', async () => {
    const own = { ...statefulHeaders, origin, authorization };
    const begun = await ask(own, 'POST');
    const session = begun.headers.get('mcp-session-id') ?? '';
    expect(session).not.toBe('');
    const listening = await ask({ ...own, 'mcp-session-id': session }, 'GET');
    const refused = await ask({ ...statefulHeaders, origin }, 'POST');
    expect([begun.status, listening.status, refused.status]).toEqual([200, 200, 401]);
    for (const answer of [begun, listening, refused]) {
      expect(shared(answer)).toEqual([origin, null, null, 'mcp-session-id, www-authenticate', null]);
      await answer.text();
    }
  });

  it('an OPTIONS that asks for nothing is refused like any other method', async () => {
    expect((await ask({ origin })).status).toBe(401);
    expect((await ask({ origin, authorization })).status).toBe(405);
  });
});

it.each(['https://app.example.com.evil.example', 'http://app.example.com', 'null'])(
  '%s is not let in',
  async (from) => {
    for (const answer of [
      await ask(asked(from)),
      await ask({ ...statefulHeaders, origin: from, authorization }, 'POST'),
    ]) {
      expect(answer.status).toBe(403);
      expect(shared(answer)).toEqual([null, null, null, null, null]);
    }
  },
);

it('a client that is no web page gets no such fields', async () => {
  const answer = await ask({ ...statefulHeaders, authorization }, 'POST');
  expect(shared(answer)).toEqual([null, null, null, null, null]);
});
