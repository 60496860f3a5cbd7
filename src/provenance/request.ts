import { limits } from '../base/limits.ts';
import type { Intent } from '../model/provenance.ts';
import type { ToolAction, ToolLabels } from '../model/tool-labels.ts';
import { type AskedObject, askedObjects, type Ending, endingOfVerb, relatedEndings } from './endings.ts';
import { delegates, intentOf, isAssent } from './intent.ts';
import { type Clause, clausesOf, sentencesOf } from './clauses.ts';
import { isForeign } from './language.ts';
import { actionOfVerb, effectful } from './lexicon.ts';
import type { Mood } from './mood.ts';
import { handOffNouns, moneyNouns, singular } from './manifest/nouns.ts';
import { includesPhrase, normalise, wordsOf } from './normalise.ts';
import { roles } from './names.ts';
import { shortTexts } from './short-texts.ts';
import { speaksOfTelling } from './tellers.ts';

/** What of a user's words asks for a tool: it is settled, or it takes a value of the call that one of these names. */
type Judged = Intent | { readonly named: readonly string[]; readonly ids?: boolean };

/** Whether what was read under one of these names, normalised, speaks of such a thing. */
export type IsAbout = (names: readonly string[], thing: string) => boolean;

/** What can be undone: asked for by its kind of thing, or by the id of one, whatever the verb. */
const reversible: ReadonlySet<ToolAction> = new Set(['create', 'update', 'book']);
const understood: ReadonlySet<ToolAction> = new Set(['delete', 'secure', 'pay', 'run']);
/** Verbs of tools that create a thing or take the place of what was there. */
const overwriting: ReadonlySet<string> = new Set(['write', 'save', 'put', 'store', 'upload']);
/** Verbs of tools that decide something, each with the words by which people ask for it: no word for some other change does. */
const decisive: ReadonlyMap<string, RegExp> = new Map(
  [
    ['merge', 'merg land squash rebas'],
    ['approve accept', 'approv accept agre confirm sign allow grant ok okay take yes'],
    ['reject decline deny refuse', 'reject declin den refus turn no'],
  ].flatMap(([verbs = '', stems = '']) => {
    const pattern = new RegExp(String.raw`(?<!\p{L})(?:${stems.replaceAll(' ', '|')})`, 'u');
    return verbs.split(' ').map((verb) => [verb, pattern] as const);
  }),
);
/** Words around a verb by which something is forbidden. */
const forbidding =
  /^(?:do|don|t|dont|not|never|please|but|and|yet|now|anything|any|it|them|one|ones|the|a|an|for|me|u|you|must|should|mustn|shouldn)$/;
/** Nouns that every request may hold, of whatever it speaks. */
const vague = new Set('item data record info information thing entry value list name detail option status'.split(' '));

const isId = (text: string): boolean => text.length >= 3 && /\p{N}/u.test(text);

/**
 * What the user asked for in a run. A tool that ends something (it deletes, cancels, revokes, closes …) is asked for by a
 * verb of its class that is not negated, said of its kind of thing, of something pointed to (`it`, `the oldest`) or of a value of
 * the call. Judged once for each tool and each change of the words.
 */
export class UserRequest {
  #words: string | undefined;
  /** The user said yes to what was proposed. */
  #isAssented = false;
  /** Something the user said is in a language whose words for most actions are not known. */
  #isForeign = false;
  #length = 0;
  #clauses: readonly Clause[] = [];
  #sentences: readonly string[] = [];
  #isDelegated = false;
  #isOfTelling = false;
  #judged = new Map<ToolLabels, Judged>();

  /** Whether the user's words are visible. */
  get isSeen(): boolean {
    return this.#words !== undefined;
  }

  /** Whether the user handed over to what is written elsewhere. */
  get isDelegated(): boolean {
    return this.#isDelegated;
  }

  /** Whether the user may speak of what somebody told. */
  get isOfTelling(): boolean {
    return this.#isOfTelling;
  }

  /** What the user said, normalised; questions and what is not to be done as well. */
  get sentences(): readonly string[] {
    return this.#sentences;
  }

  /** Takes in what the user says. What is longer than is looked at asks for nothing. */
  add(text: string): void {
    const kept = text.slice(0, Math.max(0, limits.userWordsLengthMax - this.#length));
    const clauses = clausesOf(kept);
    this.#length += text.length;
    this.#isForeign ||= isForeign(normalise(kept));
    this.#isAssented ||= this.#words !== undefined && isAssent(normalise(text));
    this.#clauses = [...this.#clauses, ...clauses];
    const sentences = sentencesOf(kept);
    this.#sentences = [...this.#sentences, ...sentences];
    const asking = clauses.flatMap(({ plain, isNegated }) => (isNegated ? [] : [plain]));
    this.#words = [...(this.#words === undefined ? [] : [this.#words]), ...asking].join('\n');
    this.#isDelegated = delegates(this.#words);
    this.#isOfTelling ||= sentences.some(speaksOfTelling);
    this.#judged = new Map();
  }

  intentOf(labels: ToolLabels, args: unknown, isAbout: IsAbout = () => false): Intent {
    const intent = this.#intentOf(labels, args, isAbout);
    // What nobody understands is like what nobody sees; the words that end, pay, run or secure something have to be understood.
    const isLeft = labels.effect !== 'destructive' && !understood.has(labels.action);
    return intent === 'implausible' && isLeft && this.#isForeign ? 'unseen' : intent;
  }

  #intentOf(labels: ToolLabels, args: unknown, isAbout: IsAbout): Intent {
    if (this.#words === undefined) return 'unseen';
    const judged = this.#judged.get(labels) ?? this.#judge(labels, this.#words);
    this.#judged.set(labels, judged);
    if (typeof judged === 'string') return judged;
    const { named, ids = false } = judged;
    const texts = shortTexts(args)
      .filter((text) => !ids || isId(text))
      .map(normalise);
    const isNamed = texts.some((text) => named.some((name) => includesPhrase(name, text) || isAddressOf(name, text)));
    // `cancel the charger`, and the order that is cancelled is one of a charger.
    const isThere = (): boolean => !ids && named.flatMap(thingsOf).some((thing) => isAbout(texts, thing));
    return isNamed || isThere() ? 'plausible' : 'implausible';
  }

  #judge(labels: ToolLabels, words: string): Judged {
    const { action, effect, verb } = labels;
    const ending = verb === undefined ? undefined : endingOfVerb(verb);
    if (action === 'delete') return this.#asked(ending ?? 'remove', labels);
    if (effect === 'destructive' && ending !== undefined && action !== 'secure') return this.#asked(ending, labels);
    // It can be undone: a word of the class is enough, but a word for some other change is not.
    if (action === 'update' && (ending === 'close' || ending === 'revoke')) {
      return this.#says([ending, ...relatedEndings[ending]], labels) ? 'plausible' : 'implausible';
    }
    if (action === 'update' && ending !== undefined && this.#says([ending, ...relatedEndings[ending]], labels))
      return 'plausible';
    if (effect === 'destructive' && action === 'other') {
      return hasVerb(verb, words) ? 'plausible' : 'implausible';
    }
    return this.#asksFor(labels, words);
  }

  /** By a verb of the kind of action; where it can be undone, also by what the tool acts on. */
  #asksFor({ action, effect, verb = '', nouns = [] }: ToolLabels, words: string): Judged {
    const asked = this.#clauses.filter(({ isNegated }) => !isNegated);
    // Who only asks to be told something asks for no change.
    const ordered = asked.filter(({ mood }) => mood !== 'inquiry');
    const orders = ordered.map(({ plain }) => plain).join('\n');
    const isPlausible = (one: ToolAction): boolean => intentOf(one, words, orders, this.#isAssented) === 'plausible';
    if (this.#isForbidden(verb, nouns)) return 'implausible';
    const own = decisive.get(verb);
    const isLeft = own === undefined || this.#isAssented || this.#isDelegated;
    if (!isLeft && !this.#sentences.some((sentence) => own.test(sentence))) return 'implausible';
    const isMeant = (mood: Mood): boolean => asked.some((clause) => clause.mood === mood);
    // What is told beside a question is what the question is about.
    const isStated = isMeant('statement') && !isMeant('inquiry');
    const isNamed = nouns.some((noun) => !vague.has(noun) && ordered.some(({ words: spoken }) => spoken.has(noun)));
    const isHandedOver = this.#isAssented || this.#isDelegated;
    // Nobody knows what it does: it takes its own verb, or its kind of thing.
    if (action === 'other' && effect !== 'read' && nouns.length > 0 && !isHandedOver && !isNamed) {
      const isLeft = isMeant('unclear') || isStated || nouns.some((noun) => handOffNouns.has(noun));
      return isLeft || hasVerb(verb, words) ? 'plausible' : 'implausible';
    }
    // Who has a summary sent has no money sent; cars and tickets can be sent.
    const isOfMoney = action === 'pay' && nouns.every((noun) => moneyNouns.has(noun));
    if (isOfMoney && !isHandedOver && !isNamed && !this.#isForeign && !paying.test(orders)) return 'implausible';
    if (isPlausible(action)) return 'plausible';
    // Adding a comment sends it, adding a member shares: both words ask for it.
    if ((action === 'send' || action === 'share') && actionOfVerb(verb) === 'create' && isPlausible('create'))
      return 'plausible';
    // What writes a page whole corrects it as well.
    if (action === 'create' && overwriting.has(verb) && isPlausible('update')) return 'plausible';
    if (!reversible.has(action) && action !== 'send') return 'implausible';
    if (reversible.has(action) && !this.#isForeign && isMeant('unclear')) return 'plausible';
    const said = ordered.map(({ asking }) => asking).join('\n');
    if (action !== 'book' && !effectful.some((one) => intentOf(one, said) === 'plausible'))
      return action !== 'send' && isStated ? 'plausible' : 'implausible';
    // A message to whom the user named, where something is to be done: `set its status to active and welcome ann@x.example`.
    if (action === 'send') return { named: asked.map(({ plain }) => plain) };
    const isSpokenOf = nouns.some((noun) => !vague.has(noun) && asked.some(({ words: spoken }) => spoken.has(noun)));
    return isSpokenOf ? 'plausible' : { named: asked.map(({ plain }) => plain), ids: true };
  }

  /**
   * Whether the user said not to do it, in the tool's own word and of nothing but what it acts on, and in no other place to do it: `send me two
   * options, dont book yet`.
   */
  #isForbidden(verb: string, nouns: readonly string[]): boolean {
    const isAbout = (words: ReadonlySet<string>): boolean =>
      [...words].every((word) => word === verb || nouns.includes(word) || forbidding.test(word));
    const spoken = this.#clauses.filter(({ words }) => words.has(verb));
    return spoken.some(({ isNegated, words }) => isNegated && isAbout(words)) && spoken.every((one) => one.isNegated);
  }

  #says(classes: readonly Ending[], { nouns = [] }: ToolLabels): boolean {
    return this.#clauses.some(
      ({ asking, isNegated }) => !isNegated && classes.some((one) => askedObjects(one, asking, nouns).length > 0),
    );
  }

  /** What is said later counts: a clause that says not to takes back what was asked before. */
  #asked(ending: Ending, { nouns = [] }: ToolLabels): Judged {
    const spoken = this.#clauses.some(({ words }) => nouns.some((noun) => words.has(noun)));
    let named: string[] | undefined;
    let isSettled = false;
    for (const clause of this.#clauses) {
      const own = askedObjects(ending, clause.asking, nouns);
      const objects = [...own, ...relatedEndings[ending].flatMap((one) => askedObjects(one, clause.asking, nouns))];
      if (objects.length === 0) continue;
      if (clause.isNegated) {
        named = undefined;
        isSettled = false;
        continue;
      }
      const isNamed = objects.some(({ words }) => words.some((word) => nouns.includes(singular(word))));
      const isPointed = (own.length > 0 || spoken) && objects.some(pointsElsewhere);
      // The thing has another name throughout: `remove the old report`, where the tool speaks of files.
      const isOtherwise = own.length > 0 && !spoken;
      if (isNamed || isPointed || isOtherwise) isSettled = true;
      named = [...(named ?? []), ...objects.map(({ text }) => text.replaceAll('"', ''))];
    }
    if (isSettled) return 'plausible';
    return named === undefined ? 'implausible' : { named };
  }
}

/** Whether words, normalised, have a verb in one of its forms. */
function hasVerb(verb: string | undefined, words: string): boolean {
  const stem = verb !== undefined && verb.length > 4 ? verb.replace(/(?:e|s|es)$/, '') : verb;
  return stem !== undefined && stem !== '' && wordsOf(words).some((word) => word.startsWith(stem));
}

/** What people say when they speak of paying: a word of money, a sum or how often. */
const paying =
  /(?<![\p{L}\p{N}#:/_-])\d{1,7}(?:[.,]\d{1,3}){0,3}(?![\p{L}\p{N}:/_-])|[€$£¥]|(?<!\p{L})(?:pay|paid|money|refund|reimburs|remit|dollar|pound|(?:eur|euros?|usd|gbp|chf|francs?|fees?|tip(?:s|ped)?|wired?)(?!\p{L})|rent|bill|invoic|settl|buy|purchas|check-?out|order|donat|deposit|withdraw|charg|top-up|salar|ow(?:e|ed|es|ing)(?!\p{L})|sell|trad|subscri|cover|compensat|credit|split|saving|standing|recur|installment|instalment|same|half|due|funds?(?!\p{L})|balance|account)/u;

/** Whether an address is that of somebody who is named: `sanne.verhulst@…`, and `mail Sanne`. */
function isAddressOf(name: string, text: string): boolean {
  const local = /^([^\s@]{3,64})@[^\s@]+$/.exec(text)?.[1] ?? '';
  const words = new Set(wordsOf(name));
  return wordsOf(local.replace(/[._+-]/g, ' ')).some((word) => word.length >= 3 && words.has(word) && !roles.has(word));
}

/** The things that are named, without what is told of them: `the charger I just bought and the boots`. */
const thingsOf = (named: string): string[] =>
  named
    .replace(/(?<!\p{L})(?:i|we|you|he|she|they|that|which|who|because)(?!\p{L}).*$/u, '')
    .replace(/(?<!\p{L})(?:the|an?|my|our|his|her|their|this|old|new)(?!\p{L})/gu, ' ')
    .split(/(?<!\p{L})(?:and|or)(?!\p{L})/u)
    .map((thing) => thing.trim());

/** Words that stand for a thing named elsewhere, alone or at the end of what is named: `it`, `the oldest`. */
const pointing =
  /^(?:it|them|him|his|hers|theirs|mine|ours|yours|this|these|those|both|all|everything|everyone|any|each|one|ones|latter|former|others?|rest|duplicates?|first|last|latest|same|\p{L}{3,12}est|es|ihn|diesen?|dieses|alle[ns]?|ça|cela|tous|toutes|eso|esto|tod[oa]s?|tutt[oiae]|questo|isso|isto)$/u;
const filler = /^(?:the|please|too|now|again|then|today|also|well|immediately|once|afterwards|entirely|completely)$/;

function pointsElsewhere({ words, isClause }: AskedObject): boolean {
  if (isClause) return words.some((word) => pointing.test(word));
  const named = words.filter((word) => !filler.test(word));
  return /^(?:it|them|him|everything|everyone)$/.test(named[0] ?? '') || pointing.test(named.at(-1) ?? '');
}
