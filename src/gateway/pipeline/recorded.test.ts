import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../base/errors.ts';
import { gateway } from './fixtures/test-gateway.ts';

const secret = `AKIA${'ABCDEFGH'.repeat(2)}`;

describe('recorded before acted on', () => {
  it('a call with an effect is durable before it is sent; a read is on its way', async () => {
    const made = gateway();
    await made.call('send_email', { to: 'a@example.com', body: 'hi' });
    await made.call('get_ticket', { id: 7 });
    expect(made.log).toEqual([
      'record run.start async',
      'record tool.call durable',
      'sent',
      'record tool.result async',
      'record tool.call async',
      'sent',
      'record tool.result async',
    ]);
  });

  it('what is recorded says whose call it was, what was decided and why, and what came back', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'allow', reasons: ['x.y'] });
    const params = { name: 'send_email', arguments: { to: 'a@example.com' }, note: 'n' };
    const interception = await made.pipeline.begin(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
      made.context({ trace: '00-1-2-01' }),
    );
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    expect(interception.headers).toEqual({ authorization: 'Bearer up' });
    made.nowMs += 12.3456;
    const result = { content: [{ type: 'text', text: `key ${secret}` }] };
    await interception.filter.message({ jsonrpc: '2.0', id: 1, result });
    const call = { run: 'r-1', call: 'AQEBAQEBAQEBAQEB', trace: '00-1-2-01', agent: 'support-bot', server: 'crm' };
    const facts = { ...call, tool: 'send_email', effect: 'send', subject: 'https://idp.example#u-1' };
    const redacted = { content: [{ type: 'text', text: 'key [secret: aws-access-key]' }] };
    const beside = { note: 'n' };
    expect(made.events).toEqual([
      { kind: 'run.start', run: 'r-1', agent: 'support-bot', server: 'crm', subject: facts.subject },
      {
        ...facts,
        kind: 'tool.call',
        confidentiality: 'public',
        origin: 'trusted',
        decision: 'allow',
        reasons: ['x.y'],
        policy: 'sha256:one',
        payload: { name: 'send_email', arguments: params.arguments, beside, policies: ['p'], intent: 'unseen' },
      },
      {
        ...facts,
        kind: 'tool.result',
        confidentiality: 'confidential',
        origin: 'untrusted',
        outcome: 'ok',
        durationMs: 12.346,
        bytes: JSON.stringify(redacted).length,
        payload: { result: redacted, secretsRedacted: ['aws-access-key'] },
      },
    ]);
    const sent = JSON.stringify(params.arguments).length + JSON.stringify(beside).length;
    expect(made.used).toEqual([{ bytes: sent + JSON.stringify(redacted).length, 'time-ms': 13 }]);
    const id = facts.call;
    const label = { confidentiality: 'confidential', tainted: true };
    expect(made.history).toMatchObject([
      { kind: 'request', call: id, request: { run: 'r-1', server: 'crm', name: 'send_email', timeMs: 1_000_000 } },
      { kind: 'response', call: id, request: { name: 'send_email' }, result: redacted, label, timeMs: made.nowMs },
    ]);
  });

  it('a tool that sends out what it is given is durable before it is sent, also where it only reads', async () => {
    const made = gateway();
    const listed = made.definitions.get('get_ticket');
    if (listed === undefined) throw new Error('no such tool');
    made.definitions.set('get_ticket', { ...listed, labels: { ...listed.labels, sendsOut: true } });
    await made.call('get_ticket', { id: 1 });
    expect(made.log[1]).toBe('record tool.call durable');
    made.readsWithoutRecord = 'allow';
    made.recordFails = true;
    expect((await made.call('get_ticket', { id: 1 })).forwarded).toBeUndefined();
  });

  it('a credential that is given out for a call is durable before the call is', async () => {
    const made = gateway();
    made.issued = [{ kind: 'custom', operation: 'token' }];
    await made.call('get_ticket', { id: 1 });
    expect(made.log.slice(1, 4)).toEqual(['record custom durable', 'record tool.call async', 'sent']);
  });

  it('without a credential nothing is sent, and the record says why', async () => {
    const made = gateway();
    made.noCredential = 'broker.consent-needed';
    const { forwarded, response } = await made.call('get_ticket', { id: 1 });
    expect([forwarded, JSON.stringify(response).includes('broker.consent-needed')]).toEqual([undefined, true]);
    expect(made.events.at(-1)).toMatchObject({
      kind: 'decision',
      decision: 'deny',
      reasons: ['broker.consent-needed'],
      policy: 'sha256:one',
      payload: { policies: [] },
    });
    expect([made.settled, made.history.map(({ kind }) => kind)]).toEqual([[-1], ['request', 'error']]);
    made.recordFails = true;
    expect((await made.call('get_ticket', { id: 2 })).response).toMatchObject({ error: { code: -32603 } });
    expect(made.history.map(({ kind }) => kind)).toEqual(['request', 'error', 'request', 'error']);
  });

  it('a refusal that cannot be recorded is told as that', async () => {
    const made = gateway();
    await made.call('get_ticket', {});
    made.recordFails = true;
    made.decide = () => ({ decision: 'deny' });
    const { response } = await made.call('get_ticket', {});
    expect(response).toMatchObject({ error: { data: { reason: 'ledger.unavailable' } } });
  });

  it.each(['deny', 'allow'] as const)('a run does nothing before its label is kept (reads: %s)', async (reads) => {
    const made = gateway();
    made.readsWithoutRecord = reads;
    made.labelsFail = true;
    const { forwarded, response } = await made.call('get_ticket', {});
    expect([forwarded, response]).toMatchObject([
      undefined,
      {
        error: {
          message: 'Nothing was done: what the run has read cannot be kept (run-labels.unavailable)',
          data: { reason: 'run-labels.unavailable' },
        },
      },
    ]);
    made.labelsFail = false;
    made.recordFails = ({ kind }) => kind === 'run.start';
    expect((await made.call('get_ticket', {})).forwarded === undefined).toBe(reads === 'deny');
    expect(made.kept.get('r-1')).toBeDefined();
  });

  it.each([['{"to":"eve@x.example"}'], [[{ to: 'eve@x.example' }]], [7]])(
    'arguments that are no object, which no policy could look into, go nowhere: %j',
    async (args) => {
      const made = gateway();
      const { response } = await made.call('send_email', args);
      expect(response).toMatchObject({ error: { code: -32602 } });
      expect(made.log).not.toContain('sent');
    },
  );

  it('nothing is sent when it cannot be recorded, and the reservation is given back', async () => {
    const made = gateway();
    await made.call('get_ticket', { id: 1 });
    made.recordFails = true;
    const { response } = await made.call('send_email', { to: 'a@example.com', body: 'x' });
    expect(response).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: -32603,
        message: 'Nothing was done: the ledger does not take events (ledger.unavailable)',
        data: { reason: 'ledger.unavailable' },
      },
    });
    expect(made.log.filter((line) => line === 'sent')).toHaveLength(1);
    expect(made.settled.at(-1)).toBe(-1);
    expect(made.history.at(-1)?.kind).toBe('error');
  });

  it('while the ledger takes no events a new run does nothing, and begins with its record once it does', async () => {
    const made = gateway();
    made.recordFails = true;
    for (const name of ['get_ticket', 'send_email', 'delete_ticket'])
      expect((await made.call(name, {})).response).toMatchObject({ error: { data: { reason: 'ledger.unavailable' } } });
    expect(made.log).toEqual([]);
    made.recordFails = false;
    await made.call('get_ticket', {});
    expect(made.log).toEqual(['record run.start async', 'record tool.call async', 'sent', 'record tool.result async']);
  });

  it('reads go on without their record where that is allowed; nothing else does', async () => {
    const made = gateway();
    made.readsWithoutRecord = 'allow';
    made.recordFails = new DemarcError('DMC_LEDGER_STOPPED', 'the disk is full');
    expect((await made.call('get_ticket', {})).response).toMatchObject({ result: { content: [{ text: 'ok' }] } });
    expect((await made.call('delete_ticket', {})).response).toMatchObject({
      error: { data: { reason: 'ledger.unavailable' } },
    });
    expect(made.log).toEqual(['sent']);
    made.decide = () => ({ decision: 'deny', reasons: ['x.y'] });
    expect((await made.call('get_ticket', {})).response).toMatchObject({ result: { isError: true } });
    made.recordFails = false;
    await made.call('get_ticket', {});
    expect(made.log).toEqual(['sent', 'record run.start async', 'record decision async']);
  });

  it('what cannot be recorded at all is no way around the record', async () => {
    const made = gateway();
    await made.call('get_ticket', {});
    made.readsWithoutRecord = 'allow';
    made.recordFails = new DemarcError('DMC_EVENT_INVALID', 'the payload has too many bytes');
    const { forwarded, response } = await made.call('get_ticket', {});
    expect([forwarded, response]).toMatchObject([undefined, { error: { data: { reason: 'ledger.event-invalid' } } }]);
  });

  it('an answer that cannot be recorded is withheld, and the client is told that the call was made', async () => {
    const made = gateway();
    const interception = await made.pipeline.begin(
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'send_email', arguments: { to: 'a@example.com' } },
      },
      made.context(),
    );
    if (interception.kind !== 'forward') throw new Error('not forwarded');
    made.recordFails = true;
    const answer = await interception.filter.message({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    interception.filter.ended('answered');
    expect(answer).toMatchObject({
      error: { message: expect.stringMatching(/^The call was made, .*ledger\.unavailable/) },
    });
    expect([made.inFlight, made.settled.length]).toEqual([0, 1]);
    made.recordFails = false;
    const other = await made.pipeline.begin(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_ticket' } },
      made.context(),
    );
    if (other.kind !== 'forward') throw new Error('not forwarded');
    made.recordFails = true;
    other.filter.ended('failed');
    expect(made.inFlight).toBe(0);
  });

  it('an answer whose label cannot be kept is withheld, and its record is there', async () => {
    const made = gateway();
    made.decide = ({ name }) => ({ decision: name === 'get_ticket' ? 'allow' : 'deny' });
    await made.call('delete_ticket', { id: 1 });
    made.labelsFail = true;
    made.readsWithoutRecord = 'allow';
    const { response } = await made.call('get_ticket', { id: 1 });
    expect(response).toMatchObject({
      error: {
        message: expect.stringMatching(/^The call was made, .*run-labels\.unavailable/) as string,
        data: { reason: 'run-labels.unavailable' },
      },
    });
    expect(made.events.slice(-2).map(({ kind }) => kind)).toEqual(['tool.call', 'tool.result']);
  });

  it('a denial leaves its record, and the server sees nothing', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'deny', reasons: ['least-privilege.effect'] });
    const { forwarded, response } = await made.call('delete_ticket', { id: 7 });
    expect(forwarded).toBeUndefined();
    expect(response).toMatchObject({ result: { isError: true } });
    expect(JSON.stringify(response)).toContain('least-privilege.effect');
    expect(made.events.at(-1)).toMatchObject({
      kind: 'decision',
      decision: 'deny',
      outcome: 'denied',
      tool: 'delete_ticket',
      subject: 'https://idp.example#u-1',
      policy: 'sha256:one',
    });
  });

  it('the person and the arguments are not among the facts in clear', async () => {
    const made = gateway();
    await made.call('send_email', { to: 'victim@example.com', body: 'x' }, 'sent to victim@example.com');
    for (const { subject: _subject, payload: _payload, ...facts } of made.events) {
      expect(JSON.stringify(facts)).not.toContain('victim');
      expect(JSON.stringify(facts)).not.toContain('u-1');
    }
  });
});
