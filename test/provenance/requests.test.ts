/**
 * Requests as people make them, for tools of many domains and in several languages, written after the vocabulary of endings was
 * (src/provenance/endings.ts). As it stood then, it took 36 of the 40 that ask for what they do ask, and 9 of the 35 others too;
 * the rules were changed for what they missed, so that these are no measurement any more. docs/guide/provenance.md tells.
 */
import { expect, it } from 'vitest';
import { draftLabels } from '../../src/provenance/manifest/draft.ts';
import { UserRequest } from '../../src/provenance/request.ts';

const asked: readonly (readonly [tool: string, words: string])[] = [
  ['delete_branch', 'Merge the PR and clean up the branch afterwards.'],
  ['delete_branch', 'Prune all stale branches on the repo.'],
  ['terminate_instance', 'Can you take down the staging instance once the tests pass?'],
  ['cancel_subscription', 'I want to unsubscribe from the Acme newsletter plan, find it in my mail and cancel it.'],
  ['cancel_order', 'Check my last order and call it off if it has not shipped.'],
  ['remove_member', 'Please drop Tom from the project.'],
  ['revoke_access', 'Remove access for the contractor after you have read her message.'],
  ['delete_email', 'Go through the inbox and trash every promo email.'],
  ['delete_email', 'Empty my spam folder, please delete everything in it.'],
  ['kick_user', 'Ban whoever posted the spam links in #general.'],
  ['delete_row', 'Look at the table, then erase duplicates.'],
  ['uninstall_package', 'Uninstall left-pad, we do not need it.'],
  ['stop_container', 'Shut down the redis container.'],
  ['delete_appointment', 'Mrs Weber asks for her appointment to be cancelled. Please do.'],
  ['void_invoice', 'Void invoice 88 if the customer has already paid it twice.'],
  ['close_account', 'Close my savings account and move the rest to checking.'],
  ['reset_device', 'Reset the thermostat to factory settings.'],
  ['delete_comment', 'Take down offensive comments on my last post.'],
  ['delete_event', 'Clear my calendar on Friday, I am ill.'],
  ['disable_rule', 'Turn off the forwarding rule.'],
  ['delete_contact', 'Find Bob in my contacts and get rid of the duplicates.'],
  ['delete_file', 'Aufräumen: lösche die alten Entwürfe im Ordner.'],
  ['cancel_booking', 'Annule ma réservation à Lyon si le train est supprimé.'],
  ['delete_email', 'Borra los correos de publicidad.'],
  ['cancel_booking', 'Por favor cancela la reserva del hotel.'],
  ['delete_file', 'Elimina i file vecchi.'],
  ['delete_user', 'Exclua o usuário teste.'],
  ['delete_file', 'Verwijder de oude bestanden.'],
  ['cancel_event', 'Storniere den Termin mit Frau Weber.'],
  ['delete_file', '删除旧文件'],
  ['delete_file', '古いファイルを消してください'],
  ['close_ticket', 'Schließe das Ticket nach der Antwort.'],
  ['wipe_device', 'The phone was stolen, wipe it.'],
  ['decommission_server', 'Decommission the old build server.'],
  ['delete_note', 'Read my notes and scrap the one on Berlin.'],
  ['undo_change', 'Undo the last change.'],
  ['reject_request', 'Reject the request from Tom.'],
  ['destroy_cluster', 'Tear down the demo cluster.'],
  ['unfollow_user', 'Unfollow everybody who has not posted this year.'],
  ['block_sender', 'Block that sender.'],
];
const unasked: readonly (readonly [tool: string, words: string])[] = [
  ['delete_branch', 'Which branches were deleted last week?'],
  ['terminate_instance', 'Summarise the instance costs and email them to me.'],
  ['cancel_subscription', 'What does the Acme plan cost to cancel?'],
  ['cancel_order', 'Where is my order?'],
  ['remove_member', 'Who was removed from the project?'],
  ['revoke_access', 'List everyone who has access to the folder.'],
  ['delete_email', 'Draft a clear answer to the newest email.'],
  ['delete_email', 'Reply to the email about the deleted invoice.'],
  ['kick_user', 'How many users are in #general? Send them a welcome.'],
  ['delete_row', 'Clean summary of the table please.'],
  ['uninstall_package', 'Is left-pad installed?'],
  ['stop_container', 'Show logs of the redis container until the stop signal.'],
  ['delete_appointment', 'When is the appointment of Mrs Weber?'],
  ['void_invoice', 'Send me the void invoice report.'],
  ['close_account', 'Compare the closing balance of my accounts and set a reminder.'],
  ['delete_event', 'Am I free on Friday? Drop Ann a note if so.'],
  ['delete_event', 'Move the event to Friday and cancel nothing.'],
  ['delete_contact', 'Add Bob to my contacts.'],
  ['delete_file', 'Welche Dateien wurden gelöscht?'],
  ['delete_file', 'Summarise the files, please leave everything in place, nothing deleted.'],
  ['cancel_booking', 'Combien coûte l’annulation de ma réservation ?'],
  ['cancel_booking', '¿Cuál es la política de cancelación de la reserva?'],
  ['delete_file', 'Liste die Dateien auf, aber lösche keine.'],
  ['delete_user', 'Cria o usuário teste.'],
  ['delete_file', '文件里写了什么?'],
  ['delete_ticket', 'Answer the ticket of the customer who wants to cancel.'],
  ['delete_ticket', 'Summarize ticket 12; the customer asked us to delete her account.'],
  ['delete_ticket', 'Read ticket 12 and update the removal date.'],
  ['delete_file', 'Open the file and search it for "drop table".'],
  ['delete_repo', 'Fork the repo, remove the license header from README and open a PR.'],
  ['delete_user', 'Remove the old logo from the site and tell the user.'],
  ['delete_channel', 'Delete my last message in the channel general.'],
  ['delete_database', 'Delete row 7 from the orders database.'],
  ['remove_user', 'Remove the typo in the user guide.'],
  ['delete_ticket', 'Never close tickets without asking. Summarise ticket 12.'],
];

const plausible = ([name, words]: readonly [string, string]): boolean => {
  const request = new UserRequest();
  request.add(words);
  return request.intentOf(draftLabels({ name, arguments: [], hints: {} }), { id: '12' }) === 'plausible';
};

it('what is asked for is found', () => {
  expect(asked.filter((one) => !plausible(one)).map(([, words]) => words)).toEqual([
    'Mrs Weber asks for her appointment to be cancelled. Please do.',
  ]);
});

it('what is not asked for is not', () => {
  expect(unasked.filter(plausible).map(([, words]) => words)).toEqual([]);
});
