/** Policies, pins and servers that are signed: what held once does not come back because somebody put the older files there. */
import { afterEach, expect, it } from 'vitest';
import { readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
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

it('servers that were signed before those that held last are not started, whatever `state` is named', async () => {
  const root = realpathSync(new URL('../../', import.meta.url).pathname);
  const program = JSON.stringify({
    command: process.execPath,
    args: ['--import', 'tsx', join(root, 'test/conformance/fixture-stdio.ts')],
    cwd: root,
    sandbox: { none: 'it is a fixture that runs from its sources' },
  });
  const start = async (minute: number): Promise<void> => {
    await whole?.close();
    const config = `policies: open\nservers:\n  one: ${program}\n`;
    const signedMs = Date.UTC(2026, 10, 28, 10, minute);
    whole = await wholeGateway(config, {}, undefined, whole?.folder, signedMs);
  };
  const because = {
    code: 'DMC_SERVER_UNSIGNED',
    message:
      'the signature of the servers is signed before what held last, which was signed at 2026-11-28T10:02:00.000Z',
  };
  await start(1);
  await start(2);
  await expect(start(1)).rejects.toMatchObject(because);
  // As if the configuration named another state folder.
  rmSync(join(whole?.folder ?? '', 'state'), { recursive: true });
  await expect(start(1)).rejects.toMatchObject(because);
  await start(2);
  await start(3);
  expect(readdirSync(join(whole?.folder ?? '', 'machine', 'servers-signed'))).toHaveLength(1);
}, 120_000);
