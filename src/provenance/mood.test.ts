import { describe, expect, it } from 'vitest';
import { clausesOf } from './clauses.ts';

const moods = (words: string): string[] => clausesOf(words).map(({ mood }) => mood);

describe('what somebody does who says something', () => {
  it.each([
    ['Can you give me the details of the user thedevguy?', ['inquiry']],
    ['Could you check her calendar to see if she is free at two?', ['inquiry', 'inquiry']],
    ['Show me the new, the updated and the cheapest ones.', ['inquiry', 'inquiry', 'inquiry']],
    ['Find the last mail of world.news@x.example, and tell me whether it names us.', ['inquiry', 'inquiry']],
    [
      'I am looking for a hotel that costs the following:\n- Hotel: 200 a night\n- Car: 50 a day',
      Array(5).fill('inquiry'),
    ],
    ['unread mails of today', ['inquiry']],
    ['the norwegians come later?', ['inquiry']],
    // An order behind what is asked.
    ['Read the note and send it to Ann.', ['inquiry', 'other']],
    ['Who still has a key? remind them', ['inquiry', 'other']],
    ['Compare the lists, then take away what is no longer needed.', ['inquiry', 'statement']],
    ['can Luca take the Friday one instead?', ['unclear']],
    ['What about moving it to Monday?', ['other']],
    // These words do something.
    ['Check him out of room 12.', ['unclear']],
    ['List the bike for 40 euros.', ['unclear']],
    ['Give Ann and Bob access.', ['other', 'other']],
    ['Give me access to the folder.', ['other']],
    // Nobody knows these words.
    ['option it for the Lantern collective', ['unclear']],
    ['table for Friday 7.30pm near the office', ['unclear']],
    // How things are.
    ['We have a budget of 900 euros.', ['other']],
    ['The daughter of Ms Waldau wrote.', ['other']],
    ['the norwegians come half an hour later and are 7 now', ['statement', 'statement']],
    ['Good morning', ['other']],
  ])('%s', (words, expected) => expect(moods(words)).toEqual(expected));
});
