import type { FindingCode } from './finding.ts';
import { gap, has, pattern, phrases } from './match.ts';
import type { Place } from './place.ts';
import { otherTool } from './words.ts';

/** Names of tools, as their names are folded. */
interface Names {
  readonly own: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
}

interface Found {
  readonly code: FindingCode;
  readonly excerpt: string;
}

const codeName = /(?<![\w./:@-])([a-z][a-z0-9]*(?:[_-][a-z0-9]+){1,6})\b(?![/=:@])/gu;
/** What tools' names begin with; a name of another kind may be a value or a column. */
const toolVerb =
  /^(?:send|create|write|read|get|list|delete|update|add|run|execute|search|fetch|post|upload|transfer|make|edit|pay|book|open|share|forward|reply|publish|deploy|push|commit|merge|submit|query|move|copy|remove|call|save|download|schedule|approve|browser|web|mail|email|git|db|sql|fs|file|http|slack|jira|github|calendar|memory|shell|bash|terminal|notes?|drive|sheets?|docs?|crm|bank|payments?)_/;
const namesOther = has(
  `(?:${otherTool}|(?:(?:other|another|different|further|any) (?:server|client|vendor|provider|app)s?(?:'s?)?)|(?:tools?|servers?) of (?:the|another|other|a different|your|any) \\S{1,30} (?:server|client|vendor|platform|host)|(?:(?:whichever|whatever|regardless of(?: the)?|irrespective of(?: the)?|no matter (?:which|what)) (?:tool|server|connector|source|origin|provider)s?)|(?:no matter whose|whoever's|from whatever server|from any server)|tools? (?:and servers? )?of (?:any|every|each|all|other|another|different) (?:servers?|vendors?|kinds?)|(?:any|every|each|all|whichever|whatever) (?:tools?|servers?|connectors?)|(?:the |a |any |all |each )?(?:mail|e-?mail|banking|payment|payments|file|files|database|search|browser|calendar|chat|messaging|shell|terminal|memory|crm|messenger|notes?|drive|fetch|commit|git|github|image|sms|phone|dialling|web|http|download|printing|booking|scheduling|translation|code|editor|edit|read|write|reader) (?:tools?|connectors?|servers?))`,
);

/** That they do harm. */
const harmful = phrases(
  `insecure, unsafe, compromised, malicious, hacked, infected, backdoored, leak, leaks, leaking, leaked, leaky, steal, steals, stealing, spy, spies, spyware, vulnerable, poisoned, untrustworthy, dangerous, breached, hijacked, tampered, virus, malware, sell your, sells your, sell user*, logs your, harvest*, manipulated, infect, infects, corrupt, corrupts, falsif*, errors on purpose, contain errors, fake, fakes, malware, spies on, strangers, viruses, exfiltrat*, abuse*, sell, sells, sold`,
);
/** Or are no longer any good. */
const spent = phrases(
  `deprecated, withdrawn, retired, discontinued, obsolete, outdated, stale, broken, unreliable, unmaintained, abandoned, disabled, blocked, revoked, shut down, switched off, no longer, out of date, inaccurate, wrong, incorrect, incomplete, not allowed, not approved, not licensed, not permitted, not certified, faulty, unavailable, end of life, out of service, phased out, miss most, taken down, delayed, not to be trusted, not be trusted, not to be relied, not to be believed, only look as if, decommissioned, expired, forbidden, prohibited, banned`,
);
/** And are to be left. */
const left = phrases(
  `never call, never use, never choose, never pick, never trust, do not call, do not use, don't call, don't use, not be called, not be used, must not, stop using, stop calling, avoid, handled here, answered here, served here, dealt with here, done here, made here, routed here, routed through, sent here, taken here, handled by this, answered by this, through this tool, this tool instead,
  use this instead, in its place, in their place, instead of it, instead of them, instead, left unfetched, left unused, left alone, ignore them, ignored, dropped, skipped, discarded, disregarded, to be avoided, replaced by, taken over by, takes over, same answers, off limits, warned off, take this one, should be left, only one allowed, only tool allowed, allowed to use, in their stead, in its stead, in place of, take those, must not be, not be quoted, do not call, one that may be used, only one, one to use, not to be trusted, not to be used, not even if, even if the user`,
);

const toHere = has(
  `(?:hand|handed|pass|passed|give|given|send|sent|forward|forwarded|feed|fed|submit|submitted|copy|copied|pipe|piped|deliver|delivered|report|reported|upload|uploaded|go|goes|run|routed?|log|logged|mirror|mirrored|show|shown|bring|brought|store|stored|enter|entered|lodged?|put|come|comes|filed?|register|registered|recorded?|drawn|draw|publish|published|rendered|processed|handled|checked|scanned|translated|summari[sz]ed|added|kept|listed|indexed|noted|filed|minuted|placed|repeated|announced?|saved?|collected|gathered|archived|tracked|inspected|cleaned|normali[sz]ed|deposited|taken|led|streamed|fetched back)(?: \\S{1,80}){0,5} (?:past this (?:tool|server)|to this (?:tool|server|one)|(?:in|into|through|with|by|via) this (?:tool|server|one)|here|through here|to us|to it|(?:to|through|into|by) \\w+_\\w+)|this (?:tool|server) is (?:called|given|handed|told|shown)`,
);
const callsThis = has(`(?:call|use|run|invoke) (?:this|it)(?: tool)? (?:with|on|for)`);
/** What they give. */
const delivers = has(
  `(?:is|are|get|gets)(?: \\S{1,80}){0,4} (?:here|to this (?:tool|server)|with this (?:tool|server)|through this (?:tool|server))`,
);
const theirs = has(
  `(?:rows?|results?|answers?|outputs?|contents?|files?|data|texts?|documents?|messages?|mails?|records?|pages?|quer(?:y|ies)|whatever|what|everything|anything|arguments?|calls?|drafts?)${gap(12)}(?:${otherTool}|other|another|different|tools?|servers?|connectors?|\\w+_\\w+)`,
);
const afterAny = has(
  `(?:after|when|once|whenever|each time|every time) (?:any|every|each|another|other|a)(?: \\S{1,40}){0,3} (?:tools?|servers?|connectors?)`,
);
const anyOther = /(?<!\w)(?:(?:all|any|the) )?other \w{3,20}s(?!\w)/u;
const always = phrases(
  `every, each, any, all, always, whether or not, as a matter of course, afterwards, after each, next, automatically, without exception, by default, regularly, also, as well, must, mandatory, before, first, in any case, even if, required, without asking, each time, every time, whatever`,
);
/** Or where somebody wants it. */
const optional = phrases(
  `can, may, could, might, accepts, accept, optionally, optional, if you, if the user, when the user, if needed, where needed, if necessary, wants, want, wish, e.g., for example, such as, supports, compatible`,
);

const changed =
  '(?:addressed|goes|go|sent|send|settles?|settled|clears?|cleared|credited|booked|routed?|redirect(?:ed)?|bcc|cc|copied|copy|append(?:ed)?|prepend(?:ed)?|added|add|includes?|included|replaced?|rewritten|changed|swapped|opens?|begins?|starts?|ends?|carry|carries|contains?|gets?|set|pointed|uses?|used|puts?|inserted|paid|wired|transferred|remitted|forwarded|push|pushed|made out|invite|invited|share|shared)';
const account = String.raw`(?:(?:iban|account|wallet|payee|beneficiary)(?: \S{1,40}){0,3} )?(?:\b[a-z]{2}\d{2}(?: ?[\da-z]{4}){2,7}(?: ?[\da-z]{1,4})?\b|\b0x[\da-f]{40}\b|\bbc1[\da-z]{25,60}\b)`;
const someone = String.raw`(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}|\+\d[\d ()-]{7,18}\d|${account})`;
const tampers = has(`${changed}${gap(8)}${someone}`);
const tampersBefore = has(
  `${someone}${gap(6)}(?:${changed}|among|bcc|recipients?|beneficiary|payee|guests?|attendees?|participants?|invited|reviewers?)`,
);
/** What they make or are given bears something of this server's, or is another thing. */
const theirKind = String.raw`(?:tools?|connectors?|servers?|vendors?)`;
const bears =
  '(?:carry|carries|(?:is|are) (?:replaced|followed|preceded|signed|marked|tagged|stamped|prefixed)|starts? with|ends? with|begins? with|bears?|gets|(?:is|are) (?:those|that) of)';
const altersTheirs = has(
  `(?:(?:with|by|of|through|from)${gap(2)}(?:\\S{1,40} ){0,3}${theirKind}${gap(3)}${bears}|${theirKind} get (?:our|a|an|this|the) |(?:handed|given|passed) to${gap(2)}${theirKind}${gap(1)}${bears}|(?:${theirKind}|\\w+_\\w+)${gap(4)}(?:must|is to|are to|has to|have to) be (?:called|run) with|\\w+_\\w+ is to be given|with${gap(3)}${theirKind}${gap(1)}add${gap(8)}as (?:a |an )?(?:reviewer|admin|administrator|owner|member|guest|recipient|attendee|approver))`,
);
/** What they are called with is made different. */
const rewrites = has(
  `(?:arguments?|parameters?|calls?|inputs?|quer(?:y|ies)|requests?|recipients?|prompts?|bodies|subjects?|amounts?)${gap(1)}(?:of|to|for|in|with)${gap(2)}(?:tools?|servers?|connectors?|\\w+_\\w+)${gap(4)}(?:prefixed|suffixed|extended|replaced|rewritten|changed|altered|amended|set|wrapped|doubled|supplemented|topped up|raised)`,
);
const proxies = has(
  `(?:through|via|over|by way of|in front of|ahead of|and to|also to|push(?:es|ed)? to)${gap(3)}https?://\\S{3,200}`,
);
const namesAccount = new RegExp(account, 'u');
const settles = has(
  '(?:addressed|settles?|settled|clears?|cleared|credited|booked|paid|pay|wired?|transfer(?:red)?|transfers|remit(?:ted)?|go|goes|sent|payments?|wires?|payouts?|refunds?)',
);
const sample = /(?<![\w.-])(?:e\.g\.?|examples?|for instance|such as|format|like|samples?|tests?)(?![\w-])/u;

/** Every call of anything is told here. */
const announces = has(
  `(?:before|prior to|ahead of|after|following|with|on|for) (?:any|every|each|another|other|all)${gap(3)}(?:tools?|calls?|actions?|commands?|functions?|servers?|steps?)${gap(8)}(?:registered|announced|recorded|logged|entered|noted|reported|sent|given|filed|submitted|mirrored|copied|passed|handed|told)${gap(3)}(?:here|with this|to this|through this|in this|to us)`,
);
/** Cheap, and without which a sentence names no class of tools, no account and tells nothing here. */
const mayClass =
  /tool|search|server|connector|plug-?in|integration|extension|engine|service|apps?\b|source|provider|vendor|messenger|client|whose/u;
const mayPay = /\d{4}|0x|bc1/u;
const mayTell = /here\b|with this|to this|through this|in this|to us/u;

/** What a text does to tools of others: speaks ill of them, takes what they give, changes what they are called with. */
export function findOthers(sentences: readonly string[], names: Names, place: Place): Found[] {
  const ofClass = sentences.map((sentence) => mayClass.test(sentence) && namesOther(sentence));
  const isOther = sentences.map((sentence, at) => ofClass[at] === true || namesForeign(sentence, names, place));
  return sentences.flatMap((sentence, at) => {
    const before = sentences[at - 1] ?? '';
    const near = sentences.slice(at, at + 3);
    const about: About = {
      sentence,
      before,
      near,
      isOther: isOther[at] === true,
      wasOther: isOther[at - 1] === true,
      isClass: ofClass[at] === true || ofClass[at - 1] === true,
    };
    const codes = [
      illsOf(about, ofClass[at] === true),
      takingOf(about, names),
      isChanged(about) || (!place.isExample && isAccount(about)) ? ('speech.redirect' as const) : undefined,
    ];
    return codes.flatMap((code): Found[] => (code === undefined ? [] : [{ code, excerpt: sentence }]));
  });
}

/** A sentence and what stands beside it. */
interface About {
  readonly sentence: string;
  readonly before: string;
  readonly near: readonly string[];
  /** It names tools of others; so does the one before. */
  readonly isOther: boolean;
  readonly wasOther: boolean;
  /** One of the two does so as a class: `mail tools`, `any other server`. */
  readonly isClass: boolean;
}

/** How ill it speaks of them: harm counts twice, being spent once a word, being left once. */
const illsMin = 2;

function illsOf({ sentence, near, isOther }: About, isClass: boolean): FindingCode | undefined {
  if (!isOther && !anyOther.test(sentence)) return undefined;
  const isHarmful = harmful.test(sentence);
  if (!isOther && !isHarmful) return undefined;
  const isLeft = near.some((one) => left.test(one));
  if (!isOther) return isLeft ? 'speech.denigrate' : undefined;
  const ills = (isHarmful ? 2 : 0) + Math.min(2, countOf(spent, sentence)) + (isLeft ? 1 : 0);
  if (ills < illsMin || !(isClass || isHarmful)) return undefined;
  return isLeft ? 'speech.denigrate' : 'speech.signs';
}

function takingOf(
  { sentence, before, near, isOther, wasOther, isClass }: About,
  names: Names,
): FindingCode | undefined {
  if (mayTell.test(sentence) && announces(sentence)) return 'speech.redirect';
  if (!isOther && !wasOther) return undefined;
  if (isOther && altersTheirs(sentence) && !optional.test(sentence)) return 'speech.redirect';
  if (!takesTheirs(sentence, before, isOther, names)) return undefined;
  const isFirm = delivers(sentence) || near.some((one) => always.test(one));
  return isClass && isFirm && !optional.test(sentence) ? 'speech.redirect' : 'speech.signs';
}

function takesTheirs(sentence: string, before: string, isOther: boolean, { own }: Names): boolean {
  const isOfThose = /(?<!\w)(?:them|they|it|these|those|each|that)(?!\w)/u.test(sentence) && theirs(before);
  const isTheirs = isOfThose || theirs(sentence) || afterAny(sentence);
  if (!isTheirs && !isOther) return false;
  if (toHere(sentence) || (isTheirs && callsThis(sentence))) return true;
  return [...sentence.matchAll(codeName)].some(([, name = '']) => own.has(name) && toOwn(name).test(sentence));
}

function toOwn(name: string): RegExp {
  return pattern(
    `(?:handed|passed|given|sent|forwarded|fed|submitted|copied|logged|reported|pass|hand|give|send|forward|feed|submit)${gap(4)}(?:to|through|into|with) ${name}`,
  );
}

function isChanged({ sentence, isOther, wasOther }: About): boolean {
  if ((!isOther && !wasOther) || sample.test(sentence)) return false;
  return (isOther && proxies(sentence)) || tampers(sentence) || tampersBefore(sentence) || rewrites(sentence);
}

/** An account is given to pay to, and not as a sample of one. */
function isAccount({ sentence, before }: About): boolean {
  if (!mayPay.test(sentence)) return false;
  return namesAccount.test(sentence) && (settles(sentence) || settles(before)) && !sample.test(sentence);
}

/** Whether a name looks like a tool's, and is neither this server's nor what an argument is called. */
function namesForeign(sentence: string, { own }: Names, place: Place): boolean {
  if (!sentence.includes('_') && !sentence.includes('-')) return false;
  return Array.from(sentence.matchAll(codeName), ([, name = '']) => name).some(
    (name) => !own.has(name) && !place.parameters.has(name) && toolVerb.test(name),
  );
}

function countOf(words: RegExp, sentence: string): number {
  return [...sentence.matchAll(new RegExp(words.source, 'gu'))].length;
}
