import { describe, expect, it } from 'vitest';
import type { JsonRpcRequest } from '../../model/mcp.ts';
import { hasValidMirrors, ParamHeaders } from './param-headers.ts';
import { decodeHeaderValue, encodeHeaderValue } from './revision.ts';

const string = { type: 'string' };
const inputSchema = {
  type: 'object',
  properties: {
    region: { ...string, 'x-mcp-header': 'Region' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
    deep: {
      type: 'object',
      properties: {
        flag: { type: 'boolean', 'x-mcp-header': 'Flag' },
        more: { properties: { last: { ...string, 'x-mcp-header': 'Last' } } },
      },
    },
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
    const fields = learnt().fieldsFor(
      's',
      call({ region: 'ä', count: 3, deep: { flag: false }, list: ['a'], bad: 'x' }),
      sent,
    );
    expect(fields).toEqual({
      'mcp-param-region': '=?base64?w6Q=?=',
      'mcp-param-count': '3',
      'mcp-param-flag': 'false',
    });
  });

  it('of deeper arguments are named by their path', () => {
    expect(learnt().check('s', call({ deep: { flag: true } }), new Map())).toBe(
      '`mcp-param-flag` differs from `deep.flag`',
    );
    expect(learnt().check('s', call({ deep: { more: { last: 'x' } } }), new Map())).toMatch(/`deep.more.last`/);
    const shallow = new ParamHeaders(0);
    shallow.learn('s', { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'q', inputSchema }] } });
    expect(shallow.check('s', call({ deep: { flag: true } }), new Map())).toBeUndefined();
    expect(shallow.check('s', call({ region: 'eu' }), new Map())).toMatch(/region/);
  });

  it('are compared with arguments only, not with what objects are made of', () => {
    const headers = new ParamHeaders();
    const schema = { properties: { constructor: { ...string, 'x-mcp-header': 'C' }, n: 7 } };
    headers.learn('s', { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'q', inputSchema: schema }] } });
    expect(headers.check('s', call({}), new Map())).toBeUndefined();
    expect(headers.check('s', call({ constructor: 'x' }), new Map([['mcp-param-c', 'x']]))).toBeUndefined();
  });

  it.each([' ', '', '4 2', '43'])('of a number are no %j', (text) => {
    expect(learnt().check('s', call({ count: 42 }), new Map([['mcp-param-count', text]]))).toMatch(/differs/);
    expect(learnt().check('s', call({ count: 0 }), new Map([['mcp-param-count', text]]))).toMatch(/differs/);
  });

  it('of what is no text, number or truth value have no field', () => {
    expect(learnt().fieldsFor('s', call({ region: { a: 1 }, count: null }), new Map())).toEqual({});
    expect(learnt().check('s', call({ region: { a: 1 } }), new Map([['mcp-param-region', '[object Object]']]))).toMatch(
      /differs/,
    );
  });

  it('that a tool has no more are forgotten, and those of the others not', () => {
    const headers = learnt();
    headers.learn('s', { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'r', inputSchema }] } });
    const mirrored = (tool: string): object => headers.fieldsFor('s', call({ region: 'eu' }, tool), new Map());
    const region = { 'mcp-param-region': 'eu' };
    expect(['q', 'r'].map(mirrored)).toEqual([region, region]);
    headers.learn('s', { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'q', inputSchema: {} }] } });
    headers.learn('s', { jsonrpc: '2.0', id: 1, error: { code: 1, message: '' } });
    expect(['q', 'r'].map(mirrored)).toEqual([{}, region]);
  });

  it('of a tool that is not known go on where an argument says the same', () => {
    const fields = { 'mcp-param-a': 'eu', 'mcp-param-b': '42', 'mcp-param-c': 'secret', 'mcp-param-d': '=?base64?x?=' };
    const sent = new Map([...Object.entries(fields), ['x-mcp-param-e', 'eu']]);
    const args = { region: 'us', deep: { region: 'eu', count: 42 } };
    expect(learnt().fieldsFor('s', call(args, 'unknown'), sent)).toEqual({ 'mcp-param-a': 'eu', 'mcp-param-b': '42' });
    expect(learnt().fieldsFor('s', { ...call(args), method: 'prompts/get' }, sent)).toEqual({});
    expect(learnt().check('s', { ...call({ region: 'eu' }), method: 'prompts/get' }, new Map())).toBeUndefined();
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

describe('what a schema says of mirrored arguments', () => {
  const text = (header: unknown): object => ({ type: 'string', 'x-mcp-header': header });
  const of = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });
  it.each<[string, object]>([
    ['nothing', of({ a: { type: 'string' } })],
    ['one of each type', of({ a: text('A'), b: { type: ['integer', 'null'], 'x-mcp-header': 'B' } })],
    ['one in an object', of({ a: of({ b: text('B') }), c: { type: 'boolean', 'x-mcp-header': 'C' } })],
    ['a property of that name', of({ 'x-mcp-header': { type: 'object' } }, { default: { 'x-mcp-header': 1 } })],
  ])('is well said: %s', (_, schema) => {
    expect(hasValidMirrors(schema)).toBe(true);
  });

  it.each<[string, object]>([
    ['empty', of({ a: text('') })],
    ['no text', of({ a: text(1) })],
    ['no token', of({ a: text('a b') })],
    ['a line end', of({ a: text('a\r\nb: c') })],
    ['one name twice', of({ a: text('Region'), b: of({ c: text('region') }) })],
    ['of a number', of({ a: { type: 'number', 'x-mcp-header': 'A' } })],
    ['of an object', of({ a: { type: 'object', 'x-mcp-header': 'A' } })],
    ['of no type', of({ a: { 'x-mcp-header': 'A' } })],
    ['in a list', of({ a: { type: 'array', items: text('A') } })],
    ['in a choice', of({}, { anyOf: [of({ a: text('A') })] })],
    ['under a condition', of({}, { if: of({ a: text('A') }) })],
    ['in a definition', of({}, { $defs: { a: text('A') } })],
    ['at the root', { ...of({}), 'x-mcp-header': 'A' }],
    ['too deep', Array.from({ length: 200 }).reduce<object>((inner) => of({ a: inner }), text('A'))],
  ])('is said as it must not be: %s', (_, schema) => {
    expect(hasValidMirrors(schema)).toBe(false);
  });
});
