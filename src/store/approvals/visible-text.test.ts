import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedWords, textPieces, visibleText } from './visible-text.ts';

describe('visible text', () => {
  it.each([
    ['plain ASCII, and ünïcode 漢字 🙂', 'plain ASCII, and ünïcode 漢字 🙂'],
    ['a\u202Eb\u200Bc', 'a⟨U+202E⟩b⟨U+200B⟩c'],
    ['tags: \u{E0041}\u{E007F}', 'tags: ⟨U+E0041⟩⟨U+E007F⟩'],
    ['\u001b[2K\r\n\t\u0000', '⟨U+001B⟩[2K⟨\\r⟩⟨\\n⟩⟨\\t⟩⟨U+0000⟩'],
    [
      '\u00a0\u3000\u2028\ufeff\u00ad\u3164\u2800\ufe0f\u034f',
      '⟨U+00A0⟩⟨U+3000⟩⟨U+2028⟩⟨U+FEFF⟩⟨U+00AD⟩⟨U+3164⟩⟨U+2800⟩⟨U+FE0F⟩⟨U+034F⟩',
    ],
    ['\ud800!', '⟨U+D800⟩!'],
    ['\ue000', '⟨U+E000⟩'],
  ])('%j', (text, shown) => expect(visibleText(text)).toBe(shown));

  it('loses nothing: what shows stands there as it is, and every hidden character is named', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const back = textPieces(text)
          .flatMap((piece, at, all) => {
            if (!piece.hidden)
              return all[at - 1]?.text === '\\n' && all[at - 1]?.hidden === true ? [piece.text.slice(1)] : [piece.text];
            const escapes: Record<string, string> = { '\\n': '\n', '\\r': '\r', '\\t': '\t' };
            return [escapes[piece.text] ?? String.fromCodePoint(Number.parseInt(piece.text.slice(2), 16))];
          })
          .join('');
        expect(back).toBe(text);
      }),
    );
  });

  it('finds words of letters that look alike', () => {
    expect(mixedWords('p\u0430ypal.example and example.org, \u041c\u043e\u0441\u043a\u0432\u0430, 漢字abc')).toEqual([
      'p\u0430ypal',
    ]);
  });
});
