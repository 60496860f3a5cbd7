import { Client } from '@modelcontextprotocol/client';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { ErrorCode, UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { JsonRpcRequest, JsonRpcResponse, McpRevision } from '../../model/mcp.ts';
import { testSql } from '../index/fixtures/test-sql.ts';
import { askBy, inputKey, readRetry } from './answers.ts';
import { ApprovalGate, type AskedCall, type Gated } from './approval-gate.ts';
import { argsDigest } from './binding.ts';
import {
  accessRequest,
  alice,
  approvalWorld,
  type ApprovalWorld,
  bob,
  boundTo,
  decision,
  question,
  rule,
} from './fixtures/world.ts';
import { readState, writeState } from './request-state.ts';

beforeAll(async () => {
  await testSql();
}, 120_000);

const withUrl = { elicitation: { url: {} } };
const args = accessRequest().args;

function callOf(params: Record<string, unknown> = {}, capabilities: unknown = withUrl): JsonRpcRequest {
  return {
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: {
      name: 'pay',
      arguments: args,
      _meta: { 'io.modelcontextprotocol/clientCapabilities': capabilities },
      ...params,
    },
  };
}

function askedCall(message: JsonRpcRequest = callOf(), changes: Partial<AskedCall> = {}): AskedCall {
  return {
    kind: 'call',
    message,
    revision: '2026-07-28',
    capabilities: asJsonObject(message.params?.['_meta'])['io.modelcontextprotocol/clientCapabilities'],
    request: accessRequest(),
    decision,
    rule,
    lifetimeMs: 60_000,
    call: 'call-1',
    ...changes,
  };
}

interface GateWorld extends ApprovalWorld {
  readonly gate: ApprovalGate;
  readonly notified: string[];
}

async function gateWorld(waitMs = 0): Promise<GateWorld> {
  const world = await approvalWorld();
  const notified: string[] = [];
  const gate = new ApprovalGate({
    ...world,
    urlOf: (id) => `https://gateway.example/approvals/${id}`,
    notify: ({ id }) => void notified.push(id),
    perRun: true,
    waitMs,
  });
  return { ...world, gate, notified };
}

/** State and approval that a client got. */
function waitedFor(gated: Gated): { state: string; id: string; result: Record<string, unknown> } {
  if (gated.kind !== 'wait' || !('result' in gated.response)) throw new TypeError(JSON.stringify(gated));
  const { result } = gated.response;
  return { state: String(result['requestState']), id: gated.approval.id, result };
}

const approve = (world: ApprovalWorld, id: string) =>
  world.store.answer(id, bob, { decision: 'approve', reason: 'ok', argsDigest: argsDigest(args) }, 'page');

const accepted = { inputResponses: { [inputKey]: { action: 'accept' } } };

it.each<[McpRevision, unknown]>([
  ['2026-07-28', withUrl],
  ['2026-07-28', {}],
  ['2025-11-25', {}],
])(
  'what a person denied is not asked again in its time, and the client hears so: %s %j',
  async (revision, capabilities) => {
    const world = await gateWorld();
    const call = (): Promise<Gated> => world.gate.pass(askedCall(callOf({}, capabilities), { revision, capabilities }));
    await call();
    const id = world.notified[0] ?? '';
    const verdict = { decision: 'deny', reason: '', argsDigest: argsDigest(args) } as const;
    expect(await world.store.answer(id, bob, verdict, 'page')).toMatchObject({ kind: 'answered' });
    for (let at = 0; at < 3; at++) expect(await call()).toEqual({ kind: 'deny', reason: 'approval.denied' });
    expect(world.notified).toEqual([id]);
    world.clock.nowMs += 60_000;
    expect(await call()).toMatchObject({ kind: 'wait' });
  },
);

describe('a call that is asked about, revision 2026-07-28', () => {
  it('gets a question, and goes through once somebody approved it', async () => {
    const world = await gateWorld();
    const first = waitedFor(await world.gate.pass(askedCall()));
    expect(first.result).toEqual({
      resultType: 'input_required',
      inputRequests: {
        [inputKey]: {
          method: 'elicitation/create',
          params: {
            mode: 'url',
            url: `https://gateway.example/approvals/${first.id}`,
            message: 'A person has to decide on the approval of `pay` on `bank` for `billing-agent`.',
          },
        },
      },
      requestState: first.state,
    });
    expect(world.notified).toEqual([first.id]);
    const retry = callOf({ requestState: first.state, ...accepted });
    const second = waitedFor(await world.gate.pass(askedCall(retry)));
    expect([second.id, world.notified]).toEqual([first.id, [first.id]]);
    await approve(world, first.id);
    const passed = await world.gate.pass(askedCall(callOf({ requestState: second.state, ...accepted })));
    expect(passed).toMatchObject({ kind: 'go', message: callOf() });
    expect(Object.keys((passed.kind === 'go' && passed.message.params) || {})).toEqual(['name', 'arguments', '_meta']);
    expect(await world.gate.pass(askedCall(retry))).toEqual({ kind: 'deny', reason: 'approval.used' });
  });

  it('goes through where somebody approved it between the look and the question', async () => {
    const world = await gateWorld();
    const { id } = waitedFor(await world.gate.pass(askedCall()));
    const late = new ApprovalGate({
      secrets: world.secrets,
      clock: world.clock,
      store: Object.assign(Object.create(world.store) as typeof world.store, {
        // The first look comes before the approval, whatever follows after it.
        use: async (...given: Parameters<typeof world.store.use>) => {
          if (given[2] !== undefined) return world.store.use(...given);
          await approve(world, id);
          return { kind: 'refused', reason: 'approval.unknown' };
        },
        ask: world.store.ask.bind(world.store),
      }),
      urlOf: (approval) => approval,
      notify: () => {},
      perRun: true,
      waitMs: 0,
    });
    expect(await late.pass(askedCall())).toMatchObject({ kind: 'go', approval: { id } });
  });

  it('is held for an answer when it is tried again', async () => {
    const world = await gateWorld(30_000);
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    world.clock.patient = true;
    const held = world.gate.pass(askedCall(callOf({ requestState: state })));
    await approve(world, id);
    expect(await held).toMatchObject({ kind: 'go' });
  });

  it('is denied where the person at the client will not, and where somebody said no', async () => {
    const world = await gateWorld();
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    for (const action of ['decline', 'cancel'])
      expect(
        await world.gate.pass(askedCall(callOf({ requestState: state, inputResponses: { [inputKey]: { action } } }))),
      ).toEqual({ kind: 'deny', reason: 'approval.declined' });
    await world.store.answer(id, bob, { decision: 'deny', reason: '', argsDigest: '' }, 'page');
    expect(await world.gate.pass(askedCall(callOf({ requestState: state })))).toEqual({
      kind: 'deny',
      reason: 'approval.denied',
    });
  });

  it('keeps its approval for further rounds with the server, each once', async () => {
    const world = await gateWorld();
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    await approve(world, id);
    const go = await world.gate.pass(askedCall(callOf({ requestState: state, ...accepted })));
    if (go.kind !== 'go') throw new TypeError(go.kind);
    const question1 = { resultType: 'input_required', inputRequests: { name: { method: 'elicitation/create' } } };
    const upstream: JsonRpcResponse = { jsonrpc: '2.0', id: 7, result: { ...question1, requestState: 'theirs' } };
    const carried = world.gate.carry(upstream, go.approval, 60_000);
    const carriedState = 'result' in carried ? String(carried.result['requestState']) : '';
    expect(carriedState).not.toContain('theirs');
    const next = callOf({ requestState: carriedState, inputResponses: { name: { action: 'accept' }, [inputKey]: {} } });
    const again = await world.gate.pass(askedCall(next));
    expect(again).toMatchObject({ kind: 'go', approval: { id, rounds: 2 } });
    expect(again.kind === 'go' && again.message.params).toMatchObject({
      requestState: 'theirs',
      inputResponses: { name: { action: 'accept' } },
    });
    expect(again.kind === 'go' && again.message.params?.['inputResponses']).not.toHaveProperty(inputKey);
    expect(await world.gate.pass(askedCall(next))).toEqual({ kind: 'deny', reason: 'approval.used' });
    const done: JsonRpcResponse = { jsonrpc: '2.0', id: 7, result: { resultType: 'complete', content: [] } };
    expect(world.gate.carry(done, go.approval, 60_000)).toBe(done);
  });
});

describe('what is asked about a call', () => {
  /** The run has read confidential data since: another policy asks, for other people and a reason. */
  const other: Partial<AskedCall> = {
    kind: 'declassification',
    decision: { ...decision, policies: ['no-private-data-out'], reasons: ['policy.exfiltration'] },
    rule: { roles: [['data-protection-officer']], fourEyes: true, reasonRequired: true },
    call: 'call-2',
  };

  it('the answer to one question is none to another, before it was given and after', async () => {
    const world = await gateWorld();
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    const others = [callOf(), callOf({ requestState: state, ...accepted })].map((message) => ({
      ...askedCall(message),
      ...other,
    }));
    for (const isApproved of [false, true]) {
      if (isApproved) await approve(world, id);
      for (const asked of others) {
        const now = await world.gate.pass(asked);
        expect(now).toMatchObject({ kind: 'wait', approval: { kind: 'declassification' } });
        if (now.kind !== 'wait') continue;
        expect(now.approval.id).not.toBe(id);
        expect(await approve(world, now.approval.id)).toMatchObject({ kind: 'refused', reason: 'approver.no-role' });
      }
    }
    expect(await world.gate.pass(askedCall())).toMatchObject({ kind: 'go', approval: { id } });
  });

  it('a round goes on only as long as the same is asked', async () => {
    const world = await gateWorld();
    const { id } = waitedFor(await world.gate.pass(askedCall()));
    await approve(world, id);
    const go = await world.gate.pass(askedCall());
    if (go.kind !== 'go') throw new TypeError(go.kind);
    const asks: JsonRpcResponse = { jsonrpc: '2.0', id: 7, result: { resultType: 'input_required' } };
    const carried = world.gate.carry(asks, go.approval, 60_000);
    const requestState = 'result' in carried ? carried.result['requestState'] : undefined;
    expect(await world.gate.pass({ ...askedCall(callOf({ requestState })), ...other })).toEqual({
      kind: 'deny',
      reason: 'approval.other-policy',
    });
    expect(await world.gate.pass(askedCall(callOf({ requestState })))).toMatchObject({ kind: 'go' });
  });

  it('what goes out is what was shown: no answers to a question that the server asked before', async () => {
    const world = await gateWorld();
    const more = { inputResponses: { payee: { action: 'accept', content: { iban: 'DE99' } } }, requestState: 'theirs' };
    const { state, id } = waitedFor(await world.gate.pass(askedCall(callOf(more))));
    await approve(world, id);
    for (const requestState of ['theirs', state]) {
      const gated = await world.gate.pass(askedCall(callOf({ ...more, requestState })));
      if (gated.kind !== 'go') throw new TypeError(gated.kind);
      expect(gated.message).toEqual(callOf());
      await world.gate.release(gated.approval, 'call-1');
    }
  });
});

describe('G24: abuse of the state', () => {
  const binding = boundTo(accessRequest());

  it('edited or forged: refused', async () => {
    const world = await gateWorld();
    const { state } = waitedFor(await world.gate.pass(askedCall()));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(state.length - 9),
        fc.constantFrom('A', 'B', 'a', 'b', '0', '1', '-', '_', '='),
        async (at, character) => {
          const edited = `${state.slice(0, 8 + at)}${character}${state.slice(9 + at)}`;
          fc.pre(edited !== state);
          expect(await world.gate.pass(askedCall(callOf({ requestState: edited })))).toEqual({
            kind: 'deny',
            reason: 'approval.state-invalid',
          });
        },
      ),
      { numRuns: 50 },
    );
    for (const forged of ['demarc1.', `demarc1.${'A'.repeat(100)}`, `${state}=`, `${state}A`, 'demarc1.\u0000'])
      expect(await world.gate.pass(askedCall(callOf({ requestState: forged })))).toMatchObject({
        reason: 'approval.state-invalid',
      });
    const foreign = await gateWorld();
    expect(await foreign.gate.pass(askedCall(callOf({ requestState: state })))).toMatchObject({
      reason: 'approval.state-invalid',
    });
  });

  it.each([
    ['another person', { request: accessRequest({ principal: { ...alice, person: bob.person } }) }],
    ['another agent', { request: accessRequest({ principal: { ...alice, agent: 'other' } }) }],
    ['other arguments', { request: accessRequest({ args: { to: 'x', amount: 10 } }) }],
    ['another tool', { request: accessRequest({ name: 'pay_all' }) }],
    ['another run', { request: accessRequest({ run: 'run-2' }) }],
    ['other policies', { decision: { ...decision, policySet: 'set-2' } }],
  ])('presented for %s: refused, though it was approved', async (_what, changes) => {
    const world = await gateWorld();
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    await approve(world, id);
    expect(await world.gate.pass(askedCall(callOf({ requestState: state }), changes))).toEqual({
      kind: 'deny',
      reason: 'approval.state-invalid',
    });
    expect(await world.store.get(id)).toMatchObject({ state: 'approved' });
  });

  it('too old: refused', async () => {
    const world = await gateWorld();
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    await approve(world, id);
    world.clock.nowMs += 60_000;
    expect(await world.gate.pass(askedCall(callOf({ requestState: state })))).toMatchObject({
      reason: 'approval.state-expired',
    });
  });

  it('two retries at once: one goes', async () => {
    const world = await gateWorld();
    const { state, id } = waitedFor(await world.gate.pass(askedCall()));
    await approve(world, id);
    const retry = askedCall(callOf({ requestState: state }));
    const passed = await Promise.all([0, 1, 2, 3].map(() => world.gate.pass(retry)));
    expect(passed.filter(({ kind }) => kind === 'go')).toHaveLength(1);
  });

  it('answers nobody asked for reach no server, and the state of a server is left to it', async () => {
    const world = await gateWorld();
    const plain = callOf({ requestState: 'theirs', inputResponses: { x: { action: 'accept' } } });
    expect(world.gate.clean(plain, accessRequest(), 'set-1')).toBe(plain);
    const mixed = callOf({ requestState: 'theirs', inputResponses: { x: {}, [inputKey]: { action: 'accept' } } });
    expect(world.gate.clean(mixed, accessRequest(), 'set-1').params).toMatchObject({
      requestState: 'theirs',
      inputResponses: { x: {} },
    });
    const own = callOf({ requestState: 'demarc1.forged', ...accepted });
    expect(world.gate.clean(own, accessRequest(), 'set-1')).toEqual(callOf());
    expect(readRetry(callOf({ inputResponses: 'nonsense' }), true).request).toEqual(callOf());
  });

  it.each([
    ['the longest state of a server', limits.requestStateLengthMax, 'state'],
    ['a longer one ends the call', limits.requestStateLengthMax + 1, 'error'],
  ])('%s', async (_what, length, kind) => {
    const world = await gateWorld();
    const { id } = waitedFor(await world.gate.pass(askedCall()));
    const approval = await world.store.get(id);
    if (approval === undefined) throw new TypeError(id);
    const result = { resultType: 'input_required', requestState: '\u0001'.repeat(length) };
    const carried = world.gate.carry({ jsonrpc: '2.0', id: 7, result }, approval, 60_000);
    expect('error' in carried ? 'error' : 'state').toBe(kind);
    if ('error' in carried) return;
    expect(readState(carried.result['requestState'], binding, world.clock.nowMs, world.secrets)).toMatchObject({
      kind: 'state',
      state: { inner: result.requestState },
    });
    expect(() =>
      writeState({ approval: id, round: 1, expiresMs: 0, inner: 'x'.repeat(length + 1) }, binding, world.secrets),
    ).toThrow(RangeError);
  });
});

describe('clients of other kinds', () => {
  const text = (gated: Gated) => (gated.kind === 'wait' ? JSON.stringify(gated.response) : gated.kind);

  it('2025-11-25 with URL elicitation: the error that asks for it, and the same call goes after', async () => {
    const world = await gateWorld();
    const stateful = { revision: '2025-11-25' as McpRevision, capabilities: withUrl };
    const waits = await world.gate.pass(askedCall(callOf(), stateful));
    if (waits.kind !== 'wait' || !('error' in waits.response)) throw new TypeError(text(waits));
    const { code, message, data } = waits.response.error;
    expect(code).toBe(ErrorCode.UrlElicitationRequired);
    const elicitations = new UrlElicitationRequiredError((data as { elicitations: never[] }).elicitations, message)
      .elicitations;
    expect(elicitations).toEqual([
      {
        mode: 'url',
        elicitationId: waits.approval.id,
        url: `https://gateway.example/approvals/${waits.approval.id}`,
        message,
      },
    ]);
    await approve(world, waits.approval.id);
    expect(await world.gate.pass(askedCall(callOf(), stateful))).toMatchObject({ kind: 'go' });
    expect(await world.gate.pass(askedCall(callOf(), stateful))).toMatchObject({ kind: 'wait' });
  });

  it.each<[McpRevision, unknown, string]>([
    ['2024-11-05', withUrl, 'text'],
    ['2025-06-18', withUrl, 'text'],
    ['2025-11-25', { elicitation: {} }, 'text'],
    ['2025-11-25', { elicitation: { form: {}, url: {} } }, 'url-error'],
    ['2026-07-28', { elicitation: { form: {} } }, 'text'],
    ['2026-07-28', undefined, 'text'],
    ['2026-07-28', { elicitation: { url: true } }, 'text'],
    ['2026-07-28', withUrl, 'input-required'],
  ])('%s with %j: %s', (revision, capabilities, by) => {
    expect(askBy(callOf(), revision, capabilities)).toBe(by);
    expect(askBy({ ...callOf(), method: 'completion/complete' }, '2026-07-28', withUrl)).toBe('text');
  });

  it('without elicitation: a tool error that says what to do; held first where that is set', async () => {
    const world = await gateWorld(20_000);
    const before = world.clock.nowMs;
    const message = callOf({}, {});
    const waits = await world.gate.pass(askedCall(message));
    if (waits.kind !== 'wait' || !('result' in waits.response)) throw new TypeError(text(waits));
    expect(world.clock.nowMs - before).toBe(20_000);
    expect(waits.response.result).toMatchObject({ resultType: 'complete', isError: true });
    expect(text(waits)).toContain(`demarc approvals approve ${waits.approval.id}`);
    world.clock.patient = true;
    const held = world.gate.pass(askedCall(message));
    await approve(world, waits.approval.id);
    expect(await held).toMatchObject({ kind: 'go' });
  });

  it('a prompt or resource: an error that names the approval', async () => {
    const world = await gateWorld();
    const message: JsonRpcRequest = { jsonrpc: '2.0', id: 'r', method: 'resources/read', params: { uri: 'file:///x' } };
    const waits = await world.gate.pass(askedCall(message, { revision: '2025-06-18' }));
    expect(waits).toMatchObject({
      kind: 'wait',
      response: { id: 'r', error: { code: -32010, data: { approval: expect.stringMatching(/^apr-/) as string } } },
    });
  });

  it('a client that goes away does not use the approval up', async () => {
    const world = await gateWorld(20_000);
    const gone = new AbortController();
    const { id } = waitedFor(await world.gate.pass(askedCall()));
    await approve(world, id);
    const message = callOf({}, {});
    const again = await world.store.ask(question({ request: accessRequest({ run: 'run-2' }) }));
    if (again.kind !== 'asked') throw new TypeError(again.reason);
    gone.abort();
    const left = { request: accessRequest({ run: 'run-2' }), signal: gone.signal };
    expect(await world.gate.pass(askedCall(message, left))).toMatchObject({ kind: 'wait' });
  });
});

describe('a client of the official SDK', () => {
  it('asks its user to open the page and tries again by itself', async () => {
    const world = await gateWorld(30_000);
    const opened: string[] = [];
    const client = new Client(
      { name: 'test', version: '1' },
      { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      if (params.mode !== 'url') throw new TypeError('no form was asked for');
      opened.push(params.url);
      await approve(world, params.url.split('/').at(-1) ?? '');
      return { action: 'accept' };
    });
    await client.connect(gatewayTransport(world));
    const result = await client.callTool({ name: 'pay', arguments: args as Record<string, unknown> });
    expect(result.content).toEqual([{ type: 'text', text: 'paid' }]);
    expect(opened).toHaveLength(1);
    expect(world.events.map(({ reasons }) => reasons?.[0])).toEqual([
      'approval.requested',
      'approval.approved',
      'approval.used',
    ]);
    await client.close();
  });
});

/** A gateway in front of one tool. */
function gatewayTransport(world: GateWorld): Transport {
  const answer = async (request: JsonRpcRequest): Promise<JsonRpcResponse> => {
    const { id } = request;
    if (request.method === 'server/discover')
      return {
        jsonrpc: '2.0',
        id,
        result: {
          resultType: 'complete',
          supportedVersions: ['2026-07-28'],
          capabilities: { tools: {} },
          serverInfo: { name: 'x', version: '1' },
          ttlMs: 0,
          cacheScope: 'private',
        },
      };
    const gated = await world.gate.pass(askedCall(request));
    if (gated.kind === 'wait') return gated.response;
    const text = gated.kind === 'go' ? 'paid' : gated.reason;
    return { jsonrpc: '2.0', id, result: { resultType: 'complete', content: [{ type: 'text', text }] } };
  };
  const transport: Transport = {
    start: () => Promise.resolve(),
    close: () => Promise.resolve(),
    send: async (message: JSONRPCMessage) => {
      if ('method' in message && 'id' in message)
        transport.onmessage?.((await answer(message as JsonRpcRequest)) as JSONRPCMessage);
    },
  };
  return transport;
}
