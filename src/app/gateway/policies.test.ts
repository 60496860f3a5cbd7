import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import type { AccessRequest } from '../../model/access.ts';
import { type Run, Runs } from '../../gateway/pipeline/runs.ts';
import { requestFor } from '../../decide/temporal/fixtures/run.ts';
import type { SchemaTool } from '../../decide/schema/generate.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import type { SetFolder } from '../policy/read-set.ts';
import { Policies } from './policies.ts';

const labels = { ...unknownTool, effect: 'read', sendsOut: false } as const;
const tools: readonly SchemaTool[] = [
  { server: 'desk', name: 'ask', labels },
  { server: 'desk', name: 'pay', labels },
];
const folder = (condition: string): SetFolder => ({
  name: 'set',
  files: [
    {
      path: 'a.cedar',
      text: `permit (principal, action, resource);\nforbid (principal, action == Demarc::Action::"desk/pay", resource)\nwhen temporal { ${condition} };\n`,
    },
  ],
  entities: [],
  cases: undefined,
  signature: undefined,
});
const asked = 'formerly within 60s Demarc::Action::"desk/ask"::request{}';

function policiesOf(read: () => SetFolder, refused: (thrown: unknown) => void = () => undefined): Policies {
  return new Policies(
    { read, clock: { now: () => 1_000_000 }, key: undefined, changed: () => undefined, refused },
    tools,
  );
}
const pay = (timeMs: number): AccessRequest => ({ ...requestFor('desk/pay', { labels }), timeMs });

describe('tools that change while the gateway runs', () => {
  const takes = (name: string, type: string, server = 'desk'): SchemaTool => ({
    server,
    name,
    labels,
    inputSchema: { type: 'object', properties: { amount: { type } }, required: ['amount'] },
  });
  const text = `permit (principal, action, resource);
forbid (principal, action == Demarc::Action::"desk/pay", resource) when { context.args.amount > 10 };`;
  const set = (): SetFolder => ({ ...folder(''), files: [{ path: 'a.cedar', text }] });
  const call = (server: string, name: string, args: object): AccessRequest => ({
    ...requestFor(`${server}/${name}`, { labels }),
    args: args as AccessRequest['args'],
    timeMs: 1_000_000,
  });
  const first = takes('pay', 'integer');

  it('are decided about as they are now', () => {
    const problems: unknown[] = [];
    const policies = new Policies(
      {
        read: set,
        clock: { now: () => 1 },
        key: undefined,
        changed: () => undefined,
        refused: (thrown) => problems.push(thrown),
      },
      [first],
    );
    const decide = (server: string, name: string, args: object): string =>
      policies.current.judge('run', undefined).decide(call(server, name, args)).decision;
    expect([decide('desk', 'pay', { amount: 11 }), decide('desk', 'new', {})]).toEqual(['deny', 'deny']);
    policies.retool([first, { server: 'desk', name: 'new', labels }]);
    expect([decide('desk', 'pay', { amount: 11 }), decide('desk', 'new', {}), problems]).toEqual(['deny', 'allow', []]);
  });

  it('a server whose tools no longer fit the policies holds up no other, and not the next set', () => {
    const problems: unknown[] = [];
    let written = text;
    const policies = new Policies(
      {
        read: () => ({ ...folder(''), files: [{ path: 'a.cedar', text: written }] }),
        clock: { now: () => 1 },
        key: undefined,
        changed: () => undefined,
        refused: (thrown) => problems.push((thrown as Error).message),
      },
      [first],
    );
    const decide = (server: string, name: string, args: object): string =>
      policies.current.judge('run', undefined).decide(call(server, name, args)).decision;
    const unfit = takes('pay', 'boolean');
    const other: SchemaTool = { server: 'mail', name: 'read', labels };
    policies.retool([unfit, other]);
    expect(problems).toHaveLength(1);
    expect([
      decide('desk', 'pay', { amount: 9 }),
      decide('desk', 'pay', { amount: 11 }),
      decide('mail', 'read', {}),
    ]).toEqual(['allow', 'deny', 'allow']);
    policies.retool([unfit, other]);
    expect(problems).toHaveLength(1);
    // The operator writes a set that fits.
    written =
      'permit (principal, action, resource); forbid (principal, action == Demarc::Action::"desk/pay", resource) when { context.args has amount };';
    expect(policies.reload()).toBe(true);
    expect([decide('desk', 'pay', { amount: true }), decide('desk', 'pay', {}), problems.length]).toEqual([
      'deny',
      'allow',
      1,
    ]);
  });

  it('and that the last set does not fit are decided about by a set that fits only them', () => {
    const renamed: SchemaTool = {
      ...takes('pay', 'integer'),
      inputSchema: { type: 'object', properties: { value: { type: 'integer' } }, required: ['value'] },
    };
    const written = [text, text.replace('args.amount', 'args.value')];
    const problems: string[] = [];
    const policies = new Policies(
      {
        read: () => ({ ...folder(''), files: [{ path: 'a.cedar', text: written[0] ?? '' }] }),
        clock: { now: () => 1 },
        key: undefined,
        changed: () => undefined,
        refused: (thrown) => problems.push((thrown as Error).message),
      },
      [first],
    );
    policies.retool([renamed]);
    expect(problems).toHaveLength(1);
    written.shift();
    expect([policies.reload(), problems.length]).toEqual([true, 1]);
    const decide = (value: number): string =>
      policies.current.judge('run', undefined).decide(call('desk', 'pay', { value })).decision;
    expect([decide(10), decide(11)]).toEqual(['allow', 'deny']);
  });

  it('policies that name tools of a server with too large schemas are told why there are none', () => {
    const properties = Object.fromEntries(Array.from({ length: 4_000 }, (_, at) => [`p${at}`, { type: 'string' }]));
    const inputSchema = { type: 'object', properties };
    const large = Array.from(
      { length: 13 },
      (_, at): SchemaTool => ({ server: 'desk', name: at === 0 ? 'pay' : `t${at}`, labels, inputSchema }),
    );
    const parts = { clock: { now: () => 1 }, key: undefined, changed: () => undefined, refused: () => undefined };
    const make = (tools: readonly SchemaTool[]) => () => new Policies({ ...parts, read: set }, tools);
    expect(make([{ ...first, server: 'other' }])).not.toThrow(/parts together/);
    expect(make([...large, first])).toThrow(
      /no .*desk\/pay.*the schemas of the tools of `desk` have more than 50000 parts together/s,
    );
  });

  it.each([0, 1])('schemas of one server, which others do not wait for: limit + %i', (more) => {
    const wide = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: 'string' }]));
    const size = 2_500;
    const count = limits.schemaNodesServerMax / size;
    const left = limits.schemaNodesServerMax + more - size * (count - 1);
    const large = Array.from({ length: count }, (_, at): SchemaTool => {
      const properties = wide((at === 0 ? left : size) - 1);
      return { server: 'big', name: `t${at}`, labels, inputSchema: { type: 'object', properties } };
    });
    const small = { server: 'desk', name: 'small', labels };
    const problems: string[] = [];
    const make = (tools: readonly SchemaTool[]): Policies =>
      new Policies(
        {
          read: () => ({ ...folder(''), files: [{ path: 'a.cedar', text: 'permit (principal, action, resource);' }] }),
          clock: { now: () => 1 },
          key: undefined,
          changed: () => undefined,
          refused: (thrown) => problems.push((thrown as Error).message),
        },
        tools,
      );
    const late = make([]);
    late.retool([...large, small]);
    const expected = more === 0 ? 'allow' : 'deny';
    for (const policies of [late, make([...large, small])]) {
      expect(policies.reload()).toBe(true);
      const judge = policies.current.judge('run', undefined);
      const decided = ['big/t1', 'desk/small'].map((id) =>
        judge.decide(call(...(id.split('/') as [string, string]), {})),
      );
      expect(decided.map(({ decision }) => decision)).toEqual([expected, 'allow']);
    }
    expect(problems).toHaveLength(2 * 2 * more);
    if (more > 0) expect(problems[0]).toMatch(/`big`/);
  });
});

describe('the history that a condition needs', () => {
  const decide = (knownFromMs: number | undefined): string => {
    const judge = policiesOf(() => folder(asked)).current.judge('run', knownFromMs);
    return judge.decide(pay(1_000_000)).decision;
  };
  it('is whole, or reaches back as far as the window: the condition is decided', () => {
    expect([decide(undefined), decide(940_000)]).toEqual(['allow', 'allow']);
  });
  it('is shorter than the window: the call is denied', () => expect(decide(940_001)).toBe('deny'));
});

describe('a run longer than what is heard again', () => {
  const runOf = (): Run => {
    const labelled = { read: () => undefined, write: () => Promise.resolve() };
    return new Runs(labelled).get('run', 1_000_000);
  };
  const long = (run: Run, policies: Policies): string => {
    for (let at = 0; at <= limits.gatewayRunEventsMax; at++)
      run.record({ kind: 'request', call: `c${at}`, request: pay(1_000_000 + at) }, 10);
    return run.judge(policies.current).decide(pay(1_010_000)).decision;
  };

  it('is known as before when a tool changes, or the same policies are read again', () => {
    const policies = policiesOf(() => folder(asked));
    const run = runOf();
    run.judge(policies.current);
    expect(long(run, policies)).toBe('allow');
    policies.retool([...tools, { server: 'mail', name: 'new', labels }]);
    expect(run.judge(policies.current).decide(pay(1_010_000)).decision).toBe('allow');
    expect(policies.reload()).toBe(true);
    expect(run.judge(policies.current).decide(pay(1_010_000)).decision).toBe('allow');
    const ask = { ...pay(1_010_000), name: 'ask' };
    run.record({ kind: 'request', call: 'ask', request: ask }, 10);
    expect(run.judge(policies.current).decide(pay(1_010_001))).toMatchObject({
      decision: 'deny',
      reasons: ['policy.forbidden'],
    });
  });

  it('is not known to other policies', () => {
    let written = folder(asked);
    const policies = policiesOf(() => written);
    const run = runOf();
    run.judge(policies.current);
    expect(long(run, policies)).toBe('allow');
    written = folder(asked.replace('60s', '61s'));
    expect(policies.reload()).toBe(true);
    expect(run.judge(policies.current).decide(pay(1_010_000)).reasons).toContain('temporal.unknown');
  });
});

describe('conditions that name what no tool has', () => {
  const wrong = 'formerly within 60s Demarc::Action::"desk/aks"::request{}';
  it('are refused when the gateway starts', () => {
    expect(() => policiesOf(() => folder(wrong))).toThrow(/^a\.cedar:3: .*desk\/aks/);
  });
  it('leave the last good set at a reload', () => {
    let written = folder(asked);
    const problems: unknown[] = [];
    const policies = policiesOf(
      () => written,
      (thrown) => problems.push(thrown),
    );
    const { digest } = policies.current;
    written = folder(wrong);
    expect([policies.reload(), policies.current.digest, problems.length]).toEqual([false, digest, 1]);
  });
});
