import { askedObjects, endingOfVerb, endings } from './endings.ts';
import { beginsWithRequest } from './lexicon.ts';
import { singular } from './manifest/nouns.ts';
import { isInquiry, isOrderly, isQuestion, type Mood, moodOf } from './mood.ts';
import { normalise, wordsOf } from './normalise.ts';

/** A part of what the user said that holds one thing to do. */
export interface Clause {
  /** What may ask: normalised, a quoted word behind a `"`; empty in a question, and without what is told of somebody. */
  readonly asking: string;
  /** Normalised, quotes undone: for names and values. */
  readonly plain: string;
  /** Nouns are compared in the singular. */
  readonly words: ReadonlySet<string>;
  /** What it says not to do. */
  readonly isNegated: boolean;
  readonly mood: Mood;
}

/** English: what stands behind it is negated. */
const notBehind =
  /(?<![\p{L}"])(?:(?:do |does |did |must |should |may |will |would |can )?not|don t|dont|doesn t|didn t|mustn t|shouldn t|cannot|can t|won t|wouldn t|never|without|avoid|refrain from|instead of|rather than)(?!\p{L})/u;
/** Other languages: wherever it stands, the clause is negated. */
const notAnywhere =
  /(?<![\p{L}"])(?:nicht|nichts|keine?[nrsm]?|ohne|nie|niemals|ne|pas|sans|jamais|(?<!(?:are|has|have|is|with|there s|in) )no(?= \p{L})|sin|nunca|non|senza|mai|não|nao|sem|niet|geen|zonder|nooit|не|без|никогда)(?!\p{L})|[不别勿別]|ないで|しないで|지 마|말고/u;
/** It negates nothing of what is to be done. */
const noNegation =
  /(?<!\p{L})(?:(?:do not|don t|dont|never) (?:forget|hesitate|fail|worry|mind)|no (?:longer|later|one|more|need|idea|problem|doubt|matter|rush|worries)|(?:sparing|wasting|losing|in) no (?:time|effort|expense)|not (?:only|yet|already|sure|before|after|until|till|later|earlier|more|less|over|under|above|below|longer|too|very|so|on|at|in|from|\d\S*)|if not|(?:i|we|they|it|he|she|which|who|that) (?:(?:do|does|did|is|are|was|were|have|has|had|can|could) ?not|(?:don|doesn|didn|isn|aren|wasn|weren|haven|hasn|can|couldn) t|dont)(?! (?:want|wish|like|allow|intend|\p{L}{1,32} you)(?!\p{L})))(?!\p{L})/gu;
/** It tells what not to do, for what follows in the sentence as well: `do not delete, close or cancel anything`. */
const prohibition =
  /(?:^|(?<=please |you |and |also |but |to ))(?:do not|don t|dont|never|not|must not|mustn t|should not|shouldn t|may not|avoid|refrain|without)(?!\p{L})|(?:not|don t|dont) (?:want|wish|like|allow)/u;
/** Where what was prohibited ends. */
const turn =
  /^(?:but|then|instead|just|rather|only|however|please|so|if|when|sondern|aber|mais|pero|sino|mas|maar|но)(?!\p{L})/u;

const sentenceEnd = /([.!?;:\n]+(?=\s|$|[^\p{L}\p{N}/\\"])|[\n。！？；])/u;
/** In front of an item of a list. */
const bullet = /^\s*(?:[-*•–]|\d{1,2}[.)])\s/u;
const clauseEnd =
  /[,，、()]|(?<=\s)[&+](?=\s)|(?<![\p{L}"])(?=(?:and|but|then|or|if|when|while|before|after|unless|because|so|und|aber|oder|sondern|dann|et|mais|ou|puis|y|pero|luego|sino|poi|maar|daarna|и|но|или|затем)(?!\p{L}))/iu;

/** In front of a clause that is joined to the one before. */
const conjunction = /^(?:and|or|und|oder|et|ou|y|и|или) /u;

/** The sentences of a text, normalised. */
export function sentencesOf(text: string): string[] {
  return text.split(sentenceEnd).flatMap((piece, at) => (at % 2 === 0 ? [normalise(piece)] : []));
}

/** Cuts a text into clauses; what English negates behind a verb is a clause of its own. */
export function clausesOf(text: string): Clause[] {
  const clauses: Clause[] = [];
  const pieces = markQuoted(text).split(sentenceEnd);
  let asksToBeTold = false;
  for (let at = 0; at < pieces.length; at += 2) {
    const sentence = pieces[at] ?? '';
    const end = pieces[at + 1] ?? '';
    const said = normalise(sentence);
    const asks = isQuestion(said);
    // What is listed says more of what it is listed for.
    const isListed = pieces[at - 1]?.includes(':') === true || bullet.test(sentence);
    asksToBeTold = asks || (/[?？]/.test(end) && !isOrderly(said)) || (asksToBeTold && isListed);
    let isProhibited = false;
    for (const part of partsOf(sentence)) {
      const bare = normalise(part.replaceAll('"', '\u0001')).replaceAll('\u0001', '"').replace(conjunction, '');
      if (turn.test(bare)) isProhibited = false;
      asksToBeTold = isInquiry(bare, asksToBeTold && !someEnding(bare));
      const text = bare.replace(noNegation, ' ');
      const negation = notBehind.exec(text)?.index ?? text.length;
      const isNegated = isProhibited || notAnywhere.test(text);
      if (prohibition.test(text)) isProhibited = true;
      addClause(clauses, text.slice(0, negation), { isNegated, asks, asksToBeTold });
      addClause(clauses, text.slice(negation), { isNegated: true, asks: false, asksToBeTold });
    }
  }
  return clauses;
}

/** What stands between the ends of clauses. What names one more thing belongs to what is done with the first: `cancel flight and hotel`. */
function partsOf(sentence: string): string[] {
  const parts: string[] = [];
  for (const part of sentence.split(clauseEnd)) {
    const said = normalise(part).replace(conjunction, '');
    const before = parts.at(-1);
    const words = wordsOf(said);
    const isMore =
      words.length > 0 && words.length <= 4 && !beginsWithRequest(said) && !turn.test(said) && !someEnding(said);
    const head = before === undefined ? '' : normalise(before);
    // `not before ten`
    const isLimit = head === 'not';
    if (before !== undefined && (isLimit || (isMore && someEnding(head)) || (isOpen(head) && isJoined(part))))
      parts[parts.length - 1] = `${before} ${part}`;
    else parts.push(part);
  }
  return parts;
}

/** What is ended stands behind the verb that comes next: `cancel or return all orders`. */
const isOpen = (clause: string): boolean => endingOfVerb(clause.slice(clause.lastIndexOf(' ') + 1)) !== undefined;
const isJoined = (part: string): boolean => conjunction.test(`${normalise(part)} `) && wordsOf(part).length > 1;

const someEnding = (clause: string): boolean => endings.some((one) => askedObjects(one, clause, []).length > 0);

/** What somebody wants who is spoken of: `the customer who wants to cancel`. */
const toldOf = /(?<!\p{L})(?:who|which|whose|that (?:wants?|was|is|were|are|has|have|had|will|would|can))(?!\p{L}).*$/u;

function addClause(
  clauses: Clause[],
  text: string,
  { isNegated, asks, asksToBeTold }: Readonly<Record<'isNegated' | 'asks' | 'asksToBeTold', boolean>>,
): void {
  const plain = text.replaceAll('"', '');
  const words = new Set(wordsOf(plain).map(singular));
  if (words.size === 0) return;
  const mood = asksToBeTold ? 'inquiry' : moodOf(plain);
  clauses.push({ asking: asks ? '' : text.replace(toldOf, ''), plain, words, isNegated, mood });
}

/** Puts a `"` in front of every word that stands in quotes, and takes the quotes away. */
function markQuoted(text: string): string {
  return text
    .normalize('NFKC')
    .replace(
      /"([^"\n]{1,2000})"|“([^“”\n]{1,2000})”|«([^«»\n]{1,2000})»|„([^„“”\n]{1,2000})[“”]|(?<![^\s(])['‘]([^'‘’\n]{1,400})['’](?![\p{L}\p{N}])/gu,
      (_, ...found) => {
        const inner = found.slice(0, 5).find((part): part is string => typeof part === 'string') ?? '';
        return inner.replace(/[\p{L}\p{N}]+/gu, (word) => `"${word}`);
      },
    );
}
