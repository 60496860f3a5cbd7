import { limits } from '../base/limits.ts';
import { type Atom, atomsOf, isBankAccount } from './atoms.ts';
import { singular } from './manifest/nouns.ts';
import { type Mails, readMails } from './mails.ts';
import { speaksOf, splitName } from './names.ts';
import { includesPhrase, inWords, normalise, wordsOf } from './normalise.ts';
import { shortTexts } from './short-texts.ts';

/** An answer to a call that named what it wanted: a document, a ticket, a file. */
class Source {
  /** Normalised. */
  readonly names: readonly string[];
  /** Of the tool, in the singular. */
  readonly #nouns: readonly string[];
  readonly #text: string;
  #spoken: { readonly sentences: readonly string[]; readonly said: Said } | undefined;
  #mails: Mails | undefined;
  #atoms: readonly Atom[] | undefined;
  #told: readonly Atom[] | undefined;
  #normalised: string | undefined;
  #words: ReadonlySet<string> | undefined;

  constructor(names: readonly string[], tool: string, text: string) {
    this.names = names;
    this.#nouns = splitName(tool).map(singular);
    this.#text = text;
  }

  /** Whether it answers the tool for a kind of things: `mail`, `event`. */
  isOf(kinds: ReadonlySet<string>): boolean {
    return this.#nouns.some((noun) => kinds.has(noun));
  }

  /** Whether it was read under one of these names. */
  isCalled(names: readonly string[]): boolean {
    return this.names.some((name) => names.includes(name));
  }

  /** Whether it is one thing, no list of several: of mails it has the head of one. */
  get isOne(): boolean {
    return !this.isOf(lists) || this.#read().mails.length === 1;
  }

  #read(): Mails {
    return (this.#mails ??= readMails(this.#text));
  }

  /** Values of the kind of an atom; who wrote a mail is no part of what it says. */
  alike(atom: Atom): readonly Atom[] {
    this.#told ??= atomsOf(this.#read().said);
    return this.#told.filter((one) => kindOf(one) === kindOf(atom));
  }

  /** What sentences say that stands there. */
  saidIn(sentences: readonly string[]): Said {
    if (this.#spoken?.sentences === sentences) return this.#spoken.said;
    const heads = sentences.flatMap((sentence) => this.names.map((name) => headOf(sentence, name)));
    const tails = sentences.flatMap((sentence) => this.names.map((name) => tailOf(sentence, name)));
    const nouns = new Set([...heads, ...tails].flatMap((part) => wordsOf(part).map(singular)));
    const isNamed = sentences.some((sentence) => this.names.some((name) => includesPhrase(sentence, name)));
    const said = { isNamed, nouns, isOwn: heads.some((head) => ownData.test(head)) };
    this.#spoken = { sentences, said };
    return said;
  }

  /** Whether most words of a text stand there, in singular or plural. */
  speaksOf(text: string): boolean {
    this.#words ??= new Set(wordsOf(normalise(this.#text)).map(singular));
    const words = wordsOf(normalise(text));
    return words.filter((word) => this.#words?.has(singular(word))).length * 2 > words.length;
  }

  /** Whether it has a value of the kind of an atom. */
  holdsAlike(atom: Atom): boolean {
    return (this.#atoms ??= atomsOf(this.#text)).some((one) => kindOf(one) === kindOf(atom));
  }

  /** Whether it has this value; `alone`: and no other of its kind. */
  holds({ text, atom }: SoughtValue, alone: boolean): boolean {
    if (atom === undefined) return includesPhrase((this.#normalised ??= inWords(this.#text)), inWords(text));
    this.#atoms ??= atomsOf(this.#text);
    const alike = this.#atoms.filter((one) => kindOf(one) === kindOf(atom));
    return (!alone || alike.length === 1) && alike.some(({ key }) => key === atom.key);
  }
}

/** A value of a call that stands in free text: an atom, or a short text. */
export interface SoughtValue {
  readonly text: string;
  readonly atom?: Atom | undefined;
  /** Name of the argument. */
  readonly name: string;
}

/** What sentences of the user say that stands in a source. */
interface Said {
  /** It is spoken of at all. */
  readonly isNamed: boolean;
  /** Words in front of its name. */
  readonly nouns: ReadonlySet<string>;
  /** Everything there is the user's own: *my account information is in …*. */
  readonly isOwn: boolean;
}

/** At the end of what stands in front of the name: *reserve a table with my details on table.example* says nothing of the page. */
const ownData =
  /(?<!\p{L})(?:my|our) (?:\S+ ){0,3}?(?:info|information|details|data|credentials?|logins?|passwords?|profile|contacts|address ?book)(?: (?:is|are|was|were|stands?|all|also|can|be|found|kept|stored|saved|listed|written)){0,4} ?$/u;

/** Words by which people speak of a value. */
const spokenOf = {
  address: ['mail', 'email', 'address', 'contact'],
  link: ['link', 'url', 'site', 'page', 'website'],
  bank: ['account', 'iban', 'bank', 'konto'],
  ip: ['ip', 'address', 'range', 'host', 'server', 'network'],
  number: ['number', 'phone', 'tel', 'telephone', 'mobile', 'cell', 'nummer', 'ip', 'account'],
} as const;

/** How people speak of an atom that somebody told. */
export function nounsOfAtom(atom: Atom): readonly string[] {
  const kind = kindOf(atom);
  return kind === 'link'
    ? [...spokenOf.link, 'article', 'blog', 'document', 'doc', 'form', 'post', 'video']
    : spokenOf[kind];
}

/** Parts of an address, which people speak of as a whole. */
const addressParts = new Set('street city town postcode zip zipcode postal state country district'.split(' '));

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const kindOf = (atom: Atom): keyof typeof spokenOf =>
  atom.kind !== 'account' ? atom.kind : isBankAccount(atom) ? 'bank' : ipv4.test(atom.text) ? 'ip' : 'number';

/** `in`, `on the form he signed, doc`: what stands behind it is where something stands. */
const place = /(?<=^| )(?:in|on|from|at|see|per|under|auf|aus|im|laut|dans|sur|en|nel|sul|på)(?: \S+){0,5} $/u;

/**
 * What the user said to be the place of a value: *his number is on the form D-3391*. Then the number of D-3391 is the user's to
 * choose, although D-3391 is free text: as long as it holds no second one.
 */
export class NamedSources {
  readonly #sources: Source[] = [];
  #length = 0;
  #placed:
    | {
        readonly sentences: readonly string[];
        readonly spoken: ReturnType<typeof placesIn>;
        readonly said: Map<string, readonly ReadonlySet<string>[]>;
      }
    | undefined;
  /** Nothing was left out: what is the only one of its kind is known. */
  #isComplete = true;

  /** @param args of the call to the tool that was answered with the text */
  add(args: unknown, text: string, tool = ''): void {
    const asked = shortTexts(args).filter(isName).map(normalise).flatMap(withFolders);
    const names = [...asked, ...ownPlacesOf(tool)];
    if (names.length === 0 && !speaksOf(tool, allKinds)) return;
    if (this.#sources.length >= sourcesMax || this.#length + text.length > limits.namedSourcesLengthMax) {
      this.#isComplete = false;
      return;
    }
    this.#length += text.length;
    this.#sources.push(new Source(names, tool, text));
  }

  get length(): number {
    return this.#length;
  }

  /** Whether what was read under one of these names, normalised, speaks of such a thing. */
  isAbout(names: readonly string[], thing: string): boolean {
    return thing !== '' && this.#sources.some((source) => source.isCalled(names) && source.speaksOf(thing));
  }

  /** Whether an atom stands in what was read under one of these names, normalised. */
  holdsIn(names: readonly string[], atom: Atom): boolean {
    const sought = { atom, text: atom.text, name: '' };
    return this.#sources.some((source) => source.isCalled(names) && source.holds(sought, false));
  }

  /** Whether a source that the user spoke of at all speaks of this. @param sentences of the user, normalised */
  isToldOf(text: string, sentences: readonly string[]): boolean {
    return this.#sources.some((source) => source.saidIn(sentences).isNamed && source.speaksOf(text));
  }

  /** @param sentences of the user, normalised @param isFree whether an atom stands in free text only */
  hold(value: SoughtValue, sentences: readonly string[], isFree: (atom: Atom) => boolean): boolean {
    const own = nounsOfArgument(value.name);
    const nouns = value.atom === undefined ? own : [...own, ...spokenOf[kindOf(value.atom)]];
    const named = this.#sources.filter((source) => {
      const said = source.saidIn(sentences);
      return said.isOwn || nouns.some((noun) => said.nouns.has(singular(noun)));
    });
    const holds = (source: Source): boolean => source.holds(value, !source.saidIn(sentences).isOwn);
    // Several answers may go by one name: none of them says something else.
    const { atom } = value;
    const isNamed =
      named.some(holds) && (atom === undefined || named.every((one) => !one.holdsAlike(atom) || holds(one)));
    return isNamed || this.#holdsOfKind(value, nouns, sentences, isFree);
  }

  /** The kinds of things of which the user said that such a value stands there. */
  #kindsSaidOf(nouns: readonly string[], sentences: readonly string[]): readonly ReadonlySet<string>[] {
    if (this.#placed?.sentences !== sentences)
      this.#placed = { sentences, spoken: placesIn(sentences), said: new Map() };
    const { spoken, said } = this.#placed;
    const key = nouns.join(' ');
    const known = said.get(key);
    if (known !== undefined) return known;
    const found = [...spoken].flatMap(([kinds, texts]) => {
      const says = saying(nouns, kinds);
      return texts.some((text) => says.test(text)) ? [kinds] : [];
    });
    // Names of arguments come from the agent: a hostile one could bring as many as it likes.
    if (said.size < 1_000) said.set(key, found);
    return found;
  }

  /**
   * Whether the user said that it stands in a thing of a kind (*her address is in the mail*, *their mail with the new address*), and there is
   * no other: no other value of its sort in things of that kind, no other thing where the value is a text.
   */
  #holdsOfKind(
    value: SoughtValue,
    nouns: readonly string[],
    sentences: readonly string[],
    isFree: (atom: Atom) => boolean,
  ): boolean {
    const { atom } = value;
    if (!this.#isComplete || nouns.length === 0) return false;
    return this.#kindsSaidOf(nouns, sentences).some((kinds) => {
      const sources = this.#sources.filter((source) => source.isOf(kinds));
      const whole = sources.filter((source) => source.isOne);
      if (atom === undefined) return whole.length === 1 && whole[0]?.holds(value, false) === true;
      const keys = new Set(sources.flatMap((source) => source.alike(atom).filter(isFree)).map(({ key }) => key));
      return keys.size === 1 && keys.has(atom.key);
    });
  }
}

/** Kinds of things in which something stands, by the words that people and tools have for them. */
const placeKinds = [
  ['mail', 'email', 'message', 'letter', 'inbox'],
  ['dm', 'message', 'chat', 'inbox', 'conversation'],
  ['event', 'invite', 'invitation', 'appointment', 'calendar'],
  ['ticket', 'issue', 'case', 'request'],
  ['record', 'entry', 'profile', 'account', 'customer', 'patient', 'client'],
  ['document', 'doc', 'file', 'letter', 'contract', 'form', 'scan'],
  ['page', 'wiki', 'site', 'website', 'web', 'article'],
  ['note'],
  ['comment', 'post', 'thread', 'review'],
].map((kinds): ReadonlySet<string> => new Set(kinds));

const allKinds: ReadonlySet<string> = new Set(placeKinds.flatMap((kinds) => [...kinds]));
/** What such a tool answers are the heads of things. */
const lists = new Set('list search find query inbox lookup'.split(' '));

/** By kinds of things, the sentences that speak of one; the first ones, and of each the beginning. */
function placesIn(sentences: readonly string[]): ReadonlyMap<ReadonlySet<string>, readonly string[]> {
  const found = new Map<ReadonlySet<string>, string[]>();
  for (const sentence of sentences) {
    const text = sentence.slice(0, limits.namingLengthMax);
    const words = wordsOf(text).map(singular);
    for (const kinds of placeKinds) {
      const known = found.get(kinds) ?? [];
      if (known.length < placingSentencesMax && words.some((word) => kinds.has(word)))
        found.set(kinds, [...known, text]);
    }
  }
  return found;
}

const placingSentencesMax = 64;

/** `the address is in her mail`, `her mail with the new address`, `the address from the mail`, `the account she gives in her mail`. */
function saying(nouns: readonly string[], kinds: ReadonlySet<string>): RegExp {
  const noun = `(?:${nouns.map(escaped).join('|')})s?`;
  const kind = `(?:${[...kinds].join('|')})s?`;
  const few = String.raw`(?: \S{1,32}){0,4}?`;
  return new RegExp(
    String.raw`(?<!\p{L})(?:${noun}${few} (?:in|on|from|per|see)${few} ${kind}|${kind} (?:with|has|gives|about|containing|saying)${few} ${noun})(?!\p{L})`,
    'u',
  );
}

const escaped = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

/** Answers that are kept; more of them are no help. */
const sourcesMax = 256;

/** A thing with a number, a file, or what is named by several words: `people-news`, `bank stuff`. */
const isName = (text: string): boolean =>
  text.length >= 3 && text.length <= 64 && /\p{N}|\p{L}\.\p{L}{2,5}$|\p{L}[-_ ]\p{L}/u.test(text);

const ownPlaces = new Set('note contact addressbook calendar file document doc drive profile setting'.split(' '));

/** How the user speaks of what such a tool reads, where it is theirs: `my notes`. Mails and messages are others'. */
function ownPlacesOf(tool: string): string[] {
  return splitName(tool)
    .map(singular)
    .filter((noun) => ownPlaces.has(noun))
    .flatMap((noun) => [`my ${noun}`, `my ${noun}s`]);
}

/** A path, and the folders it is in: *you find her address in /home/ann/people*. */
function withFolders(name: string): string[] {
  const steps = name.split('/');
  return steps.map((_, left) => steps.slice(0, steps.length - left).join('/')).filter((part) => part.length >= 3);
}

/** Names of arguments that are words of any sentence. */
const relating = new Set('to from by at for with on in into of as via cc bcc'.split(' '));

/** `deliver_to`, `shipTo` */
const delivering = /^(?:deliver|ship|send|post)_?to$/i;

/** How people speak of the values of an argument. */
export function nounsOfArgument(name: string): readonly string[] {
  const noun = splitName(name).at(-1) ?? '';
  if (noun === '' || relating.has(noun)) return delivering.test(name) ? ['address'] : [];
  return addressParts.has(noun) ? [noun, 'address'] : [noun];
}

/** What is named goes on: another folder than this one. */
const isInside = /^\/[\p{L}\p{N}_.-]/u;

/** What a sentence says in front of the place of this name; empty where it names none. */
function headOf(sentence: string, name: string): string {
  const at = sentence.indexOf(name);
  if (at < 0 || !includesPhrase(sentence, name) || isInside.test(sentence.slice(at + name.length))) return '';
  // `in #people-news`, `in «people-news»`
  const before = sentence.slice(0, at).replace(/[^\p{L}\p{N}\s]+$/u, '');
  const found = place.exec(before);
  return found === null ? '' : before.slice(0, found.index);
}

/** What a sentence says of the place of this name behind it: *M-17 is a change of address*, *D-3 has her number*. */
function tailOf(sentence: string, name: string): string {
  const at = sentence.indexOf(name);
  if (at < 0 || !includesPhrase(sentence, name)) return '';
  return telling.exec(sentence.slice(at + name.length))?.[1] ?? '';
}

const telling = /^ (?:is|has|gives|with|contains|about|names)((?: \S{1,32}){1,5})/u;
