import { describe, expect, it } from 'vitest';
import { gateway } from './fixtures/test-gateway.ts';

describe('G24, G25: a server that asks', () => {
  it.each([
    ['sampling/createMessage', { messages: [] }, 'server.sampling'],
    ['elicitation/create', { requestedSchema: { properties: { password: {} } } }, 'server.elicitation-of-secrets'],
  ])('%s is refused to the server, and recorded', async (method, params, reason) => {
    const made = gateway();
    const interception = await made.pipeline.begin(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_ticket', arguments: {} } },
      made.context(),
    );
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    const answer = await interception.filter.message({ jsonrpc: '2.0', id: 's-1', method, params });
    expect(answer).toMatchObject({ id: 's-1', error: { message: 'Refused by the gateway' } });
    expect(made.events.at(-1)).toMatchObject({ kind: 'decision', decision: 'deny', reasons: [reason] });
    const passed = {
      jsonrpc: '2.0',
      id: 's-2',
      method: 'elicitation/create',
      params: { requestedSchema: { properties: { city: {} } } },
    } as const;
    expect(await interception.filter.message(passed)).toBe(passed);
  });

  it('is recorded in the run of the subscription it asks through', async () => {
    const made = gateway();
    const interception = await made.pipeline.begin(
      { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params: { notifications: {} } },
      made.context(),
    );
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    await interception.filter.message({ jsonrpc: '2.0', id: 's-1', method: 'sampling/createMessage', params: {} });
    expect(made.events.at(-1)).toMatchObject({ kind: 'decision', decision: 'deny', run: expect.any(String) as string });
  });

  it('through a result as well (stateless era)', async () => {
    const made = gateway();
    const { response } = await made.send(
      'tools/call',
      { name: 'get_ticket', arguments: {} },
      { resultType: 'input_required', inputRequests: { a: { method: 'sampling/createMessage', params: {} } } },
    );
    expect(response).toMatchObject({ error: { message: 'Refused by the gateway' } });
  });
});
