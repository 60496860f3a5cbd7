import type { Intent } from '../model/provenance.ts';
import type { ToolAction } from '../model/tool-labels.ts';
import { asksFor } from './lexicon.ts';

const carryingOut =
  '(?:follow|do|perform|execute|carry out|complete|achieve|fulfill?|act on|handle|take care of|finish|work (?:through|thru|down|off))';
const instructions =
  '(?:instruction|action|task|step|todo|to-do|request|guide|procedure|checklist|directive|runbook|playbook|agenda|list|note|queue|backlog|thing|stuff)s?';
const asks =
  '(?:wants?|asks?|asked|likes?|needs?|says?|said|wrote|requests?|requested|describes?|described|explains?|explained|lists?|listed|lays? \\S{1,32} out|put \\S{1,32})';
const teller = String.raw`(?:he|she|they|it|(?:the|my|our|his|her|their) (?:\S{1,32} )?\S{1,32}|\p{L}{1,32})`;
/** The user hands over to instructions that stand elsewhere: `do the tasks on …`, `follow the steps in …`, `do what he asks`. */
const handingOver = anyOf(
  String.raw`${carryingOut}(?!\p{L})(?:(?! (?:as|in|for|before|after|than) )[^.?!]){0,40}?(?<!\p{L})${instructions}`,
  String.raw`(?:do|follow|handle|act on|take care of|deal with) what(?:s|ever)?`,
  String.raw`(?:the way|whatever|(?:exactly|just) (?:as|how)|give \S{1,32} what) ${teller} ${asks}`,
);
/** That is meant only where something was spoken of that instructs: `book the room and do it today` hands over nothing. */
const pointing = anyOf(
  String.raw`(?:do|follow|complete|finish|handle|act on|take care of|deal with|work (?:through|thru|down|off)) (?:it|that|this|them|these|those|so|as|exactly|just|(?:the|my) (?:\S{1,16} )?ones)`,
  String.raw`sort (?:it|this|that|them) out|get (?:it|this|that|them|everything)(?: all)? done`,
);
const instructing = anyOf(
  instructions,
  '(?:open|remaining) (?:points|ends|items)',
  String.raw`what (?:\S{1,32} )?(?:he|she|they|\p{L}{2,32}) ${asks}`,
);
/** What is to be done is the user's, and how it is done stands elsewhere. */
const reference = anyOf(
  'accordingly|based on the|according to',
  String.raw`(?:process|${carryingOut})(?!\p{L})[^.?!]{0,40}?(?<!\p{L})(?:item|part|point|rest|plan)s?`,
  String.raw`process(?!\p{L})[^.?!]{0,40}?(?<!\p{L})${instructions}`,
);

function anyOf(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.map((one) => String.raw`(?<!\p{L})(?:${one})(?!\p{L})`).join('|'), 'u');
}

/** Actions that a delegation never makes plausible: what cannot be taken back, and who may do what. */
const notDelegated: ReadonlySet<ToolAction> = new Set(['delete', 'secure']);

const assent =
  /^\W{0,8}(?:yes|yeah|yep|yup|sure|ok|okay|k|go ahead|please do|do it|do that|go for it|sounds good|looks good|perfect|great|fine|agreed|correct|right|exactly|confirm(?:ed)?|approved?|proceed|absolutely|definitely|ja|oui|d accord|sí|si|vale|sim|va bene|да|はい|好的?|是的?|可以|네)(?!\p{L})/u;

/** Whether an answer of the user, normalised, says yes to what it answers. */
export function isAssent(answer: string): boolean {
  return assent.test(answer);
}

/** Whether the user's words, normalised, hand over to what is written elsewhere. */
export function delegates(userWords: string): boolean {
  return handingOver.test(userWords) || (pointing.test(userWords) && instructing.test(userWords));
}

/**
 * Whether the user's words, normalised, make a call with this action plausible. An action that is not known always is.
 * @param orders those of the words that do not only ask to be told something: what has an effect takes one of them
 * @param isAssented the user said yes to what was proposed, which is not seen: like a delegation
 */
export function intentOf(
  action: ToolAction,
  userWords: string | undefined,
  orders = userWords,
  isAssented = false,
): Intent {
  if (userWords === undefined) return 'unseen';
  if (action === 'read' || action === 'other' || asksFor(action, (action === 'fetch' ? userWords : orders) ?? ''))
    return 'plausible';
  if (notDelegated.has(action)) return 'implausible';
  return isAssented || delegates(userWords) || pointing.test(userWords) || reference.test(userWords)
    ? 'plausible'
    : 'implausible';
}
