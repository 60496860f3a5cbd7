import { expect, it, vi } from 'vitest';
import { failureOf, resultOf, rpcErrors } from '../../model/mcp.ts';
import type { Exchange } from '../exchange.ts';
import { refuse, statusOf } from './answers.ts';

it.each([
  [undefined, 200],
  [rpcErrors.methodNotFound, 404],
  [rpcErrors.headerMismatch, 400],
  [rpcErrors.missingClientCapability, 400],
  [rpcErrors.unsupportedVersion, 400],
  [rpcErrors.headerMismatch + 1, 200],
  [rpcErrors.unsupportedVersion - 1, 200],
  [rpcErrors.invalidParams, 200],
])('an answer with the error %s has status %i, and 200 in the stateful era', (code, status) => {
  const response = code === undefined ? resultOf(1, {}) : failureOf(1, code, 'no');
  expect(statusOf(response, '2026-07-28')).toBe(status);
  expect(statusOf(response, '2025-11-25')).toBe(200);
});

it('a refusal names the request where it is known, and is kept nowhere', () => {
  const respond = vi.fn();
  const exchange = { respond } as unknown as Exchange;
  refuse(exchange, 403, 'no');
  refuse(exchange, 401, 'no', { id: 7, code: -1, data: {}, headers: { 'www-authenticate': 'Bearer' } });
  const json = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  const bodies = [
    { jsonrpc: '2.0', id: null, error: { code: rpcErrors.invalidRequest, message: 'no' } },
    { jsonrpc: '2.0', id: 7, error: { code: -1, message: 'no', data: {} } },
  ];
  expect(respond.mock.calls).toEqual([
    [403, json, JSON.stringify(bodies[0])],
    [401, { ...json, 'www-authenticate': 'Bearer' }, JSON.stringify(bodies[1])],
  ]);
});
