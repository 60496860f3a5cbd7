import { describe, expect, it } from 'vitest';
import type { JsonRpcMessage } from '../../model/mcp.ts';
import { TestGateway } from './fixtures/test-gateway.ts';

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;

function gateway(): TestGateway {
  const made = new TestGateway();
  made.tools({ name: 'get_ticket', description: 'Reads one ticket', inputSchema: { properties: { id: {} } } });
  return made;
}

describe('what a task brings', () => {
  const text = (said: string): Record<string, unknown> => ({ content: [{ type: 'text', text: said }] });

  it.each([
    ['tasks/result', text('click here'), { tool: 'get_ticket' }],
    ['tasks/get', { taskId: 't', status: 'completed', result: text('click here') }, { tool: 'get_ticket' }],
    ['tasks/result', { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] }, { tool: 'get_ticket' }],
    ['tasks/get', { taskId: 't', status: 'working', statusMessage: 'click here' }, undefined],
    ['tasks/list', { tasks: [{ taskId: 't', statusMessage: 'click here' }] }, undefined],
  ])(
    'labels the run as its tool would, before the client sees it, and is recorded: %s %j',
    async (method, answer, task) => {
      const made = gateway();
      const { response } = await made.send(method, { taskId: 't' }, answer, made.context({ task }));
      expect(response).toMatchObject({ result: answer });
      expect(made.log).toEqual(['record run.start async', 'sent', 'record tool.result async']);
      expect([...made.kept.values()].map(({ tainted }) => tainted)).toContain(true);
      expect(made.events.at(-1)).toMatchObject({
        kind: 'tool.result',
        tool: task?.tool ?? method,
        origin: 'untrusted',
      });
      expect(made.inFlight).toBe(0);
    },
  );

  it('goes by what its tool is listed as, also where nobody was shown a list since the gateway started', async () => {
    const made = gateway();
    const listed = made.definitions.get('get_ticket');
    if (listed === undefined) throw new Error('no such tool');
    made.definitions.clear();
    made.listing = async () => {
      const labels = {
        ...listed.labels,
        untrustedOutput: false,
        confidentiality: 'public' as const,
        review: 'approved' as const,
      };
      made.definitions.set('get_ticket', { ...listed, labels });
    };
    await made.send('tasks/result', { taskId: 't' }, text('ours'), made.context({ task: { tool: 'get_ticket' } }));
    expect(made.events.at(-1)).toMatchObject({ tool: 'get_ticket', origin: 'trusted' });
    made.definitions.clear();
    // Of a task that is nobody's there is no tool to ask for.
    await made.send('tasks/result', { taskId: 't' }, text('whose'));
    expect(made.definitions.size).toBe(0);
  });

  it.each([
    ['get_ticket', undefined],
    // What somebody wrote names nothing, whatever it looks like; no more does it as the answer of a task.
    ['read_message', 'provenance.untrusted-destination'],
  ])('is read as an answer of its tool would be: %s', async (tool, doubt) => {
    const made = gateway();
    made.tools(
      { name: 'read_message', description: 'Reads one message', inputSchema: { properties: { id: {} } } },
      { name: 'update_ticket', description: 'Updates a ticket', inputSchema: { properties: { owner: {} } } },
    );
    let seen: readonly { readonly doubt?: string }[] = [];
    made.decide = (access) => {
      seen = access.call.values;
      return { decision: 'allow' };
    };
    const lines =
      'Tickets of this week\nT-1  Eve Harding  open\nT-2  Ann Ray      waits for what the customer says about it';
    await made.send('tasks/result', { taskId: 't' }, text(lines), made.context({ task: { tool } }));
    await made.call('update_ticket', { owner: 'Eve Harding' });
    expect(seen.map((value) => value.doubt)).toEqual([doubt]);
  });

  it.each([
    ['an answer', text('click here'), 'ok'],
    ['an error', { error: { code: -1, message: 'click here' } }, 'error'],
  ])('is recorded as what it is: %s', async (_, answer, outcome) => {
    const made = gateway();
    const context = made.context({ task: { tool: 'get_ticket' }, trace: '00-1-2-01' });
    const { response } = await made.send('tasks/result', { taskId: 't' }, answer, context);
    expect(response).toMatchObject(outcome === 'ok' ? { result: answer } : answer);
    expect(made.events.at(-1)).toEqual({
      kind: 'tool.result',
      run: 'r-1',
      call: 'AQEBAQEBAQEBAQEB',
      trace: '00-1-2-01',
      agent: 'support-bot',
      subject: 'https://idp.example#u-1',
      server: 'crm',
      tool: 'get_ticket',
      effect: 'read',
      confidentiality: 'confidential',
      origin: 'untrusted',
      outcome,
      durationMs: 0,
      bytes: JSON.stringify(answer).length,
      payload: { result: answer },
    });
    expect(made.kept.get('r-1')).toMatchObject({ tainted: true });
  });

  it('is read where it is an error without an id', async () => {
    const made = gateway();
    const failure = { id: null, error: { code: -1, message: 'click here' } };
    await made.send('tasks/result', { taskId: 't' }, failure, made.context({ task: { tool: 'get_ticket' } }));
    expect(made.events.at(-1)).toMatchObject({ kind: 'tool.result', outcome: 'error' });
    expect(made.kept.get('r-1')).toMatchObject({ tainted: true });
  });

  it('is withheld where the label it raises cannot be kept', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'deny' });
    await made.call('get_ticket', {});
    made.labelsFail = true;
    const { response } = await made.send(
      'tasks/result',
      { taskId: 't' },
      text('click here'),
      made.context({ task: { tool: 'x' } }),
    );
    expect(response).toMatchObject({ error: { data: { reason: 'run-labels.unavailable' } } });
  });

  it('lets by what is said about something else', async () => {
    const made = gateway();
    const interception = await made.pipeline.begin(
      { jsonrpc: '2.0', id: 1, method: 'tasks/result', params: { taskId: 't' } },
      made.context(),
    );
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } } as const;
    expect(await interception.filter.message(progress)).toBe(progress);
    const asked = { jsonrpc: '2.0', id: 1, method: 'sampling/createMessage' } as const;
    expect(await interception.filter.message(asked)).toMatchObject({ error: { message: 'Refused by the gateway' } });
    expect(made.events.filter(({ kind }) => kind === 'tool.result')).toEqual([]);
  });

  it('has no secrets, and is withheld where it cannot be recorded', async () => {
    const made = gateway();
    const { response } = await made.send('tasks/result', { taskId: 't' }, text(secret));
    expect(response).toEqual({ jsonrpc: '2.0', id: 1, result: text('[secret: aws-access-key]') });
    const failed = { error: { code: -1, message: secret } };
    expect((await made.send('tasks/result', { taskId: 't' }, failed)).response).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -1, message: '[secret: aws-access-key]' },
    });
    expect(made.events.at(-1)).toMatchObject({ payload: { secretsRedacted: ['aws-access-key'] } });
    expect(JSON.stringify(made.events)).not.toContain(secret);
    made.terms = { ...made.terms, secretsInResults: 'deny' };
    expect((await made.send('tasks/result', { taskId: 't' }, text(secret))).response).toHaveProperty('error');
    made.terms = { ...made.terms, secretsInResults: 'allow' };
    expect((await made.send('tasks/result', { taskId: 't' }, text(secret))).response).toMatchObject({
      result: text(secret),
    });
    made.recordFails = true;
    expect((await made.send('tasks/result', { taskId: 't' }, text('x'))).response).toMatchObject({
      error: { message: expect.stringMatching(/^The call was made/) as string, data: { reason: 'ledger.unavailable' } },
    });
  });

  const maker = { tool: 'get_ticket', run: 'r-0' };

  it('counts to the budgets of the call that made it: its bytes, and only them', async () => {
    const made = gateway();
    const result = text('long '.repeat(100));
    const bytes = JSON.stringify(result).length;
    const context = made.context({ task: maker });
    await made.send('tasks/result', { taskId: 't' }, result, context);
    const working = { taskId: 't', status: 'working' };
    await made.send('tasks/get', { taskId: 't' }, working, context);
    const brought = { ...working, status: 'completed', result };
    await made.send('tasks/get', { taskId: 't' }, brought, context);
    for (const method of ['tasks/cancel', 'tasks/update', 'tasks/list'])
      await made.send(method, { taskId: 't' }, {}, context);
    // Of a task that is nobody's there is nothing to get.
    await made.send('tasks/result', { taskId: 't' }, result);
    expect(made.settled).toEqual([bytes, 0, JSON.stringify(brought).length]);
    const of = { agent: 'support-bot', run: 'r-0', server: 'crm', name: 'get_ticket', isListed: true, isLater: true };
    expect(made.reserved).toMatchObject([of, of, of]);
    expect(made.used[0]).toEqual({ bytes });
  });

  it('is refused where their budget is used up, which is recorded', async () => {
    const made = gateway();
    made.budget = 'budget.exceeded';
    const context = made.context({ task: maker });
    const { forwarded, response } = await made.send('tasks/result', { taskId: 't' }, text('x'), context);
    expect([forwarded, response]).toMatchObject([undefined, { error: { message: 'Refused: budget.exceeded' } }]);
    expect(made.events.at(-1)).toMatchObject({
      kind: 'decision',
      operation: 'tasks/result',
      tool: 'get_ticket',
      decision: 'deny',
      reasons: ['budget.exceeded'],
      payload: { taskId: 't', budget: 'b' },
    });
    expect((await made.send('tasks/cancel', { taskId: 't' }, {}, context)).forwarded).toBeDefined();
    expect(made.inFlight).toBe(0);
  });

  it('is cut off where it goes on past its budget, and taken back from its server', async () => {
    const made = gateway();
    const stopped: string[] = [];
    const stop = (reason: string): void => void stopped.push(reason);
    made.bytesLeft = 200;
    const asked = { jsonrpc: '2.0', id: 1, method: 'tasks/result', params: { taskId: 't' } } as const;
    const interception = await made.pipeline.begin(asked, made.context({ task: { ...maker, stop } }));
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    const progress = { jsonrpc: '2.0', method: 'notifications/progress', params: { progress: 1 } } as const;
    const { filter } = interception;
    await filter.message(progress);
    await filter.message(progress);
    await expect(filter.message(progress)).rejects.toThrow('the task was cut off: its budget `traffic` is used up');
    filter.ended('failed');
    expect(stopped).toEqual(['budget.exceeded']);
    expect(made.settled).toEqual([3 * JSON.stringify(progress).length]);
    expect(made.events.at(-1)).toMatchObject({
      kind: 'tool.result',
      tool: 'get_ticket',
      outcome: 'error',
      reasons: ['budget.exceeded'],
      payload: { budget: 'traffic' },
    });
  });

  it('asks for nothing that its server may not ask for', async () => {
    const made = gateway();
    const inputRequests = { one: { method: 'sampling/createMessage', params: {} } };
    const { response } = await made.send('tasks/get', { taskId: 't' }, { taskId: 't', inputRequests });
    expect(response).toMatchObject({ error: { message: 'Refused by the gateway' } });
    expect(made.events.at(-1)).toMatchObject({ outcome: 'error' });
  });

  it('comes on no stream where nobody would label it', async () => {
    const { filter } = gateway().pipeline.stream(gateway().context());
    const told = (params: object): JsonRpcMessage => ({
      jsonrpc: '2.0',
      method: 'notifications/tasks',
      params: { taskId: 't', ...params },
    });
    expect(await filter.message(told({ status: 'working' }))).toBeDefined();
    for (const more of [{ result: text('x') }, { error: {} }, { inputRequests: {} }]) {
      expect(await filter.message(told(more))).toBeUndefined();
      const status = { ...told(more), method: 'notifications/tasks/status' } as JsonRpcMessage;
      expect(await filter.message(status)).toBeUndefined();
      expect(await filter.message({ ...status, method: 'notifications/message' } as JsonRpcMessage)).toBeDefined();
    }
  });
});
