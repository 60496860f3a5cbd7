/** Temporal conditions through everything a policy goes through: Cedar's strict validation, the compiled policies, a run. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Decider } from '../../src/decide/decider.ts';
import { loadPolicySet } from '../../src/decide/policy-set.ts';
import type { SchemaTool } from '../../src/decide/schema/generate.ts';
import { checkConditions } from '../../src/decide/temporal/check-names.ts';
import { ConditionSet } from '../../src/decide/temporal/condition-set.ts';
import { type Doing, requestFor } from '../../src/decide/temporal/fixtures/run.ts';
import { preprocess, type TemporalCondition } from '../../src/decide/temporal/preprocess.ts';
import { RunMonitor } from '../../src/decide/temporal/run-monitor.ts';
import { unknownTool } from '../../src/model/tool-labels.ts';

const guide = readFileSync(new URL('../../docs/guide/temporal.md', import.meta.url), 'utf8');
const policies = [...guide.matchAll(/```cedar\n([\s\S]*?)```/g)].map(([, text = '']) => text).join('\n');

const string = { type: 'string' };
const object = (properties: Readonly<Record<string, unknown>>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});
const quiet = { ...unknownTool, effect: 'read', sendsOut: false } as const;
const sending = { ...unknownTool, effect: 'send', sendsOut: true } as const;
const tools: readonly SchemaTool[] = [
  { server: 'bank', name: 'pay', inputSchema: object({ amount: { type: 'number' }, account: string }), labels: quiet },
  {
    server: 'desk',
    name: 'approve',
    inputSchema: object({ amount: { type: 'number' }, account: string }),
    outputSchema: object({ approved: { type: 'boolean' } }),
    labels: quiet,
  },
  { server: 'mail', name: 'send', inputSchema: object({ to: string }), labels: sending },
  { server: 'web', name: 'fetch', inputSchema: object({ url: string }), labels: quiet },
  { server: 'crm', name: 'query', inputSchema: object({ id: string }), labels: quiet },
  { server: 'files', name: 'read', inputSchema: object({ id: string }), labels: quiet },
  { server: 'files', name: 'delete', inputSchema: object({ id: string }), labels: quiet },
  { server: 'wiki', name: 'edit', inputSchema: object({ id: string }), labels: quiet },
  { server: 'wiki', name: 'publish', inputSchema: object({ id: string }), labels: quiet },
  {
    server: 'wiki',
    name: 'review',
    inputSchema: object({ id: string }),
    outputSchema: object({ ok: { type: 'boolean' } }),
    labels: quiet,
  },
];

function load(text: string) {
  const conditions: TemporalCondition[] = [];
  const set = loadPolicySet({
    files: [{ path: 'guide.cedar', text }],
    tools,
    preprocess: (file, written) => {
      const found = preprocess(file, written);
      conditions.push(...found.conditions);
      return found;
    },
  });
  return { decider: new Decider(set), set, conditions };
}

/** Decides one call after the other; what is allowed is recorded, and answered at once. */
class Gateway {
  readonly #decider: Decider;
  readonly #monitor: RunMonitor;
  #at = 0;

  constructor(text: string) {
    const { decider, conditions } = load(text);
    this.#decider = decider;
    this.#monitor = new RunMonitor(new ConditionSet(conditions));
  }

  call(tool: string, doing: Doing = {}): string {
    const at = this.#at++;
    const labels = tools.find(({ server, name }) => `${server}/${name}` === tool)?.labels ?? unknownTool;
    const request = requestFor(tool, { at, labels, ...doing });
    const { decision } = this.#decider.decide(request, this.#monitor.valuesFor(request).of);
    if (decision !== 'allow') return decision;
    const [call, label] = [`c${at}`, request.label];
    this.#monitor.record({ kind: 'request', call, request });
    this.#monitor.record({ kind: 'response', call, request, result: {}, label, timeMs: request.timeMs });
    return decision;
  }
}

describe('the policies of the guide', () => {
  it('are valid Cedar, and fit the tools', () => {
    const { set, conditions } = load(policies);
    expect(set.policies.length).toBe(conditions.length);
    expect(set.warnings).toEqual([]);
    expect(checkConditions(conditions, set.schema)).toEqual([]);
  });

  it('decide a run', () => {
    const gateway = new Gateway(
      `${policies}
      permit (principal, action == Demarc::Action::"mail/send", resource);
      permit (principal, action in [Demarc::Action::"web/fetch", Demarc::Action::"crm/query", Demarc::Action::"files/read"], resource);`,
    );
    const send = { args: { to: 'a@b.example' } };
    expect(gateway.call('files/delete', { args: { id: 'x' } })).toBe('deny');
    expect(gateway.call('files/read', { args: { id: 'x' } })).toBe('allow');
    expect(gateway.call('files/delete', { args: { id: 'x' } })).toBe('allow');
    expect(gateway.call('files/delete', { args: { id: 'y' } })).toBe('deny');
    expect(gateway.call('mail/send', send)).toBe('allow');
    expect(gateway.call('web/fetch', { args: { url: 'u' }, label: { tainted: true } })).toBe('allow');
    expect(gateway.call('mail/send', send)).toBe('allow');
    expect(gateway.call('crm/query', { args: { id: 'z' }, label: { confidentiality: 'restricted' } })).toBe('allow');
    expect(gateway.call('mail/send', send)).toBe('ask');
    expect(gateway.call('bank/pay', { args: { amount: 1, account: 'a' } })).toBe('deny');
  });

  it('name the line of what is wrong behind a block', () => {
    const wrong = policies.replace(/};\s*$/, '} when { context.args.nothing };');
    const line = wrong.split('\n').findIndex((text) => text.includes('context.args.nothing')) + 1;
    expect(line).toBeGreaterThan(10);
    expect(() => load(wrong)).toThrow(new RegExp(`^guide\\.cedar:${line}: `));
  });
});
