import { limits } from '../base/limits.ts';
import { type Atom, atomsOf, isBankAccount } from './atoms.ts';
import { singular } from './manifest/nouns.ts';
import { splitName } from './names.ts';
import { includesPhrase, normalise, wordsOf } from './normalise.ts';
import { shortTexts } from './short-texts.ts';

/** An answer to a call that named what it wanted: a document, a ticket, a file. */
interface Source {
  /** Normalised. */
  readonly names: readonly string[];
  readonly text: string;
}

/** A value of a call that stands in free text: an atom, or a short text. */
export interface SoughtValue {
  readonly text: string;
  readonly atom?: Atom | undefined;
  /** Name of the argument. */
  readonly name: string;
}

/** Words by which people speak of a value. */
const spokenOf = {
  address: ['mail', 'email', 'address', 'contact'],
  link: ['link', 'url', 'site', 'page', 'website'],
  bank: ['account', 'iban', 'bank', 'konto'],
  number: ['number', 'phone', 'tel', 'telephone', 'mobile', 'cell', 'nummer', 'ip', 'account'],
} as const;

const kindOf = (atom: Atom): keyof typeof spokenOf =>
  atom.kind === 'account' ? (isBankAccount(atom) ? 'bank' : 'number') : atom.kind;

/** `in`, `on the form he signed, doc`: what stands behind it is where something stands. */
const place = /(?<=^| )(?:in|on|from|at|see|per|under|auf|aus|im|laut|dans|sur|en|nel|sul|på)(?: \S+){0,5} $/u;

/**
 * What the user said to be the place of a value: *his number is on the form D-3391*. Then the number of D-3391 is the user's to
 * choose, although D-3391 is free text: as long as it holds no second one.
 */
export class NamedSources {
  readonly #sources: Source[] = [];
  #length = 0;

  /** @param args of the call that was answered with the text */
  add(args: unknown, text: string): void {
    const names = shortTexts(args).filter(isName).map(normalise);
    if (names.length === 0 || this.#length + text.length > limits.namedSourcesLengthMax) return;
    this.#length += text.length;
    this.#sources.push({ names, text });
  }

  get length(): number {
    return this.#length;
  }

  /** @param sentences of the user, normalised */
  hold(value: SoughtValue, sentences: readonly string[]): boolean {
    const nouns = value.atom === undefined ? lastOf(splitName(value.name)) : spokenOf[kindOf(value.atom)];
    return this.#sources.some(
      (source) =>
        holds(source.text, value) &&
        sentences.some((sentence) => source.names.some((name) => speaksOf(headOf(sentence, name), nouns))),
    );
  }
}

/** A thing with a number, or a file. */
const isName = (text: string): boolean =>
  text.length >= 3 && text.length <= 64 && /\p{N}|\p{L}\.\p{L}{2,5}$/u.test(text);

const lastOf = (words: readonly string[]): readonly string[] => words.slice(-1);

/** What a sentence says in front of the place of this name; undefined where it names none. */
function headOf(sentence: string, name: string): string | undefined {
  const at = sentence.indexOf(name);
  if (at < 0 || !includesPhrase(sentence, name)) return undefined;
  const before = sentence.slice(0, at);
  const found = place.exec(before);
  return found === null ? undefined : before.slice(0, found.index);
}

function speaksOf(head: string | undefined, nouns: readonly string[]): boolean {
  if (head === undefined) return false;
  const words = wordsOf(head).map(singular);
  return nouns.some((noun) => words.includes(singular(noun)));
}

function holds(text: string, { text: wanted, atom }: SoughtValue): boolean {
  if (atom === undefined) return includesPhrase(normalise(text), normalise(wanted));
  const alike = atomsOf(text).filter((one) => kindOf(one) === kindOf(atom));
  return alike.length === 1 && alike[0]?.key === atom.key;
}
