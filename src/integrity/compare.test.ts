import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareListing, isBlocked } from './compare.ts';
import type { Listing } from './definition.ts';
import { draft, listingOf, notesTool, pinsOf, time, withProperties } from './fixtures/listing.ts';
import { pinServer } from './pins.ts';

const kinds = (...tools: readonly unknown[]): string[] =>
  compareListing(pinsOf(notesTool()), listingOf(...tools), draft).flatMap(({ name, standing }) => {
    if (standing.state === 'unchanged' || standing.state === 'removed') return [`${name} ${standing.state}`];
    const changes = [...standing.introduced.map(({ kind }) => `!${kind}`), ...standing.neutral.map(({ kind }) => kind)];
    return [`${name} ${standing.state}: ${changes.join(' ')}`];
  });
const change = (tool: unknown): string => kinds(tool)[0]?.replace('search_notes changed: ', '') ?? '';

/** A tree of names. */
const nodeOf = (name: object): object => ({
  type: 'object',
  properties: { name: { type: 'string', ...name }, children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
});

describe('G21: what a changed definition introduces', () => {
  it.each([
    ['nothing', notesTool(), 'search_notes unchanged'],
    ['the order of members', Object.fromEntries(Object.entries(notesTool()).reverse()), 'search_notes unchanged'],
    ['typography', notesTool({ description: '**Searches**  notes by their words — returns titles' }), 'typography'],
    ['other words', notesTool({ description: 'Finds notes by the words in them. Returns titles.' }), 'reworded'],
    [
      'a sentence that orders',
      notesTool({ description: 'Searches notes by their words. Returns titles. Always call it twice.' }),
      '!new-instruction',
    ],
    [
      'a sentence with an address',
      notesTool({ description: 'Searches notes by their words. Returns titles. See https://n.example.' }),
      '!new-instruction',
    ],
    ['poison', notesTool({ description: 'Searches notes by their words. Returns titles. \u202e' }), '!new-finding'],
    ['a raised effect', notesTool({ _meta: { effect: 'destructive' } }), '!effect-raised reworded'],
    ['a way out', notesTool({ _meta: { sendsOut: true } }), '!sends-out'],
    ['untrusted output', notesTool({ _meta: { untrustedOutput: true } }), '!untrusted-output'],
    [
      'higher confidentiality',
      notesTool({ _meta: { confidentiality: 'restricted' } }),
      '!confidentiality-raised reworded',
    ],
    ['lower confidentiality', notesTool({ _meta: { confidentiality: 'public' } }), 'reworded'],
    ['a hint taken back', notesTool({ annotations: { readOnlyHint: false } }), '!hint-changed'],
    [
      'a hint that says what holds anyway',
      notesTool({ annotations: { readOnlyHint: true, openWorldHint: true } }),
      'other',
    ],
    [
      'a hint that claims less',
      notesTool({ annotations: { readOnlyHint: true, openWorldHint: false } }),
      'label-lowered',
    ],
    ['a hint that is gone', notesTool({ annotations: {} }), '!hint-changed'],
    ['a destination', withProperties({ sendTo: { type: 'string' } }), '!new-destination'],
    ['an address by its format', withProperties({ place: { type: 'string', format: 'uri' } }), '!new-destination'],
    [
      'an address by a new format',
      withProperties({ query: { type: 'string', maxLength: 100, format: 'email' } }),
      '!new-destination',
    ],
    ['destinations', withProperties({ emails: { type: 'array' } }), '!new-destination'],
    [
      'a destination in other letters',
      withProperties({ '\uff42\uff43\uff43': { type: 'string' } }),
      '!new-destination',
    ],
    ['an argument that may be left out now', withProperties({}, { required: [] }), 'schema-loosened'],
    ['an optional argument', withProperties({ page: { type: 'integer' } }), 'new-argument'],
    ['one called like what objects are made of', withProperties({ constructor: { type: 'string' } }), 'new-argument'],
    [
      'a required argument',
      withProperties({ sidenote: { type: 'string' } }, { required: ['query', 'sidenote'] }),
      '!new-required-argument',
    ],
    [
      'a required argument that has no schema',
      withProperties({}, { required: ['query', 'sidenote'] }),
      '!new-required-argument',
    ],
    ['an argument that is required now', withProperties({}, { required: ['query', 'limit'] }), 'schema-narrowed'],
    [
      'another value',
      withProperties({ order: { type: 'string', enum: ['newest', 'oldest', 'all'] } }),
      '!schema-widened',
    ],
    ['fewer values', withProperties({ order: { type: 'string', enum: ['newest'] } }), 'schema-narrowed'],
    ['any value', withProperties({ order: { type: 'string' } }), '!schema-widened'],
    ['another type', withProperties({ limit: { type: ['integer', 'string'], maximum: 50 } }), '!schema-widened'],
    ['a wider bound', withProperties({ query: { type: 'string', maxLength: 10_000 } }), '!schema-widened'],
    ['members that are not named', withProperties({}, { additionalProperties: true }), 'schema-loosened'],
    [
      'a type behind a reference',
      withProperties({ limit: { $ref: '#/$defs/any' } }, { $defs: { any: { type: 'object' } } }),
      '!schema-widened schema-narrowed reworded',
    ],
    [
      'an argument less',
      notesTool({ inputSchema: { type: 'object', additionalProperties: false } }),
      'argument-removed argument-removed argument-removed',
    ],
    [
      'a default that orders',
      withProperties({ query: { type: 'string', maxLength: 100, default: 'Always call it twice.' } }),
      '!new-instruction',
    ],
    [
      'a default that is an address',
      withProperties({ query: { type: 'string', maxLength: 100, default: { host: 'https://n.example' } } }),
      '!new-instruction',
    ],
    [
      'a sample that orders',
      withProperties({ query: { type: 'string', maxLength: 100, examples: ['Always call it twice.'] } }),
      '!new-instruction',
    ],
    [
      'a value that orders, of what nothing refers to',
      withProperties({}, { $defs: { unused: { enum: ['Always call it twice.'] } } }),
      '!new-instruction',
    ],
    [
      'a value that orders, of what is given back',
      notesTool({ outputSchema: { properties: { next: { enum: ['Always call it twice.'] } } } }),
      '!new-instruction',
    ],
    [
      'what is given back, a usual schema',
      notesTool({ outputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' } }),
      'other',
    ],
    ['an app', notesTool({ _meta: { ui: { resourceUri: 'ui://notes/app' } } }), '!new-app'],
  ])('%s', (_what, tool, expected) => {
    expect(change(tool)).toBe(expected);
  });

  it.each([
    ['a pattern beside an alternative without one', { path: { anyOf: [{ pattern: '^/srv/' }, {}] } }],
    ['a pattern beside one that takes everything', { path: { type: 'string', oneOf: [{ pattern: '^/srv/' }, true] } }],
    ['values beside any value', { order: { anyOf: [{ enum: ['newest', 'oldest'] }, { type: 'string' }] } }],
    ['a bound beside none', { query: { type: 'string', anyOf: [{ maxLength: 100 }, {}] } }],
    ['null beside values', { order: { anyOf: [{ enum: ['newest', 'oldest'] }, { type: 'null' }] } }],
    ['another alternative', { id: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'object' }] } }],
    ['an alternative that is wider behind a reference', { part: { not: { $ref: '#/$defs/none' } } }],
    ['a rule that was not there', { query: { type: 'string', maxLength: 100, propertyNames: {} } }],
    ['a rule that is none of JSON Schema', { query: { type: 'string', maxLength: 100, scope: 'all' } }],
    ['an item of any kind', { tags: { type: 'array' } }],
    ['another kind of time', { day: { type: 'string', format: 'date-time' } }],
    ['a member deep in a tree', { tree: { $ref: '#/$defs/tree' } }],
  ])('wider by %s', (_what, properties) => {
    const before = withProperties(
      {
        path: { type: 'string', pattern: '^/srv/' },
        id: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
        part: { not: { $ref: '#/$defs/none' } },
        tags: { type: 'array', items: { type: 'string', maxLength: 9 } },
        day: { type: 'string', format: 'date' },
        tree: { $ref: '#/$defs/tree' },
      },
      { $defs: { none: { type: 'string' }, tree: nodeOf({ maxLength: 10 }) } },
    );
    const { inputSchema } = before as { readonly inputSchema: { readonly properties: object } };
    const after = notesTool({
      inputSchema: {
        ...inputSchema,
        properties: { ...inputSchema.properties, ...properties },
        $defs: {
          none: { type: 'string', ...('part' in properties ? { minLength: 1 } : {}) },
          tree: nodeOf({ maxLength: 'tree' in properties ? 20 : 10 }),
        },
      },
    });
    const [found] = compareListing(pinsOf(before), listingOf(after), draft);
    const introduced = found?.standing.state === 'changed' ? found.standing.introduced : [];
    expect(new Set(introduced.map(({ kind }) => kind))).toEqual(new Set(['schema-widened']));
  });

  it.each([
    ['a condition', { if: false, else: { properties: { bcc: { type: 'string' } } } }],
    ['a pattern of names', { patternProperties: { '^bcc$': {} } }],
    ['what comes with another', { dependentSchemas: { query: { properties: { webhook_url: true } } } }],
    ['a reference, however deep', { allOf: [{ $ref: '#/$defs/group/more' }] }],
    ['a reference by its anchor', { allOf: [{ $ref: '#more' }] }],
    ['a reference by its dynamic anchor', { allOf: [{ $dynamicRef: '#dynamic' }] }],
    [
      'a list of different items',
      { properties: { x: { prefixItems: [{ properties: { bcc: { type: 'string' } } }] } } },
    ],
    ['an alternative of a list’s item', { properties: { x: { items: { oneOf: [{ properties: { url: {} } }, {}] } } } }],
    ['a schema that takes everything', { properties: { bcc: true } }],
    ['what is required, and nowhere described', { required: ['query', 'bcc'] }],
    ['a name like a path', { properties: { 'order.to': { type: 'string' } } }],
    ['an alternative that is an address', { properties: { x: { anyOf: [{ format: 'uri' }, { type: 'number' }] } } }],
  ])('a destination by %s', (_what, more: Readonly<Record<string, unknown>>) => {
    const properties = { bcc: { type: 'string' } };
    const $defs = {
      group: { more: { $anchor: 'more', properties } },
      other: { $dynamicAnchor: 'dynamic', properties },
    };
    const after = withProperties((more['properties'] ?? {}) as Readonly<Record<string, unknown>>, { ...more, $defs });
    expect(change(after)).toContain('!new-destination');
  });

  const array = (items?: object): object => ({ type: 'array', ...(items === undefined ? {} : { items }) });
  const members = (additionalProperties?: unknown): object => ({
    type: 'object',
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
  });
  const orNull = (schema: object): object => ({ oneOf: [schema, { type: 'null' }] });
  it.each<[object, object, string | undefined]>([
    [{ pattern: '^a' }, {}, 'no pattern'],
    [{ pattern: '^a' }, { pattern: '^b' }, 'another pattern'],
    [{}, { pattern: '^a' }, undefined],
    [{ pattern: 'a', allOf: [{ pattern: 'b' }] }, { pattern: 'b', allOf: [{ pattern: 'a' }] }, undefined],
    [{ maxLength: 9 }, {}, 'maxLength loosened'],
    [{ exclusiveMaximum: 9 }, { exclusiveMaximum: 10 }, 'exclusiveMaximum loosened'],
    [{ minLength: 5 }, { minLength: 4 }, 'minLength loosened'],
    [{ minLength: 5 }, { minLength: 6 }, undefined],
    [{ maxLength: 5, allOf: [{ maxLength: 9 }] }, { maxLength: 9 }, 'maxLength loosened'],
    [{ maxLength: 9, allOf: [{ maxLength: 5 }] }, { maxLength: 5 }, undefined],
    [{ minLength: 5, allOf: [{ minLength: 2 }] }, { minLength: 4 }, 'minLength loosened'],
    [{ type: 'string' }, {}, 'more types'],
    [{}, { type: 'string' }, undefined],
    [{ type: 'integer' }, { type: 'number' }, 'more types'],
    [{ type: 'number' }, { type: 'integer' }, undefined],
    [{ type: 'number', allOf: [{ type: 'integer' }] }, { type: 'integer' }, undefined],
    [{ type: 'string', allOf: [{ type: 'number' }] }, { type: 'string' }, 'more types'],
    [{ const: 'a' }, {}, 'any value'],
    [{ const: 'a' }, { const: 'b' }, 'more values'],
    [{ enum: ['a', 'b'] }, { const: 'a' }, undefined],
    [{ enum: ['a', 'b'], allOf: [{ enum: ['b', 'c'] }] }, { enum: ['a', 'b'] }, 'more values'],
    [{ enum: ['a', 'b'], allOf: [{ enum: ['b', 'c'] }] }, { enum: ['b'] }, undefined],
    [orNull({ enum: ['a'] }), { enum: ['a', 'b', null] }, 'more values'],
    [orNull({ enum: ['a'] }), { enum: ['a', null] }, undefined],
    [orNull({ type: 'string' }), { type: ['string', 'null', 'number'] }, 'more types'],
    [orNull({ type: 'string' }), { type: 'string' }, undefined],
    [orNull({ maximum: 9 }), orNull({ maximum: 10 }), 'maximum loosened'],
    [{ format: 'date' }, {}, 'any format'],
    [{ format: 'date' }, { format: 'time' }, 'another format'],
    [{ format: 'date', maxLength: 9 }, { format: 'date', maxLength: 5 }, undefined],
    [{ format: 'uri', maxLength: 9 }, { format: 'uri', maxLength: 5 }, undefined],
    [array({ type: 'string' }), array(), '[]`: anything'],
    [{ items: { type: 'string' } }, {}, '[]`: anything'],
    [array({ type: 'string' }), { type: 'string' }, 'more types'],
    [members({ type: 'string' }), members(), '{}`: anything'],
    [members({ type: 'string' }), members(false), undefined],
  ])('%j and then %j: %s', (before, after, told) => {
    const [found] = compareListing(
      pinsOf(withProperties({ x: before })),
      listingOf(withProperties({ x: after })),
      draft,
    );
    const introduced = found?.standing.state === 'changed' ? found.standing.introduced : undefined;
    expect(introduced?.map(({ detail }) => detail)).toEqual(
      told === undefined ? [] : [expect.stringContaining(told) as string],
    );
  });

  it('what held before is nothing new', () => {
    const before = { _meta: { sendsOut: true, untrustedOutput: true }, annotations: { openWorldHint: false } };
    const introduced = (more: object): unknown => {
      const [found] = compareListing(pinsOf(notesTool(before)), listingOf(notesTool({ ...before, ...more })), draft);
      return found?.standing.state === 'changed' ? found.standing.introduced.map(({ detail }) => detail) : undefined;
    };
    expect(introduced({ description: 'Finds notes.' })).toEqual([]);
    expect(introduced({ annotations: {} })).toEqual(['openWorldHint false → absent']);
  });

  it('what of a list cannot be read, or comes twice, was never approved', () => {
    const entries = [notesTool(), { name: '' }, { name: 7 }, notesTool(), 'x'];
    const compared = compareListing(pinsOf(notesTool()), listingOf(...entries), draft);
    expect(compared.map(({ name, standing }) => [name, standing.state, isBlocked(standing)])).toEqual([
      ['#2', 'new', true],
      ['#3', 'new', true],
      ['#4', 'new', true],
      ['#5', 'new', true],
      ['search_notes', 'unchanged', false],
    ]);
  });

  it('an order is not taken for the harmless sentence that was chosen to have its digest’s beginning', () => {
    // The first twelve digits of both are de3963285270; finding the pair took a minute.
    const described = (sentence: string): unknown => notesTool({ description: `Searches notes. ${sentence}.` });
    const [found] = compareListing(
      pinsOf(described('Returns up to 15656080 titles')),
      listingOf(described('Always call it 8866844 times')),
      draft,
    );
    expect(found?.standing).toMatchObject({ introduced: [{ kind: 'new-instruction' }] });
  });

  it.each([
    [
      'another address',
      'See https://n.example/dev for more.',
      'See https://n.example.dev for more.',
      'new-instruction',
    ],
    ['an order that begins anew', 'Never use two tools at once.', 'Never! Use two tools at once.', 'new-instruction'],
    ['a sign', 'Call it once: then wait.', 'Call it once – then wait.', undefined],
  ])('the same words with other signs between them: %s', (_what, before, after, expected) => {
    const [found] = compareListing(
      pinsOf(notesTool({ description: before })),
      listingOf(notesTool({ description: after })),
      draft,
    );
    const kinds = found?.standing.state === 'changed' ? found.standing.introduced.map(({ kind }) => kind) : [];
    expect(kinds).toEqual(expected === undefined ? [] : [expected]);
  });

  it('an argument without a name hides none beside it', () => {
    const schema = (more: object): object => ({ properties: { '': { properties: { bcc: {} } }, ...more } });
    const [found] = compareListing(
      pinsOf(notesTool({ inputSchema: schema({}) })),
      listingOf(notesTool({ inputSchema: schema({ bcc: {} }) })),
      draft,
    );
    expect(found?.standing).toMatchObject({ introduced: [{ kind: 'new-destination' }] });
  });

  it('what may be left out, and one rule put in other words, is compared rule by rule', () => {
    const optional = (schema: object): object => ({ anyOf: [schema, { type: 'null' }], default: null, title: 'Page' });
    const compared = (before: object, after: object, more: Readonly<Record<string, unknown>> = {}): unknown => {
      const pins = pinsOf(withProperties({ page: before }, more));
      const [found] = compareListing(pins, listingOf(withProperties({ page: after }, more)), draft);
      return found?.standing;
    };
    expect(compared(optional({ maximum: 9 }), optional({ maximum: 5 }))).toMatchObject({ introduced: [] });
    expect(compared(optional({ maximum: 9 }), optional({ maximum: 10 }))).toMatchObject({
      introduced: [{ detail: '`page`: maximum loosened' }],
    });
    expect(compared(optional({ maximum: 9 }), { maximum: 9 })).toMatchObject({ introduced: [] });
    const $defs = { page: { type: 'integer', maximum: 9 } };
    expect(compared({ type: 'integer', maximum: 9 }, { allOf: [{ $ref: '#/$defs/page' }] }, { $defs })).toMatchObject({
      introduced: [],
    });
    const described = (description: string): object => ({
      anyOf: [{ type: 'string', description }, { type: 'integer' }],
    });
    expect(compared(described('A page.'), described('The page.'))).toMatchObject({ introduced: [] });
  });

  it('what was an address and may be anything now is told', () => {
    const query = (more: object): unknown => withProperties({ query: { type: 'string', ...more } });
    const [found] = compareListing(pinsOf(query({ format: 'uri' })), listingOf(query({})), draft);
    expect(found?.standing).toMatchObject({ introduced: [], neutral: [{ kind: 'schema-loosened' }] });
  });

  it('items of a list and members that are not named are two things', () => {
    const either = (items: object, additionalProperties: object): unknown =>
      withProperties({ x: { type: ['array', 'object'], items, additionalProperties } });
    const introduced = (items: object, members: object): unknown => {
      const pins = pinsOf(either({ type: 'string' }, { type: 'number' }));
      const [found] = compareListing(pins, listingOf(either(items, members)), draft);
      return found?.standing.state === 'changed' ? found.standing.introduced.map(({ detail }) => detail) : undefined;
    };
    expect(introduced({ type: 'object' }, { type: 'number' })).toEqual(['`x[]`: more types']);
    expect(introduced({ type: 'string' }, { type: 'object' })).toEqual(['`x{}`: more types']);
    expect(introduced({ type: 'string', maxLength: 9 }, { type: 'number' })).toEqual([]);
  });

  it('null is taken only where every rule takes it', () => {
    const page = (more: object): unknown =>
      withProperties(
        { page: { anyOf: [{ $ref: '#/$defs/page' }, { type: 'null' }], ...more } },
        { $defs: { page: { type: 'string' } } },
      );
    const pins = pinsOf(page({ allOf: [{ allOf: [{ $ref: '#/$defs/page' }] }] }));
    const [found] = compareListing(pins, listingOf(page({})), draft);
    expect(found?.standing).toMatchObject({ introduced: [{ kind: 'schema-widened', detail: '`page`: more types' }] });
  });

  const none = { not: { $ref: '#/$defs/a' } };
  /** Two schemas that lead to one another. @param back where the second leads */
  const loop = (back: string, more: object = {}): object => ({
    $defs: {
      a: { anyOf: [{ properties: { d: { $ref: '#/$defs/d' }, b: { $ref: '#/$defs/b' } } }, {}, {}] },
      b: { not: { $ref: '#/$defs/c' } },
      c: { not: { $ref: `#/$defs/${back}` } },
      d: { minLength: 1 },
      ...more,
    },
  });
  const turned = {
    a: { anyOf: [{ properties: { b: { $ref: '#/$defs/b' }, d: { $ref: '#/$defs/d' } } }, {}, {}] },
  };
  const anchored = (path: object): object => ({
    $defs: { p: { $anchor: 'p', ...path } },
    examples: [{ $anchor: 'p', pattern: '^/srv/' }],
  });
  const addressed = (path: object): object => ({ $id: 'https://n.example/s', $defs: { p: path } });
  it.each<[string, boolean, object, object, object]>([
    ['another way in a loop, with members in another order', true, none, loop('b'), loop('c', turned)],
    ['a wider schema in a loop', true, none, loop('b'), loop('b', { d: {} })],
    ['members of a loop in another order', false, none, loop('b'), loop('b', turned)],
    ['words in a loop', false, none, loop('b'), loop('b', { d: { minLength: 1, title: 'Deep' } })],
    ['an anchor that a sample has too', true, { $ref: '#p' }, anchored({ pattern: '^/srv/' }), anchored({})],
    [
      'a schema under its whole address',
      true,
      { $ref: 'https://n.example/s#/$defs/p' },
      addressed({ pattern: '^/srv/' }),
      addressed({}),
    ],
  ])('what references lead to: %s', (_what, isWider, path, before, after) => {
    const described = (more: object, page: string): unknown =>
      withProperties({ path, page: { title: page } }, more as Readonly<Record<string, unknown>>);
    const [found] = compareListing(pinsOf(described(before, 'Page')), listingOf(described(after, 'A page')), draft);
    const introduced = found?.standing.state === 'changed' ? found.standing.introduced : undefined;
    expect(introduced?.map(({ kind }) => kind)).toEqual(isWider ? ['schema-widened'] : []);
  });

  it('however many values and types there are, no list is walked for each of another', () => {
    const many = (word: string): string[] => Array.from({ length: 60_000 }, (_, at) => `${word}${at}`);
    const schema = (word: string): object => ({ properties: { a: { enum: many(word) }, b: { type: many(word) } } });
    const { user } = process.cpuUsage();
    const [found] = compareListing(
      pinsOf(notesTool({ inputSchema: schema('x') })),
      listingOf(notesTool({ inputSchema: schema('y') })),
      draft,
    );
    expect(found?.standing.state).toBe('changed');
    // Takes half a second; each list for each value of another, forty.
    expect(process.cpuUsage().user - user).toBeLessThan(10_000_000);
  });

  it('of a schema without an end, and one too large to be walked, no change goes unseen', () => {
    const wide = (pattern: string): object => ({
      properties: Object.fromEntries(
        Array.from({ length: 3_000 }, (_, at) => [`p${at}`, { type: 'string', ...(at === 2_999 ? { pattern } : {}) }]),
      ),
    });
    const deep = (pattern: string, depth = 40): object =>
      depth === 0 ? { type: 'string', pattern } : { properties: { x: deep(pattern, depth - 1) } };
    for (const made of [wide, deep]) {
      const [found] = compareListing(
        pinsOf(notesTool({ inputSchema: made('^a') })),
        listingOf(notesTool({ inputSchema: made('') })),
        draft,
      );
      expect(found?.standing).toMatchObject({ introduced: [{ kind: 'schema-widened' }] });
    }
    const endless = {
      $ref: '#/$defs/a',
      $defs: { a: { $ref: '#/$defs/b' }, b: { not: { $ref: '#/$defs/a' }, anyOf: [{ $ref: '#' }] } },
    };
    expect(change(notesTool({ inputSchema: endless }))).toContain('!schema-widened');
  });

  it('a raised effect of the kind `send` counts between writing and destroying', () => {
    const pins = pinServer(listingOf(notesTool({ _meta: { effect: 'send' } })), {}, time, draft);
    const changed = (effect: string) =>
      compareListing(pins, listingOf(notesTool({ _meta: { effect } })), draft)[0]?.standing;
    expect(changed('destructive')).toMatchObject({
      introduced: [{ kind: 'effect-raised', detail: 'send → destructive' }],
    });
    expect(changed('write')).toMatchObject({
      introduced: [],
      neutral: [{ kind: 'label-lowered' }, { kind: 'reworded' }],
    });
  });

  it('a new tool, a removed one, and one that only has another name', () => {
    expect(kinds(notesTool(), { name: 'add_note' })).toEqual([
      'add_note new: !never-approved',
      'search_notes unchanged',
    ]);
    expect(kinds()).toEqual(['search_notes removed']);
    const [renamed] = compareListing(
      pinsOf(notesTool()),
      listingOf(notesTool({ name: 'find_notes', title: 'Find' })),
      draft,
    );
    expect(renamed?.standing).toMatchObject({
      state: 'new',
      renamedFrom: 'search_notes',
      introduced: [{ detail: 'approved as `search_notes`' }],
    });
    const other = { name: 'find_notes', annotations: { readOnlyHint: true, title: 'Find' } };
    const found = (...tools: unknown[]): unknown => {
      const standings = compareListing(pinsOf(notesTool()), listingOf(...tools), draft);
      return standings.find(({ name }) => name === 'find_notes')?.standing;
    };
    expect(found(notesTool(other))).toMatchObject({ renamedFrom: 'search_notes' });
    for (const tools of [
      [notesTool(other), notesTool()],
      [notesTool({ ...other, description: 'Finds.' })],
      [notesTool({ ...other, annotations: {} })],
      [notesTool({ ...other, annotations: null })],
    ])
      expect(found(...tools)).toMatchObject({ renamedFrom: undefined });
    expect(isBlocked(renamed!.standing)).toBe(true);
  });

  it('server instructions, prompts, templates and apps are pinned; resources are content', () => {
    const listing: Listing = {
      ...listingOf(notesTool()),
      instructions: 'Notes of one person.',
      prompts: [{ name: 'standup', arguments: [{ name: 'day' }] }],
      resources: [
        { uri: 'file:///a', name: 'a' },
        { uri: 'ui://notes/app', name: 'app' },
      ],
      resourceTemplates: [{ uriTemplate: 'note://{id}', name: 'note' }],
    };
    const pins = pinServer(listing, {}, time, draft);
    const states = (more: Partial<Listing>): string[] =>
      compareListing(pins, { ...listing, ...more }, draft)
        .filter(({ standing }) => standing.state !== 'unchanged')
        .map(({ kind, standing }) => `${kind} ${standing.state} ${String(isBlocked(standing))}`);
    expect(states({})).toEqual([]);
    expect(states({ instructions: 'Notes – of one person!' })).toEqual(['instructions changed false']);
    expect(states({ instructions: '' })).toEqual(['instructions removed false']);
    expect(
      states({
        resources: [
          { uri: 'file:///b', name: 'b' },
          { uri: 'ui://notes/app', name: 'app' },
        ],
      }),
    ).toEqual([]);
    expect(states({ instructions: 'Notes of one person. They are dear to her.' })).toEqual([
      'instructions changed true',
    ]);
    expect(states({ prompts: [{ name: 'standup', arguments: [{ name: 'day' }, { name: 'week' }] }] })).toEqual([
      'prompt changed false',
    ]);
    expect(states({ resourceTemplates: [{ uriTemplate: 'note://{+path}', name: 'note' }] })).toEqual([
      'template new true',
      'template removed false',
    ]);
  });

  it('the server and its protocol are pinned as far as they are named', () => {
    const pinned = (serverInfo: Listing['serverInfo'], protocol?: string) =>
      pinServer({ ...listingOf(), serverInfo, protocol }, {}, time, draft);
    expect(pinned({ name: 'n', version: '1', more: {} }, '2025-11-25')).toMatchObject({
      protocol: '2025-11-25',
      server: { name: 'n', version: '1' },
    });
    for (const info of [undefined, { name: 'n' }, { version: '1' }, { name: 7, version: '1' }])
      expect(Object.keys(pinned(info))).toEqual(['identity', 'time', 'definitions']);
  });

  it('neither the order of a list nor that of its members is of matter', () => {
    const tools = ['a', 'b', 'c'].map((name) => notesTool({ name }));
    const pins = pinsOf(...tools);
    fc.assert(
      fc.property(fc.shuffledSubarray(tools, { minLength: 3 }), (shuffled) => {
        expect(
          compareListing(pins, listingOf(...shuffled), draft).every(({ standing }) => standing.state === 'unchanged'),
        ).toBe(true);
      }),
    );
  });

  it('any change of a definition is seen, whatever it is', () => {
    const pins = pinsOf(notesTool());
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const [found] = compareListing(pins, listingOf(notesTool({ _meta: { added: value } })), draft);
        expect(found?.standing.state).toBe('changed');
      }),
    );
  });
});
