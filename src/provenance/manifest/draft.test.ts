import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import type { ToolDefinition } from './definition.ts';
import { draftLabels } from './draft.ts';
import { manifestJson, readManifest } from './tools-list.ts';

const tool = (name: string, more: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name,
  arguments: [],
  hints: {},
  ...more,
});
const args = (...names: string[]): Partial<ToolDefinition> => ({ arguments: names.map((name) => ({ name })) });

describe('drafted labels', () => {
  it.each([
    ['list_issues', {}, 'read', 'read', true, false],
    ['getCurrentTime', {}, 'read', 'read', false, false],
    ['slack_post_message', {}, 'send', 'send', false, true],
    ['search_and_delete', {}, 'destructive', 'delete', false, false],
    ['list_update_requests', {}, 'read', 'read', true, false],
    ['account-status-update', {}, 'write', 'update', false, false],
    ['send_money', {}, 'send', 'pay', false, true],
    ['add_team_member', {}, 'send', 'share', false, true],
    ['rotate_api_key', {}, 'write', 'secure', false, false],
    ['verschiebe_termin', {}, 'write', 'other', true, true],
    ['issue_reporter', {}, 'write', 'other', true, true],
    ['SafeDisableTwoFactorAuthentication', {}, 'write', 'secure', false, false],
    ['get', args('url'), 'read', 'fetch', true, true],
    ['lookup', { arguments: [{ name: 'x', format: 'uri' }] }, 'read', 'fetch', true, true],
    ['query_db', {}, 'read', 'read', true, false],
    ['execute_sql', {}, 'destructive', 'run', true, true],
    ['frobnicate', {}, 'write', 'other', true, true],
    ['ap_void_bill', {}, 'destructive', 'delete', false, false],
    ['mcp__github__list_pull_requests', {}, 'read', 'read', true, false],
    ['github_get_pull_request', {}, 'read', 'read', true, false],
    ['OakLockGetStatus', {}, 'read', 'read', false, false],
    ['OakLock', {}, 'write', 'update', false, false],
    ['todo_list_delete', {}, 'destructive', 'delete', false, false],
    ['git_unstar', {}, 'write', 'update', false, false],
    ['get_unread_emails', {}, 'read', 'read', true, false],
    ['union_members', {}, 'write', 'other', true, true],
    ['git_push', {}, 'write', 'create', false, true],
    ['download_attachment', args('file_id', 'save_to'), 'read', 'read', true, false],
    ['download_file', args('url'), 'read', 'fetch', true, true],
    ['get_prices_of_hotels', {}, 'read', 'read', false, false],
    ['get_flight_information', {}, 'read', 'read', false, false],
    ['list_contacts', {}, 'read', 'read', false, false],
    ['list_contacts', { description: 'People, with notes.' }, 'read', 'read', true, false],
    ['get_hotel_reviews', {}, 'read', 'read', true, false],
    ['read_channel', {}, 'read', 'read', true, false],
    ['get_sent_mails', {}, 'read', 'read', false, false],
    ['device_lock', {}, 'write', 'update', false, false],
    ['remove_from_cart', {}, 'write', 'update', false, false],
    ['exchange_order_items', {}, 'write', 'update', false, false],
    ['create_issue', {}, 'send', 'send', false, true],
    ['create_event', args('title', 'attendees'), 'write', 'create', false, true],
    ['create_event', args('title'), 'write', 'create', false, false],
    ['list_payments', { description: 'Rent payments received in a month.' }, 'read', 'read', true, false],
    ['list_cars', { description: 'Rent a car.' }, 'write', 'book', false, true],
    ['add_to_cart', {}, 'write', 'book', false, true],
    ['open_page', args('url'), 'read', 'fetch', true, true],
    ['open_account', {}, 'write', 'create', false, false],
    ['create_contact', {}, 'write', 'create', false, false],
    ['transfer_to_human_agents', {}, 'write', 'other', true, true],
    ['transfer', args('amount'), 'send', 'pay', false, true],
    ['track_parcel', args('number'), 'read', 'read', true, false],
    ['track_parcel', args('number', 'redirect_to'), 'write', 'other', true, true],
    ['get_report', args('send_to'), 'write', 'other', true, true],
    ['get_report', args('from_date', 'to_date', 'post_id'), 'read', 'read', true, false],
    ['frobnicate', { description: 'Deletes the frob.' }, 'destructive', 'delete', false, false],
    ['get_ready', { description: 'Removes all data' }, 'destructive', 'delete', false, false],
    [
      'median',
      { description: 'This tool belongs to the sums. Tool description: Calculate the median.' },
      'read',
      'read',
      true,
      false,
    ],
    ['median', { description: 'This tool belongs to the sums. It erases the list.' }, 'write', 'other', true, true],
    ['frobnicate', { description: 'Use this tool to delete the frob.' }, 'destructive', 'delete', false, false],
    ['frobnicate', { description: 'Frobs. Returns the frob.' }, 'write', 'other', true, true],
    ['bye', { description: 'Log out of the shop.' }, 'write', 'other', true, true],
    ['can_send_fax', {}, 'read', 'read', true, false],
    ['is_member', {}, 'read', 'read', false, false],
    ['sort', args('file'), 'read', 'read', true, false],
    ['sort_mails', {}, 'write', 'other', true, true],
    ['mv', args('source', 'destination'), 'write', 'update', false, false],
    ['run_line_check', { description: 'Measures the line.' }, 'read', 'read', true, false],
    ['run_line_check', {}, 'write', 'other', true, true],
    ['run_line_check', { description: 'Measures the line.', ...args('command') }, 'destructive', 'run', true, true],
    ['run_backup', {}, 'destructive', 'run', true, true],
    ['fund_wallet', args('amount'), 'send', 'pay', false, true],
  ] as const)('%s %j', (name, more, effect, action, untrustedOutput, sendsOut) => {
    expect(draftLabels(tool(name, more))).toMatchObject({ effect, action, untrustedOutput, sendsOut, review: 'draft' });
  });

  it('what is not known gets the cautious labels', () => {
    const { name, review, because, verb: _, nouns: __, ...labels } = draftLabels(tool('zzz'));
    expect({ name, review, because: because.length > 0 }).toEqual({ name: 'zzz', review: 'draft', because: true });
    expect(labels).toEqual(unknownTool);
  });

  it('a read of one named thing returns a document, a search does not', () => {
    expect(draftLabels(tool('read_file', args('path'))).document).toBe(true);
    expect(draftLabels(tool('search_files', args('path'))).document).toBe(false);
    expect(draftLabels(tool('write_file', args('path'))).document).toBe(false);
  });

  it('hints raise labels and never lower them', () => {
    const effects = ['read', 'write', 'send', 'destructive'];
    const name = fc.constantFrom('get_mail', 'delete_file', 'send_money', 'zzz', 'fetch_page', 'update_row', 'run');
    const hint = fc.option(fc.boolean(), { nil: undefined });
    fc.assert(
      fc.property(name, hint, hint, hint, (named, readOnly, destructive, openWorld) => {
        const plain = draftLabels(tool(named));
        const hinted = draftLabels(tool(named, { hints: { readOnly, destructive, openWorld } }));
        expect(effects.indexOf(hinted.effect)).toBeGreaterThanOrEqual(effects.indexOf(plain.effect));
        expect(Number(hinted.untrustedOutput)).toBeGreaterThanOrEqual(Number(plain.untrustedOutput));
        expect(Number(hinted.sendsOut)).toBeGreaterThanOrEqual(Number(plain.sendsOut));
      }),
    );
    expect(draftLabels(tool('get_x', { hints: { readOnly: false } })).effect).toBe('write');
    expect(draftLabels(tool('get_x', { hints: { destructive: true } })).effect).toBe('destructive');
    expect(draftLabels(tool('get_x', { hints: { openWorld: true } }))).toMatchObject({
      sendsOut: true,
      untrustedOutput: true,
    });
  });

  it.each([0, 1])('of guests in so many arguments, in names so long, and %i more', (more) => {
    const guests = (count: number, length: number): string[] =>
      Array.from({ length: count }, (_, at) => `attendees_${at}_`.padEnd(length, 'x'));
    const sendsOutBy = (...names: string[]): unknown => draftLabels(tool('create_event', args(...names))).sendsOutBy;
    const many = guests(limits.manifestWordsMax + more, 0);
    const long = guests(1, limits.manifestWordLengthMax + more);
    expect(sendsOutBy(...many)).toEqual(more === 0 ? many : undefined);
    expect(sendsOutBy(...long)).toEqual(more === 0 ? long : undefined);
  });

  it('are what a manifest holds, whatever a server calls its tool and arguments', () => {
    const many = (word: string): string[] => Array.from({ length: 100 }, (_, at) => `${word}${at}`);
    const drafts = [
      tool('create_event', args(...many('attendees_'))),
      tool('create_event', args(`attendees_${'x'.repeat(300)}`)),
      tool('x'.repeat(300)),
      tool(`delete_${'y'.repeat(300)}`),
      tool(`delete_${many('a').join('_b')}`),
    ].map(draftLabels);
    expect(readManifest(JSON.parse(manifestJson(drafts)), 'x')).toHaveLength(drafts.length);
    // Which arguments carry it out is told whole or not at all.
    expect(drafts.slice(0, 2)).toMatchObject([{ sendsOut: true }, { sendsOut: true }]);
    expect(drafts.slice(0, 2).map(({ sendsOutBy }) => sendsOutBy)).toEqual([undefined, undefined]);
  });
});
