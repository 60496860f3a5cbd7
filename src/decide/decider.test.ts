import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import type { AccessRequest } from '../model/access.ts';
import { documentLabels, unknownTool } from '../model/tool-labels.ts';
import { readRequest } from './cases.ts';
import type { EntityJson } from './cedar/entity-store.ts';
import { Decider } from './decider.ts';
import { loadPolicySet } from './policy-set.ts';
import { undeclared } from './schema/arguments.ts';
import type { SchemaTool } from './schema/generate.ts';
import { readObjectSchema } from './schema/json-schema.ts';

const inputSchema = {
  type: 'object',
  properties: {
    recipient: { type: 'string' },
    amount: { type: 'number' },
    at: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    from: { type: 'string', format: 'ipv4' },
    tags: { type: 'array', items: { type: 'string' } },
    count: { type: 'integer' },
    sure: { type: 'boolean' },
    toString: { type: 'string' },
    order: {
      type: 'object',
      properties: {
        account: { type: 'string' },
        lines: { type: 'array', items: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] } },
      },
    },
    anything: {},
  },
  required: ['recipient'],
};
const tools: readonly SchemaTool[] = [
  { server: 'bank', name: 'pay', labels: { ...unknownTool, effect: 'send' }, inputSchema },
  { server: 'a_b', name: 'c', labels: unknownTool },
  { server: 'a', name: 'b_c', labels: unknownTool },
];
const permit = '@id("permit") permit (principal, action, resource);\n';
const deciderOf = (text: string, entities: EntityJson[] = []): Decider =>
  new Decider(loadPolicySet({ files: [{ path: 'x.cedar', text }], tools, entities }));
const requestOf = (more: object = {}): AccessRequest =>
  readRequest({ use: 'bank/pay', args: { recipient: 'ann' }, ...more }, 'r', tools).request;
/** Whether a condition about payments holds for a request. */
const holds = (condition: string, more: object = {}): boolean | string => {
  const decider = deciderOf(
    `${permit}@reason("held") forbid (principal, action == Demarc::Action::"bank/pay", resource) when { ${condition} };`,
  );
  const { decision, reasons } = decider.decide(requestOf(more));
  return decision === 'allow' ? false : reasons[0] === 'held' ? true : `${decision} ${reasons.join()}`;
};

describe('decisions', () => {
  const forbid = (annotation: string, when = 'true'): string =>
    `${annotation} forbid (principal, action, resource) when { ${when} };\n`;
  it.each<[string, string, string, string[]]>([
    ['denies by default', forbid('@id("f")', 'false'), 'deny', ['policy.no-permit']],
    ['allows what is permitted', permit, 'allow', []],
    ['a forbid wins', permit + forbid('@id("f") @reason("no")'), 'deny', ['no']],
    ['a forbid without a reason has one', permit + forbid('@id("f")'), 'deny', ['policy.forbidden']],
    ['an ask asks', permit + forbid('@id("f") @ask("why")'), 'ask', ['why']],
    [
      'every forbid has to be one that asks',
      permit + forbid('@id("f") @ask("why")') + forbid('@id("g") @reason("no")'),
      'deny',
      ['no'],
    ],
    ['an approval replaces no permit', forbid('@id("f") @ask("why")'), 'deny', ['policy.no-permit']],
    ['reasons are told once', permit + forbid('@id("f") @ask("why")') + forbid('@id("g") @ask("why")'), 'ask', ['why']],
  ])('%s', (_what, text, decision, reasons) => {
    expect(deciderOf(text).decide(requestOf())).toMatchObject({ decision, reasons });
  });

  it('names the set, and not more reasons than a record holds', () => {
    const many = Array.from({ length: limits.reasonsMax + 1 }, (_, at) => forbid(`@id("f${at}") @reason("r${at}")`));
    const set = loadPolicySet({ files: [{ path: 'x.cedar', text: many.join('') }], tools });
    const { policySet, reasons, policies } = new Decider(set).decide(requestOf());
    expect([policySet, reasons.length, policies.length]).toEqual([set.digest, limits.reasonsMax, limits.reasonsMax]);
  });

  it('fails closed: a policy that cannot be evaluated denies, whatever the others say', () => {
    const overflow = '9223372036854775807 + context.run.label.level * 9223372036854775807 + 1 > 0';
    for (const effect of ['permit', 'forbid'])
      expect(
        deciderOf(`${permit}@id("broken") ${effect} (principal, action, resource) when { ${overflow} };`).decide(
          requestOf(),
        ),
      ).toMatchObject({ decision: 'deny', reasons: ['policy.error'], policies: ['broken'] });
  });

  it('G23: a tool that is not in the schema is denied, and says nothing of what exists', () => {
    const decider = deciderOf(permit);
    const unknown = decider.decide(requestOf({ use: 'bank/refund' }));
    expect(unknown).toEqual({ ...unknown, decision: 'deny', reasons: ['policy.unknown-tool'], policies: [] });
    expect(decider.decide(requestOf({ use: 'nowhere/pay' }))).toEqual(unknown);
    expect(decider.decide(requestOf({ use: 'bank/Pay' }))).toEqual(unknown);
    // A name that only looks the same.
    expect(decider.decide(requestOf({ use: 'bank/p\u0430y' }))).toEqual(unknown);
  });

  it('G22: tools whose servers and names run together when joined are two', () => {
    const decider = deciderOf('permit (principal, action == Demarc::Action::"a_b/c", resource);');
    expect(decider.decide(requestOf({ use: 'a_b/c' })).decision).toBe('allow');
    expect(decider.decide(requestOf({ use: 'a/b_c' })).decision).toBe('deny');
  });

  it('a call is in the groups of the labels it has now', () => {
    const decider = deciderOf('permit (principal, action in Demarc::Action::"read", resource);');
    const read = { effect: 'read', sendsOut: false };
    expect(decider.decide(requestOf({ labels: read })).decision).toBe('allow');
    expect(decider.decide(requestOf({ labels: { ...read, sendsOut: true } })).decision).toBe('deny');
    expect(decider.decide(requestOf({ labels: { effect: 'write', sendsOut: false } })).decision).toBe('deny');
    for (const group of ['read', 'write', 'destructive', 'sends']) {
      const one = deciderOf(`permit (principal, action in Demarc::Action::"${group}", resource);`);
      const allowed = ['read', 'write', 'destructive', 'send'].flatMap((effect) =>
        [false, true].flatMap((sendsOut) =>
          one.decide(requestOf({ labels: { effect, sendsOut } })).decision === 'allow' ? `${effect} ${sendsOut}` : [],
        ),
      );
      expect(allowed).toEqual(
        {
          read: ['read false'],
          write: ['write false', 'write true'],
          destructive: ['destructive false', 'destructive true'],
          sends: ['read true', 'write true', 'destructive true', 'send false', 'send true'],
        }[group],
      );
    }
  });

  it.each<[string, object, string]>([
    ['principal in Demarc::Role::"a", action, resource == Demarc::Tool::"bank/pay"', { roles: ['a'] }, 'allow'],
    ['principal in Demarc::Role::"a", action, resource == Demarc::Tool::"bank/pay"', { roles: ['b'] }, 'deny'],
    ['principal in Demarc::Role::"a", action, resource == Demarc::Tool::"a_b/c"', { roles: ['a'] }, 'deny'],
    ['principal in Demarc::Role::"a", action, resource in Demarc::Server::"a"', { roles: ['a'] }, 'deny'],
    ['principal in Demarc::Role::"a", action, resource in Demarc::Server::"bank"', { roles: ['a'] }, 'allow'],
    ['principal == Demarc::Agent::"bot", action, resource in Demarc::Server::"bank"', { agent: 'bot' }, 'allow'],
    ['principal == Demarc::Agent::"bot", action, resource in Demarc::Server::"bank"', {}, 'deny'],
    ['principal == Demarc::Agent::"bot", action, resource', {}, 'deny'],
    ['principal is Demarc::Agent in Demarc::Role::"a", action, resource is Demarc::Tool', { roles: ['a'] }, 'allow'],
    ['principal is Demarc::Agent in Demarc::Role::"a", action, resource is Demarc::Tool', {}, 'deny'],
    ['principal, action, resource is Demarc::Prompt', {}, 'deny'],
    ['principal, action == Demarc::Action::"a_b/c", resource', {}, 'deny'],
    ['principal, action in [Demarc::Action::"a_b/c", Demarc::Action::"sends"], resource', {}, 'allow'],
  ])('a policy is about those that its scope names: (%s) and %j', (scope, principal, decision) => {
    expect(deciderOf(`permit (${scope});`).decide(requestOf({ principal })).decision).toBe(decision);
  });

  it('policies are told in the order of the set', () => {
    const scopes = ['resource == Demarc::Tool::"bank/pay"', 'resource', 'resource in Demarc::Server::"bank"'];
    const fails = 'context.run.label.level * 2 + 9223372036854775807 > 0';
    for (const [effect, when] of [
      ['permit', 'true'],
      ['forbid', 'true'],
      ['permit', fails],
    ]) {
      const named = [...scopes, ...scopes].map(
        (scope, at) => `@id("p${at}") ${effect} (principal, action, ${scope}) when { ${when} };`,
      );
      named.push(`@id("p6") ${effect} (principal in Demarc::Role::"a", action, resource) when { ${when} };`);
      const request = requestOf({ principal: { roles: ['a'] }, runLabel: 'internal' });
      expect(deciderOf(named.reverse().join('\n')).decide(request).policies).toEqual([
        'p6',
        'p5',
        'p4',
        'p3',
        'p2',
        'p1',
        'p0',
      ]);
    }
  });

  it('resources and prompts are told apart by server and name', () => {
    const decider = deciderOf(
      'permit (principal, action == Demarc::Action::"readResource", resource in Demarc::Server::"files") when { resource.uri like "file:///home/*" };\n' +
        'permit (principal, action == Demarc::Action::"getPrompt", resource == Demarc::Prompt::"files/hello");',
    );
    const decide = (use: string, feature: string): string =>
      decider.decide(requestOf({ use, feature, args: {} })).decision;
    expect([
      decide('files/file:///home/a', 'resource'),
      decide('files/file:///etc/a', 'resource'),
      decide('other/file:///home/a', 'resource'),
      decide('files/hello', 'prompt'),
      decide('files/hello', 'tool'),
    ]).toEqual(['allow', 'deny', 'deny', 'allow', 'deny']);
  });
});

describe('a request as people write it', () => {
  it('has the labels of its own tool, and those of documents where it is none', () => {
    const [quiet, loud] = [{ ...unknownTool, effect: 'read' as const, sendsOut: false }, unknownTool];
    const both: SchemaTool[] = [
      { server: 'a', name: 'x', labels: quiet },
      { server: 'b', name: 'y', labels: quiet },
      { server: 'b', name: 'x', labels: loud },
    ];
    const labels = (use: string, feature = 'tool') => readRequest({ use, feature }, 'r', both).request.call.labels;
    expect([labels('a/x'), labels('b/y'), labels('b/x'), labels('c/x')]).toEqual([quiet, quiet, loud, unknownTool]);
    expect(labels('b/x', 'prompt')).toEqual(documentLabels);
  });
});

describe('who acts', () => {
  const decide = (condition: string, principal: object, entities: EntityJson[] = []): string =>
    deciderOf(`permit (principal, action, resource) when { ${condition} };`, entities).decide(requestOf({ principal }))
      .decision;

  it('has roles, also through the hierarchy, and people have groups', () => {
    const entities = [
      { uid: { type: 'Demarc::Role', id: 'sre' }, parents: [{ type: 'Demarc::Role', id: 'engineering' }] },
      {
        uid: { type: 'Demarc::Group', id: 'payroll' },
        parents: [{ __entity: { type: 'Demarc::Group', id: 'finance' } }],
      },
    ];
    const engineering = 'principal in Demarc::Role::"engineering"';
    expect(decide(engineering, { roles: ['sre'] }, entities)).toBe('allow');
    expect(decide(engineering, { roles: ['sre'] })).toBe('deny');
    expect(decide(engineering, { roles: ['ops'] }, entities)).toBe('deny');
    const finance = 'principal.person in Demarc::Group::"finance"';
    const person = { issuer: 'https://idp.example', subject: 'ann', groups: ['payroll'] };
    expect(decide(finance, { person }, entities)).toBe('allow');
    expect(decide(finance, {}, entities)).toBe('deny');
    expect(decide('principal.person == Demarc::Person::"https://idp.example|ann"', { person })).toBe('allow');
    expect(decide('principal.person.known', {})).toBe('deny');
  });

  it('has a clearance, scopes, training and a posture, each always there', () => {
    expect(decide('principal.clearance.level >= 2', { clearance: 'confidential' })).toBe('allow');
    expect(decide('principal.scopes.contains("pay")', { scopes: ['pay'] })).toBe('allow');
    expect(decide('principal.training.contains("basics")', { training: ['basics'] })).toBe('allow');
    expect(decide('principal.postureLevel >= 2', { posture: 'lockdown' })).toBe('allow');
    for (const condition of [
      'principal.postureLevel > 0',
      '!principal.training.isEmpty()',
      'principal.clearance.level > 0',
    ])
      expect(decide(condition, {})).toBe('deny');
  });

  it('is whom a policy names, with everything that the request says of it', () => {
    const person = { issuer: 'https://idp.example', subject: 'ann', groups: ['payroll'] };
    for (const condition of [
      'Demarc::Agent::"agent".authentication == "jwt"',
      'Demarc::Person::"https://idp.example|ann".groups.contains("payroll")',
      'Demarc::Tool::"bank/pay".server.name == "bank" && Demarc::Tool::"bank/pay" in Demarc::Server::"bank"',
      'Demarc::Server::"bank".name == "bank"',
    ])
      expect([condition, decide(condition, { person })]).toEqual([condition, 'allow']);
    expect(decide('Demarc::Agent::"other".authentication == "jwt"', { person })).toBe('deny');
    const uid = (id: string) => ({ type: 'Demarc::Server', id });
    const entities = [{ uid: uid('other'), parents: [uid('inner')] }];
    for (const condition of ['Demarc::Server::"other" in resource.server', 'Demarc::Server::"a" in resource.server'])
      expect(decide(condition, {}, entities)).toBe('deny');
    expect(decide('Demarc::Server::"other".name == "other"', {}, entities)).toBe('allow');
  });

  it('loses a training when it expires, though the principal is the same object', () => {
    const decider = deciderOf('permit (principal, action, resource) when { principal.training.contains("basics") };');
    const request = requestOf();
    const principal = {
      ...request.principal,
      training: [
        { module: 'basics', expiresMs: 1_000 },
        { module: 'other', expiresMs: 9_000 },
      ],
    };
    const at = (timeMs: number): string => decider.decide({ ...request, principal, timeMs }).decision;
    expect([at(0), at(999), at(1_000), at(5_000)]).toEqual(['allow', 'allow', 'deny', 'deny']);
  });
});

describe('arguments and where they came from', () => {
  it('are typed as the schema says', () => {
    const args = {
      recipient: 'ann@x.org',
      amount: 99.5,
      at: '2026-01-05T10:00:00+01:00',
      day: '2026-01-05',
      from: '10.1.2.3',
      tags: ['b', 'a'],
      order: { account: 'DE1', lines: [{ to: 'x' }] },
    };
    for (const condition of [
      'context.args.recipient like "*@x.org"',
      'context.args has amount && context.args.amount.lessThan(decimal("100.0"))',
      'context.args has at && context.args.at == datetime("2026-01-05T09:00:00Z")',
      'context.args has day && context.args.day == datetime("2026-01-05")',
      'context.args has from && context.args.from.isInRange(ip("10.0.0.0/8"))',
      'context.args has tags && context.args.tags == ["a", "b"]',
      'context.args has order.account && context.args.order.account == "DE1"',
      'context.args has order.lines && context.args.order.lines.contains({to: "x"})',
    ])
      expect([condition, holds(condition, { args })]).toEqual([condition, true]);
  });

  it.each([
    ['recipient == "a"', [5, null, ['a'], { a: 1 }]],
    ['count > 1', ['5', 1.5, 1e30, true, [5]]],
    ['sure', ['true', 1]],
    ['amount.lessThan(decimal("1.0"))', ['5', 1.23456, 1e300, []]],
    ['at < datetime("2026-01-05")', [5, 'tomorrow', '2026-01-05']],
    ['from.isIpv4()', [5, '10.0.0', 'localhost']],
    ['tags.isEmpty()', ['x', { 0: 'x' }, [5]]],
    ['order.account == "a"', ['a', ['a'], 5, { account: 5 }]],
  ])('that are of another type deny: %s', (condition, values) => {
    const [name = ''] = /^\w+/.exec(condition) ?? [];
    const has = name === 'order' ? 'order.account' : name;
    const reads = name === 'recipient' ? '' : `context.args has ${has} && `;
    for (const value of values) {
      const found = holds(`${reads}context.args.${condition}`, { args: { recipient: 'a', [name]: value } });
      expect([value, found]).toEqual([value, 'deny policy.error']);
    }
  });

  it('that are not of their type deny where a policy reads them, and only there', () => {
    const amount = 'context.args has amount && context.args.amount.lessThan(decimal("100.0"))';
    for (const args of [{ amount: '5' }, { amount: 1.23456 }, { amount: 1e300 }, { amount: [] }])
      expect(holds(amount, { args: { recipient: 'a', ...args } })).toBe('deny policy.error');
    for (const day of ['2026-02-30', '2026-1-05', '2026-01-05T00:00:00Z', 20_260_105])
      expect(
        holds('context.args has day && context.args.day < datetime("2026-01-05")', { args: { recipient: 'a', day } }),
      ).toBe('deny policy.error');
    expect(holds('context.args.recipient == "ann"', { args: { recipient: 'ann', amount: '5', at: 'tomorrow' } })).toBe(
      true,
    );
    expect(holds('context.args.recipient == "ann"', { args: {} })).toBe('deny policy.error');
    expect(holds(amount, { args: { recipient: 'a', amount: null } })).toBe(false);
  });

  it('for which Cedar has no type are there, and deny where a policy reads them', () => {
    const asked = 'context.args has anything';
    for (const anything of ['eve@x.example', ['eve@x.example'], 0]) {
      const args = { recipient: 'ann', anything };
      expect(holds(asked, { args })).toBe(true);
      expect(holds(`${asked} && context.args.anything like "*eve*"`, { args })).toBe('deny policy.error');
    }
    for (const args of [{ recipient: 'ann' }, { recipient: 'ann', anything: null }])
      expect(holds(asked, { args })).toBe(false);
  });

  it('G5: names of the prototype are no arguments', () => {
    const args = JSON.parse('{"recipient":"ann","__proto__":{"amount":1},"constructor":{"amount":1}}') as object;
    expect(holds('context.args has amount', { args })).toBe(false);
    expect(holds('context.args has toString', { args: { recipient: 'ann' } })).toBe(false);
    const decider = deciderOf(
      `${permit}@reason("held") forbid (principal, action == Demarc::Action::"bank/pay", resource) when { context.undeclared == ["__proto__", "constructor"] };`,
    );
    expect(decider.decide({ ...requestOf(), args }).reasons).toEqual(['held']);
  });

  it('have an origin each: the least trusted of their parts, absent and untraced told apart', () => {
    const args = {
      recipient: 'a',
      amount: 5,
      tags: ['x', 'y'],
      order: { account: 'b', lines: [{ to: 'c' }] },
      anything: [1],
    };
    const origins = {
      recipient: 'user',
      'tags.0': 'user',
      'tags.1': 'free',
      'order.lines.0.to': 'structured',
      'anything.0': 'system',
    };
    for (const [path, origin] of Object.entries({
      recipient: 'user',
      amount: 'untraced',
      tags: 'free',
      at: 'absent',
      'order.account': 'untraced',
      'order.lines': 'structured',
      anything: 'system',
    }))
      expect([path, holds(`context.origins.${path} == "${origin}"`, { args, origins })]).toEqual([path, true]);
  });

  it('have the origin of no other argument whose name begins alike, and one also where nothing was given', () => {
    const origins = {
      recipient: 'user',
      recipients: 'nowhere',
      'order.account': 'structured',
      'order.accounts': 'free',
    };
    const args = { recipient: 'a', order: { account: 'b' } };
    expect(holds('context.origins.recipient == "user"', { args, origins })).toBe(true);
    expect(holds('context.origins.order.account == "structured"', { args, origins })).toBe(true);
    expect(holds('context.origins.order.account == "absent"', { args: { recipient: 'a' }, origins })).toBe(true);
  });

  it('of which tracing stopped are the least trusted', () => {
    expect(holds('context.origins.recipient == "nowhere"', { doubts: ['provenance.untraced'] })).toBe(true);
  });

  it('that stand where an object should are all of its fields', () => {
    for (const order of ['free text', ['free text'], 5]) {
      const more = { args: { recipient: 'a', order }, origins: { order: 'free' } };
      expect(holds('context.origins.order.account == "free"', more)).toBe(true);
    }
  });

  it('that no schema declares are told', () => {
    const args = { recipient: 'a', bcc: 'b', order: { account: 'c', note: 'd', lines: [{ to: 'x', cc: 'y' }] } };
    expect(holds('context.undeclared == ["bcc", "order.note", "order.lines[].cc"]', { args })).toBe(true);
    const odd = { recipient: { a: 1 }, tags: 'x', order: { lines: { to: 'x', cc: 'y' } } };
    expect(holds('context.undeclared.isEmpty()', { args: odd })).toBe(true);
  });

  it.each<[string, unknown, string[]]>([
    [
      'that takes any other',
      { type: 'object', properties: { to: { type: 'string' } }, additionalProperties: true },
      ['bcc'],
    ],
    [
      'of several forms',
      { type: 'object', oneOf: ['to', 'bcc'].map((name) => ({ properties: { [name]: { type: 'string' } } })) },
      ['to', 'bcc'],
    ],
    ['that says nothing', { type: 'object' }, ['to', 'bcc']],
    ['that is none', undefined, ['to', 'bcc']],
  ])('that no policy can look at are told of a schema %s', (_what, schema, expected) => {
    const text = 'permit (principal, action, resource) when { context.undeclared.isEmpty() };';
    const open: SchemaTool = { server: 'mail', name: 'send', labels: unknownTool, inputSchema: schema };
    const decider = new Decider(loadPolicySet({ files: [{ path: 'x.cedar', text }], tools: [open] }));
    const decide = (more: object): string => {
      const args = { to: 'ann', bcc: 'eve' };
      return decider.decide(readRequest({ use: 'mail/send', args, ...more }, 'r', [open]).request).decision;
    };
    expect([decide({}), decide({ args: {} }), decide({ feature: 'prompt' })]).toEqual(['deny', 'allow', 'allow']);
    expect(undeclared(readObjectSchema(schema).type, { to: 'ann', bcc: 'eve' })).toEqual(expected);
  });
});

describe('the tool', () => {
  it.each([
    'effect == "send"',
    'action == "other"',
    'untrustedOutput',
    'sendsOut',
    'confidentiality.name == "internal"',
    'document',
    'reviewed',
  ])('has labels: %s', (label) => {
    const labels = {
      ...unknownTool,
      effect: 'send',
      untrustedOutput: true,
      confidentiality: 'internal',
      document: true,
    };
    expect(holds(`context.labels.${label}`, { labels, reviewed: true })).toBe(true);
    const others = { ...labels, effect: 'read', action: 'read', confidentiality: 'public' };
    const none = { ...others, untrustedOutput: false, sendsOut: false, document: false };
    expect(holds(`context.labels.${label}`, { labels: none, reviewed: false })).toBe(false);
  });
});

describe('the run', () => {
  it('is tainted and private when either side says so', () => {
    const decider = deciderOf(
      `${permit}@reason("held") forbid (principal, action, resource) when { context.tainted };`,
    );
    const { call, label, ...request } = requestOf();
    expect(decider.decide({ ...request, call, label }).decision).toBe('allow');
    expect(decider.decide({ ...request, call: { ...call, tainted: true }, label }).decision).toBe('deny');
    expect(decider.decide({ ...request, call, label: { ...label, tainted: true } }).decision).toBe('deny');
    expect(holds('context.readPrivate', { runLabel: 'confidential' })).toBe(true);
    expect(holds('context.readPrivate', { readPrivate: true })).toBe(true);
    expect(holds('context.readPrivate || context.tainted', { runLabel: 'internal' })).toBe(false);
    expect(
      holds('context.run.label.name == "restricted" && context.run.label.level == 3', { runLabel: 'restricted' }),
    ).toBe(true);
  });

  it('has a time', () => {
    const office = 'context.time.toTime() >= duration("9h") && context.time.toTime() < duration("17h")';
    expect(holds(office, { time: '2026-01-05T16:59:59Z' })).toBe(true);
    expect(holds(office, { time: '2026-01-05T17:00:00Z' })).toBe(false);
  });
});
