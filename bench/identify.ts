/**
 * Measures identification: what it costs to say who sends a request, when the credential was verified before and when it was not.
 *
 *   npx tsx bench/identify.ts [--rounds 200000]
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { KeyFiles } from '../src/base/ports.ts';
import { ApiKeys } from '../src/gateway/identify/api-keys.ts';
import { isRefusal, openIdentity } from '../src/gateway/identify/identity.ts';
import { Revocations } from '../src/gateway/identify/revocations.ts';
import { RunFinder } from '../src/gateway/identify/run-of.ts';
import { identitySettings } from '../src/gateway/identify/settings.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '200000' } } });
const rounds = Number(values.rounds);
const origin = 'https://gateway.example';
const issuer = 'https://idp.example';
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const random = { bytes: (count: number) => randomBytes(count) };

const kept = new Map<string, Uint8Array>();
const files: KeyFiles = {
  read: async (path) => kept.get(path),
  list: async (directory) => [...kept.keys()].map((path) => path.slice(directory.length + 1)),
  create: async (path, data) => (kept.set(path, data), true),
  replace: async (path, data) => void kept.set(path, data),
  openAppend: () => Promise.reject(new Error('not here')),
  permissions: async () => 0o600,
  makeDirectory: async () => undefined,
  destroy: async (path) => void kept.delete(path),
};

const pairs = await Promise.all(
  ['RS256', 'ES256', 'EdDSA'].map(async (alg) => ({ alg, ...(await generateKeyPair(alg, { extractable: true })) })),
);
const keys = await Promise.all(
  pairs.map(async ({ alg, publicKey }) => ({ ...(await exportJWK(publicKey)), alg, kid: alg })),
);
const settings = identitySettings.parse({
  origin,
  issuers: [
    {
      name: 'corp',
      issuer,
      'jwks-uri': `${issuer}/keys`,
      roles: { reader: { groups: ['group-7'] } },
      agent: { names: { app: 'support' } },
    },
  ],
  scopes: { required: ['mcp:use'], servers: { files: ['files:read'] } },
  'api-keys': { directory: '/keys' },
});
const open = (revocations = new Revocations()) =>
  openIdentity({
    settings,
    folder: '/',
    http: { send: async () => ({ status: 200, headers: {}, body: Buffer.from(JSON.stringify({ keys })) }) },
    files,
    clock,
    random,
    revocations,
    tell: (problem) => process.stderr.write(`${problem}\n`),
  });

function sign(at: number, id: string): Promise<string> {
  const pair = pairs[at];
  if (pair === undefined) throw new Error('no such key');
  const now = Math.floor(Date.now() / 1000);
  const groups = Array.from({ length: 12 }, (_, group) => `group-${group}`);
  return new SignJWT({ client_id: 'app', scope: 'mcp:use files:read', groups, jti: id })
    .setProtectedHeader({ alg: pair.alg, kid: pair.alg, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(origin)
    .setSubject('b7d2b1f0-1111-2222-3333-444455556666')
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(pair.privateKey);
}

/** The headers of a usual request of an MCP client; the text of the credential is a new string each time, as from a socket. */
const request = (credential: string) => ({
  target: '/mcp/files',
  peer: { address: '203.0.113.9' },
  headers: [
    ['host', 'gateway.example'],
    ['user-agent', 'client/1.0'],
    ['accept', 'application/json, text/event-stream'],
    ['accept-encoding', 'gzip'],
    ['content-type', 'application/json'],
    ['content-length', '812'],
    ['mcp-protocol-version', '2026-07-28'],
    ['mcp-method', 'tools/call'],
    ['mcp-name', 'read_file'],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['authorization', Buffer.from(`Bearer ${credential}`).toString('latin1')],
  ] as const,
});

async function measure(what: string, count: number, work: (at: number) => unknown): Promise<void> {
  for (let at = 0; at < count / 10; at++) await work(at);
  const blocks: number[] = [];
  for (let block = 0; block < 5; block++) {
    const before = process.cpuUsage();
    for (let at = 0; at < count / 5; at++) await work(at);
    const { user, system } = process.cpuUsage(before);
    blocks.push((user + system) / (count / 5));
  }
  blocks.sort((a, b) => a - b);
  console.log(
    `${what.padEnd(52)} ${(blocks[2] ?? 0).toFixed(2).padStart(8)} µs CPU (best ${(blocks[0] ?? 0).toFixed(2)})`,
  );
}

const identity = await open();
const tokens = await Promise.all(Array.from({ length: 1_000 }, (_, at) => sign(1, `t${at}`)));
const requests = tokens.map(request);
const [first = request('')] = requests;
for (const one of requests) {
  const outcome = await identity.identify(one);
  if (isRefusal(outcome)) throw new Error(outcome.cause);
}
console.log(`a token has ${tokens[0]?.length ?? 0} characters; Node.js ${process.version}\n`);
// The copy is what a socket costs in any case: measured by itself, to be subtracted.
await measure('a request object (part of the next two)', rounds, (at) => request(tokens[at % 1_000] ?? ''));
await measure('access token, remembered, 1 of 1000, new strings', rounds, (at) =>
  identity.identify(request(tokens[at % 1_000] ?? '')),
);
await measure('access token, remembered, same strings', rounds, () => identity.identify(first));
const revoked = new Revocations();
for (let at = 0; at < 1_000; at++) revoked.revoke({ kind: 'agent', agent: `a${at}` }, 0);
const guarded = await open(revoked);
await guarded.identify(first);
await measure('the same after each of 1000 revocations', rounds / 10, (at) => {
  revoked.revoke({ kind: 'agent', agent: `a${at % 1_000}` }, 0);
  return guarded.identify(first);
});
const { text } = await new ApiKeys('/keys', { files, clock, tell: () => undefined }).create(
  { agent: 'a', roles: ['reader'] },
  random,
);
const keyed = request(text);
await new Promise((resolve) => setTimeout(resolve, 1_100));
if (isRefusal(await identity.identify(keyed))) throw new Error('the key is refused');
await measure('API key, remembered', rounds, () => identity.identify(keyed));
const { token } = await identity.mintRunToken({ agent: 'support', run: 'run-1', roles: [] });
await measure('run token, remembered', rounds, () => identity.identify(request(token)));

for (const [at, { alg }] of pairs.entries()) {
  const fresh = await Promise.all(Array.from({ length: 1_100 }, (_, id) => sign(at, `${alg}-${id}`)));
  const other = await open();
  let next = 0;
  await measure(`access token, ${alg}, not seen before`, 1_000, () => other.identify(request(fresh[next++] ?? '')));
}
await measure('run token, minted', 1_000, () => identity.mintRunToken({ agent: 'support', run: 'run-1', roles: [] }));
const finder = new RunFinder(settings.runs);
const principal = await identity.identify(keyed);
if (!isRefusal(principal)) {
  await measure('run of a request, by a name', rounds, () => finder.runOf(principal, { named: 'task-7' }, 0));
  await measure('run of a request, by what is open', rounds, (at) => finder.runOf(principal, {}, at));
}
