import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalise, wordsOf } from './normalise.ts';

/** What `normalise` is defined as, without a short way for short plain texts. */
const defined = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/gu, '')
    .toLowerCase()
    .replace(/\bhttps?:\/\/(?:www\.)?|\bwww\./g, '')
    .replace(/[\s"'`\u2018\u2019\u201c\u201d]+/g, ' ')
    .trim();

const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '  ', '\t', '"', "'", '`', 'http://', 'HTTPS://www.', 'Www.', 'K', 'ſ', 'İ', '\u200b', '１'),
      fc.string({ unit: 'binary-ascii', maxLength: 5 }),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

it('the short way to the comparable form leads to the same text', () => {
  fc.assert(
    fc.property(texts, (text) => normalise(text) === defined(text)),
    { numRuns: 5000 },
  );
});

it('words are runs of letters and digits, in ASCII too', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const seen = normalise(text);
      expect(wordsOf(seen)).toEqual(seen.match(/[\p{L}\p{N}]{1,256}/gu) ?? []);
    }),
  );
});
