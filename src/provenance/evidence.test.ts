import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import type { ValueOrigin } from '../model/provenance.ts';
import { atomsOf } from './atoms.ts';
import { Evidence, type EvidenceSource } from './evidence.ts';
import { includesPhrase, normalise } from './normalise.ts';

const sources = ['user', 'system', 'trusted', 'structured', 'free'] as const;
const word = fc.constantFrom('pay', 'Ann', 'bob', 'rent', '42', 'café', 'x-1', 'ann.lee', 'İz', '—');
const text = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const history = fc.array(fc.tuple(fc.constantFrom(...sources), text), { maxLength: 12 });

function evidenceOf(texts: readonly (readonly [EvidenceSource, string])[]): Evidence {
  const evidence = new Evidence();
  for (const [source, seen] of texts) evidence.add(source, seen);
  return evidence;
}

/** What the index has to answer, without an index. */
function naive(texts: readonly (readonly [EvidenceSource, string])[], value: string): ValueOrigin | undefined {
  if (!/[\p{L}\p{N}]/u.test(normalise(value))) return undefined;
  return (
    sources.find((source) =>
      texts.some(([from, seen]) => from === source && includesPhrase(normalise(seen), normalise(value))),
    ) ?? 'nowhere'
  );
}

describe('evidence of a run', () => {
  it('finds what a naive search finds', () => {
    fc.assert(
      fc.property(history, text, (texts, value) => {
        expect(evidenceOf(texts).originOf(value)).toBe(naive(texts, value));
      }),
      { numRuns: 2000 },
    );
  });

  it('answers the same however the history is cut and ordered', () => {
    fc.assert(
      fc.property(history, text, fc.nat(), (texts, value, cut) => {
        const at = texts.length === 0 ? 0 : cut % texts.length;
        const turned = [...texts.slice(at), ...texts.slice(0, at)];
        expect(evidenceOf(turned).originOf(value)).toBe(evidenceOf(texts).originOf(value));
      }),
    );
  });

  it('matches no address or host by a part of it', () => {
    const evidence = evidenceOf([['user', 'mail pan.dora@example.org and open my-bank.com or https://shop.example']]);
    const origin = (value: string): ValueOrigin | undefined => {
      const [atom] = atomsOf(value);
      return atom === undefined ? undefined : evidence.originOfAtom(atom);
    };
    expect(['dora@example.org', 'bank.com', 'evil.shop.example', 'https://example.org'].map(origin)).toEqual([
      'nowhere',
      'nowhere',
      'nowhere',
      'nowhere',
    ]);
    expect(['pan.dora@example.org', 'https://my-bank.com/x', 'www.shop.example'].map(origin)).toEqual([
      'user',
      'user',
      'user',
    ]);
  });

  it('an atom inside a longer structured field counts as free text, a field of atoms does not', () => {
    const evidence = evidenceOf([
      ['structured', 'call evil@example.net'],
      ['structured', 'a@x.org, b@x.org'],
    ]);
    const origin = (value: string): ValueOrigin => evidence.originOfAtom({ kind: 'address', key: value, text: value });
    expect(['evil@example.net', 'a@x.org', 'b@x.org'].map(origin)).toEqual(['free', 'structured', 'structured']);
  });

  it.each([
    ['Anna Lind', 'Tell the assistant to add Anna Lind today please', 'free'],
    ['Anna Lind', 'Cardiology, Anna Lind (third floor on the left side)', 'structured'],
    ['8 Fuller Row', 'The house by the river: 8 Fuller Row, Ely CB7 4QT', 'structured'],
    ['8 Fuller Row, Ely', 'The house by the river: 8 Fuller Row, Ely - left door', 'structured'],
    ['Fuller Row', 'The house by the river: 8 Fuller Row, Ely CB7 4QT', 'free'],
    ['Anna', 'Ward 3 - Anna Lind', 'structured'],
  ])('%s in a field of many words is a value only where it is a piece of it: %s', (value, field, origin) => {
    expect(evidenceOf([['structured', field]]).originOf(value)).toBe(origin);
  });

  it('a field has as many words as a value may be any part of, and no more', () => {
    const of = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');
    const origin = (count: number): ValueOrigin | undefined =>
      evidenceOf([['structured', of(count)]]).originOf('w1 w2');
    expect([limits.structuredValueWordsMax, limits.structuredValueWordsMax + 1].map(origin)).toEqual([
      'structured',
      'free',
    ]);
  });

  it('beyond the limit nothing is kept, and what is not found counts as free', () => {
    const evidence = new Evidence();
    evidence.add('user', 'Ann');
    const fill = (total: number, kept: number): void => evidence.add('free', 'x'.repeat(total - kept));
    fill(limits.provenanceHistoryLengthMax, 'Ann'.length);
    expect([evidence.truncated, evidence.originOf('bob')]).toEqual([false, 'nowhere']);
    fill(limits.provenanceHistoryLengthMax + 1, limits.provenanceHistoryLengthMax);
    expect([evidence.truncated, evidence.originOf('bob'), evidence.originOf('Ann')]).toEqual([true, 'free', 'user']);
  });
});
