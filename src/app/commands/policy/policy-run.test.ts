import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unknownTool } from '../../../model/tool-labels.ts';
import { nodeFiles } from '../../node-ports.ts';
import { loadSetFolder, readSetFolder } from '../../policy/read-set.ts';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import type { SetFlags } from './commands.ts';
import { runCoverage } from './coverage-run.ts';
import { runDiff } from './diff-run.ts';
import { runExplain } from './explain-run.ts';
import { runSign } from './sign-run.ts';
import { runTest } from './test-run.ts';
import { runValidate } from './validate-run.ts';

const root = mkdtempSync(join(tmpdir(), 'demarc-policy-'));
afterAll(() => rmSync(root, { recursive: true }));
const write = (path: string, text: string): string => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
};
const toolsFile = write(
  'tools.json',
  JSON.stringify({
    tools: [
      {
        name: 'search_notes',
        inputSchema: { type: 'object', properties: { query: { type: 'string' }, filter: {} } },
        outputSchema: { type: 'object', properties: { rows: {} } },
        annotations: { readOnlyHint: true },
      },
      { name: 'send_mail', inputSchema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] } },
    ],
  }),
);
const flags = (more: Partial<SetFlags> = {}): SetFlags => ({ json: true, tools: [`mail=${toolsFile}`], ...more });
const set = (name: string, text: string, cases?: string): string => {
  write(`${name}/sub/main.cedar`, text);
  if (cases !== undefined) write(`${name}/cases.yaml`, cases);
  return join(root, name);
};
function run(work: (context: ReturnType<typeof keepingContext>) => number): {
  code: number;
  out: string;
  json: Record<string, unknown>;
} {
  const context = keepingContext();
  const code = work(context);
  const out = context.out.join('');
  return { code, out, json: out.startsWith('{') ? (JSON.parse(out) as Record<string, unknown>) : {} };
}

const permit = '@id("all") permit (principal, action, resource);\n';
const staffOnly =
  '@id("staff") permit (principal in Demarc::Role::"staff", action in Demarc::Action::"read", resource);\n' +
  '@id("mail") @reason("mail.external") forbid (principal, action == Demarc::Action::"mail/send_mail", resource) unless { context.args.to like "*@x.org" };\n';

describe('demarc policy validate', () => {
  it('says what a set is made of, and what of the tools policies cannot see', () => {
    const { code, json } = run((context) => runValidate(context, flags(), set('good', permit)));
    expect(code).toBe(0);
    expect(json).toMatchObject({ valid: true, policies: 1, tools: ['mail/search_notes', 'mail/send_mail'] });
    expect(json['unseen']).toEqual([
      { tool: 'mail/search_notes', part: 'input', path: 'filter', reason: 'may be anything' },
      { tool: 'mail/search_notes', part: 'output', path: 'rows', reason: 'may be anything' },
    ]);
  });

  it('says that no tool is known, where that is why a policy names none', () => {
    const name = set('toolless', 'permit (principal, action == Demarc::Action::"mail/send_mail", resource);');
    const told = (more: Partial<SetFlags>): string => {
      const context = keepingContext();
      runValidate(context, { json: false, ...more }, name);
      return context.err.join('');
    };
    expect(told({})).toContain('no tool is known: --tools <server>=');
    expect(told({ tools: [`mail=${toolsFile}`] })).toBe('');
    expect(run((context) => runValidate(context, flags({ json: false }), name)).out).toMatch(
      /^1 policy, 2 tools, valid/,
    );
  });

  it('tells each problem with file and line', () => {
    const name = set('bad', `${permit}\nforbid (principal, action == Demarc::Action::"mail/send_mial", resource);`);
    const { code, json } = run((context) => runValidate(context, flags(), name));
    expect(code).toBe(1);
    expect(json['problems']).toEqual([
      {
        file: 'sub/main.cedar',
        line: 3,
        message: 'there is no tool or group of actions `mail/send_mial`',
        hint: 'did you mean `mail/send_mail`?',
      },
    ]);
    expect(run((context) => runValidate(context, flags({ json: false }), name)).out).toMatch(
      /main\.cedar:3: .*\n {2}hint: /,
    );
  });

  it('refuses what is no set', () => {
    const context = keepingContext();
    expect(() => runValidate(context, flags(), join(root, 'missing'))).toThrow(
      expect.objectContaining({ code: 'DMC_POLICY' }),
    );
    expect(() => runValidate(context, flags({ tools: ['tools.json'] }), set('good', permit))).toThrow(
      expect.objectContaining({ code: 'DMC_USAGE' }),
    );
    write('broken/entities.json', '[{"uid": 1}]');
    expect(() => runValidate(context, flags(), set('broken', permit))).toThrow(/entities\.json/);
  });
});

describe('demarc policy test', () => {
  const cases = (expectation: string): string =>
    `cases:\n  - name: mail goes out\n    request: { use: mail/send_mail, args: { to: a@y.org }, principal: { roles: [staff] } }\n    expect: ${expectation}\n    reasons: [mail.external]\n`;

  it('runs the cases, and says what failed', () => {
    expect(run((context) => runTest(context, flags(), set('cased', staffOnly, cases('deny'))))).toMatchObject({
      code: 0,
      json: { passed: 1, failed: [] },
    });
    const failed = run((context) => runTest(context, flags({ json: false }), set('cased', staffOnly, cases('ask'))));
    expect(failed.code).toBe(1);
    expect(failed.out).toContain(
      'FAIL mail goes out\n     expected ask (mail.external)\n     found    deny (mail.external)\n0 passed, 1 failed',
    );
  });

  it('takes no case that it does not understand, and no set without one', () => {
    const context = keepingContext();
    expect(() =>
      runTest(
        context,
        flags(),
        set('odd', permit, 'cases:\n  - name: x\n    request: { use: a/b, agrs: {} }\n    expect: deny\n'),
      ),
    ).toThrow(/cases\.yaml.*agrs/);
    expect(() => runTest(context, flags(), set('good', permit))).toThrow(/has no cases/);
  });
});

describe('demarc policy explain', () => {
  it('names the policies that decided, where they stand, and what failed', () => {
    const name = set('explained', staffOnly);
    const request = write('request.yaml', 'use: mail/send_mail\nargs: { to: a@y.org }\n');
    expect(run((context) => runExplain(context, flags(), name, request)).json).toMatchObject({
      decision: 'deny',
      reasons: ['mail.external'],
      parts: [{ policy: 'mail', file: 'sub/main.cedar', line: 2, effect: 'forbid', did: 'held' }],
    });
    const missing = write('missing.json', JSON.stringify({ use: 'mail/send_mail' }));
    expect(run((context) => runExplain(context, flags({ json: false }), name, missing)).out).toBe(
      'deny: policy.error\n  forbid failed: mail (sub/main.cedar:2): record does not have the attribute `to`\n',
    );
  });

  it('goes by what a gateway goes by: the approval of labels, and that a resource is only read', () => {
    const approved = { ...unknownTool, name: 'send_mail', review: 'approved', because: [] };
    const manifest = write('manifest.json', JSON.stringify({ manifest: 1, tools: [approved] }));
    const decision = (request: string): unknown =>
      run((context) => runExplain(context, flags({ manifest }), 'least-privilege', write('use.yaml', request))).json[
        'decision'
      ];
    expect(decision('{ use: mail/send_mail, args: { to: a@x.org } }')).toBe('ask');
    expect(decision('{ use: mail/send_mail, args: { to: a@x.org }, reviewed: false }')).toBe('deny');
    expect(decision('{ use: mail/search_notes }')).toBe('allow');
    expect(decision('{ use: "mail/file:///notes", feature: resource }')).toBe('allow');
    expect(decision('{ use: mail/hello, feature: prompt }')).toBe('allow');
  });
});

describe('demarc policy coverage', () => {
  it('says who can reach what, which policies never apply and which permits never count', () => {
    const text =
      `${staffOnly}@id("dead") forbid (principal in Demarc::Role::"staff", action in Demarc::Action::"read", resource) when { context.labels.effect == "write" };\n` +
      '@id("dead-permit") permit (principal, action, resource) when { context.labels.effect == "none" };\n' +
      '@id("shadow") permit (principal in Demarc::Role::"guest", action, resource);\n@id("never-guest") forbid (principal in Demarc::Role::"guest", action, resource);\n';
    const { json } = run((context) => runCoverage(context, flags(), set('covered', text)));
    expect(json).toMatchObject({ unreachable: ['dead', 'dead-permit'], shadowed: ['shadow'] });
    const cells = json['cells'] as { subject: string; tool: string; possible: string[] }[];
    const of = (subject: string, tool: string): string[] => [
      ...new Set(
        cells.filter((cell) => cell.subject === subject && cell.tool === tool).flatMap(({ possible }) => possible),
      ),
    ];
    expect(of('role staff', 'mail/search_notes')).toEqual(['allow']);
    expect(of('role staff', 'mail/send_mail')).toEqual(['deny']);
    expect(of('anyone else', 'mail/search_notes')).toEqual(['deny']);
    expect(of('role guest', 'mail/search_notes')).toEqual(['deny']);
    expect(cells).toHaveLength(3 * 2 * 2 * 4);
  });

  it('does not say of policies about resources and prompts, which it has no cells of, that they never apply', () => {
    const about = [
      'action == Demarc::Action::"readResource", resource',
      'action in [Demarc::Action::"getPrompt"], resource',
      'action, resource is Demarc::Resource',
      'action, resource == Demarc::Prompt::"mail/hello"',
    ];
    const text = about.map((scope, at) => `@id("p${at}") forbid (principal, ${scope});\n`).join('');
    const { json } = run((context) => runCoverage(context, flags(), set('other-features', permit + text)));
    expect(json['unreachable']).toEqual([]);
  });
});

describe('demarc policy diff', () => {
  const diff = (before: string, after: string, more: Partial<SetFlags> = {}) =>
    run((context) => runDiff(context, flags(more), set('before', before), set('after', after)));

  it('shows the cells that move, and nothing when only names do', () => {
    const added = `${permit}@id("no") @ask("tainted.send") forbid (principal, action in Demarc::Action::"sends", resource) when { context.tainted };\n`;
    const { code, json } = diff(permit, added);
    expect(code).toBe(1);
    expect(json['changed']).toHaveLength(4);
    expect((json['changed'] as unknown[])[0]).toMatchObject({
      tool: 'mail/send_mail',
      tainted: true,
      before: ['allow'],
      after: ['ask'],
      conditionsOnly: false,
    });
    expect(json['others']).toEqual([]);
    expect(diff(permit, added, { json: false }).out).toContain(
      'mail/send_mail  anyone else  allow -> ask  (tainted run)',
    );
    expect(diff(permit, permit.replace('"all"', '"any"'))).toMatchObject({ code: 0 });
  });

  it('misses no change of a condition that it cannot decide', () => {
    const about = (domain: string): string =>
      `${permit}@id("to") forbid (principal, action == Demarc::Action::"mail/send_mail", resource) when { context.args.to like "*@${domain}" };\n`;
    const { json } = diff(about('x.org'), about('y.org'));
    expect(json['changed']).toHaveLength(8);
    expect((json['changed'] as unknown[])[0]).toMatchObject({ conditionsOnly: true, before: ['allow', 'deny'] });
    const other = about('x.org').replace('context.args.to', 'context.origins.to');
    expect(diff(about('x.org'), other).json['changed']).toHaveLength(8);
  });

  it('shows none where it makes no difference: by the order of policies, or where another decides', () => {
    const when = (condition: string): string =>
      `forbid (principal, action == Demarc::Action::"mail/send_mail", resource) when { ${condition} };\n`;
    const [first, second] = [when('context.args.to == "a"'), when('context.intent == "unseen"')];
    expect(diff(permit + first + second, permit + second + first)).toMatchObject({ code: 0 });
    expect(diff(permit + when('true') + first, permit + when('true') + second)).toMatchObject({ code: 0 });
  });

  it('misses no change of policies about resources and prompts', () => {
    const about = (path: string): string =>
      `${permit}@id("files") forbid (principal, action == Demarc::Action::"readResource", resource) when { resource.uri like "file:///${path}/*" };\n`;
    expect(diff(about('etc'), about('etc').replace('files', 'other'))).toMatchObject({ code: 0, json: { others: [] } });
    expect(diff(about('etc'), about('tmp'))).toMatchObject({ code: 1, json: { changed: [], others: ['files'] } });
    expect(diff(about('etc'), permit, { json: false }).out).toBe(
      'policies about resources and prompts, which have no cells\n  files\n',
    );
  });

  it('misses no change of the hierarchy', () => {
    const when = 'forbid (principal, action, resource) when { context.intent == "unseen" };';
    const person = 'principal.person in Demarc::Group::"finance"';
    const cases: readonly (readonly [string, string, string, object])[] = [
      ['Role', 'principal in Demarc::Role::"staff"', 'true', { before: ['deny'], after: ['allow'] }],
      ['Group', 'principal', person, { before: ['allow', 'deny'], conditionsOnly: true }],
      ['Server', 'principal', 'resource in Demarc::Server::"inner"', { before: ['deny'], after: ['allow'] }],
    ];
    for (const [type, principal, condition, change] of cases) {
      const text = `permit (${principal}, action, resource) when { ${condition} };`;
      const [before, after] = [set(`before-${type}`, text), set(`after-${type}`, text)];
      const above = { Role: 'staff', Group: 'finance', Server: 'inner' }[type] ?? '';
      const uid = (id: string): object => ({ type: `Demarc::${type}`, id });
      const below = uid(type === 'Server' ? 'mail' : 'new');
      write(`after-${type}/entities.json`, JSON.stringify([{ uid: below, parents: [uid(above)] }]));
      const { code, json } = run((context) => runDiff(context, flags(), before, after));
      expect([type, code]).toEqual([type, 1]);
      expect((json['changed'] as unknown[])[0]).toMatchObject(change);
    }
    // Nothing asks for groups there.
    write('before-Role/entities.json', JSON.stringify([{ uid: { type: 'Demarc::Group', id: 'a' } }]));
    const above = [{ type: 'Demarc::Group', id: 'b' }];
    write('after-Role/entities.json', JSON.stringify([{ uid: { type: 'Demarc::Group', id: 'a' }, parents: above }]));
    const [before, after] = ['before-Role', 'after-Role'].map((name) => join(root, name));
    write('before-Role/sub/main.cedar', permit + when);
    write('after-Role/sub/main.cedar', permit + when);
    expect(run((context) => runDiff(context, flags(), before!, after!)).code).toBe(0);
  });
});

describe('demarc policy sign', () => {
  const sign = async (folder: string, newKey?: string): Promise<string> => {
    const context = keepingContext();
    await runSign(context, { key: join(root, 'policy.key'), newKey }, folder);
    return context.out.join('').trim().split('\n').at(-1) ?? '';
  };
  const load = (folder: string, key: string): string =>
    loadSetFolder(readSetFolder(nodeFiles, folder, folder), { tools: [], key }).digest;

  it('makes a set that loads with its key only, and not after a change', async () => {
    const folder = set('signed', permit);
    expect(() => load(folder, 'policy.example+00000000+x')).toThrow();
    const key = await sign(folder, 'policy.example');
    expect(key).toMatch(/^policy\.example\+[0-9a-f]{8}\+/);
    expect(statSync(join(root, 'policy.key')).mode & 0o077).toBe(0);
    expect(load(folder, key)).toMatch(/^sha256:/);
    expect(await sign(folder)).toBe(key);
    await expect(sign(folder, 'policy.example')).rejects.toThrow(/is there already/);

    write('signed/sub/main.cedar', `${permit} `);
    expect(() => load(folder, key)).toThrow(/is not the one that was signed/);
    write('signed/sub/main.cedar', permit);
    expect(load(folder, key)).toMatch(/^sha256:/);
    write('signed/sub/more.cedar', '@id("more") permit (principal, action, resource);');
    expect(() => load(folder, key)).toThrow(/is not the one that was signed/);
    rmSync(join(root, 'signed/sub/more.cedar'));
    write('signed/policies.note', 'nonsense');
    expect(() => load(folder, key)).toThrow(/signature that is none/);
    rmSync(join(root, 'signed/policies.note'));
    expect(() => load(folder, key)).toThrow(/has no signature/);
  });

  it('another key of the same name does not count', async () => {
    const folder = set('twice', permit);
    const key = await sign(folder);
    const context = keepingContext();
    await runSign(context, { key: join(root, 'other.key'), newKey: 'policy.example' }, folder);
    expect(() => load(folder, key)).toThrow(/not signed by `policy\.example`/);
  });
});

describe('temporal blocks', () => {
  const readFirst = (window: string): string =>
    '@id("read") permit (principal, action in Demarc::Action::"read", resource);\n' +
    '@id("mail.read-first") permit (principal, action == Demarc::Action::"mail/send_mail", resource)\n' +
    `when temporal {\n  formerly within ${window} Demarc::Action::"mail/search_notes"::response{ }\n};\n`;
  const cases = (temporal: string): string =>
    [
      'cases:',
      `  - {name: after a search, request: {use: mail/send_mail, args: {to: a@x.org}, temporal: [${temporal}]}, expect: allow}`,
      '  - {name: at once, request: {use: mail/send_mail, args: {to: a@x.org}}, expect: deny}\n',
    ].join('\n');

  it('are checked, and their conditions are named', () => {
    const folder = set('temporal', readFirst('30m'));
    const { code, json } = run((context) => runValidate(context, flags(), folder));
    expect([code, json['valid'], json['conditions']]).toEqual([0, true, ['mail_read_first']]);
    const { out } = run((context) => runValidate(context, flags({ json: false }), folder));
    expect(out).toContain('temporal conditions\n  mail_read_first\n');
  });

  it('that cannot be read refuse the set, with file and line', () => {
    const folder = set('temporal-bad', readFirst('30x'));
    const { code, json } = run((context) => runValidate(context, flags(), folder));
    expect([code, json['valid']]).toEqual([1, false]);
    expect(json['problems']).toMatchObject([{ file: 'sub/main.cedar', line: 4 }]);
  });

  it('hold in cases and requests that name them, and a name that is none is an error', () => {
    const good = set('temporal-cases', readFirst('30m'), cases('mail_read_first'));
    expect(run((context) => runTest(context, flags(), good)).json).toMatchObject({ passed: 2, failed: [] });
    const request = write('temporal.yaml', 'use: mail/send_mail\nargs: {to: a@x.org}\ntemporal: [mail_read_first]\n');
    expect(run((context) => runExplain(context, flags(), good, request)).json).toMatchObject({
      decision: 'allow',
      parts: [{ policy: 'mail.read-first', line: 2, did: 'held' }],
    });
    const bad = set('temporal-misspelt', readFirst('30m'), cases('mail_red_first'));
    expect(() => run((context) => runTest(context, flags(), bad))).toThrow(
      'the case `after a search`: the set has no temporal condition `mail_red_first`',
    );
  });

  it('are open in a coverage, and a diff sees what changes in them, and nothing else', () => {
    const [half, hour] = [set('temporal-half', readFirst('30m')), set('temporal-hour', readFirst('1h'))];
    const spaced = set('temporal-spaced', readFirst('30m').replace('mail.read-first', 'mail.other-id'));
    const covered = run((context) => runCoverage(context, flags(), half)).json['cells'] as { possible: string[] }[];
    expect(covered.some(({ possible }) => possible.join() === 'allow,deny')).toBe(true);
    const moved = run((context) => runDiff(context, flags(), half, hour));
    expect(moved.code).toBe(1);
    expect(moved.json['changed']).toMatchObject(Array(8).fill({ tool: 'mail/send_mail', conditionsOnly: true }));
    expect(run((context) => runDiff(context, flags(), half, spaced)).json['changed']).toEqual([]);
  });
});
