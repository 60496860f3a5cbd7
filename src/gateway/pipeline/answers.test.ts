import { expect, it } from 'vitest';
import { gateway } from './fixtures/test-gateway.ts';

it.each([
  ['2024-11-05', -32002],
  ['2025-11-25', -32002],
  ['2026-07-28', -32602],
] as const)(
  'a resource that somebody may not know of is not there, as a server of %s says it',
  async (revision, code) => {
    const made = gateway();
    made.decide = () => ({ decision: 'deny' });
    const { response } = await made.send('resources/read', { uri: 'x:' }, {}, made.context({ revision }));
    expect(response).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code, message: 'Resource not found', data: { uri: 'x:' } },
    });
  },
);
