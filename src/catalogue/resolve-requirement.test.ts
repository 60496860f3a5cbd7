import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildCatalogue } from './build.ts';
import { indexCatalogue } from './catalogue.ts';
import { smallCatalogue } from './fixtures/small-catalogue.ts';
import { follow, resolveRequirement } from './resolve-requirement.ts';

const catalogue = buildCatalogue(smallCatalogue());

describe('resolveRequirement', () => {
  test('follows a renumbering into another edition', () => {
    const resolved = resolveRequirement(catalogue, 'acme@1.0:R1');
    expect(resolved).toMatchObject({
      state: 'found',
      named: { reference: 'acme@1.0:R1' },
      current: { reference: 'acme@2.0:R2' },
      trail: ['acme@1.0:R1', 'acme@2.0:R2'],
    });
  });

  test('resolves an alias and an id that only one edition has', () => {
    expect(resolveRequirement(catalogue, 'R2:1')).toMatchObject({
      state: 'found',
      named: { reference: 'acme@1.0:R2' },
    });
    expect(resolveRequirement(catalogue, 'R3')).toMatchObject({
      state: 'found',
      current: { reference: 'acme@1.0:R3' },
    });
  });

  test('guesses nothing when two editions share an id', () => {
    expect(resolveRequirement(catalogue, 'R1')).toEqual({
      state: 'ambiguous',
      candidates: ['acme@1.0:R1', 'acme@2.0:R1'],
    });
  });

  test.each(['', 'R9', 'acme@3.0:R1', 'toString', '__proto__'])('does not know %j', (reference) => {
    expect(resolveRequirement(catalogue, reference)).toEqual({ state: 'unknown' });
  });
});

test('following replacements ends, and says so when it went in a circle', () => {
  const numbers = fc.array(fc.nat(7), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(numbers, (targets) => {
      const requirements = targets.map((target, index) => ({
        id: `R${index}`,
        title: 'One',
        status: 'renumbered' as const,
        replacedBy: target === 7 ? undefined : `R${target}`,
        aliases: [],
        appliesFrom: undefined,
        controls: [],
      }));
      const framework = {
        id: 'x',
        version: '1',
        name: 'X',
        url: '',
        status: 'final' as const,
        licence: '',
        read: '2026-11-20',
        requirements,
      };
      const index = indexCatalogue({
        version: '',
        controls: [],
        services: [],
        frameworks: [framework],
        postures: [],
        meanings: [],
      });
      for (const start of index.requirements.values()) {
        const { current, trail, cyclic } = follow(index.requirements, start);
        expect(new Set(trail).size).toBe(trail.length);
        expect(trail.at(-1)).toBe(current.reference);
        expect(cyclic).toBe(current.requirement.replacedBy !== undefined);
      }
    }),
  );
});
