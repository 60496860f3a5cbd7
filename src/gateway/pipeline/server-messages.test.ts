import { describe, expect, it } from 'vitest';
import type { JsonRpcMessage } from '../../model/mcp.ts';
import { gateway } from './fixtures/test-gateway.ts';

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;
const asking = (method: string, params: Record<string, unknown>) =>
  ({ jsonrpc: '2.0', id: 's-1', method, params }) as const;

describe('G24, G25: a server that asks', () => {
  it.each([
    ['sampling/createMessage', { messages: [] }, 'server.sampling'],
    ['elicitation/create', { requestedSchema: { properties: { password: {} } } }, 'server.elicitation-of-secrets'],
    [
      'elicitation/create',
      { requestedSchema: { properties: { city: {}, password: {} } } },
      'server.elicitation-of-secrets',
    ],
    ['elicitation/create', { mode: 'url', url: 'https://x.example' }, 'server.elicitation'],
  ])('%s is refused to the server, and recorded', async (method, params, reason) => {
    const made = gateway();
    made.terms = { ...made.terms, elicitation: reason !== 'server.elicitation' };
    const interception = await made.pipeline.begin(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_ticket', arguments: {} } },
      made.context(),
    );
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    const answer = await interception.filter.message({ jsonrpc: '2.0', id: 's-1', method, params });
    expect(answer).toMatchObject({ id: 's-1', error: { code: -1, message: 'Refused by the gateway' } });
    expect(made.events.at(-1)).toEqual({
      kind: 'decision',
      run: 'r-1',
      agent: 'support-bot',
      server: 'crm',
      operation: method,
      decision: 'deny',
      reasons: [reason],
      outcome: 'denied',
      subject: 'https://idp.example#u-1',
      payload: { params },
    });
    made.recordFails = true;
    await expect(interception.filter.message({ jsonrpc: '2.0', id: 's-1', method, params })).rejects.toThrow('ledger');
    const roots = { jsonrpc: '2.0', id: 's-2', method: 'roots/list' } as const;
    expect(await interception.filter.message(roots)).toBe(roots);
    made.terms = { ...made.terms, elicitation: true };
    for (const requestedSchema of [null, { properties: null }]) {
      const odd = { jsonrpc: '2.0', id: 's-2', method: 'elicitation/create', params: { requestedSchema } } as const;
      expect(await interception.filter.message(odd)).toBe(odd);
    }
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

  it.each([
    [{ method: 'sampling/createMessage', params: {} }, {}, false],
    [{ method: 'sampling/createMessage' }, { sampling: true }, true],
    [{ method: 'elicitation/create', params: {} }, { elicitation: false }, false],
    [{ method: 'elicitation/create', params: { requestedSchema: { properties: { password: {} } } } }, {}, false],
    [{ method: 'elicitation/create' }, {}, true],
    [{ method: 'roots/list' }, { elicitation: false }, true],
    ['nothing', {}, true],
    [null, {}, true],
  ])('through a result as well (stateless era): %j, %j', async (asked, terms, passes) => {
    const made = gateway();
    made.terms = { ...made.terms, ...terms };
    const inputRequests = { first: { method: 'roots/list' }, asked };
    const call = { name: 'get_ticket', arguments: {} };
    const { response } = await made.send('tools/call', call, { resultType: 'input_required', inputRequests });
    expect('result' in (response ?? {})).toBe(passes);
    const nothing = { resultType: 'input_required', inputRequests: null };
    expect(await made.send('tools/call', call, nothing)).toMatchObject({ response: { result: {} } });
    // What asks for nothing holds what it likes.
    expect(await made.send('tools/call', call, { inputRequests })).toMatchObject({ response: { result: {} } });
  });

  it.each(['redact', 'allow'] as const)(
    'has no secrets in what it tells or asks besides, but where it may: %s',
    async (terms) => {
      const made = gateway();
      made.terms = { ...made.terms, sampling: true, secretsInResults: terms };
      const { filter } = made.pipeline.stream(made.context());
      const told = (text: string): readonly JsonRpcMessage[] => [
        { jsonrpc: '2.0', method: 'notifications/message', params: { data: text } },
        { jsonrpc: '2.0', id: 7, result: { text } },
        { jsonrpc: '2.0', id: 7, error: { code: 1, message: text } },
        asking('elicitation/create', { message: text, requestedSchema: { properties: { city: { title: text } } } }),
        asking('sampling/createMessage', { systemPrompt: text, messages: [{ content: { type: 'text', text } }] }),
        asking('roots/list', { _meta: { note: text } }),
      ];
      for (const message of [...told('hello'), { jsonrpc: '2.0', method: 'notifications/message' } as const])
        expect(await filter.message(message)).toBe(message);
      const shown = await Promise.all(told(secret).map(async (message) => filter.message(message)));
      expect(shown).toEqual(told(terms === 'allow' ? secret : '[secret: aws-access-key]'));
    },
  );

  it('is refused where it asks with a secret that its answers may not have, which is not recorded either', async () => {
    const made = gateway();
    made.terms = { ...made.terms, secretsInResults: 'deny' };
    const { filter } = made.pipeline.stream(made.context());
    const hello = asking('elicitation/create', { message: 'hello' });
    expect(await filter.message(hello)).toBe(hello);
    expect(await filter.message(asking('elicitation/create', { message: secret }))).toMatchObject({
      id: 's-1',
      error: { message: 'Refused by the gateway' },
    });
    await filter.message(asking('sampling/createMessage', { systemPrompt: secret }));
    expect(made.events).toMatchObject([
      { decision: 'deny', reasons: ['server.secret-in-request'] },
      { decision: 'deny', reasons: ['server.sampling'] },
    ]);
    expect(JSON.stringify(made.events)).not.toContain(secret);
    made.mode = 'shadow';
    const asked = asking('elicitation/create', { message: secret });
    expect(await filter.message(asked)).toBe(asked);
  });
});
