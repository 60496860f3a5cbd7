import { asksFor, beginsWithRequest, effectful } from './lexicon.ts';

/**
 * What somebody does who says something: asks to be told something, says how things are, asks for something in words that are not known (`option
 * it for the collective`, `my slot -> Thursday`), or anything else.
 */
export type Mood = 'inquiry' | 'statement' | 'unclear' | 'other';

/** A question asks for an answer: `how do I delete …`, `what does it cost to cancel`. */
export function isQuestion(sentence: string): boolean {
  return question.test(sentence) && !politely.test(sentence);
}
const question =
  /^[^\p{L}]{0,8}(?:whats|what(?! about)|which|who|whose|when|where|why(?! (?:not|don))|how(?! about)|is|are|am|was|were|does|did|do (?:i|we|they)|has|have|had)(?!\p{L})/u;
const politely = /(?<!\p{L})(?:please|can you|could you|would you|will you)(?!\p{L})/u;

/** Whether a sentence that ends as a question orders something: `can Luca take Friday?`. */
export function isOrderly(sentence: string): boolean {
  return orderly.test(sentence);
}
const orderly = /(?<!\p{L})(?:can|could|would|will|please|pls|(?:what|how) about|why (?:not|don))(?!\p{L})/u;

/** In front of what is asked for. */
const courtesy =
  /^(?:(?:hi|hey|hello|please|pls|just|then|also|now|first|next|quick|quickly|(?:can|could|would|will) you|i (?:want|need|would like|d like|wish) (?:you )?to|help me|kindly|let s|lets|(?:proceed|go ahead|continue|move (?:on|forward|ahead)) (?:with|to|and)|(?:make|be) sure (?:to|you)|remember to)[^\p{L}\p{N}]{1,4})*/u;

/** Asks to be told something; `check it out`, `list it for 20` and `give me access` do something. */
const inquiry = new RegExp(
  `^(?:${[
    String.raw`tell (?:me|us)|let (?:me|us) know|show`,
    String.raw`give (?:me|us)(?! (?:\S{1,32} ){0,4}(?:access|permissions?|rights?|until|till|time))`,
    String.raw`list(?! .{1,200} for (?:sale|\S?\d))|look(?! after)|see(?! (?:to|that)(?!\p{L}))`,
    String.raw`check(?! (?:(?:me|us|him|her|them|it) )?(?:out|in|off)(?!\p{L}))`,
    'find|search|read|view|fetch|retrieve|explain|compare|describe|suggest|recommend|provide|navigate|browse|visit|know|understand',
    String.raw`go (?:to|through|over)|summar\p{L}*|analy\p{L}*|sum (?:it |them |this |that )?up`,
    String.raw`i (?:m|am) (?:looking|searching|wondering|curious|interested)`,
    String.raw`(?:(?:the|a|an|short|brief|quick|latest|current|full) )*(?:summary|overview|status|info|details|news|ranking|latest)`,
    'unread|recent|upcoming|pending|outstanding|overdue|todays?|tomorrows?|yesterdays?',
    'any|whats|what(?! about)|which|who|whose|when|where|why(?! (?:not|don))|how(?! about)',
  ].join('|')})(?!\\p{L})`,
  'u',
);

/** Where something else begins than what is asked about. */
const turn = /^(?:but|then|instead|just|rather|only|however|please|so)(?!\p{L})/u;

/**
 * Whether a clause only asks to be told something. What names one more thing belongs to what is asked about before it: `show me the new and the updated ones`.
 * @param before whether the clause in front of it does
 */
export function isInquiry(clause: string, before: boolean): boolean {
  const said = clause.replace(courtesy, '');
  return inquiry.test(said) || (before && !beginsWithRequest(said) && !turn.test(clause));
}

/** Not a name of what is wanted (`unread mails of today`), but a sentence. */
const states =
  /(?<!\p{L})(?:is|are|was|were|has|have|wants?|needs?|should|must|can t|cant|cannot|comes?|becomes?|goes|moved|moves|will|won t|wont)(?!\p{L})/u;
/** Says what is to be otherwise than it was: `my slot on Tuesday -> Thursday`. */
const changes = /->|→|(?<!\p{L})(?:instead|from now on|no longer|anymore)(?!\p{L})/u;
/** Says what was (`the daughter of Ms Waldau wrote`), or how things are with oneself (`we have a budget of 900`). */
const tells =
  /(?<!\p{L})(?:wrote|told|said|says|rang|called|asked|asks|sent|posted|left|came|got|gave|did)(?!\p{L})|^(?:i|we) (?:am|m|are|re|was|were|have|ve|had|got|just|only|will|ll|do|did|know|think)(?!\p{L})/u;

/** What a clause does that does not only ask to be told something. */
export function moodOf(clause: string): Exclude<Mood, 'inquiry'> {
  if (tells.test(clause)) return 'other';
  if (changes.test(clause)) return 'unclear';
  if (states.test(clause)) return 'statement';
  const isKnown = isInquiry(clause.trim(), false) || effectful.some((action) => asksFor(action, clause));
  return isKnown || clause.split(' ').length < 3 ? 'other' : 'unclear';
}
