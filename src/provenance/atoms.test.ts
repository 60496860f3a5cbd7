import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atomsOf, hostOf, onlyAtoms } from './atoms.ts';

const keys = (text: string): string[] => atomsOf(text).map(({ kind, key }) => `${kind} ${key}`);

describe('atoms of a text', () => {
  it.each([
    ['write to Ann.Lee+x@Example.org.', ['address ann.lee+x@example.org']],
    ['see https://www.Example.com/a?b=1, and docs.example.io/x', ['link example.com', 'link docs.example.io']],
    ['http://user:pw@evil.example:8080/x', ['link evil.example']],
    ['http://localhost:3000/x', ['link localhost']],
    ['https://ex%61mple.com/', ['link example.com']],
    ['IBAN GB29 NWBK 6016 1331 9268 19', ['account gb29nwbk60161331926819']],
    ['GB29NWBK60161331926819', ['account gb29nwbk60161331926819']],
    ['call +33 6 12-34 56 78 now', ['account 33612345678']],
    ['call +1 (555) 010-9999', ['account 15550109999']],
    ['0x52908400098527886E0F7030069857D2E4169EE7', ['account 0x52908400098527886e0f7030069857d2e4169ee7']],
    ['ＢＯＢ＠example.org', ['address bob@example.org']],
    ['on 2024-05-15 10:00 until 2024-05-16', []],
    ['read report.docx, notes.md and setup.py e.g. in v1.2.3', []],
    ['KeyError at fx/rates.py:118, Panel.kt:91:4', []],
    ['http://rates.py:118 and rates.example:118', ['link rates.py', 'link rates.example']],
    ['This ends.It goes on', []],
    ['meeting-agenda-2024-05-15', []],
  ])('%s', (text, expected) => expect(keys(text)).toEqual(expected));

  it('a value of nothing but atoms is told from a text with some', () => {
    expect(onlyAtoms('a@x.org; b@y.org')).toHaveLength(2);
    expect(onlyAtoms('mailto:a@x.org')).toHaveLength(1);
    expect(onlyAtoms('to a@x.org')).toBeUndefined();
    expect(onlyAtoms('plain')).toBeUndefined();
  });

  it('a host of another script is another host', () =>
    expect(hostOf('https://p\u0430ypal.com')).not.toBe('paypal.com'));

  it('a hostile text does not hang it', () => {
    for (const piece of ['a', 'a.', '1 ', 'A1', '@', 'a@', 'a-', '://', '%61', '(1'])
      atomsOf(piece.repeat(100_000 / piece.length));
  });

  it('what one pass rules out matches nowhere: every pattern tried on the whole text finds the same', () => {
    const everything = (text: string): { may: number; chunks: string[] } => ({ may: -1, chunks: [text] });
    const piece = fc.oneof(
      fc.constantFrom(
        '@',
        '.',
        '://',
        ' ',
        '-',
        '+49',
        '(30)',
        'GB29 NWBK 6016 1331 9268 19',
        'x.org',
        '\n',
        ',',
        '１２',
        'ſK',
        '\u2028',
        '\u00a0',
      ),
      fc.stringMatching(/^[0-9]{1,9}$/),
      fc.stringMatching(/^[A-Z0-9]{1,14}$/),
      fc.stringMatching(/^[a-z0-9_-]{1,21}$/),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        expect(atomsOf(text)).toEqual(atomsOf(text, everything));
      }),
      { numRuns: 5000 },
    );
  });
});
