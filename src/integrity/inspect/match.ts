/*
 * Patterns over sentences as sentences.ts gives them: words with one space between them, so that there is one way to match and
 * none of them backtracks for long.
 */
import { foldLetters } from './fold.ts';

/** Up to so many words between two. */
export const gap = (most: number): string => String.raw`(?: \S{1,80}){0,${most}}? `;
export const pattern = (source: string): RegExp => new RegExp(String.raw`(?<![\w-])${source}(?![\w-])`, 'u');
export const has = (source: string): ((sentence: string) => boolean) => {
  const compiled = pattern(source);
  return (sentence) => compiled.test(sentence);
};

/**
 * A class of words and phrases in any language, as a pattern: divided by commas, each folded as texts are, `*` for any ending.
 * @param isWritten without spaces between words, as Chinese and Japanese are: a word is found inside of others
 */
export function phrases(list: string, isWritten: 'in words' | 'in one' = 'in words'): RegExp {
  const alternatives = list
    .split(',')
    .map((phrase) => foldLetters(phrase.replace(/\s+/g, ' ').trim()).replace(/[.+?()[\]{}^$|\\/]/g, String.raw`\$&`))
    .filter((phrase) => phrase !== '')
    .map((phrase) => phrase.replace(/\*/g, String.raw`[\p{L}\p{N}'-]{0,16}`))
    .join('|');
  return new RegExp(
    isWritten === 'in one' ? alternatives : String.raw`(?<![\p{L}\p{N}_-])(?:${alternatives})(?![\p{L}\p{N}_-])`,
    'u',
  );
}
