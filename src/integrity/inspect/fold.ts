/**
 * Letters of other alphabets that look like Latin ones, in lower case (a part of Unicode TS 39, confusables.txt, read 2026-11-28:
 * https://www.unicode.org/Public/security/latest/confusables.txt).
 */
const lookAlikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аαɑ',
    b: 'Ьʙ',
    c: 'сϲⅽ',
    d: 'ԁⅾ',
    e: 'еєҽ',
    f: 'ſϝ',
    g: 'ɡց',
    h: 'һհ',
    i: 'іιıɩ',
    j: 'јϳ',
    k: 'κкᴋ',
    l: 'ӏⅼǀ',
    m: 'мⅿ',
    n: 'пո',
    o: 'оοօσ',
    p: 'рρ',
    q: 'ԛզ',
    r: 'гᴦ',
    s: 'ѕꜱ',
    t: 'тτ',
    u: 'υսц',
    v: 'ѵνⅴ',
    w: 'ԝшω',
    x: 'хχⅹ',
    y: 'уүγ',
    z: 'ᴢ',
  }).flatMap(([latin, others]) => Array.from(others, (other) => [other, latin] as const)),
);

/** Characters that draw nothing: format characters, variation selectors, fillers, joiners. */
export const drawsNothing = /\p{Default_Ignorable_Code_Point}|\p{Cf}/gu;

/**
 * A text as a model reads it, for comparison: compatibility forms and look-alikes as Latin letters, accents and what draws
 * nothing left out, lower case, letters that stand apart joined, white space as one space.
 */
export function fold(text: string): string {
  const plain = foldLetters(text)
    .replace(/[\u2018\u2019\u02bc`´]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[*_]{2,}|(?<=\s)[*_](?=\w)|(?<=\w)[*_](?=\s)/g, '');
  return joinApart(plain).replace(/\s+/gu, ' ').trim();
}

/** The letters alone: as `fold`, with white space as it is. */
export function foldLetters(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replace(drawsNothing, '')
    .replace(/\p{Mn}+/gu, '')
    .toLowerCase();
  return /[^\0-\x7f]/.test(letters)
    ? Array.from(letters, (letter) => lookAlikes.get(letter) ?? letter).join('')
    : letters;
}

/** `i g n o r e  t h i s` → `ignore this`: six or more single letters, each after one space, dot or dash; words two spaces apart. */
function joinApart(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])\p{L}(?:[ .\-_·|]{1,4}\p{L}(?![\p{L}\p{N}])){5,400}/gu, (run) =>
    run
      .split(/[ .\-_·|]{2,}/)
      .map((word) => word.replace(/[ .\-_·|]/g, ''))
      .join(' '),
  );
}

/** Two names that look alike have one skeleton: also digits for letters, `rn` for `m`, and marks between words. */
export function skeletonOf(name: string): string {
  return foldLetters(name)
    .replace(/0/g, 'o')
    .replace(/[1|]/g, 'l')
    .replace(/i/g, 'l')
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Letters of more than one alphabet, one of which looks like Latin. */
export function isMixedScript(name: string): boolean {
  return (
    /\p{Script=Latin}/u.test(name) &&
    /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(name)
  );
}
