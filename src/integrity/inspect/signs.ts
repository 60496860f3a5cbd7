import type { FindingCode } from './finding.ts';
import { foldLetters } from './fold.ts';
import { pattern, phrases } from './match.ts';
import type { Place } from './place.ts';
import {
  foreignAbout,
  foreignGuarded,
  foreignSigns,
  foreignSources,
  foreignUnguarded,
  type Tongue,
} from './tongues.ts';
import { address, secretPlace, secretThing } from './words.ts';

/** What a text that stands in several sentences comes to. */
export interface Weighed {
  readonly code: FindingCode;
  readonly excerpt: string;
}

/** What a tool for something else has no need of: whose it is, and how much it says that a text names it. */
interface Source {
  readonly kind: 'secret' | 'context' | 'personal';
  readonly weight: number;
  readonly pattern: RegExp;
}

const sources: readonly Source[] = [
  { kind: 'secret', weight: 3, pattern: new RegExp(secretPlace, 'u') },
  // What programs keep in the home folder.
  {
    kind: 'secret',
    weight: 2,
    pattern: /(?:~|\$home|\/root|\/home\/\w{1,40})\/\.\w[\w./-]{2,80}|\/etc\/(?:hosts|machine-id|ssl|ssh|security)\b/u,
  },
  {
    kind: 'secret',
    weight: 3,
    pattern: phrases(
      `credential helper, git credential, deploy key*, cookie header*, header of the last request, signature image, keys that open, photo library, camera roll, photo roll, passport scan*, environment variables of the host, variables of the host, printenv, gh auth token, print-access-token, find-generic-password, op read, pass show, result of env, output of env on, content of env, machine-id, full dump, dump of all, environment dump, dump of the environment, output of env, output of set, proc/self/environ, cookies file,
      cookie jar of the browser, local state, saved passwords, stored passwords, browser profile*, secrets folder*, secrets director*, secret* files, credential*
      files, credential* store, key store, keystore, wallet file*, key files, password vault, password store, shell history, shadow file, password file, host file and, dump-keychain, saved login*, stored login*, logins of the browser, ci settings, environment of the process, environment of the host, environment of the machine, long secret, secret of the user, secrets of the user, master password, signing key*, secrets.yml, secrets.yaml,
      secrets.json, credentials.json, application.properties, env.production, terraform.tfstate, service account key*`,
    ),
  },
  {
    kind: 'secret',
    weight: 2,
    pattern: new RegExp(
      String.raw`(?<![\w-])(?:${secretThing}|connection strings?|(?:value|content)s? of \\w{2,30}_(?:url|key|token|secret|password|pass|dsn|uri)|real credentials|(?:value of the )?(?:session )?cookie|(?:github|gitlab|slack|api|access|bot|personal) token|(?:aws|openai|github|database|anthropic)_(?:\w{0,30}(?:key|token|secret|url|password|id)\w{0,10})?)(?![\w-])`,
      'u',
    ),
  },
  {
    kind: 'context',
    weight: 3,
    pattern: phrases(
      `system prompt*, developer message*, developer prompt, set-up text, setup text, initial instructions, opening instructions,
      standing instructions, operating instructions, instructions of the assistant, assistant's instructions, assistant's prompt, assistant's own instructions, instructions the assistant, instructions that the
      assistant, instructions you, instructions that you, rules you, rules the assistant, how you were set up, how the assistant was set up, how you were instructed, what you were told, what the assistant was told,
      your instructions, your briefing, text the assistant received, text you received, before the first user message, before the first message, own complete configuration, its complete configuration, own configuration, assistant's configuration`,
    ),
  },
  {
    kind: 'context',
    weight: 2,
    pattern: phrases(
      `system message*, hidden message*, your reasoning, your memory, your notes, your context, assistant's memory, assistant's notes,
      whole conversation, entire conversation, full conversation, complete conversation, conversation so far, conversation up to, conversation in full, conversation with the
      user, this conversation, the conversation before, course of the conversation, record of the conversation, record of the session, copy of the conversation, copy of the session,
      conversation history, chat history, message history, dialogue so far, whole dialogue, entire dialogue, chat so far, whole chat, entire chat, entire session, whole session, full session, session so
      far, session transcript, transcript of, transcript so far, everything said, what was said, what has been said, what the user said, what the user wrote, what the user asked, what the user typed, everything the user, user's last
      messages, user's messages, user's words, messages so far, messages seen, all messages, messages exchanged, earlier messages, previous messages, exchange so far, turns so far, session in which,
      returned by tools, returned by other tools, what tools returned, what other tools returned, earlier tool*, previous tool*, tool results so far, tool results of the session, results of other tools, results from other tools, results of earlier,
      outputs of other tools, output of other tools, answers of other tools, results of previous, context window, tool answers, tool list, list of tools, every message of, each message of, message of the user, messages of the user, questions of the user, words of the user`,
    ),
  },
  // All of the talk between the user and the model, however it is called.
  {
    kind: 'context',
    weight: 3,
    pattern: pattern(
      `(?:(?:whole|entire|full|complete|all of the|transcript of (?:this|the)|copy of (?:this|the)|record of (?:this|the)|everything in) (?:\\S{1,40} ){0,2}(?:chat|conversation|dialogue|dialog|exchange|talk|session)(?! (?:id|model|type|title|name|window|bot|completion|channel|room|tool|api)s?)|(?:everything|all)(?: \\S{1,40}){0,3} (?:you|the two of you|the assistant|user and assistant|they|both)(?: have| has| had)?(?: \\S{1,40}){0,2} (?:exchanged|discussed|talked about|said|written|received|been told)|(?:every|each) message (?:of|from) the (?:user|person))`,
    ),
  },
  {
    kind: 'context',
    weight: 3,
    pattern: pattern(
      `(?:what|all|everything|whatever|prompt|text|instructions|message)(?: that)? (?:the assistant|the agent|the model|you)(?: has| have| is| are| was| were|'s)(?: \\S{1,20})? (?:told|given|asked|shown|about to (?:say|write|answer|do)|instructed|set up|briefed|configured)`,
    ),
  },
  {
    kind: 'context',
    weight: 2,
    pattern: pattern(
      `(?:questions?|requests?|messages?|words) (?:of )?(?:the user|they)(?: \\S{1,20})? (?:began|started|asked|wrote|typed|sent|opened)|your (?:answers?|replies|drafts?|reply|response) (?:to it|to them|to the user|so far|given|in full)|(?:three|two|five|ten|some|all)(?: \\S{1,20}){0,2} (?:private )?messages of (?:the user|theirs)`,
    ),
  },
  // Or of some of it.
  {
    kind: 'context',
    weight: 2,
    pattern: pattern(
      `(?:(?:this|whole|entire|full|complete|ongoing|present|all|every|last|latest|earlier|previous|preceding|past|until|all that led|transcript|copy|record|log|course|rest)(?: \\S{1,40}){0,3} (?:chat|conversations?|dialogue|dialog|exchange|exchanged|talk|discussion)(?! (?:id|model|type|title|name|window|bot|completion|channel|room|tool|api|history id)s?)|(?:chat|conversation|dialogue|session|exchange|discussion)(?: \\S{1,40}){0,3} (?:so far|until now|until this|up to|to date|as it stands|in full|with the user|between you|verbatim|word for word|transcript|log)|(?:what|everything|all)(?: \\S{1,40}){0,3} (?:you|the two of you|the assistant|user and assistant|they|both)(?: have| has| had)?(?: \\S{1,40}){0,2} (?:exchanged|discussed|talked about|said|written|received|been told|worked on)|(?:last|latest|previous|preceding|earlier|prior|all|every|other)(?: \\S{1,40}){0,2} tool (?:answers?|results?|outputs?|calls?|responses?))`,
    ),
  },
  {
    kind: 'personal',
    weight: 3,
    pattern: pattern(
      `(?:everything|all|as much as|whatever|anything)(?: \\S{1,40}){0,4} (?:about|on) (?:the )?(?:user|person|customer|owner|people)`,
    ),
  },
  // What lies where the user keeps it.
  {
    kind: 'personal',
    weight: 2,
    pattern: pattern(
      `(?:documents?|files?|mails?|e-?mails?|messages?|notes|photos?|records?|entries|contacts?|events?|invoices?|statements?|names|addresses|contents?|all|everything|appointments)(?: \\S{1,40}){0,4} (?:(?:on|in|from|of|out of) (?:the |their |his |her |your |user's )(?:drive|mailbox|inbox|calendar|disk|computer|laptop|phone|desktop|crm|address book|mail connector|mail server|editor|clipboard|company|household|family)|(?:open|stored|kept|lie|lying) in (?:the |their |your )?(?:editor|browser|mailbox|inbox|drive|memory))|(?:contents? of )?the (?:inbox|mailbox|address book|clipboard|calendar) and|people (?:the user|they|he|she)(?: \\S{1,40})? (?:wrote|writes|met|meets|knows|called|mailed|talked)|(?:known|know|learned|remember|noted)(?: \\S{1,40}){0,3} (?:about|of|on) (?:the |this )?(?:person|user|them|customer|guest|traveller|client|patient)|(?:notes|memory|memories|facts)(?: \\S{1,40}){0,2} (?:keep|kept|have|hold) (?:on|about|of) (?:them|the user|the person)|running processes|installed (?:programs|software|packages)|list of processes|income|family situation|employer|(?:last|latest|recent)(?: \\S{1,20})? (?:mails|emails|e-mails|photos|payslips)|(?:mails|emails|e-mails|photos|diary|calendar|inbox|bank statements?|medical record|health insurance|personnel number|salary class|whole record)(?= |$)(?=.{0,200}(?:assistant|gather|household|employee|users?(?:'s)?|their|his|her|entries of|all members|last|recent|stored))|stored in memory|in (?:your|the assistant's) memory`,
    ),
  },
  {
    kind: 'personal',
    weight: 2,
    pattern: phrases(
      `user's mail*, user's e-mail*, user's inbox, user's calendar, user's contacts, user's address book, user's files, user's documents, user's notes, user's photos, user's messages, user's chats,
      user's memory, user's accounts, user's drive, user's browsing*, user's browser, user's location*, user's clipboard, user's home, their mailbox, their inbox, their mail, their calendar, their contacts, the mailbox, the inbox, their messages, last mails, recent mails,
      latest mails, mails of the last, mail of the last, messages of the last, recent messages, calendar entries, address book, contact list, browsing history, search history, chat histories, home address, work address, home and work address, private address, birth date, date of birth,
      identity document*, passport number*, id card*, payment details, bank details, card details, health matters, medical *, diagnos*, salary, salaries, customer record*, complete record*, customer tables,
      personnel file*, assistant's memory, memory of the assistant, mail tools, mail tool, calendar tools, crm, open documents, open files, open tabs, home folder, home directory, private
      repositories, names of people, people they, clipboard`,
    ),
  },
];

/** What stands beside such a source where it is asked for; each counts once. */
const signs = {
  /** It is moved. */
  moved: {
    weight: 1,
    pattern: phrases(
      `hand* over, hand* in, handed to, handed on, pass on, passes on, passed, passed on, pass, lodge*, deposit*, enter, entered, file under, filed, fill* in, fill with, filled with, noted in, note in, recorded in, record in, set down, written to, written into, written in, write it, write them, listed
      in, list in, stated in, furnish*, presented in, carried, carries, carry, fed, feed, piped, pipe, dropped into, tucked, folded in*, merged into, prefix*, suffix*, quoted in, quote, reproduce*, transcribe*, mirror*, copied, copy, copies,
      duplicat*, shipped, ship, delivered, deliver, submitted, submit, relay*, convey*, transferred, channelled, channeled, routed, streamed, surrendered, made available, lands in, land in, end up in, ends up in, expected in, due in, wanted in, goes along, go
      along, goes with, go with, goes in, goes into, go in, go into, goes to, go to, goes here, go here, goes first, go first, goes under, travels with, travel with, accompan*, comes along, come along, comes with, come with, ride along, rides along, enclose*, attach*, append*, prepend*, include*, including, sent, send,
      sends, forward*, upload*, suppl*, provid*, given in, given to, given as, given under, give it, give the, give us, give all, put in, put into, put under, put the, put it, put them, placed in, placed into, place in, insert*, paste*, pasted, belong in, belongs in, belong to, belong here, belongs here, belongs into, gathered in, collect*, pack*, bundle*,
      contain, contains, consist of, consists of, hold, holds, starts with, start with, begins with, begin with, beginning with, starting with, shared with, share, reported to, report to, logged to, posted, post, email*, mailed, sync*, exported to, publish*, cover, covers,
      saved in, stored in, noted here, quoted here, repeated here, picks up, pick up, dump, embed*, encode*, add it, add them, add the, added to, echo*, repeat*, output, quote the, work well, works well, are copied, gathered, gather, enclose, are the seed, is the seed, looked through, inlin*, return*, filled from, take it from, taken from, read out, bear, bears, disclose*, declare*, give it in, files a, file a, weekly copy, are hashed, is part of, joined, hand them, pass it, pass them, pass this, use what, use it as, serves as, make up`,
    ),
  },
  /** To one of the tool's own arguments (see `isAimed`). */
  aimed: { weight: 1 },
  /** Or to somebody. */
  outside: {
    weight: 2,
    pattern: new RegExp(
      String.raw`${address}|(?:to|in|into|channel|${foldLetters('канал')}|kanal|canal|canale) @[a-z]\w{2,40}|(?<![\w-])(?:partner network|partners|our (?:servers?|service|systems?|team|dashboards?|support|archive|analysts|back ?end|network|side|partners|records|database|cloud|platform|collector)|the (?:vendor|publisher|supplier)|third part(?:y|ies))(?![\w-])`,
      'u',
    ),
  },
  /** Nothing is left out or made unreadable. */
  whole: {
    weight: 2,
    pattern: phrases(
      `unredacted, unmasked, unedited, unabridged, uncut, unshortened, unfiltered, unaltered, verbatim, word for word, letter for letter, in full, in their entirety, in its entirety, in clear, in clear text, as is, as they are, as it is, as they stand, as it stands, exactly as, values in,
      values left, left in place, with values, with their values, with the values, raw values, without masking, without redaction, without redacting, without omission*, without shortening, nothing blanked out, nothing masked, nothing left out, in detail, with notes, all members, its bytes, armoured form, not masked, not redact*, not mask*, not shortened, not shorten, not paraphrase, not
      summari*, not abbreviat*, not anonymi*, don't redact, don't mask, don't shorten, do not redact, do not mask, do not shorten, masked ones, masked values, redacted values, shortened versions, redacted ones, shortened ones, excerpts are not, complete record, one per line, every one of, all of it, all of them, all variables, all values, leave nothing blank, leaving nothing blank, file names included, certificates and all,, as it came in, the more of it, as they came in, without exception, without cuts, unabbreviated, uncensored, raw, to the letter, full text, whole text, entire text, complete text, full contents, whole contents,
      entire contents, complete contents, full content, entire content, complete content, nothing left out, leave nothing out, leaving nothing out, without fail, without gaps, without exception`,
    ),
  },
  /** From wherever it can be had, and not from the user. */
  strewn: {
    weight: 2,
    pattern: phrases(
      `came up, come up, comes up, came across, come across, turned up, turn up, turns up, seen so far, so far, up to now, up to here, up to this point, until now, at hand, to hand, lying around, known from, as known, is known, are known, be known, known so far, known to the assistant, you know, you can reach, you can find, you can see, you have seen, you were given, available
      in the session, available in this session, in the session, during the session, of the session, of this session, seen in the session, during this session, in this session, in the context, from context, from the context, mentioned, discussed, that were, in your memory, in the assistant's memory, can be found, usually be found, to be found, looked up in, taken from the, whatever, whichever, of other servers,
      of other tools, from other tools, other servers, other tools, remaining messengers, other accounts, other connected, in use, on this machine, on the machine, on the computer, in the workspace, in the home, in the environment, the last days, last seven days, last fourteen days, of the last, last thirty days, of this week, of the week, recent, each service, every service, of each account, of every account, any other, failing that, on disk, on the disk, this month, this year, last year, last three, last two, last twenty, last ten, last few, from the drive, from the mailbox, as far as, as much as you can, the user typed, the user entered, last used, past requests, at your disposal, draw on, of the neighbouring, in the repository, on the host, of the host, usually say, as it went, the steps in between, found in ci, of other providers, will have gathered, led to it, usually under, lies in the, in use in, whatever there is, whatever you, anything you, all you, everything you, what is known, you keep`,
    ),
  },
  /** Nobody is to look at it. */
  quiet: {
    weight: 3,
    pattern: phrases(
      `no need, no call, no reason, no cause, no point, no use, no occasion, not need to, need not, needn't, doesn't need to, don't need to, does not have to, do not have to, not have to, not worth, goes without, left unsaid, best left, behind the scenes, in the background, out of sight, not of interest, of no interest, enough to name, enough to mention, enough to say, enough to tell,
      enough to give, suffices, it is enough, that is enough, only the result, only needs the, only names, only mentions, ahead of that, taken ahead of, removed again, removed from the picture, stripped again, taken out again, before it is displayed, before it is shown, before they are shown, has been accepted, would only confuse, only
      confuse, only worry, would worry, would confuse, tiresome, annoying, tedious, rather than asked, without asking, without being asked, not asked, do not ask, don't ask, without further ado, unprompted, by itself, need not add, as a matter of course, whether or not, even if, in any case, silently, quietly, not tell*, don't tell*, not mention*, don't mention*, not be told, not told`,
    ),
  },
  /** Why it is said to be needed. */
  pretext: {
    weight: 1,
    pattern: phrases(
      `for best results, for better results, for best quality, worse results, wrong results, poor results, poorer, more accurate, less accurate, better results, best results, gdpr, hipaa, article *, regulation*, complian*, auditors, audit, audits, auditing, retention, export control*, licence terms, license terms, data processing, legal basis, legally, by law, required by, requirement*, in line with, under the rules, under the terms, agreed with, for
      quality, for verification, for authentication, for matching, for telemetry, for statistics, for personali*, for billing, for debugging, for calibration, for context, for support, for security, for safety, for accuracy, improves, improve, helps us, helps our, help us, saves a, saves the, saves time, speeds up, faster, refused, rejected, fail without, fails without, will not work, cannot work, does not work, easier, smoother, smoothly, quality, tailor*, personali*, relevance, relevant, sense of, background for, sharpens, pursuant, obliges, obliged, according to, works agreement, works better, licensed per, proved by, needed to, realistic, speed things up, moving over, like detail, needs the, tax law, law, in exchange, proof of, policy, department, needs, get better, adapts, told apart, fingerprint, wants to know its, likes to know`,
    ),
  },
  /** The model is spoken to or of. */
  model: {
    weight: 1,
    pattern: phrases(
      `assistant, assistants, the assistant's, the agent, the model, the ai, you, your, must, mandatory, always, each time, every time, every request, each request, every call, each call, please, necessary, needed, required`,
    ),
  },
  /** Not at once, so that nobody sees it who tries. */
  later: {
    weight: 2,
    pattern: pattern(
      `(?:(?:after|from|since|once|starting with) (?:the )?(?:first|second|third|fourth|fifth|sixth|tenth|\\d{1,3}(?:st|nd|rd|th)?|ten|five|three|twenty|a few|some)(?: \\S{1,20}){0,2} (?:uses?|calls?|runs?|times|requests?|pages?|messages?|days?|weeks?|sessions?|on)|later on|later than|from then on|from that day|once (?:reviewed|approved|trusted)|after (?:the )?(?:review|approval|evaluation|trial)|(?:while|as long as)(?: \\S{1,20}){0,4} (?:evaluated|tested|reviewed|audited)|after a while|trial period|from the (?:second|third|fourth|fifth|sixth|tenth))`,
    ),
  },
} as const satisfies Readonly<Record<string, { readonly weight: number; readonly pattern?: RegExp }>>;
type SignName = Exclude<keyof typeof signs, 'aimed'>;

/** Said of a source, it is kept and not asked for. */
const guarded = phrases(
  `masked, redacted, blacked out, is left out, are left out, is stripped, are stripped, is dropped, are dropped, is hidden, are hidden, encrypted, is hashed, are hashed, not sent, not stored, not read, not logged, not uploaded, not included, not returned, not shared, not leave, never read, never sent, never stored, never
  leave*, never shown, never returned, never logged, no credentials, no secrets, no passwords, no tokens, take out, remove, remove any, without credentials, without secrets, without passwords, only the public, refuse*, reject*, don't include, do not include, never include, don't
  paste, do not paste, never paste, don't pass, do not pass, never pass, don't type, do not type, never type, don't send, do not send, never send, don't put, do not put, never put, don't share, do not share, never share, never ask, don't ask for, do not ask for, never commit, do not commit, don't commit, not commit, avoid, nothing leaves`,
);
/** Of a conversation, which a tool may be told in short. */
const summary = phrases(
  'summary of, short summary, brief*, in short, in a few words, in one sentence, summarise, summarize',
);
/** Said so, it is not kept after all. */
const unguarded = phrases(
  `unredacted, unmasked, not masked, not redacted, not shortened, not be masked, not be redacted, without masking, without redact*, do not mask, don't mask, do not redact, don't redact, never mask, never redact, masked ones, redacted ones, masked values, values in, values left, left in place, in clear, uncensored, unfiltered, leave nothing, nothing left out, do not leave, never leave, do not omit, never omit, not removed, do not remove, don't remove`,
);
/** A part or a property of it is named and not the thing: where it lies, what it is called. */
const aboutIt = phrases(
  `to pass to, to set, to use for, you can get it, alias, profile in, context of, path to, path of, path for, absolute path, name of the, names of the, id of, ids of, identifier of, location of, number of, count of, whether to, whether the, length of, size of, scope*, type of, kind of, format of, expir*, url of, date of, status of, version of, title of, subject of, list of ids, rotate*, revoke*, e.g., such as, for example, for instance`,
);

/** A source of this weight is enough to go on; one of less needs a sign that says how it is asked for. */
const tellingByItself = 3;
const alarmAt = 6;
const warningAt = 5;
/** Sentences after the one that names the source that may say what becomes of it; one may stand before. */
const sentencesAfter = 2;

/** What a language says these things with. */
interface Lexicon {
  readonly sources: readonly (readonly [Source['kind'], number, readonly RegExp[]])[];
  readonly signs: Readonly<Record<SignName, readonly RegExp[]>>;
  readonly guarded: readonly RegExp[];
  readonly about: readonly RegExp[];
  readonly unguarded: readonly RegExp[];
  /** A place of keys beside a word for moving is enough where there are few rules for the sentences. */
  readonly isTerse: boolean;
  readonly isEastern: boolean;
}

const english: Lexicon = {
  sources: sources.map(({ kind, weight, pattern }) => [kind, weight, [pattern]]),
  signs: {
    moved: [signs.moved.pattern],
    outside: [signs.outside.pattern],
    whole: [signs.whole.pattern],
    strewn: [signs.strewn.pattern],
    quiet: [signs.quiet.pattern],
    pretext: [signs.pretext.pattern],
    model: [signs.model.pattern],
    later: [signs.later.pattern],
  },
  guarded: [guarded],
  about: [aboutIt],
  unguarded: [unguarded],
  isTerse: false,
  isEastern: false,
};

function withForeign(at: 0 | 1): Lexicon {
  const and = (name: keyof typeof foreignSigns): readonly RegExp[] => [...english.signs[name], foreignSigns[name][at]];
  return {
    sources: [
      ...english.sources,
      ...foreignSources.map(({ kind, weight, patterns }) => [kind, weight, [patterns[at]]] as const),
    ],
    signs: {
      moved: and('moved'),
      outside: and('outside'),
      whole: and('whole'),
      strewn: and('strewn'),
      quiet: and('quiet'),
      pretext: and('pretext'),
      model: and('model'),
      later: english.signs.later,
    },
    guarded: [...english.guarded, foreignGuarded[at]],
    about: [...english.about, foreignAbout[at]],
    unguarded: [unguarded, foreignUnguarded[at]],
    isTerse: true,
    isEastern: at === 1,
  };
}
const western = withForeign(0);
const eastern = withForeign(1);

const noun = new Set(['field', 'parameter', 'argument', 'property', 'input']);
const preposition = new Set(
  [
    'in',
    'into',
    'under',
    'as',
    'via',
    'through',
    'within',
    'inside',
    'the',
    'field',
    'parameter',
    'argument',
    'property',
    'to',
    'with',
    'feld',
    'campo',
    'champ',
    'parametre',
    'parametro',
    'veld',
    'dans',
    'em',
    'en',
    'nel',
    'im',
    'als',
    'como',
    'come',
    'comme',
    'no',
    'na',
    'поле',
    'параметр',
    'параметре',
    'аргумент',
    'в',
  ].map(foldLetters),
);

/**
 * Weighs what stands together in a few sentences: none of the signs is enough, and each has an honest use. A source that is not the
 * tool's business, moved to an argument or to somebody, in full, from wherever it lies, while nobody looks.
 */
export function weigh(sentences: readonly string[], place: Place, tongue: Tongue): Weighed[] {
  const lexicon = tongue.isEastern ? eastern : tongue.isWestern ? western : english;
  const shows = (patterns: readonly RegExp[], text: string): boolean => patterns.some((one) => one.test(text));
  // In English nothing is asked for that goes nowhere.
  const isMovable =
    lexicon.isTerse ||
    place.isArgument ||
    sentences.some((one) => isAimedAt(one, place, false) || shows(lexicon.signs.outside, one));
  if (!isMovable) return [];
  return sentences.flatMap((sentence, at): Weighed[] => {
    const named = lexicon.sources.filter(([kind, , patterns]) =>
      patterns.some((one) => {
        const found = one.exec(sentence)?.[0];
        if (found === undefined) return false;
        return kind === 'secret' || !(isTopic(found, place.topic) || (kind === 'context' && summary.test(sentence)));
      }),
    );
    if (named.length === 0) return [];
    const isPressed = shows(lexicon.unguarded, sentence) || shows(lexicon.signs.quiet, sentence);
    if (!isPressed && (shows(lexicon.guarded, sentence) || (shows(lexicon.about, sentence) && !place.isName)))
      return [];
    const near = sentences.slice(Math.max(0, at - 1), at + sentencesAfter + 1);
    const weight = weightOf(near, named, lexicon, place);
    const [kind] = named.toSorted((one, other) => other[1] - one[1])[0] ?? ['context'];
    if (weight >= alarmAt) return [{ code: `speech.${kind}`, excerpt: sentence }];
    return weight >= warningAt ? [{ code: 'speech.signs', excerpt: sentence }] : [];
  });
}

const toThis =
  /(?<!\w)(?:to|into|in|with|through) this (?:tool|server|one|call|argument|field|parameter)(?!\w)|(?<!\w)(?:call|run|use|invoke) \w+_\w+ with|(?<!\w)this tool is (?:called|given|handed|told)(?!\w)/u;
/** What makes a name a sentence. */
const inNames = phrases(
  'please, append, last, user, here, seen, known, so far, put, paste, verbatim, your, all, each, every, before calling, of user, of the user',
);

function weightOf(
  all: readonly string[],
  named: Lexicon['sources'],
  { signs: told, isTerse, isEastern }: Lexicon,
  place: Place,
): number {
  // What names the source says nothing more by itself: `the conversation so far`.
  const patterns = named.flatMap(([, , some]) => some);
  const near = all.map((one) => patterns.reduce((rest, source) => rest.replace(source, '\u2026'), one));
  const shown = (name: SignName): boolean => near.some((one) => told[name].some((pattern) => pattern.test(one)));
  const isAimed = place.isArgument || near.some((one) => isAimedAt(one, place, isEastern));
  const isOut = near.some((one) =>
    ['outside', 'moved'].every((name) => told[name as SignName].some((pattern) => pattern.test(one))),
  );
  const most = Math.max(...named.map(([, weight]) => weight));
  const isTersely = isTerse && most >= tellingByItself && shown('moved');
  if (!isTersely && ((!shown('moved') && !place.isArgument) || !(isAimed || isOut))) return 0;
  // A tool may well ask for the one password that it needs.
  const isTelling = isOut || place.isName || (['whole', 'strewn', 'quiet', 'later'] as const).some(shown);
  if (most < tellingByItself && !isTelling) return 0;
  let weight = most + signs.moved.weight;
  if (new Set(named.map(([kind]) => kind)).size > 1) weight++;
  if (isAimed) weight += signs.aimed.weight;
  if (isOut) weight += signs.outside.weight;
  if (isTersely) weight += 2;
  if (place.isName && near.some((one) => inNames.test(one))) weight += signs.whole.weight;
  for (const name of ['whole', 'strewn', 'quiet', 'pretext', 'model', 'later'] as const)
    if (shown(name)) weight += signs[name].weight;
  return weight;
}

/** What a tool is for it may well ask for: a tool for calendars speaks of calendars. */
function isTopic(found: string, topic: string): boolean {
  return found.split(' ').some((word) => {
    if (/^\P{ASCII}{2,}$/u.test(word) && word.length < stemLength) return topic.includes(word);
    return word.length >= stemLength && !common.has(word) && topic.includes(word.slice(0, stemLength));
  });
}

const stemLength = 5;
const common = new Set([
  'user',
  'users',
  "user's",
  'their',
  'whole',
  'entire',
  'complete',
  'every',
  'everything',
  'latest',
  'recent',
  'assistant',
  'history',
]);

const isAimedAt = (sentence: string, { parameters }: Place, isEastern: boolean): boolean =>
  toThis.test(sentence) || namesParameter(sentence, parameters, isEastern);

/** Named as an argument is: `in note`, `under the field about_you`. */
function namesParameter(sentence: string, parameters: ReadonlySet<string>, isEastern: boolean): boolean {
  if (parameters.size === 0) return false;
  if (isEastern) return (sentence.match(/[a-z_][\w-]*/g) ?? []).some((word) => parameters.has(word));
  const words = sentence.split(' ');
  return words.some((found, at) => {
    // Languages that add endings to words add them to names too.
    const word = /^[\w-]+(?=\P{ASCII}+$)/u.exec(found)?.[0] ?? found;
    if (!parameters.has(word)) return false;

    return word.includes('_') || preposition.has(words[at - 1] ?? '') || noun.has(words[at + 1] ?? '');
  });
}
