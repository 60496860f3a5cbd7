import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointNote,
  parseDecimal,
  signCheckpoint,
} from './checkpoint.ts';
import { checkSignatures, cosign, mlDsaSigner } from './cosignature.ts';
import {
  decodeBase64,
  ed25519CosignatureType,
  ed25519Signer,
  ed25519Type,
  formatNote,
  formatSignature,
  formatSignerKey,
  formatVerifierKey,
  isSignedBy,
  keyIdOf,
  mlDsaCosignatureType,
  parseNote,
  parseSignature,
  parseSignerKey,
  parseVerifierKey,
  signNote,
} from './note.ts';

const seedBytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const keyName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => !/[\p{White_Space}\p{Cc}\p{Cs}+\uFFFD]/u.test(name));
/** Lines a note may hold. */
const noteText = fc
  .array(
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((line) => line.replace(/[\p{Cc}\p{Cs}\uFFFD]/gu, '')),
    { minLength: 1, maxLength: 6 },
  )
  .map((lines) => `${lines.join('\n')}\n`);

describe('notes', () => {
  it('come back as they were signed, and any changed bit is no longer signed', () => {
    fc.assert(
      fc.property(keyName, seedBytes, noteText, fc.nat(), fc.nat(7), (name, seed, text, at, bit) => {
        const signer = ed25519Signer(name, seed);
        const signed = signNote(text, [signer, ed25519Signer('other', seed)]);
        const note = parseNote(signed);
        expect(note.text).toBe(text);
        expect(formatNote(note)).toBe(signed);
        expect(isSignedBy(note, signer.verifier)).toBe(true);
        const changed = Buffer.from(signed);
        const position = at % changed.length;
        changed[position]! ^= 1 << bit;
        // Beyond our line the change is in the other signature, which says nothing about this one.
        fc.pre(position < Buffer.byteLength(text) + 1 + Buffer.byteLength(formatSignature(note.signatures[0]!)) - 1);
        let accepted = false;
        try {
          accepted = isSignedBy(parseNote(changed), signer.verifier);
        } catch {
          // no note any more
        }
        expect(accepted).toBe(false);
      }),
    );
  });

  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['no signature', 'text\n\n'],
    ['no empty line', 'text\n— a AAAAAAA=\n'],
    ['no final newline', 'text\n\n— a AAAAAAA='],
    ['a tab', 'te\txt\n\n— a AAAAAAA=\n'],
    ['bytes that are not UTF-8', Buffer.from('74ff0a0ae28094', 'hex')],
    ['what was decoded wrongly', 'te\uFFFDxt\n\n— a AAAAAAA=\n'],
    ['a lone surrogate', 'te\uD800xt\n\n— a AAAAAAA=\n'],
    ['a hyphen for the dash', 'text\n\n- a AAAAAAA=\n'],
    ['a name with a plus', 'text\n\n— a+b AAAAAAA=\n'],
    ['a name with a space of another kind', 'text\n\n— a\u2003b AAAAAAA=\n'],
    ['a signature of four bytes', 'text\n\n— a AAAAAA==\n'],
    ['base64 without padding', 'text\n\n— a AAAAAAA\n'],
    ['base64 with bits to spare', 'text\n\n— a AAAAAAB=\n'],
  ])('%s is none', (_what, note) => {
    expect(() => parseNote(note)).toThrow();
  });

  it('hold what the specification allows: a byte order mark, U+FFFD, DEL and C1 characters', () => {
    for (const text of ['\uFEFFx\n', 'a\uFFFDb\n', 'a\u007Fb\u0085c\n']) {
      const signer = ed25519Signer('n', Buffer.alloc(32));
      expect(isSignedBy(parseNote(Buffer.from(signNote(text, [signer]))), signer.verifier)).toBe(true);
    }
  });

  it('are bounded in bytes and signatures', () => {
    const line = '— a AAAAAAA=\n';
    expect(parseNote(`x\n\n${line.repeat(limits.noteSignaturesMax)}`).signatures).toHaveLength(
      limits.noteSignaturesMax,
    );
    expect(() => parseNote(`x\n\n${line.repeat(limits.noteSignaturesMax + 1)}`)).toThrow(/more than 100/);
    // Parsed from bytes: the dash of a signature line has three of them.
    const note = (bytes: number): Buffer => Buffer.from(`\n\n${line}`.padStart(bytes - 2, 'x'));
    expect(note(limits.noteBytesMax)).toHaveLength(limits.noteBytesMax);
    expect(parseNote(note(limits.noteBytesMax)).signatures).toHaveLength(1);
    expect(() => parseNote(note(limits.noteBytesMax + 1))).toThrow(/larger than 1 MB/);
  });

  it('with a wrong signature beside the right one of a key are not signed by it', () => {
    const signer = ed25519Signer('n', Buffer.alloc(32));
    const note = parseNote(signNote('x\n', [signer]));
    const wrong = { ...note.signatures[0]!, signature: Buffer.alloc(64) };
    expect(isSignedBy({ ...note, signatures: [...note.signatures, wrong] }, signer.verifier)).toBe(false);
    expect(isSignedBy({ ...note, signatures: [...note.signatures, { ...wrong, keyId: 1 }] }, signer.verifier)).toBe(
      true,
    );
  });

  it('are not signed with a key for cosignatures', () => {
    expect(() => signNote('x\n', [ed25519Signer('n', Buffer.alloc(32), ed25519CosignatureType)])).toThrow(
      /for cosignatures/,
    );
  });
});

describe('keys', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(keyName, seedBytes, fc.constantFrom(ed25519Type, ed25519CosignatureType), (name, seed, type) => {
        const { verifier } = ed25519Signer(name, seed, type);
        expect(formatVerifierKey(parseVerifierKey(formatVerifierKey(verifier)))).toBe(formatVerifierKey(verifier));
        expect(formatVerifierKey(parseSignerKey(formatSignerKey(name, seed, type)).verifier)).toBe(
          formatVerifierKey(verifier),
        );
      }),
    );
  });

  it.each([
    '',
    'a+00000000+',
    'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    'example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    'example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=',
  ])('`%s` is none', (text) => {
    expect(() => parseVerifierKey(text)).toThrow(/verifier key/);
  });

  it('of a length that is not their type`s are none; of unknown types they verify nothing', () => {
    for (const type of [ed25519Type, ed25519CosignatureType, mlDsaCosignatureType]) {
      const publicKey = Buffer.alloc(33);
      expect(() =>
        parseVerifierKey(formatVerifierKey({ name: 'n', keyId: keyIdOf('n', type, publicKey), type, publicKey })),
      ).toThrow(/length/);
    }
    const publicKey = Buffer.alloc(40);
    const key = parseVerifierKey(
      formatVerifierKey({ name: 'n', keyId: keyIdOf('n', 2, publicKey), type: 2, publicKey }),
    );
    const opened = parseCheckpointNote(
      formatNote({
        text: formatCheckpoint({ origin: 'n', size: 0, root: Buffer.alloc(32) }),
        signatures: [{ name: 'n', keyId: key.keyId, signature: Buffer.alloc(70) }],
      }),
    );
    expect(checkSignatures(opened, key)).toEqual({ state: 'unchecked' });
    expect(() => openCheckpoint(formatNote(opened.note), key)).toThrow(/cannot be checked here/);
  });

  it('a private key that is none is not repeated in the error', () => {
    const text = formatSignerKey('n', Buffer.alloc(32, 9));
    for (const broken of [text.slice(8), text.replace(/\+[0-9a-f]{8}\+/, '+00000000+'), `${text}AAAA`])
      expect(() => parseSignerKey(broken)).toThrow(/^(?!.*CQkJ)/);
  });

  it.each(['', 'a b', 'a+b', 'a\u00A0b', 'a\u0085b'])('`%s` names none', (name) => {
    expect(() => ed25519Signer(name, Buffer.alloc(32))).toThrow(/cannot name a key/);
    expect(() => mlDsaSigner(name, Buffer.alloc(32))).toThrow(/cannot name a key/);
  });
});

describe('checkpoints', () => {
  const root = fc.uint8Array({ minLength: 32, maxLength: 32 });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(
        noteText.map((text) => text.replace(/\n/g, '') || 'o'),
        fc.maxSafeNat(),
        root,
        (origin, size, hash) => {
          const text = formatCheckpoint({ origin, size, root: hash });
          const parsed = parseCheckpoint(text);
          expect(formatCheckpoint(parsed)).toBe(text);
          expect(parsed).toMatchObject({ origin, size, extensions: [] });
          expect(parseCheckpoint(`${text}one\ntwo\n`).extensions).toEqual(['one', 'two']);
        },
      ),
    );
  });

  const hash = Buffer.alloc(32).toString('base64');
  it.each([
    '',
    'o\n',
    `o\n1\n${hash}`,
    `\n1\n${hash}\n`,
    `o\n01\n${hash}\n`,
    `o\n-1\n${hash}\n`,
    `o\n1e3\n${hash}\n`,
    `o\n9007199254740992\n${hash}\n`,
    `o\n1\n${hash.slice(4)}\n`,
    `o\n1\n${hash}\n\n`,
    `o\n1\n${hash}\nx\n\ny\n`,
  ])('%j is none', (text) => {
    expect(() => parseCheckpoint(text)).toThrow();
  });

  it('sizes are decimal, without leading zeros, below 2^53', () => {
    expect(parseDecimal(String(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ['9007199254740992', '', ' 1', '1 ', '+1', '0x1', '00', '1.0', '1n'])
      expect(parseDecimal(text)).toBeUndefined();
  });

  it('open under the log`s key and origin only', () => {
    const signer = ed25519Signer('log', Buffer.alloc(32, 1));
    const signed = signCheckpoint({ origin: 'origin', size: 1, root: Buffer.alloc(32) }, signer);
    expect(openCheckpoint(Buffer.from(signed), signer.verifier, 'origin').checkpoint.size).toBe(1);
    expect(() => openCheckpoint(signed, signer.verifier)).toThrow(/is of `origin`, not of `log`/);
    expect(() => openCheckpoint(signed, ed25519Signer('log', Buffer.alloc(32, 2)).verifier, 'origin')).toThrow(
      /not signed by/,
    );
  });
});

describe('cosignatures', () => {
  const log = ed25519Signer('log.example', Buffer.alloc(32, 1));
  const opened = parseCheckpointNote(
    signCheckpoint({ origin: 'log.example', size: 7, root: Buffer.alloc(32, 3) }, log),
  );
  const witness = ed25519Signer('witness.example', Buffer.alloc(32, 2), ed25519CosignatureType);

  it('verify with their time, and not with any bit of it, of the signature or the checkpoint changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 72 * 8 - 1 }), (time, bit) => {
        const line = cosign(opened, witness, time);
        const withLine = (signature: Uint8Array): typeof opened => ({
          ...opened,
          note: { ...opened.note, signatures: [...opened.note.signatures, { ...line, signature }] },
        });
        expect(checkSignatures(withLine(line.signature), witness.verifier)).toEqual({
          state: 'valid',
          timeSeconds: time,
        });
        expect(parseSignature(formatSignature(line).trimEnd())).toEqual(line);
        const changed = Buffer.from(line.signature);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(checkSignatures(withLine(changed), witness.verifier).state).toBe('invalid');
        const other = parseCheckpointNote(
          signCheckpoint({ origin: 'log.example', size: 8, root: Buffer.alloc(32, 3) }, log),
        );
        expect(checkSignatures({ ...other, note: { ...other.note, signatures: [line] } }, witness.verifier).state).toBe(
          'invalid',
        );
      }),
    );
  });

  it('are not made with a key for notes, and a missing one is absent', () => {
    expect(() => cosign(opened, log, 1)).toThrow(/not a key for cosignatures/);
    expect(checkSignatures(opened, witness.verifier)).toEqual({ state: 'absent' });
    expect(checkSignatures(opened, log.verifier)).toEqual({ state: 'valid' });
  });

  it('too short for a time are invalid', () => {
    const note = {
      ...opened.note,
      signatures: [{ name: 'witness.example', keyId: witness.verifier.keyId, signature: Buffer.alloc(7) }],
    };
    expect(checkSignatures({ ...opened, note }, witness.verifier).state).toBe('invalid');
  });

  const publicKey = Buffer.alloc(1312, 5);
  const mlDsaKey = {
    name: 'pq.example',
    keyId: keyIdOf('pq.example', mlDsaCosignatureType, publicKey),
    type: mlDsaCosignatureType,
    publicKey,
  };
  const nodeMajor = Number(/^v(\d+)/.exec(process.version)?.[1]);

  it('with ML-DSA-44 are made and verified where node:crypto can, and never count where it cannot', () => {
    const line = { name: 'pq.example', keyId: mlDsaKey.keyId, signature: Buffer.alloc(8 + 2420) };
    const withLine = { ...opened, note: { ...opened.note, signatures: [line] } };
    if (nodeMajor < 24) {
      expect(checkSignatures(withLine, mlDsaKey).state).toBe('unchecked');
      expect(() => mlDsaSigner('pq.example', Buffer.alloc(32))).toThrow(/cannot be made here/);
      return;
    }
    expect(checkSignatures(withLine, mlDsaKey).state).toBe('invalid');
    const signer = mlDsaSigner('pq.example', Buffer.alloc(32, 6));
    const own = cosign(opened, signer, 1_700_000_000);
    const cosigned = { ...opened, note: { ...opened.note, signatures: [own] } };
    expect(checkSignatures(cosigned, parseVerifierKey(formatVerifierKey(signer.verifier)))).toEqual({
      state: 'valid',
      timeSeconds: 1_700_000_000,
    });
    for (const at of [0, 7, 8, 2427]) {
      const signature = Buffer.from(own.signature);
      signature[at]! ^= 1;
      expect(
        checkSignatures({ ...opened, note: { ...opened.note, signatures: [{ ...own, signature }] } }, signer.verifier)
          .state,
      ).toBe('invalid');
    }
  });
});

it('base64 is decoded strictly', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (data) => {
      expect(decodeBase64(Buffer.from(data).toString('base64'))).toEqual(Buffer.from(data));
    }),
  );
  for (const text of ['', 'A', 'AA', 'AA=', 'AB==', 'AA==\n', 'A-==', 'AAAA===='])
    expect(decodeBase64(text)).toBeUndefined();
});
