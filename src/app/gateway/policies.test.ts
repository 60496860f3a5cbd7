import { describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../model/access.ts';
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
