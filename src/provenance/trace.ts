import { limits } from '../base/limits.ts';
import { type Doubt, type ValueOrigin, valueOrigins, type ValueTrace } from '../model/provenance.ts';
import type { ToolLabels } from '../model/tool-labels.ts';
import { type Atom, atomsOf, isBankAccount, isDateOrTime, onlyAtoms } from './atoms.ts';
import { type Choices, isChoice } from './choices.ts';
import { isDispatched } from './dispatch.ts';
import { decodedTexts } from './encoded.ts';
import { isNamedEntity } from './entity.ts';
import { type Evidence, trustedOrigins } from './evidence.ts';
import {
  isAmountName,
  isAttributeName,
  isContentName,
  isFieldName,
  isIdName,
  isMeasureName,
  isPlaceName,
  isPurposeName,
  isRecipientName,
  isSourceName,
  isTellingName,
  speaksOf,
} from './names.ts';
import { webNouns } from './manifest/nouns.ts';
import type { SoughtValue } from './named-sources.ts';
import { compatible, countWords, normalise, wordsOf } from './normalise.ts';
import { fileEnding, restOfPath } from './path.ts';

/** Shares of words; `bench/replay.ts --sensitivity` shows what moving them does. */
export interface TraceThresholds {
  /** A short text is copied when more than this share of its significant words stands in free text only. */
  readonly copiedShare: number;
  /** Texts of more words are not judged by shares: a summary of a result is made of its words. */
  readonly copiedWordsMax: number;
}
export const defaultThresholds: TraceThresholds = { copiedShare: 2 / 3, copiedWordsMax: 12 };

export interface TraceOptions extends TraceThresholds {
  /** Without the user's words, what stands nowhere may be theirs: it is no doubt. */
  readonly userWordsSeen: boolean;
  /** The user handed over to a text, and what the call does can be undone and stays inside: names and texts are that text's to choose. */
  readonly isHandedOver: boolean;
  readonly choices?: Choices | undefined;
  /** Whether an atom of a longer text stands already in what the call changes. */
  readonly isThereAlready?: ((atom: Atom) => boolean) | undefined;
  /** Whether the user said that such a value stands where this one does. */
  readonly isPointedTo?: ((value: SoughtValue) => boolean) | undefined;
}

const telephoneNouns = new Set('phone telephone tel mobile cell fax'.split(' '));

/** Days of a month and the like stand in every text: where they came from says nothing. */
const smallNumberMax = 31;

/** Counts are shorter. */
const longNumberMin = 1_000_000;

/** How people write a number: `9850`, `9,850`, `9.850`, `9 850`. */
const spellingsOf = (value: number): string[] =>
  ['', ',', '.', ' '].map((sign) => String(value).replace(/(?<!\..*)\B(?=(?:\d{3})+(?:\.|$))/g, sign));

/** Traces every value of a call's arguments. Values nobody could doubt (true, a date) have no trace. */
export function traceArguments(
  evidence: Evidence,
  labels: ToolLabels,
  args: unknown,
  options: TraceOptions,
): ValueTrace[] {
  const tracer = new ArgumentTracer(evidence, labels, options);
  tracer.walk(args, [], 0);
  return tracer.traces;
}

class ArgumentTracer {
  readonly traces: ValueTrace[] = [];
  readonly #evidence: Evidence;
  readonly #labels: ToolLabels;
  readonly #options: TraceOptions;
  readonly #isOfPage: boolean;
  #values = 0;
  /** What a sibling says to be the field that is written: `{field: "address", value: …}`. */
  #written: string | undefined;

  constructor(evidence: Evidence, labels: ToolLabels, options: TraceOptions) {
    this.#evidence = evidence;
    this.#labels = labels;
    this.#options = options;
    this.#isOfPage = (labels.nouns ?? []).some((noun) => noun === 'form' || webNouns.has(noun));
  }

  walk(value: unknown, path: readonly string[], depth: number): void {
    if (value === null || value === undefined || typeof value === 'boolean') return;
    if (++this.#values > limits.provenanceValuesMax || depth > limits.provenanceDepthMax) {
      if (!this.traces.some(({ doubt }) => doubt === 'provenance.untraced'))
        this.#push(path, 'free', 'provenance.untraced', '');
      return;
    }
    if (Array.isArray(value))
      for (const [index, item] of value.entries()) this.walk(item, [...path, `${index}`], depth + 1);
    else if (typeof value === 'object') {
      const outer = this.#written;
      this.#written = writtenInto(value) ?? outer;
      for (const [name, inner] of Object.entries(value)) {
        if (/[\s@.]/.test(name)) this.#text(name, [...path, name], false);
        this.walk(inner, [...path, name], depth + 1);
      }
      this.#written = outer;
    } else if (typeof value === 'string') this.#text(value, path, isContentName(nameOf(path)));
    else if (typeof value === 'number') this.#number(value, path);
  }

  #number(value: number, path: readonly string[]): void {
    const name = nameOf(path);
    const isWhole = Number.isInteger(value);
    // A telephone number, an account: whether it is sent as a text or not.
    if (isWhole && value >= longNumberMin && !isAmountName(name) && !isMeasureName(name))
      return this.#text(String(value), path, false);
    // Counts, pages and hours are computed; a sum that is to be paid is named by somebody, and so is the thing of a number.
    const isId = isIdName(name) && isWhole;
    if ((!isId && this.#labels.action !== 'pay' && !isAmountName(name)) || Math.abs(value) <= smallNumberMax) return;
    const text = String(value);
    const seen = spellingsOf(value).map((spelling) => this.#evidence.originOf(spelling));
    const origin = valueOrigins.find((one) => seen.includes(one)) ?? 'nowhere';
    const doubt = isId ? this.#ofText('provenance.untrusted-destination') : 'provenance.untrusted-amount';
    const isDoubted = origin === 'free' && !(isId && this.#isPointedTo(text, path));
    this.#push(path, origin, isDoubted ? doubt : undefined, text);
  }

  #text(value: string, path: readonly string[], content: boolean): void {
    if (
      value.trim() === '' ||
      isDateOrTime(value) ||
      (this.#options.userWordsSeen && isChoice(this.#options.choices, path, value))
    )
      return;
    if (value.length > limits.provenanceValueLengthMax) {
      this.#push(path, 'free', 'provenance.untraced', value);
      return;
    }
    const atoms = atomsOf(value);
    const whole = onlyAtoms(value, atoms);
    if (whole !== undefined) for (const atom of whole) this.#atom(atom, path, true);
    else if (content || isPlaceName(nameOf(path)) || value.includes('\n') || countWords(value) > 8)
      this.#content(value, path, atoms);
    else this.#short(value, path, atoms);
    this.#encoded(value, path);
  }

  /** An address, link or account. `whole`: it is the value, not a part of a text. */
  #atom(atom: Atom, path: readonly string[], whole: boolean): void {
    const origin = this.#evidence.originOfAtom(atom);
    if (whole && atom.kind === 'account' && isSourceName(nameOf(path))) this.#push(path, origin, undefined, atom.text);
    else if (atom.kind === 'link') this.#link(atom, origin, path, whole);
    else if (origin === 'free' || (origin === 'nowhere' && this.#options.userWordsSeen)) {
      const named = isNamedEntity(atom, this.#evidence) || this.#isPointedTo(atom.text, path, atom);
      // A telephone number that is written down reaches nobody yet.
      const isNoted =
        this.#options.isHandedOver && /^\d{7,15}$/.test(atom.key) && speaksOf(this.#writtenName(path), telephoneNouns);
      const doubt = origin === 'free' ? 'provenance.untrusted-destination' : 'provenance.unknown-destination';
      this.#push(path, origin, named || isNoted ? undefined : doubt, atom.text);
    } else this.#push(path, origin, undefined, atom.text);
  }

  #link(atom: Atom, origin: ValueOrigin, path: readonly string[], whole: boolean): void {
    const complete = this.#evidence.originOfWholeLink(atom.text);
    // A sender chooses the path of a link too: a structured link counts as it stands.
    const unseen = origin === 'nowhere' && !this.#options.userWordsSeen;
    const known =
      unseen ||
      trustedOrigins.has(origin) ||
      (origin === 'structured' && (!whole || complete === 'structured')) ||
      isNamedEntity(atom, this.#evidence) ||
      this.#isPointedTo(atom.text, path, atom);
    const carries = complete === 'nowhere' && carriesData(atom.text, this.#evidence);
    // On a host of many, whoever gives the path says whose page it is.
    const isOfText = whole && complete === 'free' && this.#labels.effect !== 'read' && hasPath.test(atom.text);
    const isDoubted = !known || (isOfText && !this.#isPointedTo(atom.text, path, atom));
    const doubt = isDoubted ? 'provenance.untrusted-link' : carries ? 'provenance.data-in-link' : undefined;
    this.#push(path, origin, doubt, atom.text);
  }

  #content(value: string, path: readonly string[], atoms: readonly Atom[]): void {
    const name = nameOf(path);
    // Numbers of a text are told; where something is paid to is an account number of a bank.
    const isTold = (atom: Atom): boolean => atom.kind === 'account' && isTellingName(name) && !isBankAccount(atom);
    for (const atom of atoms)
      if (!isTold(atom) && this.#options.isThereAlready?.(atom) !== true) this.#atom(atom, path, false);
    const isSummary = countWords(value) > this.#options.copiedWordsMax && this.#labels.action !== 'run';
    if (name === 'subject' || isSummary || this.#isAnswer(value) || isPlaceName(name)) return;
    const words = significant(value);
    const foreign = words.filter((word) => this.#evidence.originOfWord(word) === 'free').length;
    if (foreign >= 2 && foreign > words.length * this.#options.copiedShare)
      this.#push(path, 'free', this.#ofText('provenance.copied-text'), value);
  }

  /** The subject of an answer is that of what is answered. */
  #isAnswer(value: string): boolean {
    const subject = answerSubject.exec(value)?.[1];
    return subject !== undefined && this.#evidence.originOf(subject) !== 'nowhere';
  }

  /** A name, an id, a place: what it names is decided by who named it. */
  #short(value: string, path: readonly string[], atoms: readonly Atom[]): void {
    for (const atom of atoms) this.#atom(atom, path, false);
    const origin = this.#leadsNowhere(value, nameOf(path)) ? undefined : this.#evidence.originOf(value);
    if (origin === undefined) return;
    const rest = origin === 'nowhere' ? restOfPath(value, (folder) => this.#isNamed(folder)) : undefined;
    if (rest !== undefined) this.#belowFolder(rest, value, path);
    else if (origin === 'free') {
      const accepted =
        this.#isPointedTo(value, path) || this.#isMadeOf(value) || (atoms.length > 0 && isAround(value, atoms));
      this.#push(path, origin, accepted ? undefined : this.#ofText('provenance.untrusted-destination'), value);
    } else if (origin === 'nowhere') {
      // Put together from pieces: most of them have to come from somewhere better.
      const named = /[/\\]/.test(value) ? value.replace(fileEnding, '') : value;
      const doubt = this.#isForeign(named)
        ? 'provenance.untrusted-destination'
        : this.#isUnknown(value, nameOf(path))
          ? 'provenance.unknown-destination'
          : undefined;
      const isDoubted = doubt !== undefined && !this.#isPointedTo(value, path);
      this.#push(path, origin, isDoubted ? this.#ofText(doubt) : undefined, value);
    } else this.#push(path, origin, undefined, value);
  }

  /** Whether whatever an argument of this name says goes and reaches nowhere by it. */
  #leadsNowhere(value: string, name: string): boolean {
    if (isSourceName(name) || (this.#isOfPage && isFieldName(name))) return true;
    return (
      this.#options.userWordsSeen &&
      ((isAttributeName(name) && isWord.test(value) && !this.#isGranted(value)) ||
        isDispatched(name, value) ||
        (this.#labels.action === 'pay' && isPurposeName(name)) ||
        (isSmallNumber(value) && !isIdName(name)))
    );
  }

  /** `status: approved`, `visibility: public`, where only a text says so. */
  #isGranted(value: string): boolean {
    return granting.test(value) && this.#evidence.originOf(value) === 'free';
  }

  /** Whether somebody is reached by a name of which a word stands nowhere, or in free text only. */
  #isUnknown(value: string, name: string): boolean {
    const isReaching = ['pay', 'share', 'send', 'secure'].includes(this.#labels.action) && isRecipientName(name);
    const isKnown = (word: string): boolean => !untold.has(this.#evidence.originOfWord(word));
    return this.#options.userWordsSeen && isReaching && !wordsOf(normalise(value)).every(isKnown);
  }

  /** Whether half of the words of a name, or more, stand in free text only. */
  #isForeign(name: string): boolean {
    const words = wordsOf(normalise(name)).filter((word) => word.length >= 3);
    const foreign = words.filter((word) => this.#evidence.originOfWord(word) === 'free').length;
    return foreign > 0 && foreign * 2 >= words.length;
  }

  /** A doubt about a name or a text that free text chose. */
  #ofText(doubt: Doubt): Doubt | undefined {
    return this.#options.isHandedOver ? undefined : doubt;
  }

  /** Several words, each of them the user's: `ann/new_project`, who asked for a new project in `ann/…`. */
  #isMadeOf(value: string): boolean {
    const words = wordsOf(normalise(value));
    return words.length > 1 && words.every((word) => trustedOrigins.has(this.#evidence.originOfWord(word)));
  }

  #isPointedTo(text: string, path: readonly string[], atom?: Atom): boolean {
    return this.#options.isPointedTo?.({ text, atom, name: this.#writtenName(path) }) ?? false;
  }

  /** What is written: the name of the argument, or of the field where it holds the value of one. */
  #writtenName(path: readonly string[]): string {
    const name = nameOf(path);
    return /^(?:new_?)?value$/i.test(name) ? (this.#written ?? name) : name;
  }

  #isNamed(folder: string): boolean {
    return trustedOrigins.has(this.#evidence.originOf(folder) ?? 'nowhere');
  }

  /** A path below a folder that the user, the system or a trusted source named: judged by what stands behind the folder. */
  #belowFolder(rest: string, value: string, path: readonly string[]): void {
    const chosen = this.#evidence.originOf(rest) === 'free' || this.#isForeign(rest);
    this.#push(path, 'nowhere', chosen ? this.#ofText('provenance.untrusted-destination') : undefined, value);
  }

  /** What the value hides in another form is judged like a text. */
  #encoded(value: string, path: readonly string[]): void {
    const decoded = decodedTexts(value);
    if (decoded.length === 0 || trustedOrigins.has(this.#evidence.originOf(value) ?? 'nowhere')) return;
    for (const text of decoded) {
      const words = significant(text);
      const foreign = words.filter((word) => !trustedOrigins.has(this.#evidence.originOfWord(word)));
      const seen = foreign.some((word) => this.#evidence.originOfWord(word) !== 'nowhere');
      const atoms = atomsOf(text).some((atom) => !trustedOrigins.has(this.#evidence.originOfAtom(atom)));
      if (atoms || (seen && foreign.length * 2 > words.length)) {
        this.#push(path, 'free', 'provenance.encoded-data', value);
        return;
      }
    }
  }

  #push(path: readonly string[], origin: ValueOrigin, doubt: Doubt | undefined, part: string): void {
    const joined = path.join('.');
    this.traces.push(
      doubt === undefined ? { path: joined, origin } : { path: joined, origin, doubt, part: part.slice(0, 120) },
    );
  }
}

/** Whether a value is atoms, which were judged, with signs and short numbers around them: `192.0.2.128/27`. */
const isAround = (value: string, atoms: readonly Atom[]): boolean =>
  /^[^\p{L}]{0,8}$/u.test(atoms.reduce((rest, { text }) => rest.replace(text, ''), compatible(value)));

/** States in which a thing is agreed to, or seen by all. */
const granting =
  /^(?:approv|accept|authori[sz]|grant|confirm|verifi|paid|releas|publi|shared|open$|everyone|anyone|admin|owner)/i;
const untold: ReadonlySet<ValueOrigin> = new Set(['free', 'nowhere']);

/** `Re: …`, as programs for mail write it in several languages. */
const answerSubject = /^(?:re|fwd?|aw|wg|sv|antw|tr|rv|res|enc|回复|转发)\s?:\s*(\S[^\n]*)$/iu;
const isSmallNumber = (text: string): boolean => /^(?:0|[1-9]\d?)$/.test(text) && Number(text) <= smallNumberMax;
/** One word for how something is: `EUR`, `high`, `in_progress`. */
const isWord = /^\p{L}{1,16}(?:[ _-]\p{L}{1,16})?$/u;

/** The text of an argument that names a field. */
function writtenInto(args: object): string | undefined {
  const found = Object.entries(args).find(([name]) => /^(?:field|attribute|property|key)(?:_?name)?$/i.test(name))?.[1];
  return typeof found === 'string' && isWord.test(found) ? found : undefined;
}

/** The innermost name of a path; indexes of lists are none. */
const nameOf = (path: readonly string[]): string => path.findLast((step) => !/^\d+$/.test(step)) ?? '';

/** More than the root of a host. */
const hasPath = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/\\?#]*[/\\?#]+[^/\\?#]/i;

/** Words long enough to mean something, without numbers. */
const significant = (text: string): string[] =>
  wordsOf(normalise(text)).filter((word) => word.length > 3 && !/^\d/.test(word));

/**
 * Whether the path or query of a link holds what looks like data of a result: a word with digits, or several words, that
 * were read from a tool and not given by the user; or an opaque run that nothing in the run explains.
 */
function carriesData(link: string, evidence: Evidence): boolean {
  const tail = normalise(link).replace(/^[^/\\?#]*/, '');
  const words = wordsOf(tail).filter((word) => word.length >= 4);
  const read = words.filter((word) => ['structured', 'free'].includes(evidence.originOfWord(word)));
  return (
    read.some((word) => /\d/.test(word) && word.length >= 5) ||
    (tail.includes('?') && read.length >= 2) ||
    read.length >= 4 ||
    words.some((word) => word.length >= 24 && evidence.originOfWord(word) === 'nowhere')
  );
}
