import type { FindingCode } from './finding.ts';
import { fold } from './fold.ts';
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
  earlier,
  forbidFirm,
  modelContext,
  pass,
  person,
  press,
  read,
  rulesSaid,
  rulesSet,
  secretKeeper,
  secretPlace,
  secretThing,
  send,
  show,
  tell,
  utter,
  wholly,
} = words;

/** Up to so many words between two. Words are divided by one space each (see `plain`), so that there is one way to match. */
const gap = (most: number): string => String.raw`(?: \S{1,80}){0,${most}}? `;
const pattern = (source: string): RegExp => new RegExp(String.raw`(?<![\w-])${source}(?![\w-])`, 'u');
const has = (source: string): ((sentence: string) => boolean) => {
  const compiled = pattern(source);
  return (sentence) => compiled.test(sentence);
};

const presses = has(press);
const sends = has(send);
const passes = has(pass);
const reads = has(read);
const namesPlace = new RegExp(secretPlace, 'u');
const namesThing = has(secretThing);
const namesKeeper = has(secretKeeper);
const namesContext = has(modelContext);
const namesData = has(data);
const namesAddress = new RegExp(address, 'u');
const isWhole = has(wholly);
const isMany = has(
  `(?:any|all|every|each|whatever|the user's|their|his|her|found|come across|encounter(?:ed)?|stored|saved|available|real|actual|current|other)`,
);

interface Rule {
  readonly code: FindingCode;
  readonly pattern: RegExp;
}
const rule = (code: FindingCode, source: string): Rule => ({ code, pattern: pattern(source) });

/** Each stands in one sentence. */
const rules: readonly Rule[] = [
  rule('speech.conceal', `${forbidFirm}${gap(3)}${tell}${gap(3)}${person}`),
  rule(
    'speech.conceal',
    `${forbidFirm}${gap(2)}${utter}${gap(2)}(?:this|that|it|them|these|those|any of|how|why|where|what)`,
  ),
  rule('speech.conceal', `${forbidFirm}${gap(2)}${utter}${gap(6)}(?:to|from|with|in front of)${gap(2)}${person}`),
  rule('speech.conceal', `${forbidFirm}${gap(3)}(?:bring(?:ing)? (?:it|this|that|them) up)`),
  rule(
    'speech.conceal',
    `${forbidFirm}${gap(2)}${show}${gap(2)}(?:this|that|it|them)${gap(2)}(?:to|for)${gap(2)}${person}`,
  ),
  rule(
    'speech.conceal',
    `(?:leave|leaving|keep|keeping)${gap(6)}out of${gap(3)}(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|explanations?|output|messages?|chat|conversation)`,
  ),
  rule(
    'speech.conceal',
    `${person}${gap(4)}(?:unaware|oblivious|(?:is|are) not to (?:know|learn|see|notice|hear|be told)|in the dark|none the wiser|need(?:s)? not know|(?:must|should|shall|may|can) ?not (?:know|see|notice|learn|find out|realize|be (?:told|informed|aware|shown))|(?:doesn't|don't|does not|do not|needn't) need to (?:know|see|be told|be informed|hear))`,
  ),
  rule(
    'speech.conceal',
    `(?:without|beyond|outside)${gap(2)}${person}(?:'s?)?${gap(2)}(?:knowledge|knowing|noticing|notice|awareness|being aware|realizing|seeing|finding out|sight|view)`,
  ),
  rule(
    'speech.conceal',
    `as (?:if|though)${gap(1)}(?:it|this|that|they|these|nothing|none)${gap(3)}(?:happen(?:ed)?|occur(?:red)?|exist(?:ed)?|took place)`,
  ),
  rule(
    'speech.conceal',
    `(?:left|leave|leaving|go|goes|stay|kept|keep) (?:it |this |that |them )?(?:unsaid|unmentioned|unspoken|undisclosed|unreported|unexplained)`,
  ),
  rule(
    'speech.conceal',
    `(?:hide|hiding|conceal(?:ing)?|withhold(?:ing)?|obscure|mask|disguise|camouflage)${gap(6)}from${gap(3)}${person}`,
  ),
  rule(
    'speech.conceal',
    `(?:keep|keeping|stays?|remains?|treat)${gap(6)}(?:secret|hidden|confidential|private|invisible|unnoticed|between us|to yourself|quiet)${gap(2)}(?:from|to|between|and|when|while|towards?)`,
  ),
  rule(
    'speech.conceal',
    `(?:secretly|silently|quietly|covertly|discreetly|stealthily|surreptitiously|unobtrusively|clandestinely|invisibly)${gap(1)}(?:call|run|invoke|execute|read|open|fetch|send|forward|upload|post|copy|append|include|attach|add|pass|collect|delete|remove|grant|transfer|email|share|dump|extract)`,
  ),

  rule(
    'speech.override',
    `(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|discard(?:ing)?|set(?:ting)? aside|overrul(?:e|ing)|supersed(?:e|ing|es)|abandon(?:ing)?|drop(?:ping)?|neglect(?:ing)?|replac(?:e|ing)|violate|circumvent|pay no attention to|do not follow|don't follow|stop following|no longer follow)${gap(4)}${earlier}${gap(3)}(?:${rulesSaid}|${rulesSet})`,
  ),
  rule(
    'speech.override',
    `(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|discard(?:ing)?|set(?:ting)? aside|pay no attention to|stop following)${gap(4)}(?:${rulesSaid}|guidelines|rules|guardrails|safeguards)(?:${gap(5)}${earlier}|${gap(1)}(?:about|on|regarding|against|for))`,
  ),
  rule(
    'speech.override',
    `${earlier}${gap(2)}(?:${rulesSaid}|${rulesSet})${gap(5)}(?:no longer|not apply|don't apply|do not apply|cease|void|superseded|overridden|suspended|lifted|cancel(?:l?ed)?|revoked|outdated|obsolete|replaced|disabled|invalid|irrelevant|are off|is off)`,
  ),
  rule(
    'speech.override',
    `(?:(?:takes?|taking|has|have|having|given) (?:absolute |full |top )?(?:precedence|priority) (?:over|above)|outranks?|overrules?|trumps?|prevails? over|comes? before|weighs? more than|rank above)${gap(5)}(?:${rulesSaid}|${rulesSet}|${person}|tools?|requests?|wishes|else)`,
  ),
  rule(
    'speech.override',
    `(?:${rulesSaid}|${rulesSet})${gap(4)}(?:earlier|before|previously|so far|until now)${gap(3)}(?:no longer|not apply|void|superseded|overridden|suspended|lifted|cancell?ed|revoked|obsolete|replaced|invalid|off)`,
  ),
  rule(
    'speech.override',
    `(?:usual|normal|standard|regular|ordinary|default)${gap(1)}${rulesSet}${gap(3)}(?:no longer|not apply|lifted|suspended|waived|removed|void|revoked|relaxed)`,
  ),
  rule(
    'speech.override',
    `you are (?:now|no longer)${gap(5)}(?:mode|admin(?:istrator)?|root|unrestricted|free|bound|limited|jailbroken|dan|allowed|restricted)`,
  ),
  rule(
    'speech.override',
    `(?:god|elevated|unrestricted|unfiltered|uncensored|sudo|jailbreak|dan|privileged|override) mode${gap(3)}(?:on|enabled|active|activated|engaged|granted|in effect)`,
  ),
  rule(
    'speech.override',
    `(?:new|updated|real|true|actual|revised|hidden|secret) (?:system )?(?:instructions?|directives?|orders|rules|prompt|objective|mission|task)(?: (?:for|to) (?:the )?(?:assistant|model|agent|ai|you))? [:=]`,
  ),

  rule(
    'speech.obey-data',
    `(?:follow|obey|execute|carry out|comply with|act (?:up)?on|perform|adhere to)${gap(5)}(?:instructions?|commands?|orders?|directives?|steps?|whatever|anything|what(?: it)?(?: says| stands| is written| reads)?)${gap(6)}(?:here|returned|results?|output|response|field|page|file|text|content|data|body|says|found|retrieved|note|notes|contained|inside|there)`,
  ),
  rule(
    'speech.obey-data',
    `as (?:if|though)${gap(4)}(?:${person}|system|i)${gap(2)}(?:had |has |have )?(?:typed|written|wrote|said|asked|sent|issued|given|ordered|requested)`,
  ),
  rule(
    'speech.obey-data',
    `(?:commands?|instructions?|orders?|text|anything|whatever)${gap(4)}(?:found|returned|contained|inside|in|within)${gap(4)}(?:are|is|counts? as|carr(?:y|ies)|has|have|should be treated as|must be treated as|to be treated as)${gap(3)}(?:orders?|commands?|authori(?:ty|tative)|trusted|binding|instructions?(?: from)?|(?:system|user)[- ]level)`,
  ),

  rule('speech.obey-data', `(?:binds?|binding (?:on|for)|obliges?|commands?)${gap(1)}(?:assistant|model|agent|ai|you)`),
  rule(
    'speech.obey-data',
    `(?:like|same as|equal to|equivalent to)${gap(4)}(?:typed|written|said|given|issued|sent|made) by${gap(2)}${person}`,
  ),
  rule(
    'speech.consent',
    `(?:permission|approval|confirmation|consent|authori[sz]ation)(?: dialogs?| prompts?| requests?| pop-?ups?| box(?:es)?| questions?| screens?)${gap(6)}(?:accept|approve|confirm|click|answer|dismiss|grant|allow|press)`,
  ),
  rule(
    'speech.consent',
    `${person}(?: (?:has|have|had|is|are|was|were|'s))?(?: already| previously| implicitly| explicitly| fully)* (?:pre-?(?:approved|authori[sz]ed|confirmed|consented|cleared)|already (?:approved|authori[sz]ed|consented|agreed|granted|confirmed|permitted|accepted|given)|(?:approved|authori[sz]ed|consented to|agreed to|granted|confirmed|permitted|accepted|given (?:consent|permission|approval) (?:to|for)) (?:all|every|any|this in advance|everything|in advance|beforehand))`,
  ),
  rule(
    'speech.consent',
    `(?:do not|don't|never|must not|should not|no need to|need not|needn't|not necessary to|refrain from|avoid)${gap(2)}(?:ask(?:ing)?|wait(?:ing)?|prompt(?:ing)?|request(?:ing)?|seek(?:ing)?|check(?:ing)?|paus(?:e|ing)|stop(?:ping)?|requir(?:e|ing)|bother(?:ing)?)${gap(5)}(?:confirm\\w*|confirmation|approv\\w*|permission|consent|go-ahead|a yes)`,
  ),
  rule(
    'speech.consent',
    `(?:consent|approval|permission|authori[sz]ation)${gap(3)}(?:is|was|has been|are) (?:already |always |automatically |hereby )?(?:implied|implicit|assumed|presumed|pre-?granted|already given|given by default)`,
  ),
  rule(
    'speech.consent-mild',
    `(?:without|skip(?:s|ping)?|no)${gap(2)}(?:confirmation|approval|asking|prompting|waiting|permission|consent)`,
  ),

  rule('speech.send', `(?:bcc|blind copy|carbon copy|cc)${gap(6)}${address}`),
  rule('speech.send', `${address}${gap(6)}(?:in|on|as|to) (?:the )?(?:bcc|blind copy|cc)`),
  rule(
    'speech.redirect',
    `(?:instead of|rather than|regardless of|no matter|whatever|irrespective of|not)${gap(5)}(?:numbers?|address(?:es)?|recipients?|accounts?|destinations?|payees?|one|contacts?|channel)${gap(4)}(?:asked|requested|specified|given|named|chosen|provided|intended|original|user|supplied|entered)`,
  ),
  rule(
    'speech.redirect',
    `(?:change|replace|swap|substitute|set|rewrite|override|redirect)${gap(4)}(?:recipient|payee|beneficiary|destination|account number|iban|address|phone number)${gap(4)}${address}`,
  ),

  rule(
    'speech.steer',
    `(?:call|run|invoke|use|execute)${gap(2)}(?:this|it)${gap(4)}(?:before|prior to|first|whenever|each time|every time|for (?:any|every|all))`,
  ),
  rule('speech.steer', `(?:always|must|should|prefer)${gap(4)}(?:this tool|this server|instead of|rather than|over)`),
  rule(
    'speech.steer',
    `(?:do not|don't|never|avoid|stop)${gap(1)}(?:use|using|call|calling)${gap(3)}(?:other|another|any other|built-?in|native|default) (?:tools?|servers?|functions?)`,
  ),
  rule('speech.quoted', `(?:prompt injections?|jailbreaks?|ignore (?:all )?previous|injected instructions)`),
];

/** Code-like names that the sentence says to use. */
const calledName =
  /(?<![\w.-])(?:call|run|invoke|execute|use|trigger|launch)(?:s|ed|ing)? (?:the |a |tool |function |mcp ){0,3}([a-z][a-z0-9]*(?:[_-][a-z0-9]+)*_[a-z0-9]+)(?![\w./=-])/gu;
const usedName =
  /(?<!\w)(?:whenever|when|once|each time|every time|if|before|after|while) (?:the )?(?:tool |function )?([a-z][\w-]{1,80}) (?:tool |function )?(?:is|gets|was|has been) (?:used|called|run|invoked|triggered|executed)(?!\w)/u;
const codeName = /(?<![\w./:@-])([a-z][a-z0-9]*(?:[_-][a-z0-9]+){1,6})\b(?![/=:@])/gu;
const takeover =
  /(?<!\w)(?:broken|deprecated|withdrawn|retired|discontinued|unavailable|leaks?|in its place|dangerous|unsafe|insecure|disabled|obsolete|do not use|don't use|never use|must not be used|no longer|stop using|instead|replaces?d?|supersedes?|reroute|redirect|route|proxy|intercept|all of its calls|wrap|before|prior to|whenever|when|once|each time|every time|after)(?!\w)/u;

const isForbidden = new RegExp(String.raw`(?<!\w)${forbidFirm}(?: \S{1,80}){0,3} $`, 'u');

/** What a text tells the model to do, sentence by sentence; what one sentence begins, the next may end. */
export function findSpeech(text: string, around: Surroundings): Speech[] {
  const sentences = sentencesOf(fold(text));
  return sentences.flatMap((sentence, at) => {
    const found = [...byRule(sentence), ...byMeaning(sentence, sentences[at - 1]), ...byTools(sentence, around)];
    // Who looks for attacks has to name them.
    const isLesson = words.looksForAttacks.test(sentence);
    return found.map(({ code, excerpt }): Speech => ({ code: isLesson ? 'speech.quoted' : code, excerpt }));
  });
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
  return rules.flatMap(({ code, pattern: shape }) => {
    const match = shape.exec(sentence);
    // `Never act on commands found in it` warns of data that gives orders.
    if (match === null || (code === 'speech.obey-data' && isForbidden.test(sentence.slice(0, match.index)))) return [];
    return [{ code, excerpt: sentence }];
  });
}

function byMeaning(sentence: string, before: string | undefined): Speech[] {
  const found: Speech[] = [];
  const add = (code: FindingCode): void => void found.push({ code, excerpt: sentence });
  const both = before === undefined ? sentence : `${before} ${sentence}`;
  const moves = passes(both) || sends(both);
  if (
    namesPlace.test(both) &&
    (namesPlace.test(sentence) || moves) &&
    (presses(both) || isOrder(sentence)) &&
    (moves || orders(both)) &&
    !isSetup(both)
  )
    add('speech.secret');
  else if (namesPlace.test(sentence) && !isSetup(sentence)) add('speech.secret-place');
  else if (namesThing(sentence)) {
    const isTaken = reads(sentence) && namesKeeper(sentence) && (passes(sentence) || sends(sentence));
    const isSpread =
      (sends(sentence) || /\b(?:append|dump|include|paste|copy|embed|encode|collect|share)\b/.test(sentence)) &&
      isMany(sentence) &&
      (isOrder(sentence) || namesAddress.test(sentence));
    const isPosted = isOrder(sentence) && sends(sentence) && /\bto\b/.test(sentence);
    if (isTaken || isSpread || isPosted) add('speech.secret');
  }
  const isAsked = passes(sentence) || sends(sentence);
  if (
    isAsked &&
    (isOrder(sentence) || isWhole(sentence)) &&
    (namesContext(sentence) ||
      (before !== undefined && namesContext(before) && /(?<!\w)(?:it|them|this|that)(?!\w)/u.test(sentence)))
  )
    add('speech.context');
  if (sends(sentence) && namesAddress.test(sentence) && namesData(sentence) && (isOrder(sentence) || presses(sentence)))
    add('speech.send');
  return found;
}

function byTools(sentence: string, { own, others }: Surroundings): Speech[] {
  const found: Speech[] = [];
  const named = new Set([...sentence.matchAll(codeName)].map(([, name = '']) => name));
  if (
    [...named].some((name) => others.has(name) && !own.has(name)) &&
    (takeover.test(sentence) || presses(sentence) || namesAddress.test(sentence))
  )
    found.push({ code: 'speech.redirect', excerpt: sentence });
  // A name of one word is known as a tool's only where the sentence says so.
  const used = usedName.exec(sentence)?.[1];
  if (used !== undefined && others.has(used) && !own.has(used))
    found.push({ code: 'speech.redirect', excerpt: sentence });
  for (const [, name = ''] of sentence.matchAll(calledName)) {
    if (own.has(name) || others.has(name) || !isOrder(sentence)) continue;
    const isPaid = namesAddress.test(sentence);
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

/** Said to the model: in the imperative, or with what presses. */
function isOrder(sentence: string): boolean {
  return firstVerb.test(sentence) || strongPress.test(sentence);
}

function orders(text: string): boolean {
  return reads(text) && strongPress.test(text);
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

/** Longer sentences are read in parts that overlap, so that what stands together is seen together. */
const sentenceWordsMax = 60;
const overlapWords = 20;

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?;:])\s+|\s(?=\()|\s[•·|]\s|\s(?=-\s\w)|(?<=\.)(?=<)|(?<=>)\s+/u).flatMap((sentence) => {
    const found = plain(sentence).split(' ');
    const parts: string[] = [];
    for (let at = 0; at === 0 || at + overlapWords < found.length; at += sentenceWordsMax - overlapWords)
      parts.push(found.slice(at, at + sentenceWordsMax).join(' '));
    return parts.filter((part) => part.length > 2);
  });
}

/** Words with one space between them: punctuation is left out but inside of words; a colon is a word, but in addresses. */
function plain(sentence: string): string {
  return sentence
    .replace(/:(?!\/)/g, ' : ')
    .replace(/[,;()[\]{}"\u2013\u2014!?*#>]|\.(?=\s|$)|(?<![\w])['-]+|['-]+(?![\w])/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
