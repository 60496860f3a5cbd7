import { limits } from '../base/limits.ts';
import type { Intent } from '../model/provenance.ts';
import type { ToolAction, ToolLabels } from '../model/tool-labels.ts';
import { type AskedObject, askedObjects, type Ending, endingOfVerb, endings, relatedEndings } from './endings.ts';
import { delegates, intentOf, isAssent } from './intent.ts';
import { isForeign } from './language.ts';
import { actionOfVerb, beginsWithRequest } from './lexicon.ts';
import { singular } from './manifest/nouns.ts';
import { includesPhrase, normalise, wordsOf } from './normalise.ts';
import { shortTexts } from './short-texts.ts';
import { speaksOfTelling } from './tellers.ts';

/** A part of what the user said that holds one thing to do. */
interface Clause {
  /** What may ask: normalised, a quoted word behind a `"`; empty in a question, and without what is told of somebody. */
  readonly asking: string;
  /** Normalised, quotes undone: for names and values. */
  readonly plain: string;
  /** Nouns are compared in the singular. */
  readonly words: ReadonlySet<string>;
  /** What it says not to do. */
  readonly isNegated: boolean;
}

/** What of a user's words asks for a tool: it is settled, or it takes a value of the call that one of these names. */
type Judged = Intent | { readonly named: readonly string[]; readonly ids?: boolean };

/** Whether what was read under one of these names, normalised, speaks of such a thing. */
export type IsAbout = (names: readonly string[], thing: string) => boolean;

/** What can be undone: asked for by its kind of thing, or by the id of one, whatever the verb. */
const reversible: ReadonlySet<ToolAction> = new Set(['create', 'update', 'book']);
const understood: ReadonlySet<ToolAction> = new Set(['delete', 'secure', 'pay', 'run']);
const effectful: readonly ToolAction[] = ['create', 'update', 'send', 'share', 'pay', 'run', 'delete'];
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
  /** Something the user said asks to be told something; something states how things are, or are to be. */
  #isInquiry = false;
  #isStatement = false;
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
    const sentences = kept.split(sentenceEnd).map(normalise);
    this.#sentences = [...this.#sentences, ...sentences];
    this.#isInquiry ||= /[?？]/.test(kept) || sentences.some(asksToBeTold);
    this.#isStatement ||= sentences.some((sentence) => states.test(sentence));
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
      const stem = verb !== undefined && verb.length > 4 ? verb.replace(/(?:e|s|es)$/, '') : verb;
      return stem !== undefined && wordsOf(words).some((word) => word.startsWith(stem)) ? 'plausible' : 'implausible';
    }
    return this.#asksFor(labels, words);
  }

  /** By a verb of the kind of action; where it can be undone, also by what the tool acts on. */
  #asksFor({ action, verb = '', nouns = [] }: ToolLabels, words: string): Judged {
    const isPlausible = (one: ToolAction): boolean => intentOf(one, words, this.#isAssented) === 'plausible';
    if (this.#isForbidden(verb, nouns)) return 'implausible';
    const own = decisive.get(verb);
    const isLeft = own === undefined || this.#isAssented || this.#isDelegated;
    if (!isLeft && !this.#sentences.some((sentence) => own.test(sentence))) return 'implausible';
    if (isPlausible(action)) return 'plausible';
    // Adding a comment sends it, adding a member shares: both words ask for it.
    if ((action === 'send' || action === 'share') && actionOfVerb(verb) === 'create' && isPlausible('create'))
      return 'plausible';
    // What writes a page whole corrects it as well.
    if (action === 'create' && overwriting.has(verb) && isPlausible('update')) return 'plausible';
    if (!reversible.has(action) && action !== 'send') return 'implausible';
    const asked = this.#clauses.filter(({ isNegated }) => !isNegated);
    // Who only asks to be told something asks for no change.
    const orders = asked.map(({ asking }) => asking).join('\n');
    if (action !== 'book' && !effectful.some((one) => intentOf(one, orders) === 'plausible'))
      return action === 'send' || this.#isInquiry || !this.#isStatement ? 'implausible' : 'plausible';
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

/** Mailboxes of roles (RFC 2142, and what is usual): nobody is named by them. */
const roles: ReadonlySet<string> = new Set(
  (
    'info marketing sale sales support abuse noc security postmaster hostmaster webmaster office team contact hello admin booking bookings order orders ' +
    'event events news help desk service services billing account accounts finance payment payments invoice invoices mail reply noreply customer shop'
  ).split(' '),
);

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

/**
 * A question, or a wish to know: `summarise …`, `any letters`. Who says nothing of the kind and asks for nothing either states what is to be: `the Haugens come
 * at eight and are seven now`.
 */
const asksToBeTold = (sentence: string): boolean =>
  question.test(sentence) ||
  /(?<!\p{L})(?:what s?|whats|any|anything|which|who|when|where|why|how|check|find|search|show|list|read|look|see|view|open|review|compare|explain|summar\p{L}*|analy\p{L}*|research|tell me|give me|let me know|status|latest|overview|info|update me)(?!\p{L})/u.test(
    sentence,
  );

/** Not a name of what is wanted (`unread mails of today`), but a sentence. */
const states =
  /(?<!\p{L})(?:is|are|was|were|has|have|wants?|needs?|should|must|can t|cant|cannot|comes?|becomes?|goes|moved|moves|will|won t|wont|instead|no longer|anymore|from now on)(?!\p{L})|->|→/u;

/** Words that stand for a thing named elsewhere, alone or at the end of what is named: `it`, `the oldest`. */
const pointing =
  /^(?:it|them|him|his|hers|theirs|mine|ours|yours|this|these|those|both|all|everything|everyone|any|each|one|ones|latter|former|others?|rest|duplicates?|first|last|latest|same|\p{L}{3,12}est|es|ihn|diesen?|dieses|alle[ns]?|ça|cela|tous|toutes|eso|esto|tod[oa]s?|tutt[oiae]|questo|isso|isto)$/u;
const filler = /^(?:the|please|too|now|again|then|today|also|well|immediately|once|afterwards|entirely|completely)$/;

function pointsElsewhere({ words, isClause }: AskedObject): boolean {
  if (isClause) return words.some((word) => pointing.test(word));
  const named = words.filter((word) => !filler.test(word));
  return /^(?:it|them|him|everything|everyone)$/.test(named[0] ?? '') || pointing.test(named.at(-1) ?? '');
}

/** English: what stands behind it is negated. */
const notBehind =
  /(?<![\p{L}"])(?:(?:do |does |did |must |should |may |will |would |can )?not|don t|dont|doesn t|didn t|mustn t|shouldn t|cannot|can t|won t|wouldn t|never|without|avoid|refrain from|instead of|rather than)(?!\p{L})/u;
/** Other languages: wherever it stands, the clause is negated. */
const notAnywhere =
  /(?<![\p{L}"])(?:nicht|nichts|keine?[nrsm]?|ohne|nie|niemals|ne|pas|sans|jamais|(?<!(?:are|has|have|is|with|there s|in) )no(?= \p{L})|sin|nunca|non|senza|mai|não|nao|sem|niet|geen|zonder|nooit|не|без|никогда)(?!\p{L})|[不别勿別]|ないで|しないで|지 마|말고/u;
/** It negates nothing of what is to be done. */
const noNegation =
  /(?<!\p{L})(?:(?:do not|don t|dont|never) (?:forget|hesitate|fail|worry|mind)|no (?:longer|later|one|more|need|idea|problem)|not (?:only|yet|already|sure|before|after|until|till|later|earlier|more|less|over|under|above|below|longer|too|very|so|on|at|in|from|\d\S*)|if not|(?:i|we|they|it|he|she|which|who|that) (?:(?:do|does|did|is|are|was|were|have|has|had|can|could) ?not|(?:don|doesn|didn|isn|aren|wasn|weren|haven|hasn|can|couldn) t|dont)(?! (?:want|wish|like|allow|intend|\p{L}{1,32} you)(?!\p{L})))(?!\p{L})/gu;
/** It tells what not to do, for what follows in the sentence as well: `do not delete, close or cancel anything`. */
const prohibition =
  /(?:^|(?<=please |you |and |also |but |to ))(?:do not|don t|dont|never|not|must not|mustn t|should not|shouldn t|may not|avoid|refrain|without)(?!\p{L})|(?:not|don t|dont) (?:want|wish|like|allow)/u;
/** Where what was prohibited ends. */
const turn =
  /^(?:but|then|instead|just|rather|only|however|please|so|if|when|sondern|aber|mais|pero|sino|mas|maar|но)(?!\p{L})/u;

const sentenceEnd = /[.!?;:\n]+(?=\s|$|[^\p{L}\p{N}/\\])|[\n。！？；]/u;
const clauseEnd =
  /[,，、()]|(?<=\s)[&+](?=\s)|(?<![\p{L}"])(?=(?:and|but|then|or|if|when|while|before|after|unless|because|so|und|aber|oder|sondern|dann|et|mais|ou|puis|y|pero|luego|sino|poi|maar|daarna|и|но|или|затем)(?!\p{L}))/iu;

/** In front of a clause that is joined to the one before. */
const conjunction = /^(?:and|or|und|oder|et|ou|y|и|или) /u;

/** Cuts a text into clauses; what English negates behind a verb is a clause of its own. */
function clausesOf(text: string): Clause[] {
  return markQuoted(text)
    .split(sentenceEnd)
    .flatMap((sentence) => {
      let isCarried = false;
      const isQuestion = question.test(normalise(sentence)) && !politely.test(normalise(sentence));
      return partsOf(sentence).flatMap((part): Clause[] => {
        const normalised = normalise(part.replaceAll('"', '\u0001')).replaceAll('\u0001', '"');
        const bare = normalised.replace(conjunction, '');
        if (turn.test(bare)) isCarried = false;
        const said = bare.replace(noNegation, ' ');
        const at = notBehind.exec(said)?.index ?? said.length;
        const isNegated = isCarried || notAnywhere.test(said);
        if (prohibition.test(said)) isCarried = true;
        return [clauseOf(said.slice(0, at), isNegated, isQuestion), clauseOf(said.slice(at), true, false)].flatMap(
          (one) => one ?? [],
        );
      });
    });
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

/** A question asks for an answer: `how do I delete …`, `what does it cost to cancel`. */
const question =
  /^[^\p{L}]{0,8}(?:what|which|who|whose|when|where|why|how|is|are|am|was|were|does|did|do (?:i|we|they)|has|have|had)(?!\p{L})/u;
const politely = /(?<!\p{L})(?:please|can you|could you|would you|will you)(?!\p{L})/u;
/** What somebody wants who is spoken of: `the customer who wants to cancel`. */
const toldOf = /(?<!\p{L})(?:who|which|whose|that (?:wants?|was|is|were|are|has|have|had|will|would|can))(?!\p{L}).*$/u;

function clauseOf(text: string, isNegated: boolean, isQuestion: boolean): Clause | undefined {
  const plain = text.replaceAll('"', '');
  const words = new Set(wordsOf(plain).map(singular));
  return words.size === 0 ? undefined : { asking: isQuestion ? '' : text.replace(toldOf, ''), plain, words, isNegated };
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
