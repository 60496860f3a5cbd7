import { createPrivateKey, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { key as logKey, MemoryLog, signer as logSigner, someEntries } from '../../../test/vectors/ledger/memory-log.ts';
import { rootsOfProof } from '../../../test/vectors/ledger/rfc6962.ts';
import type { Http } from '../../base/ports.ts';
import { signCheckpoint } from '../../ledger/checkpoint.ts';
import { ed25519CosignatureType, ed25519Signer, formatVerifierKey, isSignedBy, parseNote } from '../../ledger/note.ts';
import { checkPolicy, parsePolicy, type Policy } from '../../ledger/policy.ts';
import { parseCheckpointNote } from '../../ledger/checkpoint.ts';
import { cosignCheckpoint } from './witness-client.ts';

/**
 * A witness as C2SP tlog-witness describes one, over real HTTP: strict about every line, with its own check of proofs
 * (rfc6962.ts) and its own making of cosignatures. What it keeps of a log is a size and a root.
 */
class Witness {
  readonly signer: ReturnType<typeof ed25519Signer>;
  readonly #seed: Buffer;
  known = new Map<string, { size: number; root: Buffer }>([[logKey.name, { size: 0, root: Buffer.alloc(0) }]]);
  requests: string[] = [];
  fault: 'none' | 'silent' | 'garbage' | 'other-key' | 'moving' = 'none';
  #server: Server | undefined;
  url = '';

  constructor(name: string, seed: number) {
    this.#seed = Buffer.alloc(32, seed);
    this.signer = ed25519Signer(name, this.#seed, ed25519CosignatureType);
  }

  async start(): Promise<void> {
    this.#server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const body = Buffer.concat(pieces).toString();
        this.requests.push(body);
        if (this.fault === 'silent') return;
        if (request.method !== 'POST' || request.url !== '/prefix/add-checkpoint')
          return void response.writeHead(405).end();
        const [status, text, type] = this.answer(body);
        response.writeHead(status, { 'content-type': type ?? 'text/plain' }).end(text);
      });
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/prefix`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  answer(body: string): [number, string, string?] {
    const cut = body.indexOf('\n\n');
    const [first = '', ...lines] = body.slice(0, cut).split('\n');
    const old = /^old (0|[1-9]\d*)$/.exec(first)?.[1];
    const proof = lines.map((text) => Buffer.from(text, 'base64'));
    if (old === undefined || cut < 0 || proof.length > 63 || proof.some(({ length }) => length !== 32))
      return [400, 'malformed'];
    const signed = body.slice(cut + 2);
    const [origin = '', sizeText = '', rootText = ''] = signed.split('\n');
    const known = this.known.get(origin);
    if (known === undefined) return [404, 'unknown log'];
    if (!isSignedBy(parseNote(signed), logKey)) return [403, 'signature'];
    const [oldSize, size, root] = [Number(old), Number(sizeText), Buffer.from(rootText, 'base64')];
    if (oldSize > size) return [400, 'old size'];
    if (this.fault === 'moving') known.size++;
    if (oldSize !== known.size) return [409, `${known.size}\n`, 'text/x.tlog.size'];
    if (oldSize === size && size > 0 && !root.equals(known.root)) return [409, 'another root'];
    if (oldSize === 0 ? proof.length > 0 : !this.#isConsistent(known, size, root, proof)) return [422, 'proof'];
    this.known.set(origin, { size, root });
    if (this.fault === 'garbage') return [200, 'thanks\n'];
    return [200, this.#cosign(signed.slice(0, signed.indexOf('\n\n') + 1))];
  }

  #isConsistent(known: { size: number; root: Buffer }, size: number, root: Buffer, proof: Buffer[]): boolean {
    const [oldRoot, newRoot] = rootsOfProof(known.size, size, known.root, proof) ?? [];
    return oldRoot?.equals(known.root) === true && newRoot?.equals(root) === true;
  }

  #cosign(text: string): string {
    const seed = this.fault === 'other-key' ? Buffer.alloc(32, 99) : this.#seed;
    const key = createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
      format: 'der',
      type: 'pkcs8',
    });
    const seconds = 1_700_000_000n;
    const head = Buffer.alloc(12);
    head.writeUInt32BE(this.signer.verifier.keyId);
    head.writeBigUInt64BE(seconds, 4);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), key);
    return `— someone.else ${Buffer.alloc(80).toString('base64')}\n— ${this.signer.verifier.name} ${Buffer.concat([head, signature]).toString('base64')}\n`;
  }
}

const http: Http = {
  send: async ({ method, url, headers, body, timeoutMs }) => {
    const response = await fetch(url, {
      method,
      headers,
      body: Buffer.from(body ?? []),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    };
  },
};

const witnesses = [new Witness('w1.example', 11), new Witness('w2.example', 12), new Witness('w3.example', 13)];
const [one, two, three] = witnesses as [Witness, Witness, Witness];
const policyOf = (quorum: string): Policy =>
  parsePolicy(
    [
      `log ${formatVerifierKey(logKey)}`,
      ...witnesses.map(
        (witness, n) =>
          `witness w${n + 1} ${formatVerifierKey(witness.signer.verifier)} ${witness.url}${n === 1 ? '/' : ''}`,
      ),
      `group g ${quorum} w1 w2 w3`,
      'quorum g',
    ].join('\n'),
  );

beforeAll(() => Promise.all(witnesses.map((witness) => witness.start())));
afterAll(() => Promise.all(witnesses.map((witness) => witness.stop())));
beforeEach(() => {
  for (const witness of witnesses) {
    witness.known = new Map([[logKey.name, { size: 0, root: Buffer.alloc(0) }]]);
    witness.requests = [];
    witness.fault = 'none';
  }
});

const ask = (
  log: MemoryLog,
  checkpoint: string,
  quorum = 'all',
  sizes = new Map<string, number>(),
): ReturnType<typeof cosignCheckpoint> =>
  cosignCheckpoint({ http, files: log, checkpoint, policy: policyOf(quorum), sizes, timeoutMs: 500 });

describe('asking witnesses', () => {
  it('gets a checkpoint cosigned as the log grows, at any size, and sends each witness one request', async () => {
    const log = new MemoryLog();
    const sizes = new Map<string, number>();
    for (const step of [0, 1, 2, 253, 1, 44, 300, 0]) {
      const { checkpoint, fulfilled, outcomes } = await ask(
        log,
        log.append(someEntries(step, log.entries.length)),
        'all',
        sizes,
      );
      expect([fulfilled, outcomes.map(({ state }) => state)]).toEqual([true, ['cosigned', 'cosigned', 'cosigned']]);
      expect(parseNote(checkpoint).signatures).toHaveLength(4);
      expect(checkPolicy(policyOf('all'), parseCheckpointNote(checkpoint))).toMatchObject({
        fulfilled: true,
        witnesses: [1, 2, 3].map((n) => ({ name: `w${n}`, timeSeconds: 1_700_000_000 })),
      });
      expect(sizes).toEqual(new Map([1, 2, 3].map((n) => [`w${n}`, log.entries.length])));
    }
    expect(witnesses.map(({ requests }) => requests.length)).toEqual([8, 8, 8]);
  });

  it('asks again once from the size a witness has', async () => {
    const log = new MemoryLog();
    await ask(log, log.append(someEntries(300)));
    const { fulfilled } = await ask(log, log.append(someEntries(1, 300)), 'all', new Map([['w1', 7]]));
    expect(fulfilled).toBe(true);
    expect(one.requests.map((request) => request.split('\n')[0])).toEqual(['old 0', 'old 7', 'old 300']);
    one.fault = 'moving';
    one.requests = [];
    const { outcomes } = await ask(log, log.append(someEntries(9, 301)), 'all', new Map([['w1', 300]]));
    expect(outcomes).toContainEqual({ name: 'w1', state: 'refused', reason: 'request' });
    expect(one.requests).toHaveLength(2);
  });

  it('does not wait for more than the quorum', async () => {
    const log = new MemoryLog();
    three.fault = 'silent';
    const { fulfilled, outcomes } = await ask(log, log.append(someEntries(3)), '2');
    expect([fulfilled, outcomes.map(({ state }) => state)]).toEqual([true, ['cosigned', 'cosigned']]);
  });

  it.each<[Witness['fault'], object]>([
    ['silent', { name: 'w2', state: 'unreachable' }],
    ['garbage', { name: 'w2', state: 'refused', reason: 'unavailable' }],
    ['other-key', { name: 'w2', state: 'refused', reason: 'unavailable' }],
  ])('counts a witness that is %s as missing', async (fault, outcome) => {
    const log = new MemoryLog();
    two.fault = fault;
    const { checkpoint, fulfilled, outcomes } = await ask(log, log.append(someEntries(3)));
    expect(fulfilled).toBe(false);
    expect(outcomes).toContainEqual(expect.objectContaining(outcome));
    expect(parseNote(checkpoint).signatures).toHaveLength(3);
  });

  it('is refused for rewritten history, a rollback, an unknown log and a wrong key', async () => {
    const log = new MemoryLog();
    await ask(log, log.append(someEntries(300)));
    const refusals = async (of: MemoryLog, checkpoint: string): Promise<unknown[]> =>
      (await ask(of, checkpoint)).outcomes.map((outcome) =>
        outcome.state === 'refused' ? outcome.reason : outcome.state,
      );
    const forged = new MemoryLog();
    const sameSize = forged.append(someEntries(300, 1));
    expect(await refusals(forged, sameSize)).toEqual(Array(3).fill('inconsistent'));
    expect(await refusals(forged, forged.append(someEntries(5)))).toEqual(Array(3).fill('inconsistent'));
    const shorter = new MemoryLog();
    expect(await refusals(shorter, shorter.append(someEntries(299)))).toEqual(Array(3).fill('ahead'));
    const root = log.tree.root();
    expect(await refusals(log, signCheckpoint({ origin: 'other', size: 300, root }, logSigner))).toEqual(
      Array(3).fill('unknown-log'),
    );
    const impostor = ed25519Signer(logKey.name, Buffer.alloc(32, 50));
    expect(await refusals(log, signCheckpoint({ origin: logKey.name, size: 300, root }, impostor))).toEqual(
      Array(3).fill('signature'),
    );
  });

  it('of a log that lacks a tile is a failure of that request, not of the call', async () => {
    const log = new MemoryLog();
    await ask(log, log.append(someEntries(300)));
    const checkpoint = log.append(someEntries(300, 300));
    log.files.delete('tile/0/001');
    const { fulfilled, outcomes } = await ask(log, checkpoint);
    expect(fulfilled).toBe(false);
    expect(outcomes.map((outcome) => outcome.state === 'unreachable' && outcome.reason)).toEqual(
      Array(3).fill('`tile/0/001` is missing'),
    );
  });
});
