import { expect, it } from 'vitest';
import type { Exchange } from '../exchange.ts';
import { configurationHeader, guardRequest } from './guard.ts';
import { connectionListed, mediaTypeOf, readHeaders } from './request-headers.ts';

const rules = {
  hosts: new Set(['127.0.0.1:4180', 'mcp.example']),
  origins: new Set(['https://app.example']),
  configuration: 'c1',
};
const own = ['host', 'mcp.example'] as const;

it.each<[string, readonly (readonly [string, string])[], string, number | undefined]>([
  ['its own host', [own], '/mcp', undefined],
  ['its own host in capitals', [['host', 'MCP.Example']], '/mcp', undefined],
  ['no host', [], '/mcp', 400],
  ['another host', [['host', 'evil.example']], '/mcp', 403],
  ['a host with another port', [['host', 'mcp.example:81']], '/mcp', 403],
  ['two hosts', [own, own], '/mcp', 400],
  ['its own origin', [own, ['origin', 'http://127.0.0.1:4180']], '/mcp', undefined],
  ['its own origin over https', [own, ['origin', 'HTTPS://mcp.example']], '/mcp', undefined],
  ['an origin that may send', [own, ['origin', 'https://app.example']], '/mcp', undefined],
  ['that origin over http', [own, ['origin', 'http://app.example']], '/mcp', 403],
  ['another origin', [own, ['origin', 'https://evil.example']], '/mcp', 403],
  ['an origin that is none', [own, ['origin', 'null']], '/mcp', 403],
  ['its own host behind another scheme', [own, ['origin', 'x-http://mcp.example']], '/mcp', 403],
  ['its own host before a line', [own, ['origin', 'https://mcp.example\n']], '/mcp', 403],
  ['its own configuration', [own, [configurationHeader, 'c1']], '/mcp', undefined],
  ['another configuration', [own, [configurationHeader, 'c2']], '/mcp', 421],
  ['a whole URL', [own], 'http://mcp.example/mcp', 400],
  ['no path', [own], '*', 400],
  ['a body that is encoded', [own, ['content-encoding', 'gzip']], '/mcp', 415],
  ['a body that is not encoded', [own, ['content-encoding', 'identity']], '/mcp', undefined],
  ['a field twice', [own, ['mcp-method', 'a'], ['mcp-method', 'a']], '/mcp', 400],
  ['a list in two fields', [own, ['accept', 'a'], ['accept', 'b']], '/mcp', undefined],
])('a request with %s', (_what, headers, target, status) => {
  const guarded = guardRequest({ headers, target } as unknown as Exchange, rules);
  expect('status' in guarded ? guarded.status : undefined).toBe(status);
});

it('fields that are lists are one, with all their values', () => {
  const headers = readHeaders([
    ['accept', 'a'],
    ['accept', 'b'],
    ['connection', 'X-One,  keep-alive'],
  ]);
  expect(headers).toEqual(
    new Map([
      ['accept', 'a, b'],
      ['connection', 'X-One,  keep-alive'],
    ]),
  );
  if (typeof headers === 'string') return;
  expect([...connectionListed(headers)]).toEqual(['x-one', 'keep-alive']);
  expect([...connectionListed(new Map())]).toEqual([]);
});

it.each([
  ['Application/JSON ; charset=utf-8', 'application/json'],
  ['text/event-stream', 'text/event-stream'],
  [undefined, ''],
])('the media type of %j is %j', (value, type) => {
  expect(mediaTypeOf(value)).toBe(type);
});
