import { expect, it } from 'vitest';
import { CredentialFault } from '../../broker/fault.ts';
import { approvalSettings } from '../../store/approvals/settings.ts';
import { readContacts } from './approvals.ts';

const url = 'https://gateway.example/approvals';
const hooks = [
  { kind: 'slack', name: 'ops', url: 'env:HOOK' },
  { kind: 'webhook', name: 'itsm', url: 'https://itsm.example', secret: 'env:ITSM' },
];
const slack = { 'signing-secret': 'env:SIGN', people: [] };
const callbacks = [{ name: 'itsm', secret: 'env:BACK', issuer: 'https://idp.example', roles: ['approver'] }];

it('reads the secrets of all who are told and who answer', async () => {
  const settings = approvalSettings.parse({ url, notify: hooks, slack, callbacks });
  const contacts = await readContacts(settings, async (reference) => ('name' in reference ? reference.name : ''));
  expect(contacts.channels).toMatchObject([{ url: 'HOOK' }, { secret: 'ITSM' }]);
  expect(contacts.slack).toMatchObject({ signingSecret: 'SIGN' });
  expect(contacts.webhooks.get('itsm')).toMatchObject({ secret: 'BACK' });
});

it.each([
  ['notify.ops', { notify: hooks.slice(0, 1) }],
  ['notify.itsm', { notify: hooks.slice(1) }],
  ['slack.signing-secret', { slack }],
  ['callbacks.itsm', { callbacks }],
])('says that %s lacks its secret', async (whose, more) => {
  const missing = () =>
    Promise.reject(new CredentialFault('secret-unavailable', 'no secret from `env:X`: there is none'));
  await expect(readContacts(approvalSettings.parse({ url, ...more }), missing)).rejects.toMatchObject({
    code: 'DMC_SECRET',
    message: `\`approvals.${whose}\` has no secret from \`env:X\`: there is none`,
    hint: expect.any(String) as string,
  });
});
