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
    ['an optional argument', withProperties({ page: { type: 'integer' } }), 'new-argument'],
    [
      'a required argument',
      withProperties({ sidenote: { type: 'string' } }, { required: ['query', 'sidenote'] }),
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
    ['an app', notesTool({ _meta: { ui: { resourceUri: 'ui://notes/app' } } }), '!new-app'],
  ])('%s', (_what, tool, expected) => {
    expect(change(tool)).toBe(expected);
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
    expect(renamed?.standing).toMatchObject({ state: 'new', renamedFrom: 'search_notes' });
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
