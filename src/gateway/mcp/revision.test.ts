import { describe, expect, it } from 'vitest';
import { type McpRevision, rpcErrors } from '../../model/mcp.ts';
import { metaKey, nameOf, placeOther, placeRequest } from './revision.ts';

const now = '2026-07-28';
const claims = (version: unknown, capabilities: unknown = {}): object => ({
  _meta: { [metaKey.protocolVersion]: version, [metaKey.clientCapabilities]: capabilities },
});
const sent = (fields: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(fields).map(([name, value]) => [`mcp-${name}`, value]));
const request = (method: string, params: object) => ({ jsonrpc: '2.0', id: 1, method, params: { ...params } }) as const;
const call = { 'protocol-version': now, method: 'tools/call', name: 'echo' };

describe('the revision of a request', () => {
  it.each<[string, object, Record<string, string>, McpRevision | undefined, object]>([
    ['initialize', { protocolVersion: '2025-06-18' }, {}, undefined, { revision: '2025-06-18' }],
    [
      'initialize',
      { protocolVersion: '2025-06-18' },
      { 'protocol-version': '2025-11-25' },
      undefined,
      { revision: '2025-06-18' },
    ],
    ['initialize', { protocolVersion: now }, {}, undefined, { revision: '2025-11-25' }],
    ['initialize', { protocolVersion: '1999-01-01' }, {}, undefined, { revision: '2025-11-25' }],
    ['initialize', {}, {}, undefined, { revision: '2025-11-25' }],
    ['initialize', {}, { 'protocol-version': now }, undefined, { status: 400, code: rpcErrors.headerMismatch }],
    ['initialize', claims(now), { 'protocol-version': now, method: 'initialize' }, undefined, { revision: now }],
    ['ping', {}, {}, undefined, { revision: '2025-03-26' }],
    ['ping', {}, {}, '2025-06-18', { revision: '2025-06-18' }],
    ['ping', {}, { 'protocol-version': '2025-11-25' }, undefined, { revision: '2025-11-25' }],
    ['ping', {}, { 'protocol-version': '2025-11-25' }, '2025-06-18', { revision: '2025-06-18' }],
    ['ping', {}, { 'protocol-version': '1999-01-01' }, '2025-06-18', { status: 400, code: rpcErrors.invalidRequest }],
    ['ping', { _meta: {} }, {}, undefined, { revision: '2025-03-26' }],
    [
      'ping',
      {},
      { 'protocol-version': now },
      '2025-06-18',
      { status: 400, code: rpcErrors.invalidParams, data: { missing: [metaKey.protocolVersion] } },
    ],
  ])('%s %j with %j in a session of %s: %j', (method, params, fields, session, placed) => {
    expect(placeRequest(request(method, params), sent(fields), session)).toMatchObject(placed);
  });

  it.each<[string, object, Record<string, string>, string | undefined]>([
    ['agrees', claims(now), call, undefined],
    ['agrees encoded', claims(now), { ...call, name: '=?base64?ZWNobw==?=' }, undefined],
    [
      'has another version',
      claims(now),
      { ...call, 'protocol-version': '2025-11-25' },
      '`MCP-Protocol-Version` differs',
    ],
    ['has another method', claims(now), { ...call, method: 'tools/list' }, '`Mcp-Method` differs'],
    ['has another name', claims(now), { ...call, name: 'other' }, '`Mcp-Name` differs from `params.name`'],
    ['has a name that is none', claims(now), { ...call, name: '=?base64?x?=' }, '`Mcp-Name` differs'],
    ['has no version', claims(now), { method: 'tools/call', name: 'echo' }, '`MCP-Protocol-Version` is missing'],
    ['has no method', claims(now), { 'protocol-version': now, name: 'echo' }, '`Mcp-Method` is missing'],
    ['has no name', claims(now), { 'protocol-version': now, method: 'tools/call' }, '`Mcp-Name` is missing'],
    ['meets no capabilities', claims(now, null), call, `no valid \`${metaKey.clientCapabilities}\``],
    ['meets no version', claims(7), call, `no valid \`${metaKey.protocolVersion}\``],
  ])('of the stateless era has a header that %s', (_what, params, fields, told) => {
    const placed = placeRequest(request('tools/call', { name: 'echo', ...params }), sent(fields), undefined);
    expect(placed).toMatchObject(
      told === undefined ? { revision: now } : { status: 400, reason: expect.stringContaining(told) as string },
    );
  });

  it('of one that is not known is told which are', () => {
    const fields = { ...call, 'protocol-version': '2027-01-01' };
    expect(placeRequest(request('tools/call', claims('2027-01-01')), sent(fields), undefined)).toMatchObject({
      code: rpcErrors.unsupportedVersion,
      data: { supported: [now], requested: '2027-01-01' },
    });
  });

  it.each([
    ['prompts/get', 'name'],
    ['resources/read', 'uri'],
    ['tasks/get', 'taskId'],
    ['tasks/update', 'taskId'],
    ['tasks/cancel', 'taskId'],
    ['tools/list', undefined],
  ])('%s is named by `%s`', (method, source) => {
    const asked = request(method, { ...claims(now), ...(source === undefined ? {} : { [source]: 'x' }) });
    const placed = (name: string) => placeRequest(asked, sent({ 'protocol-version': now, method, name }), undefined);
    expect(nameOf(asked)).toBe(source === undefined ? undefined : 'x');
    expect(placed('x')).toEqual({ revision: now });
    expect(placed('y')).toMatchObject(source === undefined ? { revision: now } : { code: rpcErrors.headerMismatch });
    expect(nameOf(request(method, { [source ?? 'name']: 7 }))).toBeUndefined();
  });
});

describe('the revision of what is no request', () => {
  const method = 'notifications/cancelled';
  it.each<[object | undefined, Record<string, string>, McpRevision | undefined, object]>([
    [undefined, {}, undefined, { revision: '2025-03-26' }],
    [undefined, {}, '2025-06-18', { revision: '2025-06-18' }],
    [undefined, { 'protocol-version': now }, undefined, { revision: now }],
    [undefined, { 'protocol-version': now, method: 'x' }, undefined, { revision: now }],
    [{}, { 'protocol-version': '2025-11-25' }, undefined, { revision: '2025-11-25' }],
    [{}, { 'protocol-version': now }, undefined, { revision: now }],
    [claims(now), {}, undefined, { revision: now }],
    [claims(now), { 'protocol-version': now, method }, undefined, { revision: now }],
    [claims(now), { 'protocol-version': '2025-11-25' }, undefined, { code: rpcErrors.headerMismatch }],
    [claims(now), { 'protocol-version': now, method: 'x' }, undefined, { code: rpcErrors.headerMismatch }],
    [claims('2025-11-25'), {}, undefined, { revision: '2025-03-26' }],
  ])('%j with %j in a session of %s: %j', (params, fields, session, placed) => {
    const notification =
      params === undefined ? undefined : ({ jsonrpc: '2.0', method, params: { ...params } } as const);
    expect(placeOther(sent(fields), session, notification)).toMatchObject(placed);
  });
});
