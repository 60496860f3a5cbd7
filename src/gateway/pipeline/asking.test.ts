/** What a policy wants a person to be asked about. */
import { describe, expect, it } from 'vitest';
import { canonicalJson, textDigest } from '../../base/canonical-json.ts';
import { limits } from '../../base/limits.ts';
import type { Approval } from '../../store/approvals/approval.ts';
import { LoopDetector } from '../../store/budgets/loops.ts';
import { gateway, TestGateway } from './fixtures/test-gateway.ts';

describe('asking', () => {
  const approval = { id: 'a-1' } as Approval;

  it('an approved call goes on without what was in it for the gateway; a refused one does not', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'ask', reasons: ['intent.implausible'] });
    made.approve = (message) => ({
      kind: 'go',
      message: { ...message, params: { name: 'send_email', arguments: {}, requestState: 'clean' } },
      approval,
    });
    const went = await made.call('send_email', { to: 'a@example.com', body: 'x' });
    expect(went.forwarded).toMatchObject({ id: 1, method: 'tools/call', params: { requestState: 'clean' } });
    expect(made.log.slice(1)).toEqual(['record tool.call durable', 'sent', 'record tool.result async']);
    expect(made.events.find(({ kind }) => kind === 'tool.call')).toMatchObject({
      decision: 'allow',
      reasons: ['intent.implausible', 'approved'],
      policy: 'sha256:one',
      payload: { policies: ['p'] },
    });
    expect(made.history[0]).toMatchObject({
      call: made.events[1]?.call,
      request: { name: 'send_email' },
      timeMs: 1_000_000,
    });
    expect(made.history.map(({ kind }) => kind)).toEqual(['approval', 'request', 'response']);
    expect(made.carried).toEqual([approval]);
    made.approve = () => ({ kind: 'deny', reason: 'approval.denied' });
    const { forwarded, response } = await made.call('send_email', { to: 'b@example.com', body: 'x' });
    expect(forwarded).toBeUndefined();
    expect(JSON.stringify(response)).toContain('Refused: approval.denied');
    expect(made.events.at(-1)).toMatchObject({
      kind: 'decision',
      decision: 'deny',
      reasons: ['approval.denied'],
      policy: 'sha256:one',
    });
  });

  it('the run of a call that waits for a person is not dropped meanwhile: its answer taints it', async () => {
    const made = gateway();
    const label = (): unknown => {
      let seen: unknown;
      made.decide = ({ label: { tainted } }) => {
        seen = tainted;
        return { decision: 'deny' };
      };
      return made.call('send_email', {}).then(() => seen);
    };
    made.gate = {
      pass: async ({ message }) => {
        made.decide = () => ({ decision: 'deny' });
        for (let at = 0; at <= limits.gatewayRunsMax; at++)
          await made.send(
            'tools/call',
            { name: 'send_email', arguments: {} },
            {},
            made.context({ session: `r-${at + 2}` }),
          );
        expect(await label()).toBe(false);
        made.decide = () => ({ decision: 'ask' });
        return { kind: 'go', message, approval };
      },
      carry: (response) => response,
      clean: (message) => message,
      release: async () => undefined,
    };
    made.decide = () => ({ decision: 'ask' });
    const went = await made.call('send_email', { to: 'a@example.com' }, 'what somebody wrote');
    expect(went.forwarded).toBeDefined();
    expect(await label()).toBe(true);
  });

  it('a gate that fails lets nothing go on, and what was held is given back', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'ask' });
    made.approve = () => {
      throw new Error('the database is away');
    };
    await expect(made.call('send_email', {})).rejects.toThrow('the database is away');
    expect([made.history, made.settled]).toEqual([[], [-1]]);
  });

  it('while nobody has answered the client is told, and it is recorded as asked', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'ask', reasons: ['intent.implausible'] });
    const waiting = { jsonrpc: '2.0', id: 1, result: { resultType: 'input_required' } } as const;
    made.approve = () => ({ kind: 'wait', response: waiting, approval });
    const { forwarded, response } = await made.call('send_email', { to: 'a@example.com', body: 'x' });
    expect([forwarded, response]).toEqual([undefined, waiting]);
    expect(made.events.at(-1)).toMatchObject({ kind: 'decision', decision: 'ask', reasons: ['intent.implausible'] });
    expect([made.history, made.settled]).toEqual([[], [-1]]);
  });

  it('what the run did while a person thought is decided about again', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'ask' });
    made.approve = (message) => {
      made.decide = () => ({ decision: 'deny', reasons: ['limit.reached'] });
      return { kind: 'go', message, approval };
    };
    const { forwarded, response } = await made.call('send_email', { to: 'a@example.com', body: 'x' });
    expect([forwarded, JSON.stringify(response).includes('limit.reached')]).toEqual([undefined, true]);
    expect(made.settled).toEqual([-1]);
  });

  it('an approval of one policy lifts no other that asks meanwhile', async () => {
    const made = gateway();
    for (const [now, goesOn] of [
      [{ decision: 'ask', policies: ['a'] }, true],
      [{ decision: 'ask', policies: ['a', 'b'] }, false],
      [{ decision: 'ask', policies: ['a'], policySet: 'sha256:two' }, false],
      [{ decision: 'allow', policies: ['b'], policySet: 'sha256:two' }, true],
    ] as const) {
      made.approve = (message) => {
        made.decide = () => now;
        return { kind: 'go', message, approval };
      };
      made.decide = () => ({ decision: 'ask', policies: ['a'] });
      const { forwarded, response } = await made.call('send_email', { to: 'a@example.com', body: 'x' });
      expect(forwarded !== undefined).toBe(goesOn);
      if (!goesOn) expect(JSON.stringify(response)).toContain('approval.other-policy');
    }
  });

  it('an approval is not used up where there is no budget', async () => {
    const made = gateway();
    made.decide = () => ({ decision: 'ask' });
    made.budget = 'budget.exceeded';
    let asked = 0;
    made.approve = (message) => {
      asked++;
      return { kind: 'go', message, approval };
    };
    await made.call('send_email', { to: 'a@example.com', body: 'x' });
    expect([asked, made.history]).toEqual([0, []]);
  });

  describe('again and again', () => {
    const waiting = { jsonrpc: '2.0', id: 1, result: { resultType: 'input_required' } } as const;
    const answers = {
      waits: () => ({ kind: 'wait', response: waiting, approval }),
      approved: (message) => ({ kind: 'go', message, approval }),
      denied: () => ({ kind: 'deny', reason: 'approval.denied' }),
    } as const satisfies Record<string, TestGateway['approve']>;
    const asking = (): TestGateway => {
      const made = gateway();
      made.decide = () => ({ decision: 'ask' });
      made.loops = new LoopDetector({ same: 3, among: 8, cycles: 3, cycleLength: 4 });
      return made;
    };
    const call = (made: TestGateway, answer: keyof typeof answers): ReturnType<TestGateway['call']> => {
      made.approve = answers[answer];
      return made.call('send_email', { to: 'a@example.com', body: 'x' });
    };

    it('while a person decides, a call is one call: it goes out once they approved', async () => {
      const made = asking();
      for (let at = 0; at < 20; at++) expect(await call(made, 'waits')).toMatchObject({ response: waiting });
      expect((await call(made, 'approved')).forwarded).toBeDefined();
    });

    it.each(['approved', 'denied'] as const)('%s, it is a loop, and nobody is asked any more', async (answer) => {
      const made = asking();
      for (let at = 0; at < 2; at++) await call(made, answer);
      let asked = false;
      made.approve = (message) => {
        asked = true;
        return answers.approved(message);
      };
      const { forwarded, response } = await made.call('send_email', { to: 'a@example.com', body: 'x' });
      expect([forwarded, asked, JSON.stringify(response).includes('loop.same-call')]).toEqual([undefined, false, true]);
    });

    it('what was approved goes out, whatever else went out meanwhile', async () => {
      const made = asking();
      made.approve = (message) => {
        const digest = textDigest(canonicalJson({ to: 'a@example.com', body: 'x' }));
        for (let at = 0; at < 3; at++) made.loops?.observe('r-1', `${digest} send_email`);
        return answers.approved(message);
      };
      expect((await made.call('send_email', { to: 'a@example.com', body: 'x' })).forwarded).toBeDefined();
    });
  });

  it.each<[string, (made: TestGateway) => void]>([
    ['kill.all', (made) => (made.stopped = 'kill.all')],
    ['identity.expired', (made) => (made.isProven = false)],
    ['client.gone', (made) => made.client.abort()],
  ])('what came while a person thought stands against the call: %s', async (reason, happens) => {
    const made = gateway();
    made.decide = () => ({ decision: 'ask' });
    made.approve = (message) => {
      happens(made);
      return { kind: 'go', message, approval };
    };
    const { forwarded } = await made.call('send_email', { to: 'a@example.com', body: 'x' });
    expect(forwarded).toBeUndefined();
    expect(made.events.at(-1)).toMatchObject({
      decision: 'deny',
      reasons: [reason],
      policy: 'sha256:one',
      payload: { policies: [] },
    });
  });

  it.each([
    ['call', 'get_ticket', 'send_email'],
    ['declassification', 'read_file', 'send_email'],
    ['call', 'read_file', 'delete_ticket'],
  ] as const)('is about a %s, of a run that used %s and now uses %s', async (kind, before, now) => {
    const made = gateway();
    const listed = made.definitions.get('get_ticket');
    if (listed === undefined) throw new Error('no such tool');
    const labels = { ...listed.labels, confidentiality: 'restricted' as const };
    made.definitions.set('read_file', { ...listed, labels });
    made.definitions.set('get_ticket', { ...listed, labels: { ...labels, confidentiality: 'public' } });
    await made.call(before, {}, 'what is read');
    made.decide = () => ({ decision: 'ask', reasons: ['x.y'] });
    let asked: unknown;
    made.gate = {
      pass: async (call) => {
        asked = call;
        return { kind: 'deny', reason: 'approval.denied' };
      },
      carry: (response) => response,
      clean: (message) => message,
      release: () => Promise.resolve(),
    };
    const context = made.context({ capabilities: { elicitation: {} } });
    await made.send('tools/call', { name: now, arguments: {} }, {}, context);
    expect(asked).toMatchObject({
      kind,
      revision: '2025-11-25',
      capabilities: { elicitation: {} },
      request: { name: now },
      decision: { reasons: ['x.y'], policySet: 'sha256:one' },
      lifetimeMs: 1000,
      call: made.events.at(-1)?.call,
      signal: made.client.signal,
    });
  });
});
