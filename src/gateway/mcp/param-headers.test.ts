import { describe, expect, it } from 'vitest';
import type { JsonRpcRequest } from '../../model/mcp.ts';
import { ParamHeaders } from './param-headers.ts';
import { decodeHeaderValue, encodeHeaderValue } from './revision.ts';

const string = { type: 'string' };
const inputSchema = {
  type: 'object',
  properties: {
    region: { ...string, 'x-mcp-header': 'Region' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
    deep: { type: 'object', properties: { flag: { type: 'boolean', 'x-mcp-header': 'Flag' } } },
    list: { type: 'array', items: { ...string, 'x-mcp-header': 'Item' } },
    bad: { ...string, 'x-mcp-header': 'a b' },
  },
};
const call = (args: unknown, name = 'q'): JsonRpcRequest => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
});
function learnt(): ParamHeaders {
  const headers = new ParamHeaders();
  headers.learn('s', { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'q', inputSchema }, null, { name: 1 }] } });
  return headers;
}

describe('mirrored arguments', () => {
  it.each<[string, unknown, Record<string, string>, RegExp | undefined]>([
    [
      'agree',
      { region: 'eu', count: 42, deep: { flag: true } },
      { region: 'eu', count: '42', flag: 'true' },
      undefined,
    ],
    ['agree as numbers', { count: 42 }, { count: '42.0' }, undefined],
    ['agree encoded', { region: 'größer' }, { region: encodeHeaderValue('größer') }, undefined],
    ['are absent', {}, {}, undefined],
    ['are null', { region: null }, {}, undefined],
    ['lack their field', { region: 'eu' }, {}, /mcp-param-region/],
    ['have a field without a value', {}, { region: 'eu' }, /mirrors nothing/],
    ['differ', { region: 'eu' }, { region: 'us' }, /differs/],
    ['differ in case', { deep: { flag: true } }, { flag: 'True' }, /differs/],
    ['are not well encoded', { region: 'eu' }, { region: '=?base64?ZXU?=' }, /differs/],
  ])('that %s', (_what, args, fields, fault) => {
    const headers = new Map(Object.entries(fields).map(([name, text]) => [`mcp-param-${name}`, text]));
    const told = learnt().check('s', call(args), headers);
    if (fault === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(fault);
  });

  it('are made anew for what is sent on', () => {
    const sent = new Map([
      ['mcp-param-region', 'eu'],
      ['mcp-param-x', 'secret'],
    ]);
    const fields = learnt().fieldsFor('s', call({ region: 'ä', count: 3, deep: { flag: false }, list: ['a'] }), sent);
    expect(fields).toEqual({
      'mcp-param-region': '=?base64?w6Q=?=',
      'mcp-param-count': '3',
      'mcp-param-flag': 'false',
    });
  });

  it('of another server, or another tool, are not known', () => {
    expect(learnt().check('t', call({ region: 'eu' }), new Map())).toBeUndefined();
    expect(learnt().check('s', call({ region: 'eu' }, 'r'), new Map())).toBeUndefined();
  });
});

describe('values of fields', () => {
  it.each([
    ['us-west1', 'us-west1'],
    ['us west 1', 'us west 1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
    ['', '=?base64??='],
  ])('%j is written as the specification does', (text, field) => {
    expect(encodeHeaderValue(text)).toBe(field);
    expect(decodeHeaderValue(field)).toBe(text);
  });
  it.each(['=?base64?ZXU?=', '=?base64?Z!U=?=', '=?base64?//8=?=', 'gr\u00f6\u00dfer', 'a\u0001'])(
    '%j is none',
    (field) => {
      expect(decodeHeaderValue(field)).toBeUndefined();
    },
  );
});
