import type { Intent } from '../model/provenance.ts';
import type { ToolAction } from '../model/tool-labels.ts';
import { asksFor } from './lexicon.ts';

/** The user hands over to instructions that stand elsewhere: `do the tasks on …`, `follow the steps in …`. */
const delegation =
  /(?<!\p{L})(?:(?:follow|do|perform|execute|carry out|complete|act on|handle|take care of|process|finish|work through)(?!\p{L})[^.?!]{0,40}?(?<!\p{L})(?:instruction|action|task|step|todo|to-do|request|item|guide|procedure|checklist|directive)s?(?!\p{L})|accordingly(?!\p{L})|based on the(?!\p{L})|according to(?!\p{L}))/u;

/** Actions that a delegation never makes plausible: what cannot be taken back, and who may do what. */
const notDelegated: ReadonlySet<ToolAction> = new Set(['delete', 'secure']);

/** Whether the user's words, normalised, make a call with this action plausible. An action that is not known always is. */
export function intentOf(action: ToolAction, userWords: string | undefined): Intent {
  if (userWords === undefined) return 'unseen';
  if (action === 'read' || action === 'other' || asksFor(action, userWords)) return 'plausible';
  return !notDelegated.has(action) && delegation.test(userWords) ? 'plausible' : 'implausible';
}
