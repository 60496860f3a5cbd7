import { describe, expect, it } from 'vitest';
import { draftLabels } from './manifest/draft.ts';
import { labelsOfCall } from './dispatch.ts';
import { readToolDefinitions } from './manifest/tools-list.ts';
import { UserRequest } from './request.ts';

const labelsOf = (name: string) => draftLabels({ name, arguments: [], hints: {} });

describe('a tool that tells whom it is given', () => {
  const labels = draftLabels({
    name: 'create_event',
    arguments: [{ name: 'title' }, { name: 'attendees' }],
    hints: {},
  });

  it.each<[object, boolean]>([
    [{ title: 'Tea' }, false],
    [{ title: 'Tea', attendees: [] }, false],
    [{ title: 'Tea', attendees: ['ann@x.example'] }, true],
    [{ title: 'Tea', attendees: 'ann@x.example' }, true],
    // A server may take what its schema does not name.
    [{ title: 'Tea', guests: ['ann@x.example'] }, true],
  ])('%j: %s', (args, sendsOut) => expect(labelsOfCall(labels, args).sendsOut).toBe(sendsOut));

  it('tells those of a thing that is there as well', () => {
    const update = draftLabels({ name: 'update_event', arguments: [{ name: 'attendees' }], hints: {} });
    expect(labelsOfCall(update, { title: 'Tea' }).sendsOut).toBe(true);
    expect(labelsOfCall(labels, undefined).sendsOut).toBe(true);
  });
});

describe('a tool that does several things', () => {
  it.each([
    ['device_action', { action: 'wipe' }, 'delete', 'destructive'],
    ['manage_issue', { method: 'delete' }, 'delete', 'destructive'],
    ['update_alert', { operation: 'deploy_fix' }, 'run', 'destructive'],
    ['update_alert', { action: 'acknowledge' }, 'update', 'write'],
    ['delete_ticket', { action: 'update' }, 'delete', 'destructive'],
    ['notes_write', { mode: 'delete' }, 'delete', 'destructive'],
    ['list_tickets', { action: 'delete' }, 'read', 'read'],
    ['update_alert', { action: { delete: true } }, 'update', 'write'],
  ])('%s %j', (name, args, action, effect) =>
    expect(labelsOfCall(labelsOf(name), args)).toMatchObject({ action, effect }),
  );

  it('may do anything where its schema lets it do more than its description begins with, but for what reads', () => {
    const inputSchema = { type: 'object', properties: { op: { type: 'string', enum: ['list', 'grant', 'revoke'] } } };
    const [definition] = readToolDefinitions(
      [{ name: 'access_manage', description: 'List people with access, grant or revoke a role.', inputSchema }],
      'test',
    );
    if (definition === undefined) throw new Error('no tool');
    const labels = draftLabels(definition);
    expect(labels).toMatchObject({ action: 'other', effect: 'write', sendsOut: true });
    const of = (op: string): object => labelsOfCall(labels, { op }, definition.choices);
    expect(of('list')).toMatchObject({ action: 'read', effect: 'read', sendsOut: false });
    expect(of('grant')).toMatchObject({ action: 'share' });
    expect(of('revoke')).toMatchObject({ action: 'delete', effect: 'destructive' });
    // A word that the schema does not list says nothing.
    expect(of('get')).toMatchObject({ action: 'other', effect: 'write' });
    expect(labelsOfCall(labels, { op: 'list' })).toMatchObject({ action: 'other' });
  });

  it('does what it is told to, where it was drafted from another of the verbs that its schema lists', () => {
    const of = (name: string, description: string, action: string, listed: string): object => {
      const inputSchema = { type: 'object', properties: { action: { type: 'string', description: listed } } };
      const [definition] = readToolDefinitions([{ name, description, inputSchema }], 'test');
      if (definition === undefined) throw new Error('no tool');
      const { effect, action: does } = labelsOfCall(draftLabels(definition), { action }, definition.choices);
      return { effect, does };
    };
    const resolve = ['resolve_order', 'Cancel an order, refund its buyer or ask for a refund.'] as const;
    expect(of(...resolve, 'cancel', 'cancel, refund, request_refund')).toEqual({
      effect: 'destructive',
      does: 'delete',
    });
    expect(of(...resolve, 'refund', 'cancel, refund, request_refund')).toEqual({ effect: 'destructive', does: 'pay' });
    expect(of(...resolve, 'request_refund', 'cancel, refund, request_refund')).toMatchObject({ does: 'pay' });
    expect(of(...resolve, 'refund', 'what to do')).toMatchObject({ does: 'delete' });
    expect(of(...resolve, 'refund', 'void, refund')).toMatchObject({ does: 'delete' });
    expect(of('edit_invoice', 'Edits one.', 'create', 'create, void')).toEqual({ effect: 'write', does: 'create' });
    expect(of('edit_invoice', 'Edits one.', 'void', 'create, void')).toEqual({ effect: 'destructive', does: 'delete' });
  });

  it('that reaches a place outside tells it what it reads', () => {
    const inputSchema = {
      type: 'object',
      properties: { url: { type: 'string' }, method: { type: 'string', enum: ['get', 'post', 'delete'] } },
    };
    const [definition] = readToolDefinitions([{ name: 'fetch', description: 'Fetches.', inputSchema }], 'test');
    if (definition === undefined) throw new Error('no tool');
    const of = (method: string): object =>
      labelsOfCall(draftLabels(definition), { url: 'x.example', method }, definition.choices);
    expect(of('get')).toMatchObject({ action: 'fetch', effect: 'read', sendsOut: true });
    expect(of('post')).toMatchObject({ effect: 'write', sendsOut: true });
    expect(of('delete')).toMatchObject({ action: 'delete', effect: 'destructive', sendsOut: true });
  });

  it('is asked for by the one that is called', () => {
    const intent = (words: string, action: string): string => {
      const request = new UserRequest();
      request.add(words);
      const args = { device: 'D-7', action };
      return request.intentOf(labelsOfCall(labelsOf('device_action'), args), args);
    };
    expect([
      intent('Wipe device D-7.', 'wipe'),
      intent('Lock device D-7.', 'wipe'),
      intent('Is D-7 encrypted?', 'wipe'),
    ]).toEqual(['plausible', 'implausible', 'implausible']);
  });
});
