import { describe, expect, it } from 'vitest';
import { unknownTool } from '../../model/tool-labels.ts';
import { generateSchema, type SchemaTool } from '../schema/generate.ts';
import { checkConditions } from './check-names.ts';
import { HistoryEvent, eventFacts, factOf, requestFacts } from './facts.ts';
import { requestFor } from './fixtures/run.ts';
import { preprocess } from './preprocess.ts';

const object = (properties: Record<string, unknown>, additionalProperties = false) => ({
  type: 'object',
  properties,
  additionalProperties,
});
const tool = (server: string, name: string, inputSchema: unknown, outputSchema?: unknown): SchemaTool => ({
  server,
  name,
  inputSchema,
  outputSchema,
  labels: unknownTool,
});
const schema = generateSchema([
  tool(
    'bank',
    'pay',
    object({ amount: { type: 'number' }, account: { type: 'string' }, at: object({ city: { type: 'string' } }) }),
  ),
  tool('bank', 'check', object({ account: { type: 'string' } }), object({ ok: { type: 'boolean' } })),
  tool('shop', 'pay', object({ amount: { type: 'string' } })),
  tool('files', 'read', object({ id: { type: 'integer' } }, true)),
]);

function problems(condition: string, scope = 'action'): string[] {
  const text = `permit (principal, ${scope}, resource)\nwhen temporal {\n${condition} };`;
  return checkConditions(preprocess('p.cedar', text).conditions, schema).map(({ file, line, message, hint }) =>
    [`${file}:${line}`, message, hint].join(' | '),
  );
}

describe('what does not fit the tools', () => {
  it.each([
    ['a tool', 'Demarc::Action::"bank/pey"::request{}', 'there is no action `bank/pey` | did you mean `bank/pay`?'],
    ['a server', 'Demarc::Action::"mail/*"::request{}', 'there is no action `mail/*`'],
    [
      'an argument',
      'Demarc::Action::"bank/pay"::request{ args.amonut: 1 }',
      'no tool that is meant has `amonut` in its arguments',
    ],
    [
      'an argument of any tool of a server',
      'Demarc::Action::"bank/*"::request{ args.id: 1 }',
      'has `id` in its arguments',
    ],
    ['an argument in an argument', 'Demarc::Action::"bank/pay"::request{ args.at.town: "x" }', 'has `at.town`'],
    ['a result', 'Demarc::Action::"bank/check"::response{ output.okay: true }', 'has `okay` in its results'],
    [
      'the type of an argument',
      'Demarc::Action::"bank/pay"::request{ args.amount: "1" }',
      '`args.amount` is of type Long',
    ],
    [
      'the type of a result',
      'Demarc::Action::"bank/check"::response{ output.ok: "yes" }',
      '`output.ok` is of type Boolean',
    ],
    [
      'the type of a variable',
      'exists (a: Long). Demarc::Action::"bank/pay"::request{ args.account: a }',
      'of type String',
    ],
  ])('names %s', (_what, condition, message) => {
    expect(problems(condition).join('\n')).toContain(message);
    expect(problems(condition)[0]).toMatch(/^p\.cedar:3 /);
  });

  it('names an argument that a tool of the scope does not have', () => {
    const condition = 'Demarc::Action::"bank/pay"::request{ args.account: context.args.id }';
    expect(problems(condition, 'action == Demarc::Action::"bank/check"')).toEqual([
      'p.cedar:3 | the tool `bank/check` has no argument `id`, which the condition takes from the request | ',
    ]);
  });

  it('goes by every tool where the scope names a group', () => {
    const condition = 'Demarc::Action::"bank/pay"::request{ args.account: context.args.id }';
    expect(problems(condition, 'action in [Demarc::Action::"bank/check", Demarc::Action::"write"]')[0]).toContain(
      'Long',
    );
  });

  it('names arguments that are never equal', () => {
    const condition = 'Demarc::Action::"bank/pay"::request{ args.amount: context.args.account }';
    expect(problems(condition, 'action == Demarc::Action::"bank/check"')[0]).toContain('of type String');
  });

  it.each([
    'Demarc::Action::"bank/pay"::request{ args.amount: 1, args.at.city: "x" }',
    'Demarc::Action::"*"::request{ args.id: 1 } && Demarc::Action::"sends"::request{}',
    'Demarc::Action::"files/read"::response{ args.anything: 1, output.anything: 1 }',
    'Demarc::Action::"readResource"::response{ tainted: true }',
    'Demarc::Action::"getPrompt"::response{ tainted: true }',
    'Demarc::Action::"*"::request{ args.amount: "1" }',
    'sum_within(a, 1h, Demarc::Action::"bank/pay"::request{ args.amount: a }) > 5',
    'count_distinct_within(a, 1h, Demarc::Action::"files/read"::request{ args.id: a }) > 5',
  ])('says nothing of %s', (condition) => {
    expect(problems(condition)).toEqual([]);
  });
});

describe('facts', () => {
  it('have names and types that Cedar policies have for them as well', () => {
    const { Demarc } = schema.json as Record<string, Record<string, Record<string, Json>>>;
    const variables: Record<string, Json> = {
      context: Demarc?.['actions']?.['bank/pay']?.['appliesTo']?.['context'] ?? {},
      principal: Demarc?.['entityTypes']?.['Agent']?.['shape'] ?? {},
      resource: Demarc?.['entityTypes']?.['Tool']?.['shape'] ?? {},
    };
    for (const [path, { type }] of requestFacts) {
      const [root = '', ...rest] = path.split('.');
      let found: Json = variables[root] ?? {};
      for (const name of rest) {
        found = found['attributes']?.[name] ?? {};
        found = Demarc?.['commonTypes']?.[nameIn(found)] ?? found;
      }
      if (rest.length > 0) expect([path, found['type']]).toEqual([path, type]);
    }
  });

  it('are there for every request and every event', () => {
    const request = requestFor('bank/pay');
    for (const path of requestFacts.keys()) expect([path, factOf(request, path)]).not.toEqual([path, '']);
    const event = HistoryEvent.of({ kind: 'request', call: 'c', request });
    for (const path of eventFacts.keys()) expect([path, event.field(path.split('.'))]).not.toEqual([path, undefined]);
  });
});

describe('taint and private data', () => {
  const request = requestFor('bank/pay');
  const { call, label } = request;

  it('are of the request when either the call or its run has them', () => {
    const facts = (more: object): string[] =>
      ['context.tainted', 'context.readPrivate'].map((path) => factOf({ ...request, ...more }, path));
    expect(facts({})).toEqual(['b0', 'b0']);
    expect(facts({ call: { ...call, tainted: true } })).toEqual(['b1', 'b0']);
    expect(facts({ label: { ...label, tainted: true } })).toEqual(['b1', 'b0']);
    expect(facts({ call: { ...call, readPrivate: true } })).toEqual(['b0', 'b1']);
    expect(facts({ label: { ...label, confidentiality: 'confidential' } })).toEqual(['b0', 'b1']);
    expect(facts({ label: { ...label, confidentiality: 'internal' } })).toEqual(['b0', 'b0']);
  });

  it('are of an answer when its own label has them', () => {
    const tainted = { ...request, call: { ...call, tainted: true } };
    const answer = { kind: 'response', call: 'c', request: tainted, result: {}, label, timeMs: 0 } as const;
    expect(HistoryEvent.of(answer).field(['tainted'])).toBe('b0');
    expect(HistoryEvent.of({ ...answer, label: { ...label, tainted: true } }).field(['tainted'])).toBe('b1');
    expect(HistoryEvent.of({ kind: 'request', call: 'c', request: tainted }).field(['tainted'])).toBe('b1');
    expect(HistoryEvent.deciding(request).field(['tainted'])).toBe('b0');
  });

  it('say who asks, where it is a person', () => {
    const person = { issuer: 'https://idp.example', subject: 'ann', groups: [] };
    const asked = { ...request, principal: { ...request.principal, person } };
    const id = 'eDemarc::Person::"https://idp.example|ann"';
    expect([factOf(asked, 'principal.person'), factOf(request, 'principal.person')]).toEqual([
      id,
      'eDemarc::Person::""',
    ]);
  });
});

describe('an event', () => {
  const answer = (result: unknown): HistoryEvent => {
    const request = requestFor('bank/pay');
    const { label, timeMs } = request;
    return HistoryEvent.of({ kind: 'response', call: 'c', request, result, label, timeMs });
  };

  it.each([
    ['structured content', { content: [], structuredContent: { a: 1 } }, 'n10000'],
    ['a text that is JSON', { content: [{ type: 'text', text: '{"a":1}' }] }, 'n10000'],
    ['a text that is none', { content: [{ type: 'text', text: '{"a":1' }] }, undefined],
    [
      'two texts',
      {
        content: [
          { type: 'text', text: '{"a":1}' },
          { type: 'text', text: '' },
        ],
      },
      undefined,
    ],
    ['a text of another kind', { content: [{ type: 'image', text: '{"a":1}' }] }, undefined],
    ['a text that is a list', { content: [{ type: 'text', text: '[{"a":1}]' }] }, undefined],
    ['another result', { a: 1 }, 'n10000'],
    ['what only its prototype has', { structuredContent: Object.create({ a: 1 }) as unknown }, undefined],
    ['nothing', null, undefined],
  ])('has the fields of %s', (_what, result, value) => {
    expect(answer(result).field(['output', 'a'])).toBe(value);
  });

  it('has no field of a list', () => {
    expect(answer({ structuredContent: { a: [1] } }).field(['output', 'a', 'length'])).toBeUndefined();
  });

  it('is called by its id, its groups, its server and anything', () => {
    const sending = { ...requestFor('mail/send', { labels: { sendsOut: true } }) };
    const { actions } = HistoryEvent.deciding(sending);
    expect([...actions]).toEqual(['mail/send', 'sends', 'write', 'mail/*', '*']);
    expect([...HistoryEvent.deciding({ ...sending, feature: 'resource', name: 'file:///a' }).actions]).toEqual([
      'readResource',
      'read',
      'mail/*',
      '*',
    ]);
    expect(HistoryEvent.deciding({ ...sending, feature: 'prompt' }).actions.has('getPrompt')).toBe(true);
  });
});

const nameIn = ({ name }: Json): string => (typeof name === 'string' ? name : '');

interface Json {
  readonly [name: string]: Json | undefined;
}
