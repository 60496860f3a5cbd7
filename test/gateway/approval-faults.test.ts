/** A ledger that fails at any point: what a person approved is done once at most, and is not asked for again where it was not done. */
import { beforeAll, expect, it } from 'vitest';
import { TestGateway } from '../../src/gateway/pipeline/fixtures/test-gateway.ts';
import { Unrecorded } from '../../src/gateway/pipeline/unrecorded.ts';
import type { EventInput } from '../../src/model/event.ts';
import { ApprovalGate } from '../../src/store/approvals/approval-gate.ts';
import { approvalWorld, type ApprovalWorld, bob } from '../../src/store/approvals/fixtures/world.ts';
import { testSql } from '../../src/store/index/fixtures/test-sql.ts';

beforeAll(async () => {
  await testSql();
}, 120_000);

/** Of a call that is asked about, in the order in which they are recorded. */
const records = [
  'approval.requested',
  'decision',
  'approval.approved',
  'approval.used',
  'tool.call',
  'tool.result',
] as const;
type Step = (typeof records)[number];

const stepOf = ({ kind, reasons }: EventInput): string => (kind === 'approval' ? String(reasons?.[0]) : kind);

class Asking {
  readonly made = new TestGateway();
  readonly world: ApprovalWorld;

  private constructor(world: ApprovalWorld) {
    this.world = world;
  }

  /** @param failing what the ledger does not take when it first comes */
  static async open(failing?: Step): Promise<Asking> {
    let isToFail = true;
    const fails = (event: EventInput): boolean => {
      const isNow = isToFail && stepOf(event) === failing;
      isToFail &&= !isNow;
      return isNow;
    };
    const record = async (event: EventInput): Promise<void> => {
      if (fails(event)) throw new Unrecorded(new Error('the disk is full'));
      asking.world.events.push(event);
    };
    const asking: Asking = new Asking(await approvalWorld({ record }));
    const { made, world } = asking;
    made.recordFails = fails;
    made.decide = () => ({ decision: 'ask', reasons: ['policy.ask'] });
    const of = { urlOf: (id: string) => `https://g/${id}`, notify: () => undefined, perRun: true, waitMs: 0 };
    made.gate = new ApprovalGate({ ...world, ...of });
    return asking;
  }

  async call(): Promise<void> {
    await this.made.call('pay', { amount: 5 });
  }

  /** A person approves whatever waits; again where that could not be recorded. */
  async approve(): Promise<void> {
    for (const { id, binding } of await this.world.store.list({ states: ['pending'] })) {
      const verdict = { decision: 'approve', reason: 'it is right', argsDigest: binding.argsDigest } as const;
      const answer = (): Promise<unknown> => this.world.store.answer(id, bob, verdict, 'page');
      await answer().catch(answer);
    }
  }

  get sent(): number {
    return this.made.log.filter((entry) => entry === 'sent').length;
  }

  get steps(): readonly string[] {
    return this.world.events.map(stepOf);
  }
}

it.each(records)('the ledger does not take %s: asked once, done once', async (failing) => {
  const asking = await Asking.open(failing);
  await asking.call();
  await asking.call();
  await asking.approve();
  for (let tries = 0; tries < 2 && asking.sent === 0; tries++) await asking.call();
  expect(asking.sent).toBe(1);
  expect(asking.steps.filter((step) => step === 'approval.requested')).toHaveLength(1);
  expect(asking.steps.includes('approval.released')).toBe(failing === 'tool.call');
  await asking.call();
  expect(asking.sent).toBe(1);
});

it('without a credential for the server nothing is sent, and the approval is there when there is one', async () => {
  const asking = await Asking.open();
  await asking.call();
  await asking.approve();
  asking.made.noCredential = 'broker.consent-needed';
  await asking.call();
  expect(asking.sent).toBe(0);
  asking.made.noCredential = undefined;
  for (let tries = 0; tries < 2; tries++) await asking.call();
  expect(asking.sent).toBe(1);
});

it('one that cannot be given back, as in a crash, stays used', async () => {
  const asking = await Asking.open('tool.call');
  await asking.call();
  await asking.approve();
  asking.world.store.release = () => Promise.reject(new Error('the database is away'));
  await asking.call();
  await asking.call();
  expect(asking.sent).toBe(0);
  await asking.approve();
  for (let tries = 0; tries < 2; tries++) await asking.call();
  expect(asking.sent).toBe(1);
});

it.each<[string, (made: TestGateway) => void, (made: TestGateway) => void]>([
  ['kill.all', (made) => void (made.stopped = 'kill.all'), (made) => void (made.stopped = undefined)],
  [
    'policy.no',
    (made) => void (made.decide = () => ({ decision: 'deny', reasons: ['policy.no'] })),
    (made) => void (made.decide = () => ({ decision: 'ask', reasons: ['policy.ask'] })),
  ],
  ['client.gone', (made) => made.client.abort(), (made) => void (made.client = new AbortController())],
  ['identity.expired', (made) => void (made.isProven = false), (made) => void (made.isProven = true)],
])(
  'what came between the answer and the call (%s) is recorded, and the approval is there when it is over',
  async (reason, begin, end) => {
    const asking = await Asking.open();
    await asking.call();
    await asking.approve();
    const { made } = asking;
    const gate = made.gate;
    if (gate === undefined) throw new Error('no gate');
    const pass: typeof gate.pass = gate.pass.bind(gate);
    made.gate = {
      pass: async (asked) => {
        const gated = await pass(asked);
        begin(made);
        return gated;
      },
      carry: gate.carry.bind(gate),
      clean: gate.clean.bind(gate),
      release: gate.release.bind(gate),
    };
    await asking.call();
    expect([asking.sent, made.events.at(-1)]).toMatchObject([
      0,
      { kind: 'decision', decision: 'deny', reasons: [reason] },
    ]);
    expect(made.settled.at(-1)).toBe(-1);
    made.gate = gate;
    end(made);
    await asking.call();
    expect([asking.sent, asking.steps.filter((step) => step === 'approval.requested').length]).toEqual([1, 1]);
  },
);
