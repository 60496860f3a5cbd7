import { describe, expect, it } from 'vitest';
import { draftLabels } from './manifest/draft.ts';
import { labelsOfCall } from './dispatch.ts';
import { UserRequest } from './request.ts';

const labelsOf = (name: string) => draftLabels({ name, arguments: [], hints: {} });

describe('a tool that does several things', () => {
  it.each([
    ['device_action', { action: 'wipe' }, 'delete', 'destructive'],
    ['manage_issue', { method: 'delete' }, 'delete', 'destructive'],
    ['update_alert', { operation: 'deploy_fix' }, 'run', 'destructive'],
    ['update_alert', { action: 'acknowledge' }, 'update', 'write'],
    ['delete_ticket', { action: 'update' }, 'delete', 'destructive'],
    ['list_tickets', { action: 'delete' }, 'read', 'read'],
    ['update_alert', { action: { delete: true } }, 'update', 'write'],
  ])('%s %j', (name, args, action, effect) =>
    expect(labelsOfCall(labelsOf(name), args)).toMatchObject({ action, effect }),
  );

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
