import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bound, type Row, type RowBudget, WindowStore } from './window-store.ts';

interface Kept {
  readonly row: Row;
  readonly timeMs: number;
  readonly index: number;
}

const same = (left: Row, right: Row): boolean => left.join('|') === right.join('|');
const places = ({ row, timeMs, index }: Kept): readonly unknown[] => [row, timeMs, index];

/** What is kept, as a list that is looked through from its beginning each time. */
class PlainStore {
  kept: Kept[] = [];

  put(row: Row, timeMs: number, index: number, most: number): boolean {
    if (this.kept.length >= most && !this.kept.some((one) => same(one.row, row))) return false;
    this.kept = [...this.kept.filter((one) => !same(one.row, row)), { row, timeMs, index }];
    return true;
  }

  match(bound: Bound): Kept[] {
    return this.kept.filter(({ row }) => bound.every((value, at) => value === undefined || value === row[at]));
  }
}

describe('rows of a window', () => {
  it('are those of a plain list, whatever is put, let go and asked for', () => {
    const value = fc.constantFrom('n10000', 'n-20000', 'sa', 'n1');
    const row = fc.tuple(value, value);
    const bound = fc.tuple(fc.option(value, { nil: undefined }), fc.option(value, { nil: undefined }));
    const step = fc.record({
      doing: fc.constantFrom('put', 'put', 'put', 'delete', 'evict', 'clear', 'match', 'total'),
      row,
      bound,
      later: fc.nat(4),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const budget: RowBudget = { left: 5 };
        const [store, plain] = [new WindowStore(6, budget), new PlainStore()];
        let now = 0;
        for (const [index, { doing, row, bound, later }] of steps.entries()) {
          now += later;
          if (doing === 'put') expect(store.put(row, now, index)).toBe(plain.put(row, now, index, 5));
          if (doing === 'delete') {
            store.delete(row);
            plain.kept = plain.kept.filter((one) => !same(one.row, row));
          }
          if (doing === 'evict') {
            store.evict(now);
            plain.kept = plain.kept.filter(({ timeMs }) => now - timeMs <= 6);
          }
          if (doing === 'clear' && later === 0) {
            store.clear();
            plain.kept = [];
          }
          const found = plain.match(bound);
          if (doing === 'match')
            expect([...store.match(bound)].map((one) => places(one).join()).sort()).toEqual(
              found.map((one) => places(one).join()).sort(),
            );
          if (doing === 'total') {
            const numbers = found.filter((one) => (one.row[1] ?? '').startsWith('n'));
            const sum = numbers.reduce((units, one) => units + BigInt(one.row[1]?.slice(1) ?? 0), 0n);
            const notNumbers = found.length - numbers.length;
            expect(store.total(bound, 1)).toEqual({ count: found.length, sum, notNumbers });
            expect(store.total(bound).count).toBe(found.length);
          }
          expect(store.snapshot()).toEqual(plain.kept.map(places));
          expect(store.get(row)?.index).toBe(plain.kept.find((one) => same(one.row, row))?.index);
          expect(budget.left).toBe(5 - plain.kept.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});
