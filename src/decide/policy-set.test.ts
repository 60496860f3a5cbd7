import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { unknownTool } from '../model/tool-labels.ts';
import { readRequest } from './cases.ts';
import type { EntityJson } from './cedar/entity-store.ts';
import { Decider } from './decider.ts';
import {
  checkPolicySet,
  digestOf,
  loadPolicySet,
  type PolicyFile,
  type PolicyProblem,
  type PolicySetSource,
  retool,
} from './policy-set.ts';
import type { SchemaTool } from './schema/generate.ts';

const tools: readonly SchemaTool[] = [
  {
    server: 'mail',
    name: 'send',
    labels: unknownTool,
    inputSchema: {
      type: 'object',
      properties: { recipient: { type: 'string' }, amount: { type: 'integer' } },
      required: ['recipient'],
    },
  },
  { server: 'notes', name: 'search', labels: unknownTool },
];
const source = (text: string, more: Partial<PolicySetSource> = {}): PolicySetSource => ({
  files: [{ path: 'a.cedar', text }],
  tools,
  ...more,
});
const problemsOf = (text: string, more: Partial<PolicySetSource> = {}): readonly PolicyProblem[] => {
  const checked = checkPolicySet(source(text, more));
  return 'digest' in checked ? [] : checked;
};
const permit = 'permit (principal, action, resource);';
const all = 'principal, action, resource';

describe('G36: a set that is not right is refused, with the place and what could be meant', () => {
  it.each<[string, string, number, RegExp, RegExp?]>([
    [
      'a tool that is missing',
      'permit (principal,\n action == Demarc::Action::"mail/sned",\n resource);',
      2,
      /`mail\/sned`/,
      /`mail\/send`/,
    ],
    [
      'a field of the context',
      `permit (${all})\nwhen { context.tainte };`,
      2,
      /no `context\.tainte`/,
      /`context\.tainted`/,
    ],
    [
      'an argument',
      `forbid (${all})\n\nwhen { context.args.recipent == "x" };`,
      3,
      /no `context\.args\.recipent`/,
      /args\.recipient/,
    ],
    [
      'an argument of another tool',
      `forbid (${all}) when { context.args.recipient == "x" };`,
      1,
      /not every tool/,
      /has …/,
    ],
    [
      'an argument behind `has`',
      `forbid (${all})\nwhen { context.args has recipent };`,
      1,
      /no tool has an argument `recipent`/,
      /recipient/,
    ],
    [
      'a field of the context behind `has`',
      `forbid (${all})\nwhen { context has tainte };`,
      1,
      /no `context\.tainte`/,
      /context\.tainted/,
    ],
    ['a temporal condition', `forbid (${all}) when { context has temporal.x };`, 1, /no `context\.temporal\.x`/],
    [
      'a field of who acts behind `has`',
      `forbid (${all})\nwhen { principal has clearence.level && principal.clearence.level < 2 };`,
      1,
      /no `principal\.clearence\.level`/,
      /principal\.clearance\.level/,
    ],
    [
      'a field of the person behind `has`',
      `forbid (${all})\nwhen { principal.person has gruops };`,
      1,
      /no `principal\.person\.gruops`/,
      /principal\.person\.groups/,
    ],
    [
      'a field of what is used behind `has`',
      `forbid (${all})\nwhen { resource has url };`,
      1,
      /no `resource\.url`/,
      /resource\.uri/,
    ],
    [
      'a tag, which nothing has',
      `forbid (${all})\nwhen { principal.hasTag("tier") && principal.getTag("tier") == "guest" };`,
      1,
      /no `principal\.hasTag`/,
    ],
    [
      'a tool that is used',
      `${permit}\nforbid (principal, action, resource == Demarc::Tool::"mail/sned");`,
      2,
      /no tool `mail\/sned`/,
      /mail\/send/,
    ],
    [
      'a tool in a condition',
      `${permit}\nforbid (principal, action == Demarc::Action::"mail/send", resource) when { [Demarc::Tool::"mail/sned"].contains(resource) };`,
      2,
      /no tool `mail\/sned`/,
    ],
    ['a wrong type', `forbid (${all})\nwhen { context.tainted == "yes" };`, 2, /./],
    ['text that is no Cedar', `${permit}\npermit (${all}) when { 1 + };`, 2, /unexpected token/],
    ['a template', `${permit}\npermit (principal == ?principal, action, resource);`, 2, /template/],
    ['no semicolon', `${permit}\npermit (${all})`, 2, /unexpected end|expected/],
    ['two of one id', `@id("x")\n${permit}\n@id("x")\n${permit}`, 3, /`x` stands twice/, /a\.cedar:1/],
    ['an ask that could permit', `@ask("why")\n${permit}`, 1, /`@ask` stands on a permit/, /never replaces/],
    ['a reason that is prose', `@reason("Because I say so")\nforbid (${all});`, 1, /holds no code/],
    ['a long that has 65 bits', `forbid (${all}) when { 9223372036854775808 == 1 };`, 1, /too large/],
  ])('%s', (_what, text, line, message, hint) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ file: 'a.cedar', line });
    expect(problem?.message).toMatch(message);
    if (hint !== undefined) expect(problem?.hint).toMatch(hint);
    expect(() => loadPolicySet(source(text))).toThrow(expect.objectContaining({ code: 'DMC_POLICY' }));
  });

  it('takes what requests bring behind `has`', () => {
    const known = 'principal has name && resource has server && context has run.label.level && resource has uri';
    expect(problemsOf(`forbid (${all}) when { ${known} && principal.person has known };`)).toEqual([]);
  });

  it('tells every problem of every file, and one mistake once however many tools it is about', () => {
    const text = `forbid (${all}) when { context.nothing };\nforbid (${all}) when { context.never };`;
    expect(problemsOf(text).map(({ line }) => line)).toEqual([1, 2]);
  });

  it('tells them in the order of files and lines, and the first of them when it refuses', () => {
    const wrong = `forbid (${all}) when { context.nothing };`;
    const files = [
      { path: 'b.cedar', text: wrong },
      { path: 'a.cedar', text: `\n@ask("x")\n${permit}\n${wrong}` },
      { path: 'c.cedar', text: permit },
    ];
    const found = problemsOf('', { files }).map(({ file, line }) => `${file}:${line}`);
    expect(found).toEqual(['a.cedar:2']);
    files[1]!.text = `\n\n${wrong}`;
    expect(problemsOf('', { files }).map(({ file, line }) => `${file}:${line}`)).toEqual(['a.cedar:3', 'b.cedar:1']);
    expect(() => loadPolicySet({ files, tools })).toThrow(/^a\.cedar:3: .* \(and 1 more\)$/);
  });

  it('refuses temporal conditions that Cedar would see by one name', () => {
    const text = ['a.b', 'a-b'].map((id) => `@id("${id}")\n${permit.replace(';', '')} when { true };`).join('\n');
    const preprocess = (_file: string, cedar: string) => ({ cedar, conditions: [{ name: 'a_b' }, { name: 'a_b' }] });
    expect(problemsOf(text, { preprocess })[0]?.message).toBe('the temporal condition `a_b` stands twice');
  });

  it.each(['\n', '\r\n', '\r'])('leaves out no policy behind a comment whose line ends in %j', (end) => {
    const lines = [permit, '// what follows counts', `forbid (${all}) when { context.tainted };`, ''];
    expect(loadPolicySet(source(lines.join(end))).policies.map(({ json }) => json.effect)).toEqual([
      'permit',
      'forbid',
    ]);
  });

  it('refuses an empty set unless it is meant', () => {
    for (const text of ['', '// nothing yet\n']) {
      expect(problemsOf(text)[0]?.message).toMatch(/no policy/);
      expect(problemsOf(text, { mayBeEmpty: true })).toEqual([]);
    }
    const { request } = readRequest({ use: 'notes/search' }, 'r', tools);
    expect(new Decider(loadPolicySet(source('', { mayBeEmpty: true }))).decide(request)).toMatchObject({
      decision: 'deny',
      reasons: ['policy.no-permit'],
    });
  });

  it.each<[string, EntityJson[]]>([
    ['an agent', [{ uid: { type: 'Demarc::Agent', id: 'x' } }]],
    ['attributes', [{ uid: { type: 'Demarc::Role', id: 'x' }, attrs: { a: 1 } }]],
    ['tags', [{ uid: { type: 'Demarc::Role', id: 'x' }, tags: { a: 1 } }]],
    ['both', [{ uid: { type: 'Demarc::Role', id: 'x' }, attrs: { a: 1 }, tags: { a: 1 } }]],
    [
      'a role below a group',
      [{ uid: { type: 'Demarc::Role', id: 'x' }, parents: [{ type: 'Demarc::Group', id: 'y' }] }],
    ],
  ])('refuses entities that are no hierarchy: %s', (_what, entities) => {
    expect(problemsOf(permit, { entities })[0]?.file).toBe('entities.json');
  });

  it('refuses a circle and a name that stands twice', () => {
    const role = (id: string, ...parents: string[]): EntityJson => ({
      uid: { type: 'Demarc::Role', id },
      parents: parents.map((parent) => ({ type: 'Demarc::Role', id: parent })),
    });
    for (const entities of [[role('a', 'b'), role('b', 'c'), role('c', 'a')], [role('a', 'a')], [role('a'), role('a')]])
      expect(() => loadPolicySet(source(permit, { entities }))).toThrow(/own ancestor|stands twice/);
  });

  it('has limits', () => {
    const nested = (depth: number): string =>
      `permit (${all}) when { ${'('.repeat(depth - 1)}true${')'.repeat(depth - 1)} };`;
    expect(problemsOf(nested(limits.policyNestingMax))).toEqual([]);
    expect(problemsOf(nested(limits.policyNestingMax + 1))[0]?.message).toMatch(/nests deeper/);
    const chain = (operators: number): string =>
      `permit (${all}) when { ${Array.from({ length: operators + 1 }, () => 'true').join(' || ')} };`;
    expect(problemsOf(chain(limits.policyOperatorsMax))).toEqual([]);
    expect(problemsOf(chain(limits.policyOperatorsMax + 1))[0]?.message).toMatch(/more than 200 operators/);
    const sized = (bytes: number): string => `${permit}//`.padEnd(bytes, 'x');
    expect(problemsOf(sized(limits.policyFileBytesMax))).toEqual([]);
    expect(problemsOf(sized(limits.policyFileBytesMax + 1))[0]?.message).toMatch(/larger/);
    const roles = (count: number): EntityJson[] =>
      Array.from({ length: count }, (_, at) => ({ uid: { type: 'Demarc::Role', id: `${at}` } }));
    expect(problemsOf(permit, { entities: roles(limits.policyEntitiesMax) })).toEqual([]);
    expect(problemsOf(permit, { entities: roles(limits.policyEntitiesMax + 1) })[0]?.message).toMatch(/more than/);
    const wrong = (count: number): string => '@ask("x") permit (principal, action, resource);\n'.repeat(count);
    expect(problemsOf(wrong(limits.policyProblemsMax))).toHaveLength(limits.policyProblemsMax);
    expect(problemsOf(wrong(limits.policyProblemsMax + 1))).toHaveLength(limits.policyProblemsMax);
  });

  it('takes as many policies as its limit, and not one more', () => {
    const many = (count: number): string => `${permit}\n`.repeat(count);
    const none = { tools: [] };
    expect(problemsOf(many(limits.policiesMax), none)).toEqual([]);
    expect(problemsOf(many(limits.policiesMax + 1), none)[0]?.message).toMatch(/more than 2000 policies/);
  }, 120_000);
});

describe('a policy set', () => {
  it('has a digest of every byte of it, whatever the order of files', () => {
    const [a, b] = [
      { path: 'a.cedar', text: permit },
      { path: 'b.cedar', text: '' },
    ];
    const digest = digestOf({ files: [a, b] });
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf({ files: [b, a] })).toBe(digest);
    const ids = (files: PolicyFile[]) => loadPolicySet({ files, tools }).policies.map(({ id }) => id);
    const second = { path: 'b.cedar', text: `${permit}@id("c") ${permit}${permit}` };
    expect(ids([second, a])).toEqual(['a.cedar#1', 'b.cedar#1', 'c', 'b.cedar#3']);
    for (const files of [[a], [a, { ...b, text: ' ' }], [a, { ...b, path: 'c.cedar' }]])
      expect(digestOf({ files })).not.toBe(digest);
    expect(digestOf({ files: [a, b], entities: [{ uid: { type: 'Demarc::Role', id: 'x' } }] })).not.toBe(digest);
  });

  it('replaces what is no Cedar by conditions of the request, which a policy can name', () => {
    const preprocess = (_file: string, text: string) => ({
      cedar: text.replace('when temporal { formerly read }', 'when { context.temporal.t1 }'),
      conditions: [{ name: 't1' }],
    });
    const text = `${permit}\n@reason("history")\nforbid (${all})\nwhen temporal { formerly read };`;
    const decider = new Decider(loadPolicySet(source(text, { preprocess })));
    const { request } = readRequest({ use: 'notes/search' }, 'r', tools);
    const asked: string[] = [];
    const decide = (holds: boolean) =>
      decider.decide(request, (name) => {
        asked.push(name);
        return holds;
      });
    expect(decide(true)).toMatchObject({ decision: 'deny', reasons: ['history'] });
    expect(decide(false).decision).toBe('allow');
    expect(asked).toEqual(['t1', 't1']);
    expect(problemsOf(text.replace('formerly', 'once'), { preprocess })[0]?.line).toBe(4);
    expect(problemsOf(`forbid (${all}) when { context.temporal.t2 };`, { preprocess })[0]?.message).toMatch(
      /temporal\.t2/,
    );
  });

  it('warns of a policy that can never apply', () => {
    const set = loadPolicySet(source(`${permit}\nforbid (${all})\nwhen { resource is Demarc::Agent };`));
    expect(set.warnings[0]).toMatchObject({ file: 'a.cedar', line: 2 });
  });
});

describe('other tools for the same policies', () => {
  const shapes = [
    undefined,
    {
      type: 'object',
      properties: { recipient: { type: 'string' }, amount: { type: 'integer' } },
      required: ['recipient'],
    },
    { type: 'object', properties: { recipient: { type: 'string' } } },
    {
      type: 'object',
      properties: { recipient: { type: 'boolean' }, amount: { type: 'integer' } },
      required: ['recipient', 'amount'],
    },
    { type: 'object', properties: { amount: { type: 'string' } }, required: ['amount'] },
  ];
  const bodies = [
    'context.args.recipient == "x"',
    'context.args has recipient && context.args.recipient like "*x"',
    'context.args has amount && context.args.amount > 3',
    'context.args.amount < 7',
    'context.tainted',
    'context.origins has recipient',
    'context.labels.sendsOut && !context.args.recipient',
  ];
  const scopes = [
    'action',
    'action == Demarc::Action::"mail/send"',
    'action == Demarc::Action::"notes/search"',
    'action in [Demarc::Action::"mail/send", Demarc::Action::"notes/search"]',
    'action in Demarc::Action::"write"',
  ];

  it('fit exactly where a set loaded anew fits', () => {
    const seen = { fits: 0, unfit: 0 };
    fc.assert(
      fc.property(fc.gen(), (given) => {
        const pick = <T>(...of: readonly T[]): T => given(fc.constantFrom<T[]>, ...of);
        const toolsNow = (kept: readonly SchemaTool[]): SchemaTool[] =>
          (['mail/send', 'notes/search', 'crm/find'] as const).map((id, at) => {
            const [server = '', name = ''] = id.split('/');
            const before = kept[at];
            if (before !== undefined && pick(true, true, false)) return before;
            return {
              server,
              name,
              labels: { ...unknownTool, effect: pick('read', 'write') },
              inputSchema: pick(...shapes),
            };
          });
        const text = Array.from(
          { length: pick(1, 2, 3) },
          () => `${pick('permit', 'forbid')} (principal, ${pick(...scopes)}, resource) when { ${pick(...bodies)} };`,
        ).join('\n');
        let tools = toolsNow([]);
        const found = checkPolicySet(source(text, { tools }));
        let set = 'digest' in found ? found : undefined;
        for (let change = 0; change < 4 && set !== undefined; change++) {
          tools = toolsNow(tools);
          const [before, anew] = [set, checkPolicySet(source(text, { tools }))];
          set = 'digest' in anew ? retool(before, tools) : undefined;
          if ('digest' in anew) expect([set?.digest, set?.schema]).toEqual([anew.digest, anew.schema]);
          else expect(() => retool(before, tools), text).toThrow(/^a\.cedar:\d/);
          seen[set === undefined ? 'unfit' : 'fits']++;
        }
      }),
      { numRuns: 500, seed: 20_261_128 },
    );
    expect(Math.min(seen.fits, seen.unfit)).toBeGreaterThan(50);
  });
});
