import { expect, it } from 'vitest';
import type { JsonRpcMessage } from '../../model/mcp.ts';
import { cancelledId, classify, idKey } from './message.ts';

const error = { code: -32_600, message: 'no' };

it.each<[object, string]>([
  [{ id: 1, method: 'm' }, 'request'],
  [{ id: 'a', method: 'm', params: {} }, 'request'],
  [{ method: 'm' }, 'notification'],
  [{ id: 1, result: {} }, 'response'],
  [{ id: 'a', error }, 'response'],
  [{ id: null, error }, 'response'],
  [{ error }, 'response'],
])('%j is a %s', (members, kind) => {
  expect(classify({ jsonrpc: '2.0', ...members })).toMatchObject({ kind });
});

it.each<unknown>([
  [{ jsonrpc: '2.0', id: 1, method: 'm' }],
  null,
  'x',
  { id: 1, method: 'm' },
  { jsonrpc: '1.0', id: 1, method: 'm' },
  ...[
    { id: 1, method: 7 },
    { id: 1, method: 'm', result: {} },
    { id: 1, method: 'm', error },
    { id: 1, method: 'm', params: [] },
    { id: 1.5, method: 'm' },
    { id: null, method: 'm' },
    { id: 2 ** 53, method: 'm' },
    { id: true, method: 'm' },
    { id: 1 },
    { id: 1, result: 'x' },
    { id: 1, result: {}, error },
    { id: null, result: {} },
    { result: {} },
    { id: true, error },
    { id: 1, error: 'no' },
    { id: 1, error: { message: 'no' } },
    { id: 1, error: { code: 1.5, message: 'no' } },
    { id: 1, error: { code: 1 } },
  ].map((members) => ({ jsonrpc: '2.0', ...members })),
])('%j is no message', (value) => {
  expect(classify(value)).toEqual({ fault: expect.any(String) as string });
});

it('tells a number and the same digits apart', () => {
  expect(idKey(1)).not.toBe(idKey('1'));
});

it.each<[object, unknown]>([
  [{ method: 'notifications/cancelled', params: { requestId: 1 } }, 1],
  [{ method: 'notifications/cancelled', params: { requestId: {} } }, undefined],
  [{ method: 'notifications/cancelled' }, undefined],
  [{ method: 'notifications/progress', params: { requestId: 1 } }, undefined],
  [{ id: 1, result: {} }, undefined],
])('%j takes back %j', (members, id) => {
  expect(cancelledId({ jsonrpc: '2.0', ...members } as JsonRpcMessage)).toBe(id);
});
