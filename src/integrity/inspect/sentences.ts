/** Longer sentences are read in parts that overlap, so that what stands together is seen together. */
const sentenceWordsMax = 60;
const overlapWords = 20;

/** The sentences of a folded text (see fold.ts): words with one space between them. */
export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?;:])\s+|\s(?=\()|\s[•·|]\s|\s(?=-\s\w)|(?<=\.)(?=<)|(?<=>)\s+/u).flatMap((sentence) => {
    const found = plain(sentence).split(' ');
    const parts: string[] = [];
    for (let at = 0; at === 0 || at + overlapWords < found.length; at += sentenceWordsMax - overlapWords)
      parts.push(found.slice(at, at + sentenceWordsMax).join(' '));
    return parts.filter((part) => part.length > 2);
  });
}

/** Words with one space between them: punctuation is left out but inside of words; a colon is a word, but in addresses. */
function plain(sentence: string): string {
  return sentence
    .replace(/:(?!\/)/g, ' : ')
    .replace(/[,;()[\]{}"\u2013\u2014!?*#>]|\.(?=\s|$)|(?<![\w])['-]+|['-]+(?![\w])/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
