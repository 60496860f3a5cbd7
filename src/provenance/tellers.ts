import { limits } from '../base/limits.ts';
import { type Atom, atomsOf } from './atoms.ts';
import { splitName } from './names.ts';
import { includesPhrase, inWords, normalise, wordsOf } from './normalise.ts';
import type { Dumped } from './read-flow.ts';

/** A record that says who wrote it (a message, a mail, a comment), and its texts. */
export interface Told {
  readonly by: string;
  readonly texts: readonly string[];
}

const writers = new Set('from sender author poster creator writer by user username'.split(' '));

/** The outermost records of a result that say who wrote them. */
export function toldIn(value: Dumped): Told[] {
  if (typeof value === 'string') return [];
  if ('items' in value) return value.items.flatMap(toldIn);
  const by = value.entries.find(([name]) => writers.has(splitName(name).at(-1) ?? ''))?.[1];
  return typeof by === 'string' ? [{ by, texts: textsOf(value) }] : value.entries.flatMap(([, inner]) => toldIn(inner));
}

function textsOf(value: Dumped): string[] {
  if (typeof value === 'string') return [value];
  return ('items' in value ? value.items : value.entries.map(([, inner]) => inner)).flatMap(textsOf);
}

/** Links, addresses and numbers of what somebody wrote in a run, and the words that one is called by. */
interface Teller {
  readonly names: readonly string[];
  readonly atoms: Map<string, Atom>;
  /** Normalised. */
  readonly texts: Set<string>;
}

const tellersMax = 256;
/** Of one teller. */
const atomsMax = 256;

/**
 * What the user said that somebody told: *the article that Bob posted*, *Ann mailed me a link*. Then the link of Bob's messages is the
 * user's to follow, as long as neither they nor those of another Bob hold a second one.
 */
export class Tellers {
  readonly #tellers = new Map<string, Teller>();
  /** Something was left out: what is the only one of its kind is not known any more. */
  #isComplete = true;
  #length = 0;
  #textLength = 0;
  #told:
    | { readonly sentences: readonly string[]; readonly isSpoken: boolean; readonly texts: readonly string[] }
    | undefined;

  /** Characters of what is kept. */
  get length(): number {
    return this.#length + this.#textLength;
  }

  add({ by, texts }: Told): void {
    const key = normalise(by.slice(0, 128));
    const names = namesOf(key);
    if (names.length === 0 || !this.#isComplete) return;
    this.#told = undefined;
    const teller = this.#tellers.get(key) ?? { names, atoms: new Map<string, Atom>(), texts: new Set<string>() };
    this.#tellers.set(key, teller);
    const text = inWords(texts.join(' '));
    if (!teller.texts.has(text) && this.#textLength + text.length <= limits.tellersLengthMax) {
      this.#textLength += text.length;
      teller.texts.add(text);
    }
    for (const text of texts)
      for (const atom of atomsOf(text)) {
        if (!teller.atoms.has(keyOf(atom))) this.#length += atom.text.length;
        teller.atoms.set(keyOf(atom), atom);
      }
    if (this.#tellers.size <= tellersMax && teller.atoms.size <= atomsMax) return;
    this.#tellers.clear();
    this.#length = this.#textLength = 0;
    this.#isComplete = false;
  }

  /**
   * Whether the user spoke of this as told by somebody, and whoever is called so told nothing else of its kind.
   * @param nouns for such a thing @param sentences of the user, normalised
   */
  told(atom: Atom, nouns: readonly string[], sentences: readonly string[]): boolean {
    const tellers = [...this.#tellers.values()];
    const spoken = [...nouns, ...anyNouns];
    const called = new Set(tellers.flatMap(({ names, atoms }) => (atoms.has(keyOf(atom)) ? names : [])));
    return [...called].some((name) => {
      if (!sentences.some((sentence) => isSpokenOf(sentence, name, spoken))) return false;
      const all = tellers.flatMap(({ names, atoms }) => (names.includes(name) ? [...atoms.values()] : []));
      return all.every(({ kind, key }) => kind !== atom.kind || key === atom.key);
    });
  }

  /**
   * Whether the user spoke of what somebody told as saying all there is to know, or such a thing, and this stands there.
   * @param nouns for such a thing
   */
  toldText(text: string, nouns: readonly string[], sentences: readonly string[]): boolean {
    const phrase = inWords(text);
    const isSpoken = nouns.some((noun) => sentences.some((sentence) => includesPhrase(sentence, noun)));
    return this.#informing(sentences, isSpoken).some((told) => includesPhrase(told, phrase));
  }

  /** What was told by those of whom the user says that they told all there is to know, and whom no other is called like. */
  #informing(sentences: readonly string[], isSpoken: boolean): readonly string[] {
    if (this.#told?.sentences === sentences && this.#told.isSpoken === isSpoken) return this.#told.texts;
    const tellers = [...this.#tellers.values()];
    const informs = (name: string, sentence: string): boolean =>
      isSpoken ? isSaidToTell(sentence, name) : isSpokenOf(sentence, name, anyNouns);
    const texts = tellers
      .filter(({ names }) => names.some((name) => sentences.some((sentence) => informs(name, sentence))))
      .filter(({ names }) =>
        tellers.every((one) => one.names === names || !one.names.some((name) => names.includes(name))),
      )
      .flatMap((teller) => [...teller.texts]);
    this.#told = { sentences, isSpoken, texts };
    return texts;
  }
}

const keyOf = ({ kind, key }: Atom): string => `${kind} ${key}`;

/** Words of a name, and of an address in front of its host. */
function namesOf(by: string): string[] {
  return wordsOf(by.replace(/@\S+/g, ' ')).filter((word) => /^\p{L}{3,}$/u.test(word));
}

const tells =
  '(?:sent|sends|posted|put|dropped|pasted|forwarded|shared|linked|emailed|mailed|wrote|writes|mentioned|messaged|gave|told|attached|recommended)';
const writing = '(?:mail|email|message|post|note|letter|dm|comment|link|article)s?';
const telling = new RegExp(String.raw`(?<!\p{L})(?:${tells}|(?:from|by) \p{L}+|s ${writing})(?!\p{L})`, 'u');

/** Whether a sentence of the user, normalised, may speak of what somebody told. */
export function speaksOfTelling(sentence: string): boolean {
  return telling.test(sentence);
}

/** Words for whatever somebody told. */
const anyNouns = ['detail', 'info', 'information', 'data', 'correction'];

/** Whether a sentence speaks of such a thing, and of what somebody of this name told: `that Bob posted`, `from Bob`, `Bob's message`. */
function isSpokenOf(sentence: string, name: string, nouns: readonly string[]): boolean {
  const words = new Set(wordsOf(sentence));
  return nouns.some((noun) => words.has(noun) || words.has(`${noun}s`)) && isSaidToTell(sentence, name);
}

/** Whether a sentence speaks of what somebody of this name told. */
function isSaidToTell(sentence: string, name: string): boolean {
  if (!sentence.includes(name)) return false;
  const told = String.raw`${name} (?:\S+ ){0,3}?${tells}|${name} s (?:\S+ ){0,2}?${writing}|(?:from|by) (?:\S+ ){0,2}?${name}`;
  return new RegExp(String.raw`(?<!\p{L})(?:${told})(?!\p{L})`, 'u').test(sentence);
}
