import { describe, expect, it } from 'vitest';
import type { JsonRpcNotification } from '../../model/mcp.ts';
import type { Approval } from '../../store/approvals/approval.ts';
import { gateway } from './fixtures/test-gateway.ts';

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;

describe('secrets', () => {
  const known = { progressToken: 'p', 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  const places: readonly (readonly [where: string, params: (text: string) => Record<string, unknown>])[] = [
    ['an answer to the server', (text) => ({ inputResponses: { q: { action: 'accept', content: { text } } } })],
    ['a member of an extension', (text) => ({ note: text })],
    ['a member of `_meta`', (text) => ({ _meta: { ...known, 'acme/note': text } })],
    ['a `_meta` that is no object', (text) => ({ _meta: [text] })],
  ];

  it.each(places)('beside the arguments are as those in them: %s', async (_where, params) => {
    const made = gateway();
    const call = (text: string) =>
      made.send('tools/call', { name: 'send_email', arguments: { to: 'x' }, ...params(text) }, { content: [] });
    const denied = await call(secret);
    expect(denied.forwarded).toBeUndefined();
    expect(JSON.stringify(denied.response)).toContain('guard.secret-in-arguments');
    made.terms = { ...made.terms, secretsInArguments: 'redact' };
    const { forwarded } = await call(secret);
    const sent = { name: 'send_email', arguments: { to: 'x' }, ...params('[secret: aws-access-key]') };
    expect(forwarded?.params).toEqual(sent);
    expect(made.events.find(({ kind }) => kind === 'tool.call')?.payload).toMatchObject({
      secretsFound: ['aws-access-key'],
      beside: expect.not.objectContaining({ name: 'send_email' }),
    });
    expect(JSON.stringify(made.events)).not.toContain(secret);
  });

  it('what is sent beside the arguments is recorded, but for what MCP itself has there', async () => {
    const made = gateway();
    for (const [, params] of [...places, ['nothing', () => ({ _meta: known, requestState: 'theirs' })] as const])
      await made.send('tools/call', { name: 'get_ticket', arguments: {}, ...params('hello') }, { content: [] });
    const beside = made.events.flatMap(({ kind, payload }) =>
      kind === 'tool.call' ? [(payload as { beside?: unknown }).beside] : [],
    );
    expect(beside).toEqual([
      { inputResponses: { q: { action: 'accept', content: { text: 'hello' } } } },
      { note: 'hello' },
      { _meta: { 'acme/note': 'hello' } },
      { _meta: ['hello'] },
      undefined,
    ]);
  });

  it('do not leave in an answer to a request of the server, which is recorded first', async () => {
    const made = gateway();
    const answer = (text: string) =>
      made.pipeline.answer({ jsonrpc: '2.0', id: 3, result: { action: 'accept', content: { text } } }, made.context());
    expect(await answer('hello')).toMatchObject({ result: { content: { text: 'hello' } } });
    expect(await answer(secret)).toEqual({
      jsonrpc: '2.0',
      id: 3,
      result: { action: 'accept', content: { text: '[secret: aws-access-key]' } },
    });
    expect(made.log).toEqual(['record custom durable', 'record custom durable']);
    expect(made.events).toMatchObject([
      { operation: 'client-answer', run: 'r-1', server: 'crm', payload: { answer: { content: { text: 'hello' } } } },
      { payload: { secretsFound: ['aws-access-key'] } },
    ]);
    expect(JSON.stringify(made.events)).not.toContain(secret);
    const failure = { jsonrpc: '2.0', id: 3, error: { code: 1, message: secret } } as const;
    const withoutSecret = { ...failure, error: { code: 1, message: '[secret: aws-access-key]' } };
    expect(await made.pipeline.answer(failure, made.context())).toEqual(withoutSecret);
    made.terms = { ...made.terms, secretsInArguments: 'allow' };
    expect(await answer(secret)).toMatchObject({ result: { content: { text: secret } } });
    expect(JSON.stringify(made.events)).not.toContain(secret);
    made.recordFails = true;
    expect(await answer('hello')).toMatchObject({ error: { data: { reason: 'ledger.unavailable' } } });
  });
});

it('what stands beside the arguments, which nobody saw who approved them, does not go out with them', async () => {
  const made = gateway();
  made.decide = () => ({ decision: 'ask' });
  made.approve = (message) => ({ kind: 'go', message, approval: {} as Approval });
  const known = { name: 'send_email', arguments: { to: 'x' }, inputResponses: { q: {} }, requestState: 'theirs' };
  const { forwarded } = await made.send('tools/call', {
    ...known,
    note: 'hidden',
    task: { ttl: 5, note: 'hidden' },
    _meta: { progressToken: 'p', 'acme/note': 'hidden' },
  });
  expect(forwarded?.params).toEqual({ ...known, task: { ttl: 5 }, _meta: { progressToken: 'p' } });
  const call = made.events.find(({ kind }) => kind === 'tool.call');
  expect(call?.payload).toMatchObject({ beside: { inputResponses: { q: {} }, task: { ttl: 5 } } });
  expect(JSON.stringify(call)).not.toContain('hidden');
});

describe('what a request that uses nothing tells a server', () => {
  const others: readonly (readonly [method: string, params: (text: string) => Record<string, unknown>])[] = [
    [
      'tasks/update',
      (text) => ({ taskId: 't', inputResponses: { q: { content: { text } } }, _meta: { progressToken: 1 } }),
    ],
    ['tools/list', (text) => ({ cursor: 'c', _meta: { progressToken: 1, 'acme/note': text } })],
    ['initialize', (text) => ({ clientInfo: { name: 'c' }, note: text })],
    ['prompts/list', (text) => ({ _meta: text })],
  ];

  it.each(others)('leaves like arguments, recorded first: %s', async (method, params) => {
    const made = gateway();
    const told = () => made.events.filter(({ operation }) => operation === 'client-told');
    expect((await made.send(method, params('hello'), {})).forwarded?.params).toEqual(params('hello'));
    expect(JSON.stringify(told().map(({ payload }) => payload))).toContain('hello');
    const redacted = params('[secret: aws-access-key]');
    const { forwarded } = await made.send(method, params(secret), {});
    expect(forwarded).toEqual({ jsonrpc: '2.0', id: 1, method, params: redacted });
    expect(told()).toMatchObject([
      { run: 'r-1', agent: 'support-bot', server: 'crm', payload: { method } },
      { payload: { secretsFound: ['aws-access-key'] } },
    ]);
    expect(JSON.stringify(made.events)).not.toContain(secret);
    made.recordFails = ({ operation }) => operation === 'client-told';
    const withheld = await made.send(method, params('hello'), {});
    expect(withheld.forwarded).toBeUndefined();
    expect(withheld.response).toMatchObject({ error: { data: { reason: 'ledger.unavailable' } } });
  });

  it.each(['tools/call', 'completion/complete', 'tools/list', 'initialize', 'tasks/get', 'ping'])(
    'stands in its parameters: nothing else of %s goes on',
    async (method) => {
      const made = gateway();
      const params = {
        name: 'get_ticket',
        ref: { type: 'ref/prompt', name: 'p' },
        argument: { name: 'a', value: 'b' },
      };
      const asked = { jsonrpc: '2.0', id: 1, method, params, note: 'hidden' } as const;
      const interception = await made.pipeline.begin(asked, made.context());
      expect(JSON.stringify(interception)).not.toContain('hidden');
      expect(interception).toMatchObject({ kind: 'forward', request: { jsonrpc: '2.0', id: 1, method, params } });
      const answer = { jsonrpc: '2.0', id: 3, result: {}, note: 'hidden' } as const;
      expect(await made.pipeline.answer(answer, made.context())).toEqual({ jsonrpc: '2.0', id: 3, result: {} });
    },
  );

  it('is nothing where there is but what the protocol has', async () => {
    const made = gateway();
    await made.send('tasks/update', { taskId: 't', requestState: 's', _meta: { progressToken: 1 } }, {});
    await made.send('tools/list', { cursor: 'c' }, { tools: [] });
    expect(made.events.filter(({ operation }) => operation === 'client-told')).toEqual([]);
  });
});

describe('what stands in a notification beside what the protocol has there', () => {
  const cancelled = { requestId: 7, reason: 'too slow', _meta: { 'io.modelcontextprotocol/related-task': {} } };
  const told = (text: string) => ({ ...cancelled, note: text, _meta: { ...cancelled._meta, 'acme/note': text } });
  const notification = (params: Record<string, unknown>, more: object = {}): JsonRpcNotification => ({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params,
    ...more,
  });

  it('leaves like what a request tells: recorded first, without credentials', async () => {
    const made = gateway();
    const passed = (params: Record<string, unknown>) =>
      made.pipeline.notification(notification(params), made.context());
    expect(await passed(told('hello'))).toEqual(notification(told('hello')));
    expect(await passed(told(secret))).toEqual(notification(told('[secret: aws-access-key]')));
    expect(made.log).toEqual(['record custom durable', 'record custom durable']);
    expect(made.events).toMatchObject([
      {
        operation: 'client-told',
        run: 'r-1',
        server: 'crm',
        payload: { method: 'notifications/cancelled', told: { note: 'hello', _meta: { 'acme/note': 'hello' } } },
      },
      { payload: { secretsFound: ['aws-access-key'] } },
    ]);
    expect(JSON.stringify(made.events)).not.toContain(secret);
  });

  it.each<[method: string, params: (text: string) => Record<string, unknown>]>([
    ['notifications/cancelled', (reason) => ({ requestId: 7, reason })],
    ['notifications/progress', (message) => ({ progressToken: 'p', progress: 1, message })],
    ['notifications/tasks/status', (statusMessage) => ({ taskId: 't', status: 'working', statusMessage })],
  ])('is what the client says of it too, where that holds a credential: %s', async (method, params) => {
    const made = gateway();
    const passed = (text: string) =>
      made.pipeline.notification({ jsonrpc: '2.0', method, params: params(text) }, made.context());
    expect(await passed('hello')).toEqual({ jsonrpc: '2.0', method, params: params('hello') });
    expect(made.events).toEqual([]);
    expect(await passed(`Use ${secret}`)).toMatchObject({ params: params('Use [secret: aws-access-key]') });
    expect(made.log).toEqual(['record custom durable']);
    expect(made.events).toMatchObject([{ operation: 'client-told', payload: { secretsFound: ['aws-access-key'] } }]);
    expect(JSON.stringify(made.events)).not.toContain(secret);
    made.terms = { ...made.terms, secretsInArguments: 'allow' };
    expect(await passed(secret)).toMatchObject({ params: params(secret) });
    made.recordFails = true;
    const silent = await passed(secret);
    expect(Object.keys(silent?.params ?? {})).toEqual(Object.keys(params('')).slice(0, -1));
  });

  it('stays where it cannot be recorded; the rest goes on', async () => {
    const made = gateway();
    made.recordFails = true;
    expect(await made.pipeline.notification(notification(told('hello')), made.context())).toEqual(
      notification(cancelled),
    );
  });

  it.each([
    ['initialized', undefined],
    ['cancelled', cancelled],
    ['progress', { progressToken: 1, progress: 2, total: 3, message: 'on its way' }],
    ['roots/list_changed', { _meta: {} }],
    [
      'tasks/status',
      { taskId: 't', status: 'working', statusMessage: 's', createdAt: '', lastUpdatedAt: '', ttl: 1, pollInterval: 1 },
    ],
  ])('is nothing in most: %s', async (name, params) => {
    const made = gateway();
    const usual = { jsonrpc: '2.0', method: `notifications/${name}`, ...(params && { params }) } as const;
    expect(await made.pipeline.notification(usual, made.context())).toEqual(usual);
    expect(made.events).toEqual([]);
  });

  it('or outside its parameters does not go on, to servers or to clients', async () => {
    const made = gateway();
    const params = { requestId: 7 };
    const odd = notification(params, { note: secret });
    expect(await made.pipeline.notification(odd, made.context())).toEqual(notification(params));
    const { filter } = made.pipeline.stream(made.context());
    expect(await filter.message(odd)).toEqual(notification(params));
    expect(await filter.message(notification(told(secret)))).toEqual(notification(told('[secret: aws-access-key]')));
    const usual = notification(cancelled);
    expect(await filter.message(usual)).toBe(usual);
    const bare = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' } as const;
    expect(await filter.message(bare)).toBe(bare);
  });
});

describe('what a server writes beside the members of an answer', () => {
  const params = { name: 'get_ticket', taskId: 't', notifications: {} };
  const methods = ['tools/call', 'tools/list', 'tasks/get', 'initialize', 'subscriptions/listen', 'ping'];

  it.each(methods.flatMap((method) => (['enforce', 'shadow'] as const).map((mode) => [method, mode] as const)))(
    'does not go on: %s, %s',
    async (method, mode) => {
      const made = gateway();
      made.mode = mode;
      for (const said of [{ result: { text: 'hello' } }, { error: { code: 1, message: 'hello' } }]) {
        const answer = { jsonrpc: '2.0', id: 1, ...said } as const;
        for (const odd of [answer, { ...answer, note: 'hidden', params: { note: 'hidden' } }]) {
          const request = { jsonrpc: '2.0', id: 1, method, params } as const;
          const interception = await made.pipeline.begin(request, made.context());
          if (interception.kind !== 'forward') throw new Error('not forwarded');
          const passed = await interception.filter.message(odd);
          if (odd === answer) expect(passed).toBe(answer);
          else expect(passed).toEqual(answer);
        }
      }
      expect(JSON.stringify(made.events)).not.toContain('hidden');
    },
  );
});

describe('the kill switch', () => {
  it('stops notifications and answers; a notification that is no part of the protocol never goes on', async () => {
    const made = gateway();
    const passes = async (method: string) =>
      (await made.pipeline.notification(
        { jsonrpc: '2.0', method, params: { message: 'the customers' } },
        made.context(),
      )) !== undefined;
    const answer = () => made.pipeline.answer({ jsonrpc: '2.0', id: 3, result: {} }, made.context());
    const own = ['initialized', 'cancelled', 'progress', 'roots/list_changed', 'tasks/status'];
    const all = (names: readonly string[]) => Promise.all(names.map((name) => passes(`notifications/${name}`)));
    expect(await all(own)).toEqual(own.map(() => true));
    expect(await all(['acme/anything', 'message'])).toEqual([false, false]);
    expect(await passes('acme')).toBe(false);
    expect(await answer()).toMatchObject({ result: {} });
    made.stopped = 'kill.agent';
    expect(await all(own)).toEqual(own.map(() => false));
    expect(await answer()).toMatchObject({ error: { message: 'Stopped by the operator (kill.agent)' } });
  });
});
