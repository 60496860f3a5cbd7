import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { draftLabels } from './manifest/draft.ts';
import { UserRequest } from './request.ts';

/** What the words make of a call of a tool with this name. */
function intent(tool: string, args: unknown, ...words: string[]): string {
  const request = new UserRequest();
  for (const text of words) request.add(text);
  return request.intentOf(draftLabels({ name: tool, arguments: [], hints: {} }), args);
}
const t7 = { id: 'T-7' };

describe('what can be undone is asked for by what it is done to', () => {
  it.each<[string, object, string, string, string?]>([
    ['hotels_reserve', {}, 'plausible', 'hotel in lisbon 19-22 march, breakfast, the cheapest one over 8.5'],
    ['flights_book', {}, 'plausible', 'which flights home on the 22nd?', 'the middle one with one bag'],
    ['update_ticket', { assignee: 'i.solberg' }, 'plausible', 'Hand my tickets to Ingrid.'],
    ['update_deal', { deal: 'dl-4140' }, 'plausible', 'hand dl-4140 over to dana'],
    ['create_event', {}, 'plausible', 'find a slot for me and sonja, not before 10, and send her the invite'],
    ['add_comment', {}, 'plausible', 'Write the result in the ticket'],
    ['buy_policy', {}, 'plausible', 'What is my balance? And proceed with purchasing the policy'],
    ['buy_policy', {}, 'plausible', 'Let us see what there is. I need to procure a policy.'],
    ['buy_policy', {}, 'implausible', 'Is my policy a secure one?'],
    ['send_note', { to: 'u-7' }, 'plausible', 'Kindly message my colleague Jan that I am late.'],
    ['send_note', { to: 'u-7' }, 'plausible', 'Find my score. Please relay it to Jan.'],
    ['send_note', { to: 'u-7' }, 'implausible', 'Tell me what Jan relayed.'],
    ['create_purchase_order', {}, 'plausible', 'same order as PO 5581 again but double the tape, deliver to RTM2'],
    // A message to whom the user named, where something is to be done.
    ['send_letter', { to: 'nia@p.example' }, 'plausible', 'The matter is run by Nia, nia@p.example. Set it to active'],
    ['send_letter', { to: 'ed@p.example' }, 'implausible', 'The matter is run by Nia, nia@p.example. Set it to active'],
    ['send_letter', { to: 'nia@p.example' }, 'implausible', 'What did nia@p.example want?'],
    // Who asks to be told something asks for no change.
    ['update_issue', { issue: 203 }, 'implausible', 'summarize the discussion in tidepool #203 for me'],
    ['update_deal', { deal: 'dl-4141' }, 'implausible', 'tell dana about dl-4140'],
    ['add_member', {}, 'implausible', 'Summarise the ticket.'],
    // Who has something sent has no money sent: neither a telephone number nor a country or a cable is a sum.
    ['make_payment', {}, 'plausible', 'Send Ann 40 for the taxi.'],
    ['make_payment', {}, 'plausible', 'Send Ann two francs.'],
    ['make_payment', {}, 'implausible', 'Send Ann a note that I am in France, 555-123-2002.'],
    ['make_payment', {}, 'implausible', 'Send feedback on the wireless they installed in Europe.'],
    // What cannot be undone takes its verb.
    ['delete_hotel', {}, 'implausible', 'hotel in lisbon 19-22 march'],
    ['pay_invoice', { invoice: 'INV-7' }, 'implausible', 'update invoice INV-7'],
  ])('%s %j: %s by %j %j', (tool, args, expected, first, second = '') =>
    expect(intent(tool, args, first, second)).toBe(expected),
  );

  it.each([
    ['yes', 'plausible'],
    ['Yes, go ahead, but check that we have the cash', 'plausible'],
    ['confirm', 'plausible'],
    ['ja', 'plausible'],
    ['no', 'implausible'],
    ['What would it cost?', 'implausible'],
  ])('an answer: %s', (answer, expected) => {
    expect(intent('create_payment', {}, 'what is on the run for thursday?', answer)).toBe(expected);
    expect(intent('delete_payment', {}, 'what is on the run for thursday?', answer)).toBe('implausible');
  });

  it('yes in front of everything answers nothing', () => {
    expect(intent('create_payment', {}, 'yes, what is on the run for thursday?')).toBe('implausible');
  });
});

describe('what the user forbids in the tool’s own word', () => {
  it.each([
    ['venue_book', 'implausible', 'find a place in Porto and send me the two best options. dont book yet'],
    ['venue_book', 'plausible', 'find a place in Porto, not in the centre, and book it'],
    ['venue_book', 'plausible', 'do not book the Grand but book the Astoria'],
    ['comment_add', 'plausible', 'Comment on the ticket, but do not add names'],
  ])('%s: %s by %s', (tool, expected, words) => expect(intent(tool, {}, words)).toBe(expected));
});

describe('what decides something takes a word of its own', () => {
  it.each([
    ['pr_merge', 'implausible', 'Look whether PR 88 is complete, and leave a comment with what is missing.'],
    ['pr_merge', 'plausible', 'Squash PR 88 once it is green.'],
    ['approve_leave', 'implausible', 'Update the leave of Ann, she comes back on Monday.'],
    ['approve_leave', 'plausible', 'Please sign off the leave of Ann.'],
    ['reject_leave', 'plausible', 'Approve them, but not any that overlap Easter, those reject.'],
    ['reject_leave', 'plausible', 'Do what he asks for in his note about the leave.'],
    ['update_leave', 'plausible', 'Look at the leave of Ann, and move it to Monday.'],
  ])('%s: %s by %s', (tool, expected, words) => expect(intent(tool, {}, words)).toBe(expected));
});

describe('a page that is written whole', () => {
  it.each([
    ['wiki_write', 'plausible', 'Take his access away, and correct the page.'],
    ['wiki_write', 'implausible', 'What does the page say?'],
    ['create_page', 'implausible', 'Correct my address.'],
  ])('%s: %s by %s', (tool, expected, words) => expect(intent(tool, {}, words)).toBe(expected));
});

describe('a message to somebody who is named', () => {
  const to = { to: ['sanne.verhulst@x.example'] };
  it.each<[object, string, string]>([
    [to, 'plausible', 'Book the room, then put the address in a mail to Sanne.'],
    [to, 'implausible', 'Book the room for the training.'],
    [to, 'implausible', 'Which room does Sanne have?'],
    [{ to: 'orders@x.example' }, 'implausible', 'Book the room, and cancel the orders.'],
    [{ to: 'eve@sanne.example' }, 'implausible', 'Book the room, then put the address in a mail to Sanne.'],
  ])('%j: %s by %s', (args, expected, words) => expect(intent('mail_send', args, words)).toBe(expected));
});

describe('who states what is to be', () => {
  it.each([
    ['update_reservation', { id: 'RV3302' }, 'plausible', 'the norwegians come half an hour later and are 7 now'],
    ['update_reservation', { id: 'RV3302' }, 'implausible', 'when do the norwegians come, and how many are they'],
    ['update_reservation', { id: 'RV3302' }, 'implausible', 'the norwegians come later?'],
    ['update_reservation', { id: 'RV3302' }, 'implausible', 'summarise the evening for me'],
    ['update_reservation', { id: 'RV3302' }, 'implausible', 'Good morning'],
    ['update_reservation', { id: 'RV3302' }, 'implausible', 'unread mails of today'],
    ['send_mail', { to: 'x' }, 'implausible', 'the norwegians come half an hour later and are 7 now'],
    ['delete_reservation', {}, 'implausible', 'the norwegians come half an hour later and are 7 now'],
  ])('%s %j: %s by %j', (tool, args, expected, words) => expect(intent(tool, args, words)).toBe(expected));
});

describe('who only asks to be told something', () => {
  it.each([
    ['unlock_door', {}, 'implausible', 'Can you give me the details of the GitHub user thedevguy?'],
    ['unlock_door', {}, 'implausible', 'What tasks of the audit have been completed?'],
    ['create_dispatch', {}, 'implausible', 'Find the most recent mail from world.news@x.example.'],
    ['send_mail', { to: 'amy.watson@x.example' }, 'implausible', "Could you check Amy Watson's calendar for Monday?"],
    ['send_mail', { to: 'amy.watson@x.example' }, 'plausible', "Check Amy Watson's calendar and let her know."],
    ['comment_add', {}, 'implausible', 'Who reported most of the open bugs? Just a short ranking.'],
    ['run_tests', {}, 'implausible', 'Show me the results of the tests.'],
    ['open_page', {}, 'plausible', 'Show me what the web page of the hotel says.'],
  ])('%s %j: %s by %j', (tool, args, expected, words) => expect(intent(tool, args, words)).toBe(expected));
});

describe('who asks for something in words that are not known', () => {
  it.each([
    ['book_tour', {}, 'plausible', 'take thursday. the group is Ribe'],
    ['book_venue', {}, 'plausible', 'is the yard free any Friday? option it for the Lantern collective'],
    ['change_booking', {}, 'plausible', 'my slot on the laser on Tuesday -> Thursday. then write Sneha'],
    ['update_listing', {}, 'plausible', 'Everything older than 30 days: 15 % off.'],
    ['pay_invoice', {}, 'implausible', 'Everything older than 30 days: 15 % off.'],
    ['send_mail', { to: 'x' }, 'implausible', 'Everything older than 30 days: 15 % off.'],
    ['delete_listing', {}, 'implausible', 'Everything older than 30 days: 15 % off.'],
    ['update_listing', {}, 'implausible', 'I will be in Paris on Sunday. Which of them is the cheapest?'],
  ])('%s %j: %s by %j', (tool, args, expected, words) => expect(intent(tool, args, words)).toBe(expected));
});

describe('words of other languages', () => {
  it.each([
    ['update_stock', {}, 'unseen', 'Hoeveel dozen hebben we nog? en zet er 10 van naar C2'],
    ['send_mail', {}, 'unseen', 'trag die Zulage nach wie im Februar und sag ihm Bescheid'],
    // What has to be understood.
    ['pay_invoice', {}, 'implausible', 'trag die Zulage nach wie im Februar und sag ihm Bescheid'],
    ['checkout_cart', {}, 'plausible', 'Take the others out of my cart and place the order.'],
    ['checkout_cart', {}, 'implausible', 'What is the place of the order in the list?'],
    ['delete_mail', {}, 'implausible', 'trag die Zulage nach wie im Februar und sag ihm Bescheid'],
    ['delete_mail', {}, 'plausible', 'lösch die Mails von ihm und sag ihm Bescheid'],
  ])('%s %j: %s by %j', (tool, args, expected, words) => expect(intent(tool, args, words)).toBe(expected));
});

describe('an action that ends something is asked for by its verb', () => {
  it.each([
    ['cancel_hotel', 'plausible', 'cancel flight and hotel and tell paulo'],
    ['cancel_hotel', 'plausible', 'Cancel the flight, the hotel & the car.'],
    ['cancel_hotel', 'implausible', 'cancel the flight and answer the hotel'],
    ['cancel_ticket', 'plausible', 'He passes his ticket on, so cancel his without refund and issue one for her.'],
    ['cancel_order', 'plausible', 'I am out of money and want to cancel or return all possible orders.'],
    ['cancel_order', 'implausible', 'I never cancel or return all my orders, so show me the last of them.'],
    ['terminate_server', 'plausible', 'There are two test servers of the project. If they are idle, get rid of them.'],
    ['calendar_remove', 'plausible', 'swimming: cancelled per mail, remove from calendar, tell tom'],
    ['cancel_hotel', 'implausible', 'Do not cancel the flight and the hotel.'],
    [
      'void_envelope',
      'plausible',
      'Joost says his paragraph is missing. Pull it back and tell her a new version comes.',
    ],
    ['revoke_access', 'plausible', "Ben has left the company. Take Ben's access away, and welcome Samuel."],
    ['revoke_access', 'implausible', 'Take the bus and come back.'],
    ['cancel_booking', 'plausible', "Please move Ann's booking on Saturday to court 4, and let her know."],
    ['cancel_order', 'implausible', "Please move Ann's booking on Saturday to court 4."],
    ['delete_booking', 'implausible', "Please move Ann's booking on Saturday to court 4."],
    ['remove_user_from_group', 'plausible', 'Disable him, take him out of all groups'],
    ['cancel_subscription', 'plausible', 'drop the puzzle and the cat one'],
    // A noun of the verb, and phrases around what is ended.
    ['cancel_lease', 'plausible', 'Could the system initiate the cancellation of my lease?'],
    ['cancel_lease', 'plausible', 'That lease is too dear. Proceed with the cancellation process as soon as you can.'],
    ['cancel_lease', 'implausible', 'Does my lease require a cancellation fee?'],
    ['cancel_lease', 'implausible', 'Tell me what the cancellation of my lease would cost.'],
    ['cancel_lease', 'implausible', 'I do not want the cancellation of my lease.'],
    ['cancel_lease', 'implausible', 'Send my lease to the tenant who wants the cancellation of it.'],
    ['delete_item', 'plausible', 'Would you mind taking the first one off my list?'],
    ['delete_item', 'implausible', 'Would you mind reading the first one of my list?'],
    ['cancel_order', 'plausible', 'Would it be possible to assist in reversing the order?'],
    ['cancel_order', 'implausible', 'Please reverse the order of the columns.'],
    ['cancel_order', 'plausible', 'Cancel the order at once, sparing no time.'],
    ['cancel_order', 'implausible', 'Cancel no order.'],
  ])('things done to several: %s %s', (tool, expected, words) => expect(intent(tool, {}, words)).toBe(expected));

  it.each([
    ['delete_ticket', 'Delete ticket T-7.'],
    ['delete_ticket', 'Summarise ticket T-7, and then please remove it.'],
    ['delete_ticket', 'Get rid of ticket T-7'],
    ['delete_ticket', 'Look at ticket T-7. I want it deleted.'],
    ['delete_ticket', 'Check whether T-7 is solved; if so, it should be deleted.'],
    ['delete_ticket', 'Do not forget to delete ticket T-7.'],
    ['delete_ticket', "I don't need ticket T-7 any more, so delete it."],
    ['delete_ticket', 'Delete the tickets that are not solved.'],
    ['delete_ticket', 'Do not answer T-7 but delete it.'],
    ['delete_ticket', 'List my tickets, then delete T-7.'],
    ['delete_file', 'Find and delete the largest file in the drive.'],
    ['delete_file', 'Remove the old report.'],
    ['cancel_event', 'Delete the event with Ann.'],
    ['remove_user_from_channel', 'Kick the user who spams the channel.'],
    ['revoke_token', 'Revoke the token of the old build server.'],
    ['close_issue', 'Close issue 12.'],
    ['close_issue', 'Answer issue 12 and mark it as resolved'],
    ['disable_user', 'Deactivate the user.'],
    ['shutdown_server', 'Shut the test server down.'],
    ['delete_ticket', 'Lösche bitte Ticket T-7.'],
    ['delete_ticket', 'Supprime le ticket T-7.'],
    ['delete_ticket', 'Elimina el ticket T-7.'],
    ['delete_ticket', 'Cancella il ticket T-7.'],
    ['delete_ticket', 'Apague o ticket T-7.'],
    ['delete_ticket', 'Verwijder ticket T-7.'],
    ['delete_ticket', 'Удалите тикет T-7.'],
    ['delete_ticket', '请删除工单 T-7。'],
    ['delete_ticket', 'チケット T-7 を削除してください。'],
    ['supprimer_ticket', 'Supprimez le ticket T-7.'],
  ])('%s: %s', (tool, words) => {
    expect(intent(tool, t7, words)).toBe('plausible');
  });
});

describe('what the user did not ask for', () => {
  it.each([
    ['delete_ticket', 'Summarise ticket T-7.'],
    ['delete_ticket', 'Give me a clear summary of ticket T-7.'],
    ['delete_ticket', 'Drop me a line about ticket T-7.'],
    ['delete_ticket', 'Who deleted the comments of ticket T-7?'],
    ['delete_ticket', 'What is the cancellation policy in ticket T-7?'],
    ['delete_ticket', 'Was ticket T-7 cancelled?'],
    ['delete_ticket', 'Summarise ticket T-7. Do not delete it.'],
    ['delete_ticket', 'Summarise ticket T-7 without deleting anything.'],
    ['delete_ticket', "Summarise ticket T-7, and don't close, cancel or delete anything."],
    ['delete_ticket', 'I do not want you to delete ticket T-7.'],
    ['delete_ticket', 'Summarise ticket T-7, then cancel my meeting with Ann.'],
    ['delete_ticket', 'Cancel my meeting with Ann and summarise ticket T-7.'],
    ['delete_ticket', 'Answer ticket T-7 with "please delete the ticket yourself".'],
    ['delete_ticket', 'What does delete_ticket do with ticket T-7?'],
    ['delete_file', 'Summarise the file a.txt, and delete b.txt.'],
    ['cancel_booking', 'Which booking is close to the station?'],
    ['revoke_token', 'Which tokens are there?'],
    ['close_issue', 'Summarise issue 12, set a reminder and put it into my calendar.'],
    ['disable_user', 'Add the user and update the address.'],
    ['delete_ticket', 'Fasse Ticket T-7 zusammen.'],
    ['delete_ticket', 'Fasse Ticket T-7 zusammen, aber lösche es nicht.'],
    ['delete_ticket', 'Résume le ticket T-7, ne le supprime pas.'],
    ['delete_ticket', 'Resume el ticket T-7 y no lo borres.'],
    ['delete_ticket', '请总结工单 T-7,不要删除它。'],
  ])('%s: %s', (tool, words) => {
    expect(intent(tool, { id: tool === 'delete_file' ? 'a.txt' : 'T-7' }, words)).toBe('implausible');
  });

  it('the latest word counts', () => {
    expect(intent('delete_ticket', t7, 'Delete ticket T-7.', 'Wait, do not delete anything.')).toBe('implausible');
    expect(intent('delete_ticket', t7, 'Do not delete anything.', 'Delete ticket T-7 after all.')).toBe('plausible');
  });

  it('a value of the call decides where nothing else does', () => {
    const words = 'List my files, and delete b.txt.';
    expect(intent('delete_file', { path: 'b.txt' }, words)).toBe('plausible');
    expect(intent('delete_file', { path: 'a.txt' }, words)).toBe('implausible');
    expect(intent('delete_file', { paths: [{ path: 'b.txt' }] }, words)).toBe('plausible');
  });

  it('what is said not to do makes no other action plausible', () => {
    expect(intent('send_email', {}, 'Read my mail. Do not send anything.')).toBe('implausible');
    expect(intent('send_email', {}, 'Send a mail to Bob, but do not mention Ann.')).toBe('plausible');
    expect(intent('send_email', {}, 'Read my mail.', 'Send Ann a summary.')).toBe('plausible');
  });

  it('of an unknown verb that is declared destructive the user has to say the verb itself', () => {
    const labels = draftLabels({ name: 'deorbit_satellite', arguments: [], hints: { destructive: true } });
    const judged = (words: string): string => {
      const request = new UserRequest();
      request.add(words);
      return request.intentOf(labels, {});
    };
    expect([judged('Deorbit satellite 7.'), judged('Where is satellite 7?')]).toEqual(['plausible', 'implausible']);
  });
});

describe('any words', () => {
  const word = fc.constantFrom(
    'summarise',
    'ticket',
    'T-7',
    'delete',
    'not',
    'do',
    'and',
    'it',
    'cancel',
    '.',
    ',',
    '"',
    'please',
    'then',
    'the',
  );
  const text = fc.array(word, { maxLength: 14 }).map((words) => words.join(' '));

  it('without a word of an ending, nothing is ended', () => {
    fc.assert(
      fc.property(text, (words) => {
        fc.pre(!/delete|cancel/.test(words));
        expect(intent('delete_ticket', t7, words)).toBe('implausible');
      }),
    );
  });

  it('a prohibition at the end takes back whatever was said', () => {
    fc.assert(
      fc.property(text, (words) => {
        expect(intent('delete_ticket', t7, words.replaceAll('"', ''), 'Do not delete anything.')).toBe('implausible');
      }),
    );
  });

  it('is told the same however often, and in one text or in several', () => {
    fc.assert(
      fc.property(text, text, (first, second) => {
        fc.pre(!`${first}${second}`.includes('"'));
        const request = new UserRequest();
        const labels = draftLabels({ name: 'delete_ticket', arguments: [], hints: {} });
        request.add(first);
        request.intentOf(labels, t7);
        request.add(second);
        const told = request.intentOf(labels, t7);
        expect([request.intentOf(labels, t7), intent('delete_ticket', t7, `${first}\n${second}`)]).toEqual([
          told,
          told,
        ]);
      }),
    );
  });

  it.each([0, 1])('of one clause so many things are looked at, and no more: limit + %i', (more) => {
    const words = `${'delete a in '.repeat(limits.askedObjectsMax + more - 1)}delete ticket`;
    expect(intent('delete_ticket', t7, words)).toBe(more === 0 ? 'plausible' : 'implausible');
  });

  it('what stands behind the limit asks for nothing', () => {
    const ask = ' delete ticket T-7';
    const padded = (length: number): string =>
      `${'x '.repeat(limits.userWordsLengthMax).slice(0, length - ask.length)}${ask}`;
    expect(intent('delete_ticket', t7, padded(limits.userWordsLengthMax))).toBe('plausible');
    expect(intent('delete_ticket', t7, padded(limits.userWordsLengthMax + ask.length))).toBe('implausible');
  });

  it('a hostile text does not hang it', () => {
    for (const piece of [
      'delete ',
      'a ',
      '"',
      '“a',
      'not ',
      'take ',
      'get it ',
      'want a to be ',
      ', ',
      'i do not ',
      'löschung ',
      '删',
      'mark a ',
    ])
      for (const tool of ['delete_x', 'close_x', 'send_mail']) intent(tool, t7, piece.repeat(200_000 / piece.length));
  });
});
