import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeDurableFiles } from '../../app/node-durable-files.ts';
import { nodeHttp } from '../../app/node-http.ts';
import { nodeKeyFiles } from '../../app/node-key-files.ts';
import { limits } from '../../base/limits.ts';
import { MemoryStore } from '../credential-store.ts';
import { Outbound } from '../outbound.ts';
import { formatSecretReference, readSecretReference, type SecretReference } from '../../model/secret-reference.ts';
import { SecretReader } from './secret-reader.ts';

const reference = (text: string): SecretReference => {
  const read = readSecretReference(text);
  if (read === undefined) throw new TypeError(text);
  return read;
};

let scratch: string;
let vault: Server;
let vaultUrl: string;
let heard: IncomingMessage[];
let answer: { status: number; body: unknown };
let variables: Record<string, string>;
let nowMs: number;
const local = new MemoryStore();

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'demarc-secrets-'));
  heard = [];
  answer = { status: 200, body: { data: { data: { token: 'from-vault', count: 7 }, metadata: { version: 3 } } } };
  variables = { VAULT_TOKEN: 'hvs.x' };
  nowMs = 0;
  vault = createServer((incoming, outgoing) => {
    heard.push(incoming);
    outgoing.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve));
  vaultUrl = `http://127.0.0.1:${(vault.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vault.closeAllConnections();
  await new Promise((resolve) => vault.close(resolve));
  rmSync(scratch, { recursive: true });
});

function reader(bounds: { brokerSecretMs: number } = { brokerSecretMs: 0 }): SecretReader {
  const rules = { trustedOrigins: [vaultUrl], networks: [], allowLoopback: false };
  return new SecretReader(
    {
      variables,
      files: nodeKeyFiles(nodeDurableFiles(), 'linux'),
      clock: { now: () => nowMs, monotonic: () => nowMs },
      local: () => Promise.resolve(local),
      outbound: new Outbound(nodeHttp({}), rules),
      vault: { url: vaultUrl, token: reference('env:VAULT_TOKEN'), namespace: 'team' },
    },
    bounds as typeof limits,
  );
}
const read = (text: string): Promise<string> => reader().read(reference(text));
const missing = { code: 'secret-unavailable' };

describe('a secret', () => {
  it('is read from the environment, without white space around it', async () => {
    variables['KEY'] = '  abc\n';
    expect(await read('env:KEY')).toBe('abc');
    await expect(read('env:OTHER')).rejects.toMatchObject(missing);
    variables['EMPTY'] = ' \n';
    await expect(read('env:EMPTY')).rejects.toMatchObject(missing);
  });

  it('is read from a file that only its owner may change and nobody else may read', async () => {
    const path = join(scratch, 'secret');
    writeFileSync(path, 'abc\n');
    for (const mode of [0o400, 0o600, 0o440, 0o640]) {
      chmodSync(path, mode);
      expect(await read(`file:${path}`), mode.toString(8)).toBe('abc');
    }
    for (const mode of [0o644, 0o604, 0o660, 0o620, 0o666, 0o601]) {
      chmodSync(path, mode);
      await expect(read(`file:${path}`), mode.toString(8)).rejects.toMatchObject(missing);
    }
    await expect(read(`file:${scratch}/none`)).rejects.toMatchObject(missing);
  });

  it.each([0, 1])('of so many bytes at most, and %i more', async (more) => {
    variables['KEY'] = 'x'.repeat(limits.brokerSecretBytesMax + more);
    const reading = read('env:KEY');
    await (more === 0
      ? expect(reading).resolves.toHaveLength(limits.brokerSecretBytesMax)
      : expect(reading).rejects.toMatchObject(missing));
  });

  it('is read from the local store', async () => {
    await local.put('secret github/bot', Buffer.from('ghp'));
    expect(await read('store:github/bot')).toBe('ghp');
    await expect(read('store:gitlab')).rejects.toMatchObject(missing);
  });

  it('is read from a key-value store, version 2, of a vault', async () => {
    expect(await read('vault:kv/team/docs#token')).toBe('from-vault');
    expect(heard[0]?.url).toBe('/v1/kv/data/team/docs');
    expect(heard[0]?.headers).toMatchObject({
      'x-vault-token': 'hvs.x',
      'x-vault-namespace': 'team',
      'x-vault-request': 'true',
    });
    for (const field of ['count', 'none', '__proto__', 'constructor'])
      await expect(read(`vault:kv/team/docs#${field}`)).rejects.toMatchObject(missing);
    for (const [status, body] of [
      [403, {}],
      [404, { errors: [] }],
      [503, {}],
      [200, {}],
      [200, { data: null }],
      [200, { data: { data: null } }],
    ] as const) {
      answer = { status, body };
      await expect(read('vault:kv/team/docs#token')).rejects.toBeInstanceOf(Error);
    }
  });

  it('is kept for a moment; a failure is not', async () => {
    variables['KEY'] = 'one';
    const kept = reader({ brokerSecretMs: 1_000 });
    const key = reference('env:KEY');
    expect(await kept.read(key)).toBe('one');
    variables['KEY'] = 'two';
    expect(await kept.read(key)).toBe('one');
    nowMs = 1_000;
    expect(await kept.read(key)).toBe('two');
    await expect(kept.read(reference('env:LATER'))).rejects.toMatchObject(missing);
    variables['LATER'] = 'here';
    expect(await kept.read(reference('env:LATER'))).toBe('here');
  });
});

describe('a reference', () => {
  it.each(['env:A_1', 'file:/run/secrets/x', 'store:a', 'store:a/b.c-d', 'vault:kv/a/b#c', 'vault:secret-2/x.y#f_g'])(
    '%s is one',
    (text) => {
      expect(formatSecretReference(reference(text))).toBe(text);
    },
  );

  it.each([
    '',
    'abc',
    'sk-ant-api03-abcdefghijklmnopqrst',
    'env:',
    'env:A B',
    'env:1',
    'file:relative',
    'file:',
    'store:',
    'store:/a',
    'store:a/',
    'vault:kv',
    'vault:kv/a',
    'vault:kv/../sys/x#a',
    'vault:kv/./x#a',
    'vault:kv//x#a',
    'vault:kv/a?b#c',
    'vault:kv/a%2f#c',
    'aws:x',
    'ENV:A',
  ])('%j is none', (text) => {
    expect(readSecretReference(text)).toBeUndefined();
  });

  it('leads where it says, with random names too', async () => {
    const name = `n${randomBytes(8).toString('hex')}`;
    await local.put(`secret ${name}`, Buffer.from(name));
    expect(await read(`store:${name}`)).toBe(name);
  });
});
