import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { digestOf, TokenCache } from './token-cache.ts';

describe('the cache of verified credentials', () => {
  it('behaves as a list of the last used entries that have not ended', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, lasts: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ do: fc.constant('get' as const), key, lasts: fc.constant(0) }),
      fc.record({ do: fc.constant('wait' as const), key, lasts: fc.integer({ min: 0, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, max) => {
        const cache = new TokenCache<number>(max);
        let model: { key: string; value: number; until: number }[] = [];
        let now = 0;
        for (const [at, { do: what, key: name, lasts }] of steps.entries()) {
          if (what === 'wait') now += lasts;
          else if (what === 'set') {
            cache.set(name, at, now + lasts);
            model = [
              ...model.filter((entry) => entry.key !== name),
              { key: name, value: at, until: now + lasts },
            ].slice(-max);
          } else {
            const found = model.find((entry) => entry.key === name);
            const holds = found !== undefined && now < found.until;
            expect(cache.get(name, now)).toBe(holds ? found.value : undefined);
            model = [...model.filter((entry) => entry !== found), ...(holds ? [found] : [])];
          }
          expect(cache.size).toBe(model.length);
        }
      }),
    );
  });

  it('keeps so many, and the least recently used leaves first', () => {
    const cache = new TokenCache<number>(limits.tokenCacheEntriesMax);
    for (let at = 0; at < limits.tokenCacheEntriesMax; at++) cache.set(`${at}`, at, 1);
    expect(cache.get('0', 0)).toBe(0);
    for (let at = limits.tokenCacheEntriesMax; at < limits.tokenCacheEntriesMax + 1; at++) cache.set(`${at}`, at, 1);
    expect(cache.size).toBe(limits.tokenCacheEntriesMax);
    expect(cache.get('0', 0)).toBe(0);
    expect(cache.get('1', 0)).toBeUndefined();
  });

  it('knows a credential by its digest only', () => {
    // FIPS 180-2, appendix B.1.
    expect(Buffer.from(digestOf('abc'), 'base64').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
