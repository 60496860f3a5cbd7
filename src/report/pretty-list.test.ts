import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prettyWithList } from './pretty-list.ts';

it('is the text of the whole, whatever stands in it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), fc.string(), (other, items, text) => {
      const whole = (list: readonly unknown[]): object => ({
        other,
        deep: [{ text: `"list": [] ${text}`, list, more: 1 }],
      });
      fc.pre(!JSON.stringify(other, null, 2).includes('"list": []'));
      expect([...prettyWithList(whole([]), 'list', 4, items)].join('')).toBe(JSON.stringify(whole(items), null, 2));
    }),
  );
});
