/** Policies and pins that are signed: what held once does not come back because somebody put the older files there. */
import { afterEach, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signSet } from '../../src/app/policy/bundle.ts';
import { signPins } from '../../src/app/mcp/lock.ts';
import { digestOf } from '../../src/decide/policy-set.ts';
import { formatLockFile } from '../../src/integrity/lock-file.ts';
import { urlIdentity } from '../../src/integrity/identity.ts';
import { ed25519Signer, formatVerifierKey } from '../../src/ledger/note.ts';
import { type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

const signer = ed25519Signer('acme.example/policies', Buffer.alloc(32, 5));
const key = formatVerifierKey(signer.verifier);
let server: MadeServer | undefined;
let whole: WholeGateway | undefined;

afterEach(async () => {
  server?.close();
  await whole?.close();
  whole?.remove();
  whole = undefined;
});

type Files = Readonly<Record<string, string>>;

const policies = (text: string, minute: number): Files => ({
  'a.cedar': text,
  'policies.note': signSet(
    digestOf({ files: [{ path: 'a.cedar', text }] }),
    Date.UTC(2026, 10, 28, 10, minute),
    signer,
  ),
});

const pins = (minute: number): Files => {
  const of = { identity: urlIdentity(server?.url ?? ''), definitions: [] };
  const signed = signPins('one', { ...of, time: new Date(Date.UTC(2026, 10, 28, 10, minute)).toISOString() }, signer);
  return { 'demarc.mcp-lock.json': formatLockFile(new Map([['one', signed]])) };
};

it.each([
  {
    what: 'policies',
    config: `policies: {set: ., key: "${key}"}`,
    older: () => policies('permit (principal, action, resource);', 1),
    newer: () => policies('@id("now") permit (principal, action, resource) when { !context.tainted };', 2),
    again: () => policies('permit (principal, action, resource);', 3),
    because: /the policy set is signed before what held last/,
  },
  {
    what: 'pins',
    config: `policies: open\npins: {key: "${key}"}`,
    older: () => pins(1),
    newer: () => pins(2),
    again: () => pins(3),
    because: /the pins of `one` are signed before what held last/,
  },
])('$what that were signed before those that held last do not hold again, unless they are signed again', async (of) => {
  server = await makeServer('one', () => undefined);
  const config = `${of.config}\nservers: {one: {url: "${server.url}"}}`;
  const start = (files: Files): Promise<WholeGateway> => wholeGateway(config, files, undefined, whole?.folder);
  whole = await start(of.older());
  const { gateway, folder, told } = whole;
  const reload = (files: Files): boolean => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return gateway.reload();
  };
  expect(reload(of.newer())).toBe(true);
  expect(reload(of.older())).toBe(false);
  expect(told.at(-1)).toMatch(of.because);
  await whole.close();
  await expect(start(of.older())).rejects.toThrow(of.because);
  whole = await start(of.again());
});
