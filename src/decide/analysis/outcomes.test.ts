import { describe, expect, it } from 'vitest';
import { unknownTool } from '../../model/tool-labels.ts';
import { loadPolicySet } from '../policy-set.ts';
import { coverageOf } from './coverage.ts';
import { type Cell, subjectName } from './domain.ts';
import { CellDecider } from './outcomes.ts';

const tools = [{ server: 's', name: 'pay', labels: { ...unknownTool, effect: 'write' as const } }];

/** What can be decided about a call of which the intent and the doubts are not known. */
function possible(text: string, cell: Partial<Cell> = {}): string {
  const decider = new CellDecider(loadPolicySet({ files: [{ path: 'p.cedar', text }], tools }));
  const clean: Cell = {
    subject: { kind: 'other', id: '' },
    tool: 's/pay',
    tainted: false,
    confidentiality: 'internal',
  };
  return decider.decide({ ...clean, ...cell }).possible.join();
}

const scope = '(principal, action, resource)';
const open = 'context.intent == "unseen"';
const other = 'context.doubts.isEmpty()';
const fails = 'context.run.label.level + 9223372036854775807 > 0';
const permit = `permit ${scope};`;

describe('what can be decided', () => {
  it.each([
    ['deny', ''],
    ['allow', permit],
    ['allow,deny', `permit ${scope} when { ${open} };`],
    ['ask', `${permit} @ask("a") forbid ${scope};`],
    ['deny', `@ask("a") forbid ${scope};`],
    ['deny', `@ask("a") forbid ${scope} when { ${open} };`],
    ['allow', `${permit} permit ${scope} when { ${open} };`],
    ['deny', `${permit} forbid ${scope}; @ask("a") forbid ${scope};`],
    ['allow,ask', `${permit} @ask("a") forbid ${scope} when { ${open} };`],
    ['allow,deny', `${permit} forbid ${scope} when { ${open} };`],
    ['ask,deny', `permit ${scope} when { ${open} }; @ask("a") forbid ${scope};`],
    ['ask,deny', `${permit} @ask("a") forbid ${scope}; forbid ${scope} when { ${open} };`],
    ['allow,ask,deny', `permit ${scope} when { ${open} }; @ask("a") forbid ${scope} when { ${other} };`],
    ['deny', `${permit} permit ${scope} when { ${fails} };`],
  ])('%s: %s', (expected, text) => {
    expect(possible(`${text} permit (principal == Demarc::Agent::"nobody", action, resource);`)).toBe(expected);
  });
});

describe('a condition of which a part is not known', () => {
  it.each([
    ['allow,deny', `!(${open})`],
    ['deny', `${open} && context.tainted`],
    ['allow,deny', `${open} && !context.tainted`],
    ['allow', `${open} || !context.tainted`],
    ['allow,deny', `${open} || context.tainted`],
    ['allow,deny', `if ${open} then true else false`],
    ['allow', `if ${open} then !context.tainted else !context.tainted`],
    ['deny', `if ${open} then context.tainted else context.tainted`],
    ['allow,deny', `if ${open} then ${other} else !context.tainted`],
    ['allow,deny', `if ${open} then !context.tainted else ${other}`],
    ['allow', `if context.tainted then ${open} else !context.tainted`],
    ['allow,deny', `if context.tainted then !context.tainted else ${open}`],
    ['allow', `if !context.tainted then !context.tainted else ${fails}`],
    ['allow', 'if !context.tainted then !context.tainted else context.tainted'],
    ['allow,deny', `if ${open} then ${other} else ${other}`],
    ['allow,deny', `(if context.tainted then 1 else context.run.label.level) == 1 && ${open}`],
    // What fails behind a part that is not known may never be reached.
    ['allow,deny', `${open} && ${fails}`],
    ['allow,deny', `if ${open} then ${fails} else !context.tainted`],
    ['allow,deny', `if ${open} then !context.tainted else ${fails}`],
    ['deny', `${fails} && ${open}`],
    ['deny', `if ${fails} then ${open} else ${open}`],
  ])('%s: %s', (expected, condition) => {
    expect(possible(`permit ${scope} when { ${condition} };`)).toBe(expected);
  });
});

describe('cells', () => {
  it('are those of the roles and agents that policies or the hierarchy name, and of anyone else', () => {
    const text = `permit (principal in Demarc::Role::"staff", action, resource);
      forbid ${scope} when { [Demarc::Agent::"bot"].contains(principal) || principal.name == "named" };`;
    const [guest, visitor] = ['guest', 'visitor'].map((id) => ({ type: 'Demarc::Role', id }));
    const entities = [{ uid: guest!, parents: [visitor!] }];
    const { cells } = coverageOf(loadPolicySet({ files: [{ path: 'p.cedar', text }], tools, entities }));
    const names = [...new Set(cells.map(({ subject }) => subjectName(subject)))];
    expect(names).toEqual(['agent bot', 'role guest', 'role staff', 'role visitor', 'anyone else']);
  });
});

describe('what a cell says', () => {
  it.each([
    [true, 'allow'],
    [false, 'deny'],
  ])('is whether its tool was reviewed, where that is known: %s', (reviewed, expected) => {
    const set = { files: [{ path: 'p.cedar', text: `permit ${scope} when { context.labels.reviewed };` }] };
    const { cells } = coverageOf(loadPolicySet({ ...set, tools: tools.map((tool) => ({ ...tool, reviewed })) }));
    expect([...new Set(cells.map(({ possible }) => possible.join()))]).toEqual([expected]);
  });

  it('is the taint and the label of the run', () => {
    const condition = 'context.tainted && context.readPrivate && context.run.label.name == "confidential"';
    const text = `permit ${scope} when { ${condition} };`;
    expect(possible(text, { tainted: true, confidentiality: 'confidential' })).toBe('allow');
    expect(possible(text, { confidentiality: 'confidential' })).toBe('deny');
    expect(possible(text, { tainted: true })).toBe('deny');
  });

  it.each(['args', 'origins', 'undeclared', 'doubts', 'intent', 'time', 'temporal', 'run.id', 'labels.reviewed'])(
    'is nothing of %s',
    (name) => expect(possible(`permit ${scope} when { context.${name} == context.${name} };`)).toBe('allow,deny'),
  );

  it.each([
    ['clearance', 'allow,deny'],
    ['scopes', 'allow,deny'],
    ['name', 'allow,deny'],
    ['authentication', 'allow,deny'],
    ['training', 'allow,deny'],
    ['posture', 'allow,deny'],
    ['postureLevel', 'allow,deny'],
    ['person', 'allow,deny'],
    ['roles', 'allow'],
  ])('of who acts, whose %s: %s', (name, expected) => {
    const condition = `principal.${name} == principal.${name}`;
    expect(possible(`permit ${scope} when { ${condition} };`, { subject: { kind: 'role', id: 'a' } })).toBe(expected);
  });

  it.each([
    ['agent', 'principal == Demarc::Agent::"a" && principal.name == "a" && Demarc::Agent::"a".name == "a"'],
    ['agent', 'principal.roles.isEmpty() && !(principal in Demarc::Role::"a")'],
    ['role', 'principal != Demarc::Agent::"a"'],
    ['role', 'principal.roles.contains("a") && principal in Demarc::Role::"a"'],
    ['other', 'principal.roles.isEmpty() && !(principal in Demarc::Role::"a") && principal != Demarc::Agent::"a"'],
  ] as const)('is the %s: %s', (kind, condition) => {
    const subject = { kind, id: kind === 'other' ? '' : 'a' };
    expect(possible(`permit ${scope} when { ${condition} };`, { subject })).toBe('allow');
  });

  it.each([
    'context.labels.effect == "write" && context.labels.action == "other" && context.labels.untrustedOutput',
    'context.labels.sendsOut && !context.labels.document && context.labels.confidentiality.level >= 0',
    'resource is Demarc::Tool && resource.name == "pay" && resource.server.name == "s"',
    'resource in resource.server',
    'context has tainted && context has args && principal has postureLevel && principal has roles',
    'resource in Demarc::Server::"s" && resource in resource.server && resource == Demarc::Tool::"s/pay"',
    'action in [Demarc::Action::"write"] && action in Demarc::Action::"sends" && action == Demarc::Action::"s/pay"',
    'Demarc::Action::"s/pay" in Demarc::Action::"write" && !(action in Demarc::Action::"read")',
    'Demarc::Server::"s".name == "s" && Demarc::Tool::"s/pay".name == "pay"',
  ])('is its tool: %s', (condition) => {
    expect(possible(`permit ${scope} when { ${condition} };`)).toBe('allow');
  });
});
