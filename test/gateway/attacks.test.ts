/** Attacks on the surface of the gateway (groups 1–5, 7, 12, 17): over raw sockets where a client library would not send them. */
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaultyServer, json } from './faulty-server.ts';
import { type Gateway, httpServer, startGateway } from './gateway.ts';
import { beginSession, meta, post, statefulHeaders, statelessCall, statelessHeaders } from './requests.ts';

let server: FaultyServer;
let gateway: Gateway;
let url: URL;
beforeAll(async () => {
  server = new FaultyServer();
  const at = await server.listen();
  gateway = await startGateway(
    new Map([
      ['one', httpServer('one', at)],
      ['two', httpServer('two', at)],
    ]),
  );
  url = new URL('/mcp/one', gateway.url);
});
beforeEach(() => {
  server.received.length = 0;
  server.behaviour = (response, { body, headers }) => {
    const { id } = JSON.parse(body || '{}') as { id?: number };
    if (id === undefined) return void response.writeHead(202).end();
    const more =
      headers['mcp-session-id'] === undefined ? { 'mcp-session-id': `theirs-${server.received.length}` } : {};
    json(response, { jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } }, more as Record<string, string>);
  };
});
afterAll(async () => {
  await gateway.close();
  server.close();
});

/** The status of the first answer to bytes on a socket, or nothing where the connection is closed. */
function raw(lines: readonly string[], body = JSON.stringify(statelessCall()), end = '\r\n'): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(gateway.url.port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
      socket.end();
    });
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(answer.slice(9, 12)));
    socket.write([...lines, '', body].join(end));
  });
}
const fields = (host: string, more: readonly string[] = []): string[] => [
  `host: ${host}`,
  `content-length: ${JSON.stringify(statelessCall()).length}`,
  ...Object.entries(statelessHeaders).map(([name, value]) => `${name}: ${value}`),
  ...more,
];
const here = (): string => `127.0.0.1:${gateway.url.port}`;
const refused = (status: string): void => {
  expect(status).toMatch(/^4\d\d$|^$/);
  expect(server.received).toEqual([]);
};

describe('G1: a browser that was tricked', () => {
  it('what is asked for as it should be goes through', async () => {
    expect(await raw(['POST /mcp/one HTTP/1.1', ...fields(here())])).toBe('200');
    expect(await raw(['POST /mcp/one HTTP/1.1', ...fields(here(), [`origin: http://${here()}`])])).toBe('200');
  });
  it.each([
    ['a foreign Host', () => fields('evil.example')],
    ['no Host', () => fields(here()).slice(1)],
    ['two Hosts', () => fields(here(), ['host: evil.example'])],
    ['the same Host twice', () => fields(here(), [`host: ${here()}`])],
    ['a Host with user information', () => fields(`evil@${here()}`)],
    ['a Host with a dot at its end', () => fields('localhost.')],
    ['a Host on another port', () => fields('127.0.0.1:1')],
    ['a foreign Origin', () => fields(here(), ['origin: http://evil.example'])],
    ['the Origin null', () => fields(here(), ['origin: null'])],
    ['an Origin that only begins alike', () => fields(here(), [`origin: http://${here()}.evil.example`])],
  ])('%s is refused', async (_what, of) => refused(await raw(['POST /mcp/one HTTP/1.1', ...of()])));
  it('a body that a form can send is refused', async () => {
    const answer = await post(url, statelessCall(), { ...statelessHeaders, 'content-type': 'text/plain' });
    refused(String(answer.status));
  });
});

describe('G2: a path that another reader takes for another', () => {
  it.each([
    'http://evil.example/mcp/one',
    '//evil.example/mcp/one',
    '/mcp//one',
    '/mcp/./one',
    '/mcp/two/../one',
    '/mcp%2fone',
    '/mcp/%6fne',
    '/mcp/one%00',
    '/mcp/one;x=1',
    '/mcp/one?x=1',
    '/mcp/one/',
    '/MCP/one',
    '/mcp/One',
    '/mcp/*',
    '/mcp/__proto__',
    '*',
  ])('%s is refused', async (target) => refused(await raw([`POST ${target} HTTP/1.1`, ...fields(here())])));
});

describe('G3: a request that two readers take for two', () => {
  const without = (name: string): string[] => fields(here()).filter((field) => !field.startsWith(name));
  it.each([
    ['length and chunks', () => fields(here(), ['transfer-encoding: chunked'])],
    ['two lengths', () => fields(here(), ['content-length: 3'])],
    ['chunks that are not the last coding', () => [...without('content-length'), 'transfer-encoding: chunked, gzip']],
    ['a coding that is not known', () => [...without('content-length'), 'transfer-encoding: xchunked']],
    ['a folded field', () => [...without('content-length'), 'transfer-encoding:\r\n chunked']],
    ['a space before a colon', () => [...without('content-length'), 'content-length : 5']],
    ['a field that came twice', () => fields(here(), ['mcp-name: other'])],
    ['an encoded body', () => fields(here(), ['content-encoding: gzip'])],
  ])('%s is refused', async (_what, of) => refused(await raw(['POST /mcp/one HTTP/1.1', ...of()])));
  it('lines that end with LF only are refused', async () =>
    refused(await raw(['POST /mcp/one HTTP/1.1', ...fields(here())], undefined, '\n')));
  it('fields that Connection lists stay on their connection', async () => {
    const lines = fields(here(), [
      'connection: close, traceparent, authorization',
      'traceparent: 00-1',
      'authorization: Bearer x',
    ]);
    expect(await raw(['POST /mcp/one HTTP/1.1', ...lines])).toBe('200');
    expect(JSON.stringify(server.received[0]?.headers)).not.toMatch(/00-1|Bearer/);
  });
});

describe('G4: header fields and body that disagree', () => {
  const { 'mcp-protocol-version': _v, ...withoutVersion } = statelessHeaders;
  const { 'mcp-method': _m, ...withoutMethod } = statelessHeaders;
  const { 'mcp-name': _n, ...withoutName } = statelessHeaders;
  it.each([
    ['another method', { ...statelessHeaders, 'mcp-method': 'tools/list' }],
    ['another case', { ...statelessHeaders, 'mcp-method': 'Tools/Call' }],
    ['another name', { ...statelessHeaders, 'mcp-name': 'other' }],
    ['a version that turns the checks off', { ...statelessHeaders, 'mcp-protocol-version': '2025-06-18' }],
    ['no version', withoutVersion],
    ['no method', withoutMethod],
    ['no name', withoutName],
    ['an encoded name that is another', { ...statelessHeaders, 'mcp-name': '=?base64?b3RoZXI=?=' }],
    ['an encoded name that is no Base64', { ...statelessHeaders, 'mcp-name': '=?base64?ZWNobw?=' }],
  ])('%s is refused', async (_what, headers) => {
    const answer = await post(url, statelessCall(), headers as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ id: 1, error: { code: -32020 } });
    expect(server.received).toEqual([]);
  });
  it('a name that is encoded goes through, and what is sent on says the same', async () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'größe', _meta: meta } };
    const name = `=?base64?${Buffer.from('größe').toString('base64')}?=`;
    expect((await post(url, call, { ...statelessHeaders, 'mcp-name': name })).status).toBe(200);
    expect(server.received[0]?.headers['mcp-name']).toBe(name);
  });
  it('a version nobody knows is refused with those that are known', async () => {
    const body = {
      ...statelessCall(),
      params: { name: 'echo', _meta: { ...meta, 'io.modelcontextprotocol/protocolVersion': '2099-01-01' } },
    };
    const answer = await post(url, body, { ...statelessHeaders, 'mcp-protocol-version': '2099-01-01' });
    expect(await answer.json()).toMatchObject({
      error: { code: -32022, data: { supported: ['2026-07-28'], requested: '2099-01-01' } },
    });
  });
  it('G28: a value in a field that no argument has is not sent on', async () => {
    const headers = { ...statelessHeaders, 'mcp-param-known': 'in', 'mcp-param-other': 'secret' };
    expect((await post(url, statelessCall({ a: { b: 'in' } }), headers)).status).toBe(200);
    expect(server.received[0]?.headers).toMatchObject({ 'mcp-param-known': 'in' });
    expect(server.received[0]?.headers).not.toHaveProperty('mcp-param-other');
  });
});

describe('G5: JSON that two parsers read differently', () => {
  const call = (args: string): string =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":${args},"_meta":${JSON.stringify(meta)}}}`;
  const encoded = (text: string, encoding: BufferEncoding): Uint8Array => new Uint8Array(Buffer.from(text, encoding));
  it.each<[what: string, body: string | Uint8Array, id?: number]>([
    ['a member twice', call('{"a":1,"a":2}')],
    ['a member twice, once escaped', call('{"a":1,"\\u0061":2}')],
    ['a member twice, deep down', call('[[{"a":{"b":1,"b":1}}]]')],
    ['`__proto__`', call('{"__proto__":{"admin":true}}')],
    ['`__proto__`, escaped', call('{"\\u005f_proto__":1}')],
    ['nested too deeply', call('['.repeat(200) + ']'.repeat(200))],
    ['an integer past 2^53', call('[9007199254740993]')],
    ['a number past all doubles', call('[1e400]')],
    ['NaN', call('[NaN]')],
    ['a lone surrogate', call('["\\ud800"]')],
    ['a lone surrogate in a name', call('{"\\udc00":1}')],
    ['bytes that are no UTF-8', encoded(call('["\xff"]'), 'latin1')],
    ['a byte order mark', `\ufeff${call('1')}`],
    ['UTF-16', encoded(call('1'), 'utf16le')],
    ['a batch', `[${call('1')}]`],
    ['trailing data', `${call('1')}{}`],
    ['a trailing comma', call('[1,]')],
    ['a comment', call('[1/**/]')],
    ['single quotes', call("['a']")],
    ['no JSON-RPC', '{"id":1,"method":"tools/call"}', 1],
    ['a request that is a response, too', '{"jsonrpc":"2.0","id":1,"method":"a","result":{}}', 1],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"a"}'],
    ['an id that is no integer', '{"jsonrpc":"2.0","id":1.5,"method":"a"}'],
    ['params that are a list', '{"jsonrpc":"2.0","id":1,"method":"a","params":[]}', 1],
    ['nothing', ''],
  ])('%s is refused', async (_what, body, id) => {
    const answer = await post(url, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ id: id ?? null, error: {} });
    expect(server.received).toEqual([]);
  });
  it('what is sent on is what was looked at', async () => {
    const text = call('{"b":1.0,"a":"\\u0041\\/","π":[ 1e2 , -0.5 ]}').replace(
      '{"jsonrpc"',
      '{ "unknown": [true],\n"jsonrpc"',
    );
    expect((await post(url, text)).status).toBe(200);
    expect(server.received[0]?.body).toBe(JSON.stringify(JSON.parse(text)));
  });
});

describe('G12: the token of a client', () => {
  it('never reaches a server, in whatever field it comes', async () => {
    const secret = 'Bearer s3cret';
    const names = [
      'authorization',
      'proxy-authorization',
      'cookie',
      'x-api-key',
      'x-forwarded-authorization',
      'mcp-token',
      'forwarded',
    ];
    const headers = { ...statelessHeaders, ...Object.fromEntries(names.map((name) => [name, secret])) };
    expect((await post(url, statelessCall(), headers)).status).toBe(200);
    expect(JSON.stringify(server.received[0]?.headers)).not.toContain('s3cret');
  });
});

describe('G17: a session of somebody else', () => {
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  it('is none for another principal, for another server, or when it is guessed', async () => {
    const mine = await beginSession(url, { 'x-agent': 'me' });
    const asked = async (to: URL, headers: Record<string, string>, method = 'POST'): Promise<number> =>
      method === 'POST' ? (await post(to, call, headers)).status : (await fetch(to, { method, headers })).status;
    server.received.length = 0;
    const theirs = { ...mine, 'x-agent': 'you' };
    for (const method of ['POST', 'GET', 'DELETE']) expect(await asked(url, theirs, method)).toBe(404);
    expect(await asked(new URL('/mcp/two', gateway.url), mine)).toBe(404);
    expect(await asked(url, { ...mine, 'mcp-session-id': 'theirs-1' })).toBe(404);
    expect(server.received).toEqual([]);
    expect(await asked(url, mine)).toBe(200);
    expect(await asked(url, mine, 'DELETE')).toBe(200);
    expect(await asked(url, mine)).toBe(404);
  });
  it('is not taken when none is named', async () => {
    await beginSession(url, { 'x-agent': 'me' });
    server.received.length = 0;
    await post(url, call, { ...statefulHeaders, 'x-agent': 'me' });
    expect(server.received[0]?.headers['mcp-session-id']).toBeUndefined();
  });
  it('cannot be answered for: a response to what was not asked is refused', async () => {
    const mine = await beginSession(url);
    server.received.length = 0;
    const answer = await post(url, { jsonrpc: '2.0', id: 0, result: { action: 'accept' } }, mine);
    expect(answer.status).toBe(400);
    expect(server.received).toEqual([]);
  });
});
