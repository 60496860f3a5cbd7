import { describe, expect, it } from 'vitest';
import { readMails } from './mails.ts';

describe('mails as programs print them', () => {
  it('one after the other, in front of their texts', () => {
    const text =
      '2 messages\n\n[1] From: Ann Lind <ann@x.example>\n    To: office@y.example\n    Date: Mon, 13 Apr\n    Subject: Moved\n\nWe moved.\nPhone: as before\n\n' +
      '[2] Von: bob@x.example\n    Betreff: Wand\n\nDie Wand steht.';
    expect(readMails(text).mails).toEqual([
      {
        from: 'Ann Lind <ann@x.example>',
        people: ['Ann Lind <ann@x.example>', 'office@y.example'],
        body: '\nWe moved.\nPhone: as before\n',
      },
      { from: 'bob@x.example', people: ['bob@x.example'], body: '\nDie Wand steht.' },
    ]);
    expect(readMails(text).said).toBe('2 messages\n\n\nWe moved.\nPhone: as before\n\n\nDie Wand steht.');
  });

  it('with a line that says nothing', () => {
    const text = 'From: ann@x.example\nTo: office@y.example\nCc:\nSubject: Moved\n\nWe moved.';
    expect(readMails(text).mails.map(({ people, body }) => [people, body])).toEqual([
      [['ann@x.example', 'office@y.example'], '\nWe moved.'],
    ]);
  });

  it.each([
    ['no sender', 'To: a@x.example\nSubject: Tea\n\nHello'],
    ['nothing that says what or when', 'From: a@x.example\nTo: b@x.example\n\nHello'],
    ['lines apart', 'From: a@x.example\n\nSubject: Tea'],
    ['a text', 'Take the train from: Leeds'],
    ['nothing', ''],
  ])('%s', (_, text) => expect(readMails(text)).toEqual({ mails: [], said: text }));

  it('many heads and no mail', () => expect(readMails('From: a\n'.repeat(50_000)).mails).toEqual([]));
});
