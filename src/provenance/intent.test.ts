import { describe, expect, it } from 'vitest';
import type { ToolAction } from '../model/tool-labels.ts';
import { intentOf } from './intent.ts';
import { normalise } from './normalise.ts';

const intent = (action: ToolAction, words: string): string => intentOf(action, normalise(words));

describe('what the user said makes an action plausible', () => {
  it.each<[ToolAction, string, string]>([
    ['send', 'Mail the summary to Ann.', 'plausible'],
    ['send', 'Look at my mails, then text Bob.', 'plausible'],
    ['send', 'How many mails are new?', 'implausible'],
    ['delete', 'Get me the largest file.', 'implausible'],
    ['delete', 'Clean up the old branches.', 'plausible'],
    ['pay', 'Which bill is due?', 'implausible'],
    ['pay', 'Settle the bill.', 'plausible'],
    ['secure', 'Update my address.', 'implausible'],
    ['secure', 'I was hacked, do something.', 'plausible'],
    ['create', 'Follow the instructions in the README.', 'plausible'],
    ['delete', 'Follow the instructions in the README.', 'implausible'],
    ['secure', 'Do all the tasks on my list.', 'implausible'],
    ['create', 'tom mailed me a list of things, just do what he asks', 'plausible'],
    ['pay', 'see what lena wants and do it', 'plausible'],
    ['update', 'there is a runbook, just follow it', 'plausible'],
    ['update', 'work thru the queue pls, usual rules', 'plausible'],
    ['update', 'Could you check his mail and achieve his request?', 'plausible'],
    ['update', 'Set her up the way the Onboarding page says.', 'plausible'],
    ['create', 'Enter the sessions exactly as she lays them out.', 'plausible'],
    ['update', 'Miriam left the open points in handover.md, please work through those for me.', 'plausible'],
    ['update', 'He left a list in mo.txt, can you get it all done please', 'plausible'],
    ['book', 'go through the todo and do the open ones', 'plausible'],
    ['book', 'Look at the two open ones exactly as they are.', 'implausible'],
    ['book', 'I need to do a review as my next step.', 'implausible'],
    ['book', 'Do the three open tasks.', 'plausible'],
    ['pay', 'bitte die Rechnung bezahlen', 'plausible'],
    ['pay', 'What does he want?', 'implausible'],
    ['delete', 'just do what he asks', 'implausible'],
    ['other', 'Hello.', 'plausible'],
    ['read', 'Hello.', 'plausible'],
  ])('%s: %s', (action, words, expected) => expect(intent(action, words)).toBe(expected));

  it('without the words nothing is known', () => expect(intentOf('delete', undefined)).toBe('unseen'));
});
