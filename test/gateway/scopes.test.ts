/** A server that needs further scopes needs them at `/mcp` as well, where all servers are one. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestIssuer } from '../../src/gateway/identify/fixtures/test-issuer.ts';
import { initialize, meta, post, statefulHeaders, statelessCall, statelessHeaders } from './requests.ts';
import { eventsOf, type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

let issuer: TestIssuer;
let servers: MadeServer[];
let whole: WholeGateway;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  servers = await Promise.all(
    ['mail', 'files'].map((name) =>
      makeServer(name, (made) => {
        made.registerTool(`${name}_use`, {}, () => ({ content: [{ type: 'text', text: name }] }));
      }),
    ),
  );
  const [mail, files] = servers.map(({ url }) => url);
  whole = await wholeGateway(
    `policies: {set: .}
identity:
  issuers: [{name: corp, issuer: '${issuer.issuer}', audiences: [api]}]
  scopes: {required: ['mcp:use'], servers: {mail: ['mail:send']}}
servers: {mail: {url: '${mail}'}, files: {url: '${files}'}}
`,
    { 'a.cedar': '@id("all") permit (principal, action, resource);' },
  );
}, 60_000);
afterAll(async () => {
  whole.remove();
  for (const server of servers) server.close();
  await issuer.stop();
});

const tokenOf = (scope: string): Promise<string> =>
  issuer.sign({ aud: 'api', sub: 'jane', client_id: 'bot', scope, exp: Math.floor(Date.now() / 1000) + 300 });

async function client(token: string, era: 'stateful' | 'stateless'): Promise<Client> {
  const versionNegotiation = { mode: era === 'stateless' ? { pin: '2026-07-28' } : 'legacy' } as const;
  const made = new Client({ name: 'test', version: '1' }, { capabilities: {}, versionNegotiation });
  const headers = { authorization: `Bearer ${token}` };
  await made.connect(new StreamableHTTPClientTransport(new URL('/mcp', whole.origin), { requestInit: { headers } }));
  return made;
}
async function call(path: string, name: string, scope: string): Promise<{ status: number; challenge: string | null }> {
  const headers = { ...statelessHeaders, 'mcp-name': name, authorization: `Bearer ${await tokenOf(scope)}` };
  const asked = statelessCall() as { params: object };
  const body = JSON.stringify({ ...asked, params: { ...asked.params, name } });
  const answer = await fetch(new URL(path, whole.origin), { method: 'POST', headers, body });
  await answer.text();
  return { status: answer.status, challenge: answer.headers.get('www-authenticate') };
}

describe.each(['stateful', 'stateless'] as const)('all servers together, %s', (era) => {
  it.each([
    ['mcp:use', ['files__files_use']],
    ['mcp:use mail:send', ['files__files_use', 'mail__mail_use']],
  ])('with the scopes %s', async (scope, names) => {
    const made = await client(await tokenOf(scope), era);
    expect((await made.listTools()).tools.map(({ name }) => name).toSorted()).toEqual(names);
    await made.close();
  });
});

it.each(['stateful', 'stateless'] as const)(
  'where no server is left, the client is told which scopes it takes: %s',
  async (era) => {
    const config = `policies: open
identity:
  issuers: [{name: corp, issuer: '${issuer.issuer}', audiences: [api]}]
  scopes: {servers: {mail: ['mail:send']}}
servers: {mail: {url: '${servers[0]?.url}'}}`;
    const one = await wholeGateway(config);
    const authorization = `Bearer ${await tokenOf('mcp:use')}`;
    const [body, headers] =
      era === 'stateful'
        ? [initialize, statefulHeaders]
        : [
            { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: meta } },
            { ...statefulHeaders, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'server/discover' },
          ];
    const answer = await post(new URL('/mcp', one.origin), body, { ...headers, authorization });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('error="insufficient_scope", scope="mail:send"'),
    ]);
    await one.close();
    one.remove();
  },
);

it('who subscribes to the servers it may use was refused nothing', async () => {
  const one = await wholeGateway(`policies: open
identity:
  issuers: [{name: corp, issuer: '${issuer.issuer}', audiences: [api]}]
  scopes: {servers: {mail: ['mail:send']}}
servers: {mail: {url: '${servers[0]?.url}'}, files: {url: '${servers[1]?.url}'}}`);
  const authorization = `Bearer ${await tokenOf('mcp:use')}`;
  const headers = { ...statelessHeaders, 'mcp-method': 'subscriptions/listen', authorization };
  const params = { notifications: { toolsListChanged: true }, _meta: meta };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
  const stop = new AbortController();
  const answer = await fetch(new URL('/mcp', one.origin), { method: 'POST', headers, body, signal: stop.signal });
  expect(answer.status).toBe(200);
  await answer.body?.getReader().read();
  stop.abort();
  await one.close();
  const denied = (await eventsOf(one.folder)).filter(({ decision }) => decision === 'deny');
  one.remove();
  expect(denied).toEqual([]);
});

it('a call is refused, and its client told which scopes it takes', async () => {
  for (const [path, name] of [
    ['/mcp/mail', 'mail_use'],
    ['/mcp', 'mail__mail_use'],
  ] as const) {
    const seen = servers[0]?.seen.length;
    const { status, challenge } = await call(path, name, 'mcp:use');
    expect(status).toBe(403);
    expect(challenge).toContain('error="insufficient_scope", scope="mcp:use mail:send"');
    expect(challenge).toContain(`/.well-known/oauth-protected-resource${path}"`);
    expect(servers[0]?.seen).toHaveLength(seen ?? 0);
  }
  expect((await call('/mcp', 'mail__mail_use', 'mcp:use mail:send')).status).toBe(200);
  await whole.close();
  const denied = (await eventsOf(whole.folder)).filter(({ decision }) => decision === 'deny');
  expect(denied.map(({ reasons }) => reasons)).toEqual([['identity.scope'], ['identity.scope']]);
});
