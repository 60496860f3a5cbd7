import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import type { EventInput } from '../../model/event.ts';
import type { Person } from '../../model/principal.ts';
import { parseEventInput } from '../event-input.ts';
import { testSql } from '../index/fixtures/test-sql.ts';
import type { Approver, Verdict } from './approver.ts';
import { argsDigest } from './binding.ts';
import {
  accessRequest,
  alice,
  aliceAsApprover,
  approvalWorld,
  type ApprovalWorld,
  askedOf,
  bob,
  boundTo,
  question,
  rule,
} from './fixtures/world.ts';

beforeAll(async () => {
  await testSql();
}, 120_000);

const args = accessRequest().args;
const yes: Verdict = { decision: 'approve', reason: '', argsDigest: argsDigest(args) };
const binding = boundTo(accessRequest());

async function approved(world: ApprovalWorld, approver: Approver = bob): Promise<string> {
  const id = askedOf(await world.store.ask(question()));
  expect(await world.store.answer(id, approver, yes, 'page')).toMatchObject({ kind: 'answered' });
  return id;
}

describe('an approval', () => {
  it('is asked, approved, used once, and each step is recorded', async () => {
    const world = await approvalWorld();
    const { store, events } = world;
    const id = await approved(world);
    expect(await store.get(id)).toMatchObject({ state: 'approved', args, binding, requester: alice.person });
    expect(await store.use(binding, 'call-2', id)).toMatchObject({ kind: 'used', approval: { usedBy: 'call-2' } });
    expect(await store.use(binding, 'call-3', id)).toEqual({ kind: 'refused', reason: 'approval.used' });
    expect(events.map(({ reasons, decision, reference, call }) => [reasons?.[0], decision, reference, call])).toEqual([
      ['approval.requested', 'ask', id, 'call-1'],
      ['approval.approved', 'allow', id, undefined],
      ['approval.used', 'allow', id, 'call-2'],
    ]);
    for (const event of events) {
      const { input, problems } = parseEventInput(JSON.parse(JSON.stringify(event)), world.clock.nowMs);
      expect([input.kind, problems]).toEqual(['approval', []]);
      expect(JSON.stringify({ ...event, payload: undefined, subject: undefined, alsoAbout: undefined })).not.toMatch(
        /alice|bob|DE0212/,
      );
    }
  });

  it('is shown and recorded with what it is about, who asked, and who answered why', async () => {
    const { store, events, clock } = await approvalWorld();
    const { call } = accessRequest();
    const fine = { path: 'amount', origin: 'trusted' as const };
    const request = accessRequest({ call: { ...call, values: [...call.values, fine] } });
    const id = askedOf(await store.ask(question({ request })));
    await store.answer(id, bob, { ...yes, reason: ' it is right ' }, 'page');
    await store.use(binding, 'call-2', id);
    const labels = { effect: 'destructive', sendsOut: true, confidentiality: 'internal', tainted: true };
    const approval = await store.get(id);
    expect(approval).toMatchObject({ labels, doubted: call.values, answer: { reason: 'it is right' } });
    const facts = {
      kind: 'approval',
      time: formatRfc3339(clock.nowMs),
      source: 'gateway',
      reference: id,
      run: 'run-1',
      agent: alice.agent,
      tool: 'pay',
      server: 'bank',
      policy: 'set-1',
      effect: 'destructive',
      confidentiality: 'internal',
      expires: formatRfc3339(clock.nowMs + 60_000),
      subject: 'https://idp.example#alice',
    };
    const payload = {
      approvalKind: 'call',
      feature: 'tool',
      name: 'pay',
      argsDigest: argsDigest(args),
      policies: ['pay-needs-a-person'],
    };
    const answered = { ...payload, approver: 'https://idp.example#bob', reason: 'it is right', channel: 'page' };
    const alsoAbout = [answered.approver];
    expect(events).toEqual([
      {
        ...facts,
        call: 'call-1',
        decision: 'ask',
        reasons: ['approval.requested', 'policy.ask'],
        payload: { ...payload, arguments: args, rule, doubts: call.values },
      },
      { ...facts, decision: 'allow', reasons: ['approval.approved'], alsoAbout, payload: answered },
      { ...facts, call: 'call-2', decision: 'allow', reasons: ['approval.used'], alsoAbout, payload: answered },
    ]);
  });

  it('that was asked before is the same one, and one that ended is asked anew', async () => {
    const { store, clock } = await approvalWorld();
    const first = await store.ask(question());
    expect(first).toMatchObject({ created: true });
    expect(await store.ask(question({ call: 'call-9' }))).toMatchObject({
      created: false,
      approval: { id: askedOf(first) },
    });
    clock.nowMs += 60_000;
    const again = await store.ask(question());
    expect(again).toMatchObject({ created: true });
    expect(await store.get(askedOf(first))).toMatchObject({ state: 'expired' });
    expect(await store.use(binding, 'c', askedOf(first))).toMatchObject({ reason: 'approval.expired' });
  });

  it('that was approved a moment ago is not asked for again', async () => {
    const world = await approvalWorld();
    const id = await approved(world);
    expect(await world.store.ask(question())).toMatchObject({ created: false, approval: { id, state: 'approved' } });
    await world.store.use(binding, 'c', id);
    expect(await world.store.ask(question())).toMatchObject({ created: true, approval: { state: 'pending' } });
  });

  it('is found by what it is for, where the client brings no state', async () => {
    const world = await approvalWorld();
    expect(await world.store.use(binding, 'c')).toEqual({ kind: 'refused', reason: 'approval.unknown' });
    const id = await approved(world);
    expect(await world.store.use({ ...binding, run: 'run-2' }, 'c')).toMatchObject({ reason: 'approval.unknown' });
    expect(await world.store.use(binding, 'c')).toMatchObject({ kind: 'used', approval: { id } });
    expect(await world.store.use(binding, 'c')).toMatchObject({ reason: 'approval.unknown' });
  });

  it('waits for an answer, also of another process', async () => {
    const { store, other, clock } = await approvalWorld();
    const id = askedOf(await store.ask(question()));
    expect(await store.settled(id, 5_000)).toMatchObject({ state: 'pending' });
    const elsewhere = await other();
    // Nothing of this process wakes the one that waits: it looks again after a while.
    const waits = await other({
      timer: { wait: async () => void (await elsewhere.answer(id, bob, { ...yes, decision: 'deny' }, 'page')) },
    });
    expect(await waits.settled(id, 30_000)).toMatchObject({ state: 'denied', answer: { approver: bob.person } });
    expect(await store.use(binding, 'c', id)).toEqual({ kind: 'refused', reason: 'approval.denied' });
    expect(await store.settled('apr-none', 5_000)).toBeUndefined();
    const ended = askedOf(await store.ask(question({ request: accessRequest({ run: 'another' }) })));
    clock.nowMs += 60_000;
    expect(await store.expire()).toBe(1);
    expect(await store.settled(ended, 5_000)).toMatchObject({ state: 'expired' });
  });

  it('is woken at once by an answer in this process', async () => {
    const { store, other, clock } = await approvalWorld();
    const id = askedOf(await store.ask(question()));
    clock.patient = true;
    const patient = await other();
    const waiting = patient.settled(id, 60_000);
    await patient.answer(id, bob, yes, 'page');
    expect(await waiting).toMatchObject({ state: 'approved' });
    const gone = new AbortController();
    const second = askedOf(await patient.ask(question({ request: accessRequest({ run: 'run-7' }) })));
    const left = patient.settled(second, 60_000, gone.signal);
    gone.abort();
    expect(await left).toMatchObject({ state: 'pending' });
  });
});

describe('G29: abuse of approvals', () => {
  it.each([
    ['other arguments', { argsDigest: argsDigest({ to: 'DE02120300000000202051', amount: 10_000 }) }, 'arguments'],
    [
      'a longer payload with the same beginning',
      { argsDigest: argsDigest({ ...Object(args), note: '' }) },
      'arguments',
    ],
    ['another tool', { name: 'pay_all' }, 'target'],
    ['another server', { server: 'bank2' }, 'target'],
    ['a resource of that name', { feature: 'resource' as const }, 'target'],
    ['another principal', { principal: '["billing-agent"]' }, 'principal'],
    ['another run', { run: 'run-2' }, 'run'],
    ['no run', { run: undefined }, 'run'],
    ['other policies', { policySet: 'set-2' }, 'policy'],
  ])('%s: refused, and what was approved stays good for itself', async (_what, change, part) => {
    const world = await approvalWorld();
    const id = await approved(world);
    const changed = { ...binding, ...change };
    expect(await world.store.use(changed, 'c', id)).toEqual({ kind: 'refused', reason: `approval.other-${part}` });
    expect(await world.store.use(changed, 'c')).toEqual({ kind: 'refused', reason: 'approval.unknown' });
    expect(await world.store.use(binding, 'c', id)).toMatchObject({ kind: 'used' });
  });

  it('two executions race: one wins, in one process and in two', async () => {
    const world = await approvalWorld();
    const other = await world.other();
    for (let round = 0; round < 5; round++) {
      const id = await approved(world);
      const used = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          (n % 2 === 0 ? world.store : other).use(binding, `c${n}`, n < 4 ? id : undefined),
        ),
      );
      expect(used.filter(({ kind }) => kind === 'used')).toHaveLength(1);
    }
  });

  it('two answers race: the first stands', async () => {
    const world = await approvalWorld();
    const other = await world.other();
    const id = askedOf(await world.store.ask(question()));
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        (n % 2 === 0 ? world.store : other).answer(id, bob, n % 3 === 0 ? yes : { ...yes, decision: 'deny' }, 'page'),
      ),
    );
    expect(answers.filter(({ kind }) => kind === 'answered')).toHaveLength(1);
    expect(world.events).toHaveLength(2);
  });

  it('approver is requester: refused with four eyes, allowed without, and to deny is always allowed', async () => {
    const { store } = await approvalWorld();
    const id = askedOf(await store.ask(question()));
    expect(await store.answer(id, aliceAsApprover, yes, 'page')).toEqual({
      kind: 'refused',
      reason: 'approver.same-person',
    });
    expect(await store.answer(id, aliceAsApprover, { ...yes, decision: 'deny' }, 'page')).toMatchObject({
      kind: 'answered',
    });
    const request = accessRequest({ run: 'another' });
    const own = askedOf(await store.ask(question({ request, rule: { ...rule, fourEyes: false } })));
    expect(await store.answer(own, aliceAsApprover, yes, 'page')).toMatchObject({ kind: 'answered' });
  });

  it('of another issuer than the requester, nobody is known to be somebody else, unless the configuration says who they are', async () => {
    const { store, other } = await approvalWorld();
    const id = askedOf(await store.ask(question()));
    const local = (subject: string): Approver => ({ ...bob, person: { issuer: 'local', subject, groups: [] } });
    expect(await store.answer(id, local('bob'), yes, 'command')).toEqual({
      kind: 'refused',
      reason: 'approver.other-issuer',
    });
    const people = ['alice', 'bob'].map((name) => new Map(['https://idp.example', 'local'].map((one) => [one, name])));
    const knowing = await other({ people });
    expect(await knowing.answer(id, local('alice'), yes, 'command')).toMatchObject({ reason: 'approver.same-person' });
    expect(await knowing.answer(id, local('bob'), yes, 'command')).toMatchObject({ kind: 'answered' });
  });

  it('of an agent that acts for itself, any person is a second one', async () => {
    const { store } = await approvalWorld();
    const request = accessRequest({ principal: { ...alice, person: undefined } });
    const id = askedOf(await store.ask(question({ request })));
    const person = { issuer: 'local', subject: 'jane', groups: [] };
    expect(await store.answer(id, { ...bob, person }, yes, 'command')).toMatchObject({ kind: 'answered' });
  });

  it('an approver needs a role of each group, and must have been shown these arguments', async () => {
    const { store } = await approvalWorld();
    const strict = { ...rule, roles: [['approver', 'admin'], ['finance']] };
    const id = askedOf(await store.ask(question({ rule: strict })));
    const refusal = async (roles: readonly string[], verdict = yes) =>
      store.answer(id, { ...bob, roles }, verdict, 'page');
    expect(await refusal([])).toMatchObject({ reason: 'approver.no-role' });
    expect(await refusal(['approver'])).toMatchObject({ reason: 'approver.no-role' });
    expect(await refusal(['finance', 'admin'], { ...yes, argsDigest: argsDigest({}) })).toMatchObject({
      reason: 'approver.other-arguments',
    });
    expect(await refusal(['finance', 'admin'])).toMatchObject({ kind: 'answered' });
    const nobody = askedOf(await store.ask(question({ rule: { ...rule, roles: [] } })));
    expect(await store.answer(nobody, bob, yes, 'page')).toMatchObject({ reason: 'approver.no-role' });
  });

  it('after expiry neither an answer nor a use counts, however late the sweep comes', async () => {
    const world = await approvalWorld();
    const pending = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'run-5' }) })));
    const id = await approved(world);
    world.clock.nowMs += 60_000;
    expect(await world.store.answer(pending, bob, yes, 'page')).toMatchObject({ reason: 'approval.settled' });
    expect(await world.store.use(binding, 'c', id)).toMatchObject({ reason: 'approval.expired' });
    expect(await world.store.expire()).toBe(2);
    expect(world.events.slice(-2).map(({ decision, reasons }) => [decision, reasons])).toEqual([
      ['deny', ['approval.expired']],
      ['deny', ['approval.expired']],
    ]);
  });

  it('a declassification takes a reason', async () => {
    const { store } = await approvalWorld();
    const id = askedOf(await store.ask(question({ kind: 'declassification' })));
    expect(await store.answer(id, bob, { ...yes, reason: ' \n' }, 'page')).toMatchObject({
      reason: 'approver.no-reason',
    });
    expect(await store.answer(id, bob, { ...yes, reason: 'public figures' }, 'page')).toMatchObject({
      approval: { answer: { reason: 'public figures' } },
    });
  });

  it('G24: a round of a call that goes on is taken once, in order, by the same call', async () => {
    const world = await approvalWorld();
    const id = await approved(world);
    expect(await world.store.proceed(id, binding, 0, 'c')).toMatchObject({ kind: 'refused' });
    await world.store.use(binding, 'c', id);
    expect(await world.store.proceed(id, { ...binding, run: 'run-2' }, 1, 'c')).toMatchObject({ kind: 'refused' });
    const taken = await Promise.all([1, 1, 1].map((round) => world.store.proceed(id, binding, round, 'c')));
    expect(taken.filter(({ kind }) => kind === 'used')).toHaveLength(1);
    expect(await world.store.proceed(id, binding, 1, 'c')).toMatchObject({ reason: 'approval.used' });
    expect(await world.store.proceed(id, binding, 2, 'c')).toMatchObject({ kind: 'used' });
  });
});

describe('an approval of which the call was not sent', () => {
  it('can be used again, once, and the ledger tells why', async () => {
    const world = await approvalWorld();
    const { store, events } = world;
    const id = await approved(world);
    await store.use(binding, 'call-2', id);
    await store.release(id, 'call-2');
    expect(await store.get(id)).toMatchObject({ state: 'approved', rounds: 0 });
    const uses = await Promise.all([store.use(binding, 'call-3', id), (await world.other()).use(binding, 'call-4')]);
    expect(uses.map(({ kind }) => kind).sort()).toEqual(['refused', 'used']);
    const { usedBy } = (await store.get(id)) ?? {};
    expect(events.slice(2).map(({ reasons, decision, call }) => [reasons?.[0], decision, call])).toEqual([
      ['approval.used', 'allow', 'call-2'],
      ['approval.released', 'deny', 'call-2'],
      ['approval.used', 'allow', usedBy],
    ]);
  });

  it('is given back by that call only, once, and not after it went on', async () => {
    const world = await approvalWorld();
    const { store } = world;
    const id = await approved(world);
    await store.release(id, 'call-2');
    await store.use(binding, 'call-2', id);
    await store.release(id, 'call-3');
    expect(await store.get(id)).toMatchObject({ state: 'used' });
    await store.release(id, 'call-2');
    await store.use(binding, 'call-3', id);
    await store.release(id, 'call-2');
    expect(await store.get(id)).toMatchObject({ state: 'used', usedBy: 'call-3' });
    await store.proceed(id, binding, 1, 'call-4');
    for (const call of ['call-3', 'call-4']) await store.release(id, call);
    expect(await store.get(id)).toMatchObject({ state: 'used', rounds: 2 });
    expect(await store.use(binding, 'call-5', id)).toEqual({ kind: 'refused', reason: 'approval.used' });
  });

  it('ends when it would have, and with the person it is about', async () => {
    const world = await approvalWorld();
    const { store, clock } = world;
    const id = await approved(world);
    await store.use(binding, 'call-2', id);
    clock.nowMs += 60_000;
    await store.release(id, 'call-2');
    expect(await store.use(binding, 'call-3', id)).toMatchObject({ kind: 'refused' });
    expect([await store.expire(), (await store.get(id))?.state]).toEqual([1, 'expired']);
    const erased = await approved(world);
    await store.use(binding, 'call-4', erased);
    await store.erase(alice.person as Person);
    await store.release(erased, 'call-4');
    expect(await store.use(binding, 'call-5')).toEqual({ kind: 'refused', reason: 'approval.unknown' });
  });
});

describe('what is not recorded does not happen', () => {
  it.each(['requested', 'approved', 'used', 'expired'])('%s', async (step) => {
    const world = await approvalWorld();
    const failing = await world.other({
      record: (event: EventInput) =>
        event.reasons?.includes(`approval.${step}`) === true
          ? Promise.reject(new Error('the disk is full'))
          : Promise.resolve(),
    });
    if (step === 'requested') {
      await expect(failing.ask(question())).rejects.toThrow('the disk is full');
      expect(await world.store.ask(question())).toMatchObject({ created: true });
      return;
    }
    const id = askedOf(await failing.ask(question()));
    if (step === 'approved') {
      await expect(failing.answer(id, bob, yes, 'page')).rejects.toThrow('the disk is full');
      expect(await world.store.get(id)).toMatchObject({ state: 'pending' });
      return;
    }
    await failing.answer(id, bob, yes, 'page');
    if (step === 'used') {
      await expect(failing.use(binding, 'c', id)).rejects.toThrow('the disk is full');
      expect(await world.store.get(id)).toMatchObject({ state: 'approved' });
      expect(await world.store.use(binding, 'c', id)).toMatchObject({ kind: 'used' });
      return;
    }
    world.clock.nowMs += 60_000;
    await expect(failing.expire()).rejects.toThrow('the disk is full');
    expect(await world.store.use(binding, 'c', id)).toMatchObject({ kind: 'refused' });
    expect(await world.store.expire()).toBe(1);
  });
});

describe('what is kept', () => {
  it('names no person and holds no arguments in clear', async () => {
    const world = await approvalWorld();
    const id = await approved(world);
    const rows = await world.sql.query(`select * from ${world.schema}.approvals where id = $1`, [id]);
    expect(JSON.stringify(rows)).not.toMatch(/alice|bob|idp\.example|DE0212|sha256:/);
    const elsewhere = await world.other({ secrets: (await approvalWorld()).secrets });
    expect(await elsewhere.get(id)).toBeUndefined();
    expect(await elsewhere.use(binding, 'c', id)).toMatchObject({ reason: 'approval.unknown' });
  });

  it('holds no credential: its kind is shown, and what was sent is what is bound', async () => {
    const world = await approvalWorld();
    const secret = { header: `Bearer ${'A1b2'.repeat(10)}`, to: 'x' };
    const request = accessRequest({ args: secret });
    const id = askedOf(await world.store.ask(question({ request })));
    expect(await world.store.get(id)).toMatchObject({
      args: { header: 'Bearer [secret: bearer-token]', to: 'x' },
      binding: { argsDigest: argsDigest(secret) },
    });
    expect(JSON.stringify(world.events)).not.toContain('A1b2');
    const shown = { decision: 'approve', reason: '', argsDigest: argsDigest(secret) } as const;
    expect(await world.store.answer(id, bob, shown, 'page')).toMatchObject({ kind: 'answered' });
    expect(await world.store.use(boundTo(request), 'c', id)).toMatchObject({ kind: 'used' });
  });

  it('names no resource in clear in an event', async () => {
    const world = await approvalWorld();
    const request = accessRequest({ feature: 'resource', name: 'file:///home/jane/diary', args: {} });
    await world.store.ask(question({ request }));
    expect(world.events).toMatchObject([{ tool: 'resources', payload: { name: 'file:///home/jane/diary' } }]);
  });

  it('is not moved to another approval', async () => {
    const world = await approvalWorld();
    const id = await approved(world);
    const second = askedOf(await world.store.ask(question({ request: accessRequest({ args: { amount: 1 } }) })));
    await world.sql.query(
      `update ${world.schema}.approvals a set request = b.request from ${world.schema}.approvals b
       where a.id = $1 and b.id = $2`,
      [id, second],
    );
    expect(await world.store.get(id)).toBeUndefined();
    await expect(world.store.use(binding, 'c', id)).rejects.toMatchObject({ code: 'DMC_APPROVAL' });
  });

  it('is destroyed for a person who is erased, and forgotten in time', async () => {
    const world = await approvalWorld();
    const id = await approved(world);
    const pending = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'run-3' }) })));
    expect(await world.store.erase(bob.person)).toBe(1);
    expect(await world.store.get(id)).toBeUndefined();
    expect(await world.store.use(binding, 'c', id)).toMatchObject({ reason: 'approval.unknown' });
    expect(await world.store.erase(aliceAsApprover.person)).toBe(1);
    expect(await world.store.answer(pending, bob, yes, 'page')).toMatchObject({ reason: 'approval.unknown' });
    const other = await approvalWorld();
    const used = await approved(other);
    await other.store.use(binding, 'c', used);
    expect(await other.store.forget(other.clock.nowMs)).toBe(0);
    expect(await other.store.forget(other.clock.nowMs + 1)).toBe(1);
    expect(await other.store.get(used)).toBeUndefined();
  });

  it('is listed newest first, by state', async () => {
    const world = await approvalWorld();
    const id = await approved(world);
    world.clock.nowMs++;
    const pending = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'run-3' }) })));
    expect((await world.store.list()).map((one) => one.id)).toEqual([pending, id]);
    expect((await world.store.list({ states: ['approved'] })).map((one) => one.id)).toEqual([id]);
    expect(await world.store.list({ limit: 1 })).toHaveLength(1);
    world.clock.nowMs++;
    const newer = askedOf(await world.store.ask(question({ request: accessRequest({ run: 'newer' }) })));
    await world.store.answer(newer, bob, { ...yes, decision: 'deny' }, 'page');
    // What waits is not pushed out by what was answered since.
    expect((await world.store.list({ limit: 2 })).map((one) => one.id)).toEqual([pending, newer]);
  });

  it('does not wait once it ran out, however late the sweep comes', async () => {
    const world = await approvalWorld();
    const ids = [
      await approved(world),
      askedOf(await world.store.ask(question({ request: accessRequest({ run: 'o' }) }))),
    ];
    world.clock.nowMs += 60_000;
    expect(await world.store.list({ states: ['pending', 'approved'] })).toEqual([]);
    const ended = await world.store.list({ states: ['expired'] });
    expect(new Set(ended.map(({ id, state }) => [id, state].join()))).toEqual(
      new Set(ids.map((id) => `${id},expired`)),
    );
    expect((await world.store.get(ids[1] ?? ''))?.state).toBe('expired');
  });
});

describe('limits', () => {
  it.each([
    ['of arguments', 0],
    ['of arguments and one more', 1],
  ])('%s', async (_what, more) => {
    const { store } = await approvalWorld();
    const bytes = more === 0 ? limits.approvalArgumentsBytesMax : limits.approvalArgumentsBytesMax + 1;
    const request = accessRequest({ args: { a: 'x'.repeat(bytes - '{"a":""}'.length) } });
    expect(await store.ask(question({ request }))).toMatchObject(
      more === 0 ? { kind: 'asked' } : { kind: 'refused', reason: 'approval.too-large' },
    );
  });

  it('of what one principal may have waiting, also when asked at once', async () => {
    const { store } = await approvalWorld();
    const asked = await Promise.all(
      Array.from({ length: limits.approvalsPendingMax + 1 }, (_, n) =>
        store.ask(question({ request: accessRequest({ run: `run-${n}` }) })),
      ),
    );
    expect(asked.filter(({ kind }) => kind === 'asked')).toHaveLength(limits.approvalsPendingMax);
    expect(asked.find(({ kind }) => kind === 'refused')).toEqual({ kind: 'refused', reason: 'approval.too-many' });
    const request = accessRequest({ principal: { ...alice, agent: 'other' } });
    expect(await store.ask(question({ request }))).toMatchObject({ kind: 'asked' });
  });

  it('of what is listed at once', async () => {
    const world = await approvalWorld();
    const id = askedOf(await world.store.ask(question()));
    const copy = (count: number) =>
      world.sql.query(
        `insert into ${world.schema}.approvals
         select (jsonb_populate_record(a, jsonb_build_object('id', a.id || n, 'state', 'used'))).*
         from ${world.schema}.approvals a, generate_series(1, $2::int) n where a.id = $1`,
        [id, count],
      );
    // What is sealed does not open under another id: rows are counted, not approvals.
    let asked: unknown;
    const watched = {
      ...world.sql,
      query: (text: string, values?: readonly unknown[]) =>
        world.sql.query(text, values).then((rows) => (asked = rows) && rows),
    };
    const { list } = await world
      .other({ sql: watched })
      .then((store) => ({ list: () => store.list().then(() => (asked as unknown[]).length) }));
    await copy(limits.approvalsListedMax - 1);
    expect(await list()).toBe(limits.approvalsListedMax);
    await world.sql.query(`update ${world.schema}.approvals set id = id || 'x' where id <> $1`, [id]);
    await copy(1);
    const [count] = await world.sql.query(`select count(*) as n from ${world.schema}.approvals`);
    expect(count).toEqual({ n: limits.approvalsListedMax + 1 });
    expect(await list()).toBe(limits.approvalsListedMax);
  });
});
