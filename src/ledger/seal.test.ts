import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope, SealedPayload } from '../model/event.ts';
import { checkPayload, listedFailuresMax, noPayloads } from './check-payloads.ts';
import { formatEntry, parseEntry } from './entry.ts';
import { sha256 } from './hash.ts';
import type { LogFiles } from './log-files.ts';
import { openEntry } from './read.ts';
import {
  blobPath,
  decrypt,
  encrypt,
  heldKeys,
  hmac,
  joinKeys,
  openPayload,
  type PayloadKeys,
  payloadSecret,
  sealContext,
  sealPayload,
} from './seal.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
const noBlobs: LogFiles = { read: () => Promise.resolve(undefined) };

/** McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test cases 13 to 16 (AES-256). */
const key16 = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const plain16 =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39';
const cipher16 =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662';
const vectors = [
  {
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    plain: '',
    aad: '',
    cipher: '',
    tag: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  {
    key: '00'.repeat(32),
    iv: '00'.repeat(12),
    plain: '00'.repeat(16),
    aad: '',
    cipher: 'cea7403d4d606b6e074ec5d3baf39d18',
    tag: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    key: key16,
    iv: 'cafebabefacedbaddecaf888',
    plain: `${plain16}1aafd255`,
    aad: '',
    cipher: `${cipher16}898015ad`,
    tag: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    key: key16,
    iv: 'cafebabefacedbaddecaf888',
    plain: plain16,
    aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    cipher: cipher16,
    tag: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];

it('HMAC-SHA-256 is what node:crypto makes of it, whatever the lengths of key and data', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 130 }),
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(16_383, 16_384, 16_385, 70_000).map((n) => new Uint8Array(n).fill(7)),
      ),
      (key, data) => base64(hmac(key, data)) === createHmac('sha256', key).update(data).digest('base64'),
    ),
  );
});

describe('the primitives', () => {
  it.each(vectors)('AES-256-GCM gives tag $tag', ({ key, iv, plain, aad, cipher, tag }) => {
    const sealed = encrypt(bytes(key), bytes(iv), bytes(plain), bytes(aad));
    expect(Buffer.from(sealed).toString('hex')).toBe(iv + cipher + tag);
    expect(Buffer.from(decrypt(bytes(key), sealed, bytes(aad)) ?? 'no').toString('hex')).toBe(plain);
  });

  it('a key joined from one key is HKDF-Extract without salt (RFC 5869, appendix A.3)', () => {
    expect(Buffer.from(joinKeys([bytes('0b'.repeat(22))])).toString('hex')).toBe(
      '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04',
    );
  });

  it('the secret of a payload is the HKDF that the format states', () => {
    const keys = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const names = ['s_0000000000000001/2026-08', 's_0000000000000002/2026-08'];
    const secret = payloadSecret(joinKeys(keys), names, sealContext({ id: 'x', kind: 'custom' }));
    const info = `demarc ledger payload\n${names.join('\n')}\nx custom`;
    expect(new Uint8Array(secret)).toEqual(new Uint8Array(hkdfSync('sha256', Buffer.concat(keys), '', info, 64)));
  });
});

const id = '0198c0de-5a5a-7000-8000-000000000000';
const names = ['s_0000000000000001/2026-08', 's_0000000000000002/2026-08.1'];
const keyOf = (name: string): Uint8Array => sha256(Buffer.from(name));
const allKeys = heldKeys(keyOf);

function sealedEnvelope(plaintext: Uint8Array, forNames: readonly string[] = names): Envelope {
  const clear = { id, kind: 'tool.call' as const };
  const context = sealContext(clear);
  const secret = payloadSecret(joinKeys(forNames.map(keyOf)), forNames, context);
  const { sealed, commitment } = sealPayload(plaintext, context, secret, new Uint8Array(12).fill(9));
  return {
    v: 1,
    ...clear,
    time: '2026-08-01T10:00:00.000Z',
    source: 'test',
    acknowledged: { mode: 'durable' },
    payload: {
      bytes: plaintext.length,
      commitment: base64(commitment),
      keys: forNames,
      sealed: base64(sealed),
    },
  };
}

const payloadOf = (envelope: Envelope): SealedPayload => envelope.payload as SealedPayload;
const withPayload = (envelope: Envelope, changed: Partial<SealedPayload>): Envelope => ({
  ...envelope,
  payload: { ...payloadOf(envelope), ...changed },
});

/** The payload as a blob beside the log. */
function asBlob(envelope: Envelope): { envelope: Envelope; sealed: Uint8Array; blob: string } {
  const { sealed = '', ...rest } = payloadOf(envelope);
  const data = Buffer.from(sealed, 'base64');
  const blob = Buffer.from(sha256(data)).toString('hex');
  return { envelope: { ...envelope, payload: { ...rest, blob } }, sealed: data, blob };
}

const blobsOf = (blob: string, data: Uint8Array | undefined): LogFiles => ({
  read: (path) => Promise.resolve(path === blobPath(blob) ? data : undefined),
});

describe('a sealed payload', () => {
  it('opens to what was sealed, of any length and for any number of people', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 5 }),
        async (plaintext, people) => {
          const forNames = Array.from({ length: people }, (_, at) => `s_${String(at).padStart(16, '0')}/2026`);
          const opened = await openPayload(sealedEnvelope(plaintext, forNames), allKeys, noBlobs);
          expect(opened.state === 'clear' && Buffer.from(opened.plaintext).equals(plaintext)).toBe(true);
        },
      ),
    );
  });

  it('notices any flipped bit of its bytes and its commitment', async () => {
    const envelope = sealedEnvelope(Buffer.from('"the prompt"'));
    for (const field of ['sealed', 'commitment'] as const) {
      const data = Buffer.from(payloadOf(envelope)[field] ?? '', 'base64');
      for (let bit = 0; bit < data.length * 8; bit++) {
        const flipped = Buffer.from(data);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const opened = await openPayload(withPayload(envelope, { [field]: base64(flipped) }), allKeys, noBlobs);
        expect(opened.state, `bit ${bit} of ${field}`).toBe('tampered');
      }
    }
  });

  it('is bound to its entry, its length and the order of its keys', async () => {
    const envelope = sealedEnvelope(Buffer.from('"the prompt"'));
    const changed: Envelope[] = [
      { ...envelope, id: '0198c0de-5a5a-7000-8000-000000000001' },
      { ...envelope, kind: 'tool.result' },
      withPayload(envelope, { bytes: 11 }),
      withPayload(envelope, { keys: names.toReversed() }),
      withPayload(envelope, { keys: names.slice(0, 1) }),
      withPayload(envelope, { sealed: '' }),
      withPayload(envelope, { sealed: 'not base64' }),
      withPayload(envelope, { commitment: 'AAAA' }),
    ];
    for (const wrong of changed) expect((await openPayload(wrong, allKeys, noBlobs)).state).toBe('tampered');
  });

  it('notices a payload sealed anew by somebody who knows its key', async () => {
    const envelope = sealedEnvelope(Buffer.from('"the prompt"'));
    const context = sealContext(envelope);
    const secret = payloadSecret(joinKeys(names.map(keyOf)), names, context);
    const other = encrypt(secret.subarray(0, 32), new Uint8Array(12), Buffer.from('"the pr0mpt"'), context);
    expect(await openPayload(withPayload(envelope, { sealed: base64(other) }), allKeys, noBlobs)).toEqual({
      state: 'tampered',
      why: 'it is not what was committed to',
    });
  });

  it.each<[string, PayloadKeys, string]>([
    ['of another person', heldKeys((name) => keyOf(name.replace('1/', '3/'))), 'tampered'],
    ['of another period', heldKeys((name) => keyOf(name.replace('.1', ''))), 'tampered'],
    ['that are missing', heldKeys(() => undefined), 'no-keys'],
    ['of which one is missing', heldKeys((name) => (name === names[1] ? undefined : keyOf(name))), 'no-keys'],
    ['of which one was destroyed', heldKeys((name) => (name === names[1] ? 'erased' : keyOf(name))), 'erased'],
    ['of which one was destroyed, one is missing', heldKeys((n) => (n === names[1] ? 'erased' : undefined)), 'erased'],
  ])('does not open with keys %s', async (_what, keys, state) => {
    expect((await openPayload(sealedEnvelope(Buffer.from('1')), keys, noBlobs)).state).toBe(state);
  });

  it('does not open without a key being named', async () => {
    expect((await openPayload(sealedEnvelope(Buffer.from('1'), []), allKeys, noBlobs)).state).toBe('no-keys');
  });

  it('commits to its plaintext under a salt: equal texts are not recognised', () => {
    const one = sealedEnvelope(Buffer.from('"yes"'));
    const unsalted = createHmac('sha256', Buffer.alloc(32)).update('"yes"').digest();
    expect([base64(sha256(Buffer.from('"yes"'))), base64(unsalted)]).not.toContain(payloadOf(one).commitment);
  });

  it('lies in a blob, which must be there and be the one', async () => {
    const { envelope, sealed, blob } = asBlob(sealedEnvelope(Buffer.from('"long"')));
    const altered = Buffer.from(sealed);
    altered[20] = (altered[20] ?? 0) ^ 1;
    const erased = heldKeys(() => 'erased');
    expect((await openPayload(envelope, allKeys, blobsOf(blob, sealed))).state).toBe('clear');
    expect(await openPayload(envelope, allKeys, noBlobs)).toEqual({ state: 'tampered', why: 'its blob is missing' });
    expect((await openPayload(envelope, allKeys, blobsOf(blob, altered))).state).toBe('tampered');
    expect((await openPayload(envelope, erased, blobsOf(blob, altered))).state).toBe('tampered');
    expect((await openPayload(envelope, erased, noBlobs)).state).toBe('erased');
  });
});

describe('checking payloads', () => {
  it('counts what was opened, erased, without keys, and failed', async () => {
    const good = sealedEnvelope(Buffer.from('1'));
    const { envelope: withBlob } = asBlob(good);
    const { payload: _payload, ...without } = good;
    const counts = noPayloads();
    await checkPayload(without, allKeys, noBlobs, counts);
    await checkPayload(good, allKeys, noBlobs, counts);
    await checkPayload(
      good,
      heldKeys(() => 'erased'),
      noBlobs,
      counts,
    );
    await checkPayload(
      good,
      heldKeys(() => undefined),
      noBlobs,
      counts,
    );
    await checkPayload(withBlob, allKeys, noBlobs, counts);
    expect(counts).toEqual({
      opened: 1,
      erased: 1,
      withoutKeys: 1,
      failed: 1,
      failures: [{ id, why: 'its blob is missing' }],
    });
  });

  it('lists the first failures only', async () => {
    const counts = noPayloads();
    const { envelope } = asBlob(sealedEnvelope(Buffer.from('1')));
    for (let n = 0; n <= listedFailuresMax; n++) await checkPayload(envelope, allKeys, noBlobs, counts);
    expect([counts.failed, counts.failures.length]).toEqual([listedFailuresMax + 1, listedFailuresMax]);
  });
});

describe('an entry', () => {
  it('is the JSON of its envelope, and reads back', () => {
    const inline = sealedEnvelope(Buffer.from('{"a":"ü"}'));
    const envelopes = [
      inline,
      asBlob(inline).envelope,
      { ...inline, payload: undefined, tool: 'ü"\\\u2028', reasons: ['a'] },
    ];
    for (const envelope of envelopes as Envelope[]) {
      expect(Buffer.from(formatEntry(envelope)).toString()).toBe(JSON.stringify(envelope));
      expect(parseEntry(formatEntry(envelope))).toEqual(JSON.parse(JSON.stringify(envelope)));
    }
  });

  it('of a foreign log never throws: it is an event, or the problem is told', async () => {
    const text = Buffer.from(formatEntry(sealedEnvelope(Buffer.from('1')))).toString();
    const mutated = fc
      .tuple(fc.nat(text.length - 1), fc.nat(12), fc.string({ maxLength: 6 }))
      .map(([at, cut, put]) => Buffer.from(text.slice(0, at) + put + text.slice(at + cut)));
    const field = fc
      .tuple(
        fc.constantFrom(
          'v',
          'id',
          'time',
          'kind',
          'source',
          'acknowledged',
          'run',
          'rows',
          'reasons',
          'effect',
          'payload',
        ),
        fc.jsonValue(),
      )
      .map(([name, value]) => Buffer.from(JSON.stringify({ ...JSON.parse(text), [name]: value })));
    const payload = fc
      .tuple(fc.constantFrom('bytes', 'commitment', 'keys', 'sealed', 'blob'), fc.jsonValue())
      .map(([name, value]) => {
        const envelope = JSON.parse(text) as Envelope;
        return Buffer.from(JSON.stringify({ ...envelope, payload: { ...envelope.payload, [name]: value } }));
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), mutated, field, payload), async (entry) => {
        const read = await openEntry(entry, allKeys, noBlobs);
        if (read.envelope === undefined) expect(read.problem).toMatch(/^an entry is/);
        else expect(read.envelope.v).toBe(1);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['another version', { v: 2 }],
    ['no id', { id: undefined }],
    ['an unknown kind', { kind: 'tool.cal' }],
    ['a time with offset', { time: '2026-08-01T10:00:00+02:00' }],
    ['an unknown acknowledgement', { acknowledged: { mode: 'maybe' } }],
    ['a number where a text belongs', { tool: 1 }],
    ['a text where a number belongs', { rows: '1' }],
    ['an unknown choice', { effect: 'delete' }],
    ['a list of other things', { reasons: ['a', 1] }],
    ['a payload without place', { payload: { bytes: 1, commitment: '', keys: [] } }],
    ['a path for a blob', { payload: { bytes: 1, commitment: '', keys: [], blob: '../../etc/passwd' } }],
  ])('with %s is no event of this format', (_what, changed) => {
    const entry = JSON.stringify({ ...sealedEnvelope(Buffer.from('1')), ...changed });
    expect(() => parseEntry(Buffer.from(entry))).toThrow(/not an event of format 1/);
  });

  it('starts with no byte order mark and holds valid UTF-8', () => {
    const text = JSON.stringify(sealedEnvelope(Buffer.from('1')));
    expect(() => parseEntry(Buffer.from(`\uFEFF${text}`))).toThrow(/no JSON/);
    expect(() =>
      parseEntry(Buffer.concat([Buffer.from(text.slice(0, -2)), Buffer.from([0xff]), Buffer.from('"}')])),
    ).toThrow(/no JSON/);
  });

  it('is opened for display: its payload as a value, or what became of it', async () => {
    const entry = formatEntry(sealedEnvelope(Buffer.from('{"prompt":"hello"}')));
    expect((await openEntry(entry, allKeys, noBlobs)).envelope?.kind).toBe('tool.call');
    expect(await openEntry(entry, allKeys, noBlobs)).toMatchObject({
      payload: { state: 'clear', value: { prompt: 'hello' } },
    });
    expect(
      await openEntry(
        entry,
        heldKeys(() => 'erased'),
        noBlobs,
      ),
    ).toMatchObject({ payload: { state: 'erased' } });
    expect(await openEntry(formatEntry(sealedEnvelope(Buffer.from('{'))), allKeys, noBlobs)).toMatchObject({
      payload: { state: 'tampered', why: 'it is no JSON' },
    });
  });
});
