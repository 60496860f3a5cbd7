/** Identification with all that is real: an authorization server, sockets, TLS, a relay and a server behind it. */
import { createServer, type IncomingMessage } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeHttp } from '../../src/app/node-http.ts';
import type { Clock } from '../../src/base/ports.ts';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { TestIssuer } from '../../src/gateway/identify/fixtures/test-issuer.ts';
import { MemoryKeyFiles } from '../../src/gateway/identify/fixtures/world.ts';
import { type Identity, isRefusal, openIdentity } from '../../src/gateway/identify/identity.ts';
import { Revocations } from '../../src/gateway/identify/revocations.ts';
import { identitySettings } from '../../src/gateway/identify/settings.ts';
import { Authority } from './certificates.ts';
import { clock, type Gateway, httpServer, passThrough, random, startGateway } from './gateway.ts';

const origin = 'https://gateway.example';
const open = (settings: object, at: Clock = clock): Promise<Identity> =>
  openIdentity({
    settings: identitySettings.parse({ origin, ...settings }),
    folder: '/',
    http: nodeHttp({}),
    files: new MemoryKeyFiles(),
    clock: at,
    random,
    revocations: new Revocations(),
    tell: () => undefined,
  });

describe('through the relay', () => {
  let issuer: TestIssuer;
  let gateway: Gateway;
  let seen: { headers: IncomingMessage['headers']; url: string; body: string }[];
  let agents: string[];
  let close: () => void;

  beforeAll(async () => {
    issuer = await TestIssuer.start();
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        seen.push({ headers: request.headers, url: request.url ?? '', body });
        const { id } = JSON.parse(body) as { id: number };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
    const identity = await open({ issuers: [{ name: 'corp', issuer: issuer.issuer }], 'strip-headers': ['X-Corp'] });
    gateway = await startGateway(new Map([['files', httpServer('files', url)]]), {
      identify: (exchange) => identity.identify(exchange),
      credentialHeaders: new Set(['x-corp']),
      interceptor: {
        ...passThrough,
        begin: (request, context) => (agents.push(context.principal.agent), passThrough.begin(request, context)),
      },
    });
    close = () => server.close();
  });
  beforeEach(() => {
    [seen, agents] = [[], []];
  });
  afterAll(async () => {
    await gateway.close();
    await issuer.stop();
    close();
  });

  const token = (more: object = {}): Promise<string> =>
    issuer.sign({ aud: origin, sub: 'jane', client_id: 'a', exp: Math.floor(Date.now() / 1000) + 60, ...more });
  const call = (
    headers: Record<string, string>,
    args: unknown = { path: '/x' },
    path = '/mcp/files',
  ): Promise<Response> =>
    fetch(new URL(path, gateway.url), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'read',
        ...headers,
      },
      body:
        typeof args === 'string'
          ? args
          : JSON.stringify({
              jsonrpc: '2.0',
              id: 1,
              method: 'tools/call',
              params: {
                name: 'read',
                arguments: args,
                _meta: {
                  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
                  'io.modelcontextprotocol/clientCapabilities': {},
                },
              },
            }),
    });

  it('a client without a token finds its way to one', async () => {
    const answer = await call({});
    expect(answer.status).toBe(401);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    expect(challenge).toBe(`Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp/files"`);
    expect(seen).toEqual([]);
  });

  it('G12: what a client proves itself with is nowhere in what the server gets', async () => {
    const text = await token();
    const answer = await call({
      authorization: `Bearer ${text}`,
      cookie: `session=${text}`,
      'x-corp': 'corp-secret-0123456789',
      baggage: `token=${text}`,
      tracestate: `corp=corp-secret-0123456789`,
      'mcp-param-token': text,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    expect(answer.status).toBe(200);
    expect(agents).toEqual(['corp:a']);
    expect(seen).toHaveLength(1);
    const [, , signature = ''] = text.split('.');
    const sent = JSON.stringify(seen);
    for (const secret of [text, signature, 'corp-secret-0123456789', 'jane']) expect(sent).not.toContain(secret);
    expect(seen[0]?.headers['traceparent']).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  it.each<[string, (text: string) => unknown]>([
    ['an argument', (text) => ({ token: text })],
    ['a part of one', (text) => ({ url: `https://x.example/?t=${text}` })],
    ['a name of one', (text) => ({ [text]: 1 })],
    [
      'an escaped argument',
      (text) =>
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"t":"\\u0065${text.slice(1)}"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`,
    ],
  ])('G12: nor does it go on in %s', async (_what, args) => {
    const text = await token();
    const answer = await call({ authorization: `Bearer ${text}` }, args(text));
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain(text);
    expect(seen).toEqual([]);
  });

  it('G23: which servers there are is told to nobody without a principal', async () => {
    const [there, notThere] = [await call({}), await call({}, {}, '/mcp/nothing')];
    expect([there.status, notThere.status]).toEqual([401, 401]);
    expect((await notThere.text()).replaceAll('nothing', 'files')).toBe(await there.text());
    const known = await call({ authorization: `Bearer ${await token()}` }, {}, '/mcp/nothing');
    expect(known.status).toBe(404);
  });

  it('G11: what is sent back is the same for a token that is forged, expired or for somebody else', async () => {
    const texts = [
      await token({ aud: 'https://other.example' }),
      await token({ exp: 1 }),
      `${(await token()).slice(0, -9)}AAAAAAAAA`,
      'x',
    ];
    const answers = await Promise.all(texts.map((text) => call({ authorization: `Bearer ${text}` })));
    const told = await Promise.all(
      answers.map(async (answer) => [answer.status, answer.headers.get('www-authenticate'), await answer.text()]),
    );
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(told[0]?.[0]).toBe(401);
    expect(seen).toEqual([]);
  });

  it('G2: a token for one server opens no other by another spelling of its path', async () => {
    const authorization = `Bearer ${await token({ aud: `${origin}/mcp/other` })}`;
    for (const path of ['/mcp/files', '/mcp/other/../files', '/mcp/%66iles', '/mcp//files', '/mcp/files?x=/mcp/other'])
      expect((await call({ authorization }, {}, path)).ok).toBe(false);
    expect(seen).toEqual([]);
  });
});

describe('mutual TLS', () => {
  const authority = new Authority('Test Authority');
  const stranger = new Authority('Test Authority');
  const running: { close(graceMs: number): Promise<void> }[] = [];
  afterEach(() => Promise.all(running.splice(0).map((server) => server.close(0))));

  type Get = (client?: { cert: string; key: string }, agent?: Agent) => Promise<unknown>;
  async function start(at: Clock = clock): Promise<Get> {
    const certificates = [
      { uri: 'spiffe://example.org/agents/support', agent: 'support', roles: ['reader'] },
      { subject: 'CN=build,O=Example', agent: 'build' },
    ];
    const identity = await open({ certificates }, at);
    const server = await serveNode({
      handle: async (exchange) => {
        const outcome = await identity.identify(exchange);
        exchange.respond(200, {}, JSON.stringify(isRefusal(outcome) ? outcome.cause : outcome.agent));
      },
      host: '127.0.0.1',
      port: 0,
      tls: { ...authority.issue({ CN: 'gateway' }, { ip: [[127, 0, 0, 1]] }), clientAuthorities: authority.cert },
    });
    running.push(server);
    return (client, agent) =>
      new Promise((resolve, reject) => {
        const options = { ca: authority.cert, ...client, agent: agent ?? false };
        requestHttps(`https://127.0.0.1:${server.port}/mcp`, options, (response) => {
          let body = '';
          response.on('data', (chunk) => (body += String(chunk))).on('end', () => resolve(JSON.parse(body)));
        })
          .on('error', reject)
          .end();
      });
  }

  it('identifies an agent by its SPIFFE id or its subject, of a certificate the authority signed', async () => {
    const get = await start();
    const id = { uris: ['spiffe://example.org/agents/support'] };
    expect(await get(authority.issue({ CN: 'x' }, id))).toBe('support');
    expect(await get(authority.issue({ CN: 'build', O: 'Example' }))).toBe('build');
    expect(await get(authority.issue({ CN: 'x' }, { uris: [...id.uris, 'spiffe://example.org/other'] }))).toBe(
      'identity.certificate',
    );
    expect(await get(authority.issue({ CN: 'build,O=Example' }))).toBe('identity.certificate');
    expect(await get(authority.issue({ CN: 'x' }, { dns: ['a, URI:spiffe://example.org/agents/support'] }))).toBe(
      'identity.certificate',
    );
  });

  it('identifies nobody by a certificate of another authority, or without one', async () => {
    const get = await start();
    const uris = ['spiffe://example.org/agents/support'];
    expect(await get(stranger.issue({ CN: 'x' }, { uris }))).toBe('identity.missing');
    expect(await get()).toBe('identity.missing');
  });

  it('takes a session of TLS that is resumed for what it began as', async () => {
    const get = await start();
    const own = authority.issue({ CN: 'build', O: 'Example' });
    const forged = stranger.issue({ CN: 'build', O: 'Example' });
    for (const [client, known] of [
      [undefined, 'identity.missing'],
      [forged, 'identity.missing'],
      [own, 'build'],
    ] as const) {
      // It keeps sessions, and no connections.
      const agent = new Agent({ keepAlive: false });
      for (let time = 0; time < 3; time++) expect(await get(client, agent)).toBe(known);
    }
  });

  it('identifies nobody by a certificate that has ended, on a connection that is kept as on a new one', async () => {
    let passedMs = 0;
    const get = await start({ now: () => Date.now() + passedMs, monotonic: () => performance.now() + passedMs });
    const client = authority.issue({ CN: 'build', O: 'Example' });
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await get(client, kept)).toBe('build');
    passedMs = 2 * 60 * 60_000;
    expect(await get(client, kept)).toBe('identity.expired');
    expect(await get(client)).toBe('identity.expired');
    kept.destroy();
  });
});
