import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownParties, parties } from '../model/catalogue.ts';
import type { Party } from '../model/catalogue.ts';
import { buildCatalogue } from './build.ts';
import type { Catalogue } from './catalogue.ts';
import { diffCatalogues } from './diff.ts';
import { smallCatalogue } from './fixtures/small-catalogue.ts';
import { formatDiff } from './format-diff.ts';

/** The small catalogue with its one service changed. */
function withService(change: object): Catalogue {
  return buildCatalogue(
    smallCatalogue().map(({ path, value }) =>
      path.includes('/services/') ? { path, value: { ...(value as object), ...change } } : { path, value },
    ),
  );
}

function heldBy(held: readonly Party[]): Catalogue {
  return withService({
    chain: parties.map((party) => ({ party, who: 'Someone' })),
    responsibilities: { 'identity.keys': { parties: held, note: 'A note.', source: 'security' } },
  });
}

const base = buildCatalogue(smallCatalogue());

describe('diffCatalogues', () => {
  test('finds nothing between a catalogue and itself', () => {
    const diff = diffCatalogues(base, base);
    expect(formatDiff(diff)).toBe(`catalogue ${base.version} -> ${base.version}\n\nNo differences.\n`);
  });

  test.each<[readonly Party[], readonly Party[], string | undefined]>([
    [['platform'], ['platform', 'builder'], 'to-you'],
    [['platform', 'builder'], ['builder'], 'to-you'],
    [[], ['organisation'], 'to-you'],
    [['builder'], ['platform', 'builder'], 'from-you'],
    [['builder'], ['platform'], 'from-you'],
    [['platform'], [], 'orphaned'],
    [['builder'], [], 'orphaned'],
    [['platform'], ['model'], 'sideways'],
    [['builder'], ['organisation'], 'sideways'],
    [[], ['platform'], 'sideways'],
    [['platform', 'builder'], ['builder', 'platform'], undefined],
  ])('reads a move from %j to %j as %s', (before, after, direction) => {
    expect(diffCatalogues(heldBy(before), heldBy(after)).moved.map((cell) => cell.direction)).toEqual(
      direction === undefined ? [] : [direction],
    );
  });

  test('never calls it relief when your side holds alone what it shared before', () => {
    const some = fc.subarray([...parties], { minLength: 1 });
    fc.assert(
      fc.property(some, some, (before, after) => {
        const [move] = diffCatalogues(heldBy(before), heldBy(after)).moved;
        const aloneNow = after.every((party) => ownParties.includes(party));
        const aloneBefore = before.every((party) => ownParties.includes(party));
        if (aloneNow && !aloneBefore) expect(move?.direction).toBe('to-you');
        if (aloneBefore && !aloneNow) expect(move?.direction).toBe('from-you');
      }),
      { numRuns: 60 },
    );
  });

  test('reports cells, facts and recommendation counts that changed', () => {
    const now = withService({
      responsibilities: { 'identity.keys': { parties: ['builder'], note: 'Yours now.', source: 'security' } },
      facts: { retention: { value: '7 days', source: 'security' }, keys: { value: 'unknown', source: 'security' } },
      recommendations: [
        { date: '2026-10-01', count: 14, url: 'https://acme.example/practices' },
        { date: '2026-01-01', count: 10, url: 'https://acme.example/practices' },
      ],
    });
    const diff = diffCatalogues(base, now);
    expect(diff.removed).toEqual([{ service: 'acme.model', control: 'data.retention', parties: ['platform'] }]);
    expect(diff.added).toEqual([]);
    expect(diff.facts).toEqual([
      { service: 'acme.model', topic: 'keys', before: undefined, after: 'unknown' },
      { service: 'acme.model', topic: 'retention', before: '30 days', after: '7 days' },
    ]);
    expect(diff.recommendations).toEqual([{ service: 'acme.model', before: 10, after: 14, growth: 4 }]);
    expect(formatDiff(diff)).toBe(`catalogue ${base.version} -> ${now.version}

Responsibility moved to you (1)
  acme.model identity.keys: platform, builder -> builder
    Yours now. <https://acme.example/security>

Vendor facts changed (2)
  acme.model keys: not stated -> "unknown"
  acme.model retention: "30 days" -> "7 days"

Vendor recommendations for customers (1)
  acme.model: 10 -> 14 (+4)

Responsibilities no longer stated (1)
  acme.model data.retention: platform
`);
  });

  test('reports services that came and went without listing their cells', () => {
    const without = buildCatalogue(smallCatalogue().filter(({ path }) => !/services|domains/.test(path)));
    const gone = diffCatalogues(base, without);
    expect(gone.services).toEqual({ added: [], removed: ['acme.model'] });
    expect(gone.removed).toEqual([]);
    expect(diffCatalogues(without, base).services.added).toEqual(['acme.model']);
  });
});
