import { type FindingCode, severityOf } from './finding.ts';
import { fold } from './fold.ts';
import { gap, has, pattern } from './match.ts';
import { findOthers } from './other-tools.ts';
import { nowhere, type Place } from './place.ts';
import { withoutSamples } from './quotes.ts';
import type { Rule } from './rule.ts';
import { forbidsOmission, ruleGroups } from './rules.ts';
import { sentencesOf } from './sentences.ts';
import { weigh } from './signs.ts';
import { findForeign, type Tongue, tongueOf } from './tongues.ts';
import * as words from './words.ts';

export interface Speech {
  readonly code: FindingCode;
  readonly excerpt: string;
}

/** What a text is read against. */
export interface Surroundings {
  /** Tools of the same server, as their names are folded. */
  readonly own: ReadonlySet<string>;
  /** Tools of other servers, as their names are folded. */
  readonly others: ReadonlySet<string>;
}

const {
  address,
  data,
  forbidFirm,
  modelContext,
  pass,
  press,
  read,
  secretKeeper,
  secretPlace,
  secretThing,
  send,
  wholly,
} = words;

const presses = has(press);
const sends = has(send);
const passes = has(pass);
const reads = has(read);
const namesPlace = new RegExp(secretPlace, 'u');
const namesThing = has(secretThing);
const namesKeeper = has(secretKeeper);
const namesContext = has(modelContext);
const namesData = has(data);
/** Nobody's: kept for documentation (RFC 2606, section 3). */
const reserved = /\S{0,200}\b(?:example\.(?:com|org|net)|(?:my|your)-?(?:domain|company|org)\.com)\b\S{0,200}/gu;
const namesAddress = new RegExp(address, 'u');
const isWhole = has(wholly);
const isMany = has(
  `(?:any|all|every|each|whatever|the user's|their|his|her|found|come across|encounter(?:ed)?|stored|saved|available|real|actual|current|other)`,
);

/** Code-like names that the sentence says to use. */
const calledName =
  /(?<![\w.-])(?:call|run|invoke|execute|use|trigger|launch)(?:s|ed|ing)? (?:the |a |tool |function |mcp ){0,3}([a-z][a-z0-9]*(?:[_-][a-z0-9]+)*_[a-z0-9]+)(?![\w./=-])/gu;
const usedName =
  /(?<!\w)(?:whenever|when|once|each time|every time|if|before|after|while) (?:the )?(?:tool |function )?([a-z][\w-]{1,80}) (?:tool |function )?(?:is|gets|was|has been) (?:used|called|run|invoked|triggered|executed)(?!\w)/u;
const codeName = /(?<![\w./:@-])([a-z][a-z0-9]*(?:[_-][a-z0-9]+){1,6})\b(?![/=:@])/gu;
const takeover =
  /(?<!\w)(?:broken|deprecated|withdrawn|retired|discontinued|unavailable|leaks?|in its place|dangerous|unsafe|insecure|disabled|obsolete|do not use|don't use|never use|must not be used|no longer|stop using|instead|replaces?d?|supersedes?|reroute|redirect|route|proxy|intercept|all of its calls|wrap|before|prior to|whenever|when|once|each time|every time|after)(?!\w)/u;

/** Hands over a thing that proves who somebody is, all there are of it or to somebody. */
const spreads = has(
  `(?:${send}|append|dump|include|paste|copy|embed|encode|collect|share)${gap(3)}${secretThing}|${secretThing}${gap(4)}(?:is|are|be|get|gets|to) ${send}`,
);
const posts = has(
  `${send}${gap(5)}${secretThing}${gap(8)}to|${secretThing}${gap(4)}(?:is|are|be|get|gets) ${send}${gap(4)}to`,
);
const namesThingAt = pattern(secretThing);
/** Into all that others see. */
const publishes = has(
  `(?:add|put|include|write|insert|paste|post|append)${gap(3)}(?:${secretThing}|\\w{2,30}_(?:token|key|secret|password))${gap(2)}(?:to|in|into|at)${gap(5)}(?:each|every|all)`,
);
/** The second factor, past the person who is to type it. */
const relaysCode = has(
  `(?:enter|use|type|submit|extract|fetch|read|take|pass|send|post|forward)${gap(4)}(?:one[- ]time|verification|security|login|2fa|otp|confirmation) codes?${gap(4)}(?:from|in|out of|to)${gap(2)}(?:mailbox|inbox|sms|messages?|mails?|https?://\\S{3,200})`,
);
const steals = has(
  `(?:steal|exfiltrate|harvest|siphon(?: off)?|swipe|lift|leak|scrape together|get hold of)${gap(3)}${secretThing}`,
);
const handing =
  '(?:pass|include|append|prepend|hand(?: \\S+){0,3} over|supply|supplie[sd]|provide|paste|attach|embed|insert|put|place|write|written|encode|dump|fill|give|given|echo|repeat|log|quote|state|transcribe|reproduce|copy|copie[sd]|send|sent|forward|post|upload|submit|share|report|record|reveal|serialize|stuff|pack|summari[sz]e|transmit|relay|export|pasted?|starts? with|begins? with|goes? (?:in|into|here)|belongs? (?:in|into|here)|store)(?:s|ed|d|ing|ted)?';
const hands = has(handing);
const handsThat = has(`${handing}(?: \\S{1,80}){0,2} (?:it|them|this|that)`);
const notHanded = has(
  `(?:no need to|need to|replaces|instead of|without|not|never|n't|don't|avoid|only|if|whether|from (?:the |your |a )?(?:chat|conversation|message|previous))`,
);
const protects = pattern(
  `(?:never|do not|don't|dont|must not|mustn't|should not|shouldn't|may not|cannot|can't|refuses?(?: to)?|rejects?|avoid|refrain from|nor|not)(?!(?: \\S{1,80}){0,12} (?:unless|until|without|but|instead|tell|telling|mention|mentioning|reveal|inform|notify|only))(?: \\S{1,80}){0,14}`,
);

const keepsIt = pattern(
  `(?:(?:is|are|will be|be|gets?) (?:never|not)|never|do not|don't|must not)${gap(1)}(?:${pass}|${send}|shown|returned|printed|read)(?!(?: \\S{1,80}){0,8} (?:unless|without|until))`,
);
const turnedAway =
  /(?<!\w)(?:is|are|will be|gets?) (?:always )?(?:rejected|refused|blocked|denied|forbidden|excluded|skipped|ignored|redacted|masked|hidden|not allowed|left out)(?!\w)/u;
/** Of the sentence before. */
const refersBack =
  /(?<!\w)(?:it|its|them|they|these|those|this|that|contents?|text|file|files|lines?|values?|output|keys?|entries|each|both|all)(?!\w)/u;

/** A second pair of eyes is named, and then what keeps it away. */
const looksTwice = has(
  `(?:second|four-eyes|two-person|manual|human|additional|another|approval|supervisor's)${gap(1)}(?:signature|approval|approver|sign-?off|review|reviewer|rule|principle|pair of eyes|check|limit|threshold)`,
);
const staysBelow = has(
  `(?:keep|kept|stay|split|divide|break|cut|spread|cap|book|enter|make)(?: \\S{1,80}){0,6} (?:so that|so|to avoid|below|under|beneath|at \\d+)(?: \\S{1,80}){0,6}`,
);
const evades = (before: string, sentence: string): boolean =>
  looksTwice(before) &&
  staysBelow(sentence) &&
  /(?<!\w)(?:none|no|not|never|avoid|below|under|without)(?!\w)/u.test(sentence);
/** What is shown for approval is one thing, and what is added once that was given another. */
const shownFirst = has(
  `(?:shown|presented|listed|displayed|appears?|named|asked|put)(?: \\S{1,80}){0,4} (?:for|in|on|at) (?:the |a |your )?(?:approval|confirmation|review|consent|card|dialog|preview|confirmation \\S{1,40}|approval \\S{1,40})`,
);
const changedThen = has(
  `(?:decided|filled in|added|set|chosen|changed|replaced|swapped|extended|attached|determined|completed|raised|joined|put in|follows?|appended|exchanged)(?: \\S{1,80}){0,5} (?:after|once|behind|only after|when|as soon as)(?: \\S{1,80}){0,4} (?:accepted|approved|confirmed|closed|given|passed|signed|shown|clicked|agreed)`,
);
const changesApproved = (text: string): boolean => shownFirst(text) && changedThen(text);
const saysWhatToDo =
  /^(?:it|this|that|the (?:page|file|document|text)|there|what is (?:written )?there|what it says)(?: \S{1,80}){0,3} (?:tells?|says?|explains?|contains?|lists?|determines?|decides?)(?: (?:you|the assistant|the agent|the model|assistants|agents))(?: \S{1,80}){0,3} (?:how|what|which)(?!\w)/u;

/** Orders in data are named, and then that they hold. */
const namesOrders = pattern('(?:directives?|orders?|instructions?|tasks?|commands?)');
const binds =
  /^(?:they|these|those|it|this|that|tasks|orders|directives|instructions) (?:are|is|have|has|must be|count|counts) (?:to be )?(?:binding|obeyed|followed|done at once|carried out|complied with|heeded|run|executed|as good as)(?!\w)|^(?:run|execute|obey|do) (?:it|them)(?: at once| right away| immediately| straight away)?$|^(?:the )?(?:assistant|agent|model|you)(?: \S{1,80})? (?:does|do|follows?|obeys?|executes?|runs?) (?:it|them|so|what)(?!\w)/u;

/** What the user decides, and when they know. */
const untilAsked =
  /(?<!\w)(?:unless|until|before)(?: \S{1,40}){0,2} (?:users?|they|he|she|person|owner|customer|players?|students?|asked)(?: has| have| had| is| are)? ?(?:ask\w*|says?|wants?|agree[sd]?|confirm(?:s|ed)?|request(?:s|ed)?|approve[sd]?|replie[sd]|answer(?:s|ed)?)(?!\w)/u;
const onRequest =
  /(?<!even )(?<!\w)(?:when|if|once|after)(?: the)? (?:users?|they|person|owner) (?:has |have |had )?(?:says?|wants? (?:it|you to|that)|agree[sd]?|confirm(?:s|ed)|request(?:s|ed) (?:it|this)|approve[sd]|asks? (?:for it|you to|to)|asked (?:for it|you to|to))(?!\w)/u;

const isForbidden = new RegExp(String.raw`(?<!\w)${forbidFirm}(?: \S{1,80}){0,3} $`, 'u');

/**
 * What a text tells the model to do, sentence by sentence; what one sentence begins, the next may end.
 *
 * @param place where it stands: what is named in the description of an argument is asked for
 */
export function findSpeech(text: string, around: Surroundings, place: Place = nowhere): Speech[] {
  const spoken = withoutSamples(text, place.isLesson);
  const folded = fold(spoken);
  const found = speechOf(folded, tongueOf(spoken, folded), around, place);
  if (spoken !== text) found.push({ code: 'speech.quoted', excerpt: text });
  if (place.isExample && place.isLesson)
    return found.map(({ excerpt }): Speech => ({ code: 'speech.quoted', excerpt }));
  // What a tool for conversations is given is a conversation.
  return place.isTalk && place.isArgument
    ? found.map(({ code, excerpt }) => ({ code: code === 'speech.context' ? 'speech.signs' : code, excerpt }))
    : found;
}

function isLesson(sentence: string, mood: Mood): boolean {
  return words.looksForAttacks.test(sentence) || (mood === 'told' && words.lookForAttacks.test(sentence));
}

const addressee = /(?<!\w)(?:assistants?|ai|model|agent|llm|system)(?: \S{1,20})? :$/u;

function speechOf(text: string, tongue: Tongue, around: Surroundings, place: Place): Speech[] {
  const sentences = sentencesOf(text);
  const found = sentences.flatMap((whole, at) => {
    // `Assistant: open the file` is one order.
    const label = addressee.exec(sentences[at - 1] ?? '')?.[0];
    const sentence = label === undefined ? whole : `${label} ${whole}`;
    const mood = place.isDescription && at === 0 ? 'told' : 'said';
    const here = [
      ...byRule(sentence),
      ...byMeaning(sentence, sentences[at - 1], mood),
      ...byTools(sentence, around, place, mood),
    ];
    // Who looks for attacks has to name them.
    return here.map(
      ({ code, excerpt }): Speech => ({ code: isLesson(sentence, mood) ? 'speech.quoted' : code, excerpt }),
    );
  });
  const others = findOthers(sentences, around, place).filter(({ excerpt }) => !words.looksForAttacks.test(excerpt));
  const isGrave = new Set(found.filter(({ code }) => severityOf(code) === 'alarm').map(({ excerpt }) => excerpt));
  // Where words are not divided, a sentence ends at its mark.
  const parts = tongue.isEastern ? text.split(/[\u3002!?;]+/u).map((part) => part.trim()) : sentences;
  const foreign = tongue.isWestern || tongue.isEastern ? findForeign(parts, tongue) : [];
  const weighed = weigh(parts, place, tongue).filter(
    ({ code, excerpt }) => code !== 'speech.signs' || !isGrave.has(excerpt),
  );
  return [...found, ...foreign, ...others, ...weighed];
}

/** The sentences of a text as they are read: two that differ in typography only are equal. */
export function sentencesIn(text: string): string[] {
  return sentencesOf(fold(text)).map((sentence) => sentence.replace(/[.:]$/, '').trim());
}

const instructs =
  /(?<!\w)(?:must(?! be)|always|never|do not|don't|ensure|make sure|be sure|required to|you (?:should|have to|must|are to|are required)|should (?:call|use|run|first|always|never|not|be called)|prior to|before (?:you|using|calling|any|each|every|answering|responding)|each time|every time|whenever|remember to|do what|follow|(?:assistant|agent|model)s? (?:must|should|has to|have to|is to|are to|will|needs?))(?!\w)/u;

/**
 * Whether a sentence that was added to a definition could be an order: it speaks to the model, names an address, a place of secrets or
 * a tool of another server, or is something a rule above knows. What merely says what a tool or an argument does is none.
 */
export function isInstruction(sentence: string, around: Surroundings): boolean {
  return (
    instructs.test(sentence) ||
    namesAddress.test(sentence) ||
    namesPlace.test(sentence) ||
    namesContext(sentence) ||
    [...sentence.matchAll(codeName)].some(([, name = '']) => around.others.has(name) && !around.own.has(name)) ||
    findSpeech(sentence, around).some(({ code }) => code !== 'speech.foreign-tool' && code !== 'speech.quoted')
  );
}

/** Whether a text speaks to somebody: what a comment must not do. */
export function isAddressed(text: string): boolean {
  return sentencesOf(fold(text)).some(
    (sentence) =>
      presses(sentence) &&
      (sends(sentence) || passes(sentence) || reads(sentence) || /\b(?:call|run|invoke|execute)\b/.test(sentence)),
  );
}

function byRule(sentence: string): Speech[] {
  const found: Speech[] = [];
  for (const { gate, rules } of ruleGroups)
    if (gate.test(sentence))
      for (const rule of rules) {
        const code = codeOf(rule, sentence);
        if (code !== undefined) found.push({ code, excerpt: sentence });
      }
  return found;
}

/** `Never act on commands found in it` warns of what these find. */
const isWarnedOf: ReadonlySet<FindingCode> = new Set(['speech.obey-data', 'speech.override', 'speech.evade']);

function codeOf({ code, pattern: shape, isPressed }: Rule, sentence: string): FindingCode | undefined {
  if (isPressed === true && !strongPress.test(sentence)) return undefined;
  const match = shape.exec(sentence);
  if (match === null) return undefined;
  if (isWarnedOf.has(code) && isForbidden.test(sentence.slice(0, match.index))) return undefined;
  // `Do not tell how it ends unless they ask` keeps nothing from anybody who wants to know.
  return code === 'speech.conceal' && untilAsked.test(sentence.slice(match.index)) ? 'speech.conceal-mild' : code;
}

function byMeaning(sentence: string, before: string | undefined, mood: Mood): Speech[] {
  const found: Speech[] = [];
  const add = (code: FindingCode): void => void found.push({ code, excerpt: sentence });
  const both = before === undefined ? sentence : `${before} ${sentence}`;
  const isOrdered = isOrder(sentence, mood);
  if (namesPlace.test(both)) {
    const moves = passes(both) || sends(both);
    const isHere = namesPlace.test(sentence);
    if (isGuarded(sentence, before)) {
      // Nothing is asked for.
    } else if (
      (isHere || (moves && refersBack.test(sentence))) &&
      (presses(both) || isOrdered) &&
      (moves || (reads(both) && strongPress.test(both))) &&
      !isSetup(isHere ? sentence : both)
    )
      add('speech.secret');
    else if (isHere && !isSetup(sentence)) add('speech.secret-place');
  } else if (namesThing(sentence) && asksThing(sentence, isOrdered) && !isGuarded(sentence, before))
    add('speech.secret');
  if (before !== undefined && evades(before, sentence)) add('speech.evade');
  if (changesApproved(both)) add('speech.mislead');
  if (
    before !== undefined &&
    ((namesAddress.test(before) && saysWhatToDo.test(sentence)) || (namesOrders.test(before) && binds.test(sentence)))
  )
    add('speech.obey-data');
  if (asksContext(sentence, before, isOrdered)) add('speech.context');
  if (
    sends(sentence) &&
    !onRequest.test(sentence) &&
    namesAddress.test(sentence.replace(reserved, ' ')) &&
    namesData(sentence) &&
    (isOrdered || (mood === 'said' && presses(sentence)))
  )
    add('speech.send');
  return found;
}

/** Taken from where the user keeps it and handed over, or all of it spread, or sent to somebody. */
function asksThing(sentence: string, isOrdered: boolean): boolean {
  if (steals(sentence) || (isOrdered && (publishes(sentence) || relaysCode(sentence)))) return true;
  const isTaken =
    reads(sentence) &&
    namesKeeper(sentence) &&
    (passes(sentence) || sends(sentence)) &&
    (isOrdered || presses(sentence));
  const isSpread = spreads(sentence) && isMany(sentence) && (isOrdered || namesAddress.test(sentence));
  return isTaken || isSpread || (isOrdered && posts(sentence));
}

function asksContext(sentence: string, before: string | undefined, isOrdered: boolean): boolean {
  if (!isOrdered && !isWhole(sentence)) return false;
  if (namesContext(sentence)) return hands(sentence) && !notHanded(sentence);
  return before !== undefined && namesContext(before) && handsThat(sentence) && !notHanded(sentence);
}

/** Forbidden to be touched, which protects it; unless what is forbidden is to leave it out. */
function isGuarded(sentence: string, before: string | undefined): boolean {
  if (keepsIt.test(sentence) || turnedAway.test(sentence)) return true;
  const place = namesPlace.exec(sentence)?.index ?? namesThingAt.exec(sentence)?.index;
  if (place === undefined) return false;
  const isForbiddenHere = protects.test(sentence.slice(0, place));
  const isList = before !== undefined && !passes(sentence) && !reads(sentence) && !sends(sentence);
  return (
    (isForbiddenHere || (isList && protects.test(before))) &&
    !forbidsOmission.test(isForbiddenHere ? sentence : both(before, sentence))
  );
}

const both = (before: string | undefined, sentence: string): string => `${before ?? ''} ${sentence}`;

function byTools(
  sentence: string,
  { own, others }: Surroundings,
  { isTalk, isValue, parameters }: Place,
  mood: Mood,
): Speech[] {
  const found: Speech[] = [];
  const named = new Set(others.size === 0 ? [] : [...sentence.matchAll(codeName)].map(([, name = '']) => name));
  if (
    [...named].some((name) => others.has(name) && !own.has(name)) &&
    (takeover.test(sentence) || presses(sentence) || namesAddress.test(sentence))
  )
    found.push({ code: 'speech.redirect', excerpt: sentence });
  // A name of one word is known as a tool's only where the sentence says so.
  const used = others.size === 0 ? undefined : usedName.exec(sentence)?.[1];
  if (used !== undefined && others.has(used) && !own.has(used))
    found.push({ code: 'speech.redirect', excerpt: sentence });
  if (!sentence.includes('_')) return found;
  for (const [, name = ''] of sentence.matchAll(calledName)) {
    if (own.has(name) || others.has(name) || parameters.has(name) || !isOrder(sentence, mood)) continue;
    // What a value, a default or a sample is does not call anything.
    const isPaid = namesAddress.test(sentence) || (isValue && !isTalk);
    found.push({ code: isPaid ? 'speech.redirect' : 'speech.foreign-tool', excerpt: sentence });
  }
  return found;
}

const firstVerb = new RegExp(
  String.raw`^(?:\W|(?:please|also|then|always|next|now|and|note|important|finally|first|so|but|simply|just|kindly|assistant|hidden step|step \d+)\W+){0,6}(?:send|forward|post|upload|e-?mail|mail|transmit|submit|relay|share|deliver|copy|push|pass|include|append|prepend|hand|supply|provide|paste|attach|embed|insert|put|place|write|encode|dump|add|give|echo|repeat|read|open|fetch|cat|load|get|retrieve|collect|gather|access|find|scan|harvest|extract|grab|list|ask|obtain|pull|call|run|invoke|execute|use|trigger|log|report|follow|set|fill|return|store|export|publish|sync|mirror|take|begin|start|make sure|ensure|remember)(?!\w|ing)`,
  'u',
);
const strongPress =
  /(?<!\w)(?:must|always|required? to|requires? (?:that|you|the)|needs? (?:the|to|a|all)|mandatory|ensure|make sure|be sure|have to|has to|should|shall|remember to|do not forget|don't forget|you (?:are|will|need|can)|first|before|prior to|begin by|start by|afterwards?|after (?:it|that|this|which)|also|additionally|in addition|each time|every time|whenever|once|otherwise|please|for (?:authentication|verification|compliance|audit(?:ing)?|telemetry|rate limiting|billing|debugging|context|personali[sz]ation|calibration|quality|logging))(?!\w)/u;

/** A description begins with what the tool does, in the imperative as often as not. */
type Mood = 'told' | 'said';

/** Said to the model: in the imperative, or with what presses. */
function isOrder(sentence: string, mood: Mood): boolean {
  return (mood === 'said' && firstVerb.test(sentence)) || strongPress.test(sentence);
}

/** How a tool is set up: where its own configuration or credentials lie. */
function isSetup(text: string): boolean {
  return (
    /(?<!\w)(?:configur\w{1,6}|defaults? to|by default|set up|setup|looks? (?:for|in)|located (?:in|at)|path (?:to|of)|such as|e\.g\.)(?!\w)/u.test(
      text,
    ) &&
    !sends(text) &&
    !/(?<!\w)(?:content|contents|text|its|paste|append|hand)(?!\w)/u.test(text)
  );
}
