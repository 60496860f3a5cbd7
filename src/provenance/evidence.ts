import { limits } from '../base/limits.ts';
import { type ValueOrigin, valueOrigins } from '../model/provenance.ts';
import { type Atom, atomsOf, onlyAddresses, onlyAtoms, shortestAtom } from './atoms.ts';
import { countWords, includesPhrase, isPlainWord, normalise, wordsOf } from './normalise.ts';

/** Where a text of a run was seen. */
export type EvidenceSource = Exclude<ValueOrigin, 'nowhere'>;

const sources = valueOrigins.filter((origin) => origin !== 'nowhere');
const bitOf = Object.fromEntries(sources.map((source, index) => [source, 1 << index])) as Record<
  EvidenceSource,
  number
>;

/** What a string and its place in a map take, beside its characters. */
const entryBytes = 48;

/** Nobody an agent reads from could have said what comes from there. */
export const trustedOrigins: ReadonlySet<ValueOrigin> = new Set(['user', 'system', 'trusted']);

/**
 * What a run has seen, so that a value can be traced to the most trusted place that holds it. Phrases match at the
 * borders of words; addresses, links and accounts match whole, so that neither a sub-domain nor a longer name is
 * taken for the one that was seen. Memory is bounded: once texts were left out, what is not found counts as `free`.
 */
export class Evidence {
  /** Texts by source; none holds a line break, so no phrase crosses two of them. */
  readonly #texts = new Map<EvidenceSource, string[]>();
  /** Structured texts of so many words that one inside them may be told to the agent: a value is one of their pieces, or free text. */
  readonly #wordyFields: string[] = [];
  /** Short texts as they came, by source: a run reads the same states and names over and over. */
  readonly #short = new Map<EvidenceSource | 'loose', Set<string>>();
  /** For each word, and each atom by kind and key, the bits of the sources that hold it. */
  readonly #words = new Map<string, number>();
  readonly #atoms = new Map<string, number>();
  readonly #wholeLinks = new Map<string, number>();
  /** Local parts of addresses that stand somewhere better than in free text. */
  readonly #localParts = new Set<string>();
  #length = 0;
  #truncated = false;

  /** Characters taken in, as far as they are kept. */
  get length(): number {
    return Math.min(this.#length, limits.provenanceHistoryLengthMax);
  }

  /** Bytes of memory it takes, roughly: what is looked up by takes more than the texts. */
  get size(): number {
    let entries = this.#words.size + this.#atoms.size + this.#wholeLinks.size + this.#localParts.size;
    for (const texts of this.#texts.values()) entries += texts.length;
    for (const texts of this.#short.values()) entries += texts.size;
    return this.length + entryBytes * entries;
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  /** From here on, what is not found counts as `free`: something was seen that is not kept. */
  forget(): void {
    this.#truncated = true;
  }

  /** @param loose of a structured text: its atoms count as free */
  add(source: EvidenceSource, text: string, loose = false): void {
    if (text.length < shortestAtom && isPlainWord(text)) return this.#addWord(source, text);
    const short = text.length <= limits.structuredLengthMax ? this.#shortOf(loose ? 'loose' : source) : undefined;
    if (short?.has(text) === true || !this.#takes(text)) return;
    short?.add(text);
    const normalised = normalise(text);
    if (normalised === '') return;
    const isWordy = source === 'structured' && countWords(text) > limits.structuredValueWordsMax;
    if (isWordy) this.#wordyFields.push(normalised);
    this.#textsOf(isWordy ? 'free' : source).push(normalised);
    const bits = bitOf[source] | (isWordy ? bitOf.free : 0);
    for (const word of wordsOf(normalised)) mark(this.#words, word, bits);
    const atoms = atomsOf(text);
    if (atoms.length === 0) return;
    // An atom inside a longer field was put there by whoever wrote the field.
    // So was a name in front of an address, whatever it looks like.
    const isAtom = !loose && (text.includes('<') ? onlyAddresses(text) : onlyAtoms(text, atoms) !== undefined);
    const whole = source !== 'structured' || isAtom;
    for (const atom of atoms) {
      const bit = bitOf[whole ? source : 'free'];
      mark(this.#atoms, `${atom.kind} ${atom.key}`, bit);
      if (atom.kind === 'address' && bit !== bitOf.free) this.#localParts.add(localPart(atom.key));
      if (atom.kind === 'link') mark(this.#wholeLinks, linkKey(atom.text), bit);
    }
  }

  /** A number, a state: where the word stands already, the text need not stand once more. */
  #addWord(source: EvidenceSource, text: string): void {
    const word = text.toLowerCase();
    if (((this.#words.get(word) ?? 0) & bitOf[source]) !== 0 || !this.#takes(text)) return;
    mark(this.#words, word, bitOf[source]);
    this.#textsOf(source).push(word);
  }

  /** Whether there is room for a text, which then counts. */
  #takes({ length }: string): boolean {
    this.#length += length;
    if (this.#length <= limits.provenanceHistoryLengthMax) return true;
    this.#truncated = true;
    return false;
  }

  #textsOf(source: EvidenceSource): string[] {
    const known = this.#texts.get(source);
    if (known !== undefined) return known;
    const texts: string[] = [];
    this.#texts.set(source, texts);
    return texts;
  }

  #shortOf(source: EvidenceSource | 'loose'): Set<string> {
    const known = this.#short.get(source) ?? new Set();
    this.#short.set(source, known);
    return known;
  }

  /** Where a text stands, whole; undefined when it has no words. One too long to look for stands nowhere. */
  originOf(text: string): ValueOrigin | undefined {
    const phrase = normalise(text);
    const words = wordsOf(phrase);
    if (words.length === 0) return undefined;
    if (phrase.length > limits.provenancePhraseLengthMax) return this.#notFound();
    const candidates = words.reduce((bits, word) => bits & (this.#words.get(word) ?? 0), -1);
    for (const source of sources) {
      if ((candidates & bitOf[source]) === 0) continue;
      if (this.#texts.get(source)?.some((seen) => includesPhrase(seen, phrase, source === 'free')) === true)
        return source;
      if (source === 'structured' && this.#wordyFields.some((field) => isPieceOf(field, phrase))) return source;
    }
    return this.#notFound();
  }

  originOfWord(word: string): ValueOrigin {
    return this.#first(this.#words.get(word));
  }

  /** Whether a word of a text, of three letters at least, is the user's or comes from another trusted place. */
  isPartlyTrusted(text: string): boolean {
    return wordsOf(normalise(text)).some((word) => word.length >= 3 && trustedOrigins.has(this.originOfWord(word)));
  }

  originOfAtom({ kind, key }: Atom): ValueOrigin {
    const known = this.#atoms.get(`${kind} ${key}`);
    if (known !== undefined || kind !== 'account' || !/^\d{9,15}$/.test(key)) return this.#first(known);
    // A telephone number without its country, which has one to three digits (ITU-T E.164).
    for (const national of [1, 2, 3].flatMap((length) => [key.slice(length), `0${key.slice(length)}`])) {
      const bits = national.length < 8 ? undefined : this.#atoms.get(`account ${national}`);
      if (bits !== undefined) return this.#first(bits);
    }
    return this.#notFound();
  }

  /**
   * Whether the addresses of a text, of which there are some, all stood in fields before and are nobody's word: somebody wrote from them, say. The
   * user's own stands in too many records to tell anything.
   */
  isAboutWriters(text: string): boolean {
    if (!text.includes('@')) return false;
    const addresses = atomsOf(text).filter(({ kind }) => kind === 'address');
    return addresses.length > 0 && addresses.every((atom) => this.originOfAtom(atom) === 'structured');
  }

  /** Where a link stands with the same path and query. */
  originOfWholeLink(text: string): ValueOrigin {
    return this.#first(this.#wholeLinks.get(linkKey(text)));
  }

  /** Whether an address with this local part stands somewhere better than in free text. */
  knowsAddressOf(name: string): boolean {
    return this.#localParts.has(name);
  }

  #first(bits: number | undefined): ValueOrigin {
    return sources.find((source) => ((bits ?? 0) & bitOf[source]) !== 0) ?? this.#notFound();
  }

  #notFound(): ValueOrigin {
    return this.#truncated ? 'free' : 'nowhere';
  }
}

function mark(marks: Map<string, number>, key: string, bits: number): void {
  const known = marks.get(key) ?? 0;
  if ((known & bits) !== bits) marks.set(key, known | bits);
}

const opening = /(?:^|[,;:|()[\]/–—•·]|(?<= )-) *$/u;
const closing = /^ *(?:$|[,;:|()[\]/–—•·.!?]|-(?= ))/u;

/** Whether a phrase is all of a field, or what stands between signs of it: the street in `8 Fuller Row, Ely`. */
function isPieceOf(field: string, phrase: string): boolean {
  for (let at = field.indexOf(phrase); at >= 0; at = field.indexOf(phrase, at + 1))
    if (opening.test(field.slice(0, at)) && closing.test(field.slice(at + phrase.length))) return true;
  return false;
}

const linkKey = (text: string): string => normalise(text).replace(/\/$/, '');

const localPart = (address: string): string => address.split('@', 1)[0] ?? '';
