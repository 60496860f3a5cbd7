import { limits } from '../base/limits.ts';
import type { RunLabel } from '../model/access.ts';
import { type Confidentiality, confidentialities } from '../model/event.ts';
import type { CallTrace, Doubt, ValueTrace } from '../model/provenance.ts';
import type { ToolLabels } from '../model/tool-labels.ts';
import type { Choices } from './choices.ts';
import type { Atom } from './atoms.ts';
import { labelsOfCall } from './dispatch.ts';
import { Evidence } from './evidence.ts';
import { fieldsOf, toldInResult } from './fields.ts';
import { includesPhrase, normalise, wordsOf } from './normalise.ts';
import { speaksOf } from './names.ts';
import { NamedSources, nounsOfArgument, nounsOfAtom } from './named-sources.ts';
import { Tellers } from './tellers.ts';
import { UserRequest } from './request.ts';
import { namingPartOf, shortTexts } from './short-texts.ts';
import { defaultThresholds, type TraceThresholds, traceArguments } from './trace.ts';

/** Labels as they are acted on: a draft lowers no caution. */
export interface ActingLabels {
  readonly labels: ToolLabels;
  readonly reviewed: boolean;
  /** What the tool's schema allows; undefined where it is not known. */
  readonly choices?: Choices | undefined;
}

/** What an answer answers. */
export interface AnsweredCall {
  readonly tool?: string | undefined;
  readonly args?: unknown;
}

const privateData: ReadonlySet<Confidentiality> = new Set(['confidential', 'restricted']);

/**
 * Follows one run: what the user and the system said, what tools returned, and where the values of the next call come
 * from. Without a user's words (tools only) every intent is `unseen` and nothing has origin `user`.
 */
export class RunTracer {
  readonly #evidence = new Evidence();
  readonly #thresholds: TraceThresholds;
  readonly #request = new UserRequest();
  readonly #sources = new NamedSources();
  readonly #tellers = new Tellers();
  /** Answers that were not looked into yet: most calls read, and nobody asks where what they hold came from. */
  #unread: { readonly acting: ActingLabels; readonly text: string; readonly call: AnsweredCall }[] = [];
  #unreadLength = 0;
  /** Pieces of lines of mails and the like, normalised: nobody is known by them, but they may be read on (`m-17  2 May  Re: Tea`). */
  readonly #printed = new Set<string>();
  #printedLength = 0;
  /** What the run wrote out of free text, normalised: read back, it is no more than it was. */
  readonly #written = new Set<string>();
  #tainted = false;
  #confidentiality: Confidentiality = 'public';

  constructor(thresholds = defaultThresholds) {
    this.#thresholds = thresholds;
  }

  /** What the run has read so far. */
  get label(): RunLabel {
    return { confidentiality: this.#confidentiality, tainted: this.#tainted };
  }

  /** Characters it keeps. */
  get length(): number {
    return (
      this.#evidence.length + this.#unreadLength + this.#sources.length + this.#tellers.length + this.#printedLength
    );
  }

  /** Bytes of memory it takes, roughly. */
  get size(): number {
    return this.length - this.#evidence.length + this.#evidence.size;
  }

  /** Takes up a run of which only the label is known any more: whatever it read may hold any value. */
  resume({ confidentiality, tainted }: RunLabel): void {
    this.#tainted ||= tainted;
    this.#raise(confidentiality);
    this.#evidence.forget();
  }

  user(text: string): void {
    this.#request.add(text);
    this.#evidence.add('user', text);
  }

  system(text: string): void {
    this.#evidence.add('system', text);
  }

  /** Takes in a tool's answer. It is trusted only where a person approved that it is. @param call that is answered */
  result(acting: ActingLabels, text: string, call: AnsweredCall = {}): void {
    this.#label(acting);
    // Any number of them would wait for ever.
    if (text === '') return;
    if (this.#request.isSeen) this.#sources.add(call.args, text, call.tool);
    if (this.#request.isOfTelling) for (const told of toldInResult(text)) this.#tellers.add(told);
    // Without the user's words nobody can tell whose choice it was what a call looked up.
    const asked = this.#request.isSeen ? namingPartOf(call.args) : { args: undefined, length: 0 };
    this.#unread.push({ acting, text, call: { tool: call.tool, args: asked.args } });
    this.#unreadLength += text.length + asked.length;
    // What waits is bounded, so that the call that needs it does not wait for long.
    if (this.#unreadLength > limits.provenanceUnreadLengthMax) this.#read();
  }

  /** Takes in that a tool's answer holds what is no text (an image, sound): a model reads there what nobody can look for. */
  opaque(acting: ActingLabels): void {
    this.#label(acting);
    if (!isTrusted(acting)) this.#evidence.forget();
  }

  #label(acting: ActingLabels): void {
    this.#tainted ||= !isTrusted(acting);
    this.#raise(acting.labels.confidentiality);
  }

  #read(): Evidence {
    const unread = this.#unread;
    this.#unread = [];
    this.#unreadLength = 0;
    for (const { acting, text, call } of unread)
      if (isTrusted(acting)) this.#evidence.add('trusted', text);
      else {
        if (saysWhatItDid(acting.labels)) for (const made of this.#madeIn(text)) this.#evidence.add('structured', made);
        const isChosen =
          !isDirectory(call.tool) &&
          this.#isChosenFreely(acting, call) &&
          !this.#evidence.isAboutWriters(text) &&
          !this.#isOfNamed(text);
        const written = isWritten(call.tool);
        for (const { text: part, structured, loose } of fieldsOf(text, acting.labels.document, written))
          this.#evidence.add(
            structured && !isChosen && !this.#isWritten(part, acting) ? 'structured' : 'free',
            part,
            loose,
          );
        if (written && this.#request.isSeen) this.#print(text);
      }
    return this.#evidence;
  }

  /** Links and ids in what a tool says that it did (`created T-17`), which nothing before had, not even a call: they are the server's own. */
  #madeIn(text: string): string[] {
    if (text.length > limits.madeLengthMax || /\n|[.!?]\s/.test(text.trim())) return [];
    const pieces = text.split(/[\s,;()[\]{}"'<>=]+/).map((piece) => piece.replace(/^[.:!]+|[.:!]+$/g, ''));
    return pieces.filter(
      (piece) =>
        /^[^@]*(?:\p{N}|:\/\/)[^@]*$/u.test(piece) &&
        piece.length >= 3 &&
        !this.#written.has(normalise(piece)) &&
        this.#evidence.originOf(piece) === 'nowhere',
    );
  }

  /** Whether the run brought it itself: as it wrote it, or in what a tool says that it did with it. */
  #isWritten(part: string, { labels }: ActingLabels): boolean {
    const said = normalise(part);
    if (labels.effect === 'read' || said.length > limits.madeLengthMax) return this.#written.has(said);
    for (const written of this.#written) if (includesPhrase(said, written, true)) return true;
    return false;
  }

  /** Takes in what stands by itself in a line of a mail and the like: the first pieces of them. */
  #print(text: string): void {
    for (const piece of text.split(/\n| {2,}|[\t|]/)) {
      if (this.#printedLength >= limits.printedLengthMax) return;
      if (piece.length > limits.structuredLengthMax || this.#printed.has(normalise(piece))) continue;
      this.#printed.add(normalise(piece));
      this.#printedLength += piece.length;
    }
  }

  /**
   * Whether only free text says what a call was to look up: then what is found is its choice too, whatever field it stands in
   * (a mail that wants `pencil set` bought, and the id that a search for it answers).
   */
  #isChosenFreely({ labels, choices }: ActingLabels, { args }: AnsweredCall): boolean {
    if (args === undefined || this.#request.isDelegated) return false;
    return this.#trace(labels, choices, args).some(
      ({ doubt, part = '' }) =>
        doubt !== undefined &&
        isOfText.has(doubt) &&
        !this.#printed.has(normalise(part)) &&
        !this.#evidence.isPartlyTrusted(part) &&
        !this.#sources.isToldOf(part, this.#request.sentences),
    );
  }

  /** Whether somebody's name in a field of a record has a word of the user's: what Mrs Lind wants is looked up in the booking of Dora Lind. */
  #isOfNamed(text: string): boolean {
    return text.split(/[\n,;:|\t{}[\]()]/).some((part) => {
      const name = fullName.exec(part)?.[1];
      return (
        name !== undefined &&
        wordsOf(normalise(name)).some((word) => word.length >= 4 && this.#evidence.originOfWord(word) === 'user')
      );
    });
  }

  #trace(labels: ToolLabels, choices: Choices | undefined, args: unknown): ValueTrace[] {
    // What stands in a thing already is nothing new there.
    let named: readonly string[] | undefined;
    const isIn = (atom: Atom): boolean => this.#sources.holdsIn((named ??= shortTexts(args).map(normalise)), atom);
    return traceArguments(this.#evidence, labels, args, {
      userWordsSeen: this.#request.isSeen,
      choices,
      isThereAlready: staysInside(labels) ? isIn : undefined,
      isHandedOver: this.#request.isDelegated && staysInside(labels),
      isPointedTo: (value) =>
        this.#sources.hold(value, this.#request.sentences, (atom) => this.#evidence.originOfAtom(atom) === 'free') ||
        (value.atom === undefined
          ? this.#tellers.toldText(value.text, nounsOfArgument(value.name), this.#request.sentences)
          : this.#tellers.told(value.atom, nounsOfAtom(value.atom), this.#request.sentences)),
      ...this.#thresholds,
    });
  }

  /** What a policy needs to know of a call. A read that sends nothing out is not traced. */
  call(tool: string, { labels: ofTool, reviewed, choices }: ActingLabels, args: unknown): CallTrace {
    const labels = labelsOfCall(ofTool, args, choices);
    if (!this.#tainted) this.#said(args);
    const matters = this.#tainted && (labels.effect !== 'read' || labels.sendsOut);
    if (matters) this.#read();
    if (matters && labels.effect !== 'read') this.#write(args);
    return {
      tool,
      labels,
      reviewed,
      tainted: this.#tainted,
      readPrivate: privateData.has(this.#confidentiality),
      intent: this.#request.intentOf(labels, args, (names, thing) => this.#sources.isAbout(names, thing)),
      values: matters ? this.#trace(labels, choices, args) : [],
    };
  }

  /**
   * Whatever a call holds before the run has read anything untrusted is the user's, the system's or the agent's own: nobody
   * else could have said it. So values count as known that were used then, also where the user's words are not visible.
   */
  #said(args: unknown): void {
    const evidence = this.#read();
    for (const text of shortTexts(args)) if (evidence.originOf(text) === 'nowhere') evidence.add('trusted', text);
  }

  #write(args: unknown): void {
    for (const text of shortTexts(args)) {
      const normalised = normalise(text);
      if (this.#printedLength >= limits.printedLengthMax || this.#written.has(normalised)) continue;
      const isOfText = wordsOf(normalised).some(
        (word) => word.length >= 3 && this.#evidence.originOfWord(word) === 'free',
      );
      // Where the user is not heard, what stands nowhere may be theirs.
      const isOfNobody = this.#request.isSeen && this.#evidence.originOf(text) === 'nowhere';
      if (!isOfText && !isOfNobody) continue;
      this.#written.add(normalised);
      this.#printedLength += normalised.length;
    }
  }

  #raise(confidentiality: Confidentiality): void {
    if (confidentialities.indexOf(confidentiality) > confidentialities.indexOf(this.#confidentiality))
      this.#confidentiality = confidentiality;
  }
}

/** All of a field that is somebody's name. */
const fullName = /^[\s"'*-]{0,8}(\p{Lu}\p{L}{1,24}(?:[ -]\p{Lu}[\p{L}.]{0,24}){1,3})[\s"'*]*$/u;

/** What such a tool answers is what it did, and no text of others. */
const saysWhatItDid = ({ effect, action, untrustedOutput }: ToolLabels): boolean =>
  effect !== 'read' && action !== 'run' && action !== 'other' && !untrustedOutput;

/** What can be undone, and reaches nobody. */
const staysInside = ({ effect, action, sendsOut }: ToolLabels): boolean =>
  effect === 'write' && !sendsOut && (action === 'create' || action === 'update');

/** Doubts of what free text alone says, in few words. */
const isOfText: ReadonlySet<Doubt> = new Set(['provenance.untrusted-destination', 'provenance.copied-text']);

/** Whether what a tool answers is trusted: only where a person approved that it is. */
export const isTrusted = ({ labels, reviewed }: Pick<ActingLabels, 'labels' | 'reviewed'>): boolean =>
  reviewed && !labels.untrustedOutput;

/** What such a tool answers is a text of one person: a mail, a comment. */
const writings = new Set(
  'mail email message inbox comment review post thread chat dm sms letter note web url tweet article feed news'.split(
    ' ',
  ),
);
/** Whoever stands there is somebody the user knows, whatever text names them. */
const directories = new Set(
  'contact people person user employee staff colleague directory member addressbook'.split(' '),
);
const isDirectory = (tool = ''): boolean => speaksOf(tool, directories);
const isWritten = (tool = ''): boolean => speaksOf(tool, writings);
