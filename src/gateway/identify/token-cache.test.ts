import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { digestOf, TokenCache } from './token-cache.ts';

describe('the cache of verified credentials', () => {
  it('gives what was put in until it ends, never more entries than it may have, and always the half that was used last', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key, lasts: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ do: fc.constant('get' as const), key, lasts: fc.constant(0) }),
      fc.record({ do: fc.constant('wait' as const), key, lasts: fc.integer({ min: 0, max: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 3 }), (steps, half) => {
        const cache = new TokenCache<number>(2 * half);
        const put = new Map<string, { value: number; until: number }>();
        let used: string[] = [];
        let now = 0;
        for (const [at, { do: what, key: name, lasts }] of steps.entries()) {
          if (what === 'wait') now += lasts;
          else if (what === 'set') {
            cache.set(name, at, now + lasts);
            put.set(name, { value: at, until: now + lasts });
            used = [...used.filter((one) => one !== name), name];
          } else {
            const known = put.get(name);
            const found = cache.get(name, now);
            const holds = known !== undefined && now < known.until;
            if (found !== undefined || (holds && used.slice(-half).includes(name)))
              expect(found).toBe(holds ? known.value : 'nothing');
            if (found !== undefined) used = [...used.filter((one) => one !== name), name];
          }
          expect(cache.size).toBeLessThanOrEqual(2 * half);
        }
      }),
    );
  });

  it('has so many entries', () => {
    const cache = new TokenCache<number>(limits.tokenCacheEntriesMax);
    for (let at = 0; at < limits.tokenCacheEntriesMax; at++) cache.set(`${at}`, at, 1);
    expect(cache.size).toBe(limits.tokenCacheEntriesMax);
    expect(cache.get('0', 0)).toBe(0);
    for (let at = limits.tokenCacheEntriesMax; at < limits.tokenCacheEntriesMax + 1; at++) cache.set(`${at}`, at, 1);
    expect(cache.size).toBeLessThanOrEqual(limits.tokenCacheEntriesMax);
    // Used since, and not used since.
    expect(cache.get('0', 0)).toBe(0);
    expect(cache.get('1', 0)).toBeUndefined();
  });

  it('knows a credential by its digest only', () => {
    // FIPS 180-2, appendix B.1.
    expect(Buffer.from(digestOf('abc'), 'binary').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
