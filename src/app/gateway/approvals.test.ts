import { expect, it } from 'vitest';
import { CredentialFault } from '../../broker/fault.ts';
import { approvalSettings } from '../../store/approvals/settings.ts';
import { Unrecorded } from '../../gateway/pipeline/unrecorded.ts';
import { accessRequest, decision, rule } from '../../store/approvals/fixtures/world.ts';
import { ApprovalSecrets } from '../../store/approvals/secrets.ts';
import { cryptoRandom } from '../ledger/place.ts';
import { nodeClock } from '../node-ports.ts';
import { openApprovals, readContacts } from './approvals.ts';

const url = 'https://gateway.example/approvals';
const hooks = [
  { kind: 'slack', name: 'ops', url: 'env:HOOK' },
  { kind: 'webhook', name: 'itsm', url: 'https://itsm.example', secret: 'env:ITSM_SECRET_OF_NOTICES' },
];
const slack = { 'signing-secret': 'env:SIGN', people: [] };
const callbacks = [
  { name: 'itsm', secret: 'env:ITSM_SECRET_OF_ANSWERS', issuer: 'https://idp.example', roles: ['approver'] },
];

it('reads the secrets of all who are told and who answer', async () => {
  const settings = approvalSettings.parse({ url, notify: hooks, slack, callbacks });
  const contacts = await readContacts(settings, async (reference) => ('name' in reference ? reference.name : ''));
  expect(contacts.channels).toMatchObject([{ url: 'HOOK' }, { secret: 'ITSM_SECRET_OF_NOTICES' }]);
  expect(contacts.slack).toMatchObject({ signingSecret: 'SIGN' });
  expect(contacts.webhooks.get('itsm')).toMatchObject({ secret: 'ITSM_SECRET_OF_ANSWERS' });
});

it.each([
  ['callbacks.itsm', 'whsec_', { callbacks }],
  ['callbacks.itsm', 'whsec_MfKQ9r8GKYqrTwjUPD8I', { callbacks }],
  ['callbacks.itsm', 'fifteen letters', { callbacks }],
  ['notify.itsm', 'whsec_', { notify: hooks.slice(1) }],
])('refuses a secret of `%s` that can be guessed: %s', async (whose, secret, more) => {
  await expect(readContacts(approvalSettings.parse({ url, ...more }), async () => secret)).rejects.toMatchObject({
    code: 'DMC_SECRET',
    message: `\`approvals.${whose}\` has a secret of fewer than 16 bytes`,
    hint: expect.stringContaining('whsec_') as string,
  });
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

it('while the database does not answer nobody is asked, which the client and the operator are told', async () => {
  const told: string[] = [];
  let fault: Error = new Error('no space left on device');
  const away = () => Promise.reject(fault);
  const approvals = openApprovals({
    settings: approvalSettings.parse({ url }),
    sql: { isOpen: true, query: away, transaction: away, close: async () => undefined },
    secrets: new ApprovalSecrets(cryptoRandom.bytes(32), cryptoRandom),
    clock: nodeClock,
    random: cryptoRandom,
    http: { send: away },
    record: away,
    contacts: { channels: [], webhooks: new Map() },
    hasSignIn: false,
    tell: (line) => told.push(line),
  });
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'pay' } } as const;
  const of = { kind: 'call', revision: '2026-07-28', capabilities: {}, lifetimeMs: 1_000, call: 'c' } as const;
  const pass = () => approvals.gate.pass({ ...of, message, decision, rule, request: accessRequest() });
  expect(await pass()).toEqual({ kind: 'deny', reason: 'approval.unavailable' });
  expect(told.at(-1)).toBe('approvals: no space left on device');
  // That is said of the ledger.
  fault = new Unrecorded(new Error('full'));
  await expect(pass()).rejects.toBe(fault);
  await approvals.close();
  expect(await pass()).toEqual({ kind: 'deny', reason: 'approval.unavailable' });
});
