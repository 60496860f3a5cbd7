import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { parseCheckpointNote, signCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import { ed25519CosignatureType, ed25519Signer, formatSignature } from './note.ts';
import { formatAddCheckpoint, parseWitnessAnswer, validCosignatures } from './witness.ts';

const log = ed25519Signer('log.example', Buffer.alloc(32, 1));
const checkpoint = signCheckpoint({ origin: 'log.example', size: 9, root: Buffer.alloc(32) }, log);
const opened = parseCheckpointNote(checkpoint);
const witness = ed25519Signer('w.example', Buffer.alloc(32, 2), ed25519CosignatureType);
const line = formatSignature(cosign(opened, witness, 5));

describe('an add-checkpoint request', () => {
  it('is an old size, a proof, an empty line and the checkpoint', () => {
    const hash = Buffer.alloc(32, 1);
    const base64 = hash.toString('base64');
    expect(formatAddCheckpoint({ oldSize: 3, proof: [hash, hash], checkpoint })).toBe(
      `old 3\n${base64}\n${base64}\n\n${checkpoint}`,
    );
    expect(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint })).toBe(`old 0\n\n${checkpoint}`);
    const request = (length: number): string =>
      formatAddCheckpoint({ oldSize: 1, proof: Array.from({ length }, () => hash), checkpoint });
    expect(request(limits.proofHashesMax).match(new RegExp(base64, 'g'))).toHaveLength(limits.proofHashesMax);
    expect(() => request(limits.proofHashesMax + 1)).toThrow(/more than 63/);
  });
});

describe('a witness`s answer', () => {
  const size = 'text/x.tlog.size';
  it.each<[number, string, string, object]>([
    [409, size, '20\n', { kind: 'conflict', size: 20 }],
    [409, `${size}; charset=utf-8`, '0\n', { kind: 'conflict', size: 0 }],
    [409, size, '20', { kind: 'refused', reason: 'inconsistent' }],
    [409, size, '020\n', { kind: 'refused', reason: 'inconsistent' }],
    [409, 'text/plain', '20\n', { kind: 'refused', reason: 'inconsistent' }],
    [422, 'text/plain', 'no', { kind: 'refused', reason: 'inconsistent' }],
    [403, 'text/plain', 'no', { kind: 'refused', reason: 'signature' }],
    [404, 'text/plain', 'no', { kind: 'refused', reason: 'unknown-log' }],
    [400, 'text/plain', 'no', { kind: 'refused', reason: 'request' }],
    [500, 'text/plain', 'no', { kind: 'refused', reason: 'unavailable' }],
    [302, 'text/plain', line, { kind: 'refused', reason: 'unavailable' }],
    [200, 'text/plain', '', { kind: 'refused', reason: 'unavailable' }],
    [200, 'text/plain', 'ok\n', { kind: 'refused', reason: 'unavailable' }],
    [200, 'text/plain', line.trimEnd(), { kind: 'refused', reason: 'unavailable' }],
  ])('%i %s %j', (status, contentType, body, expected) => {
    expect(parseWitnessAnswer(status, contentType, Buffer.from(body))).toEqual(expected);
  });

  it('holds a bounded number of cosignatures', () => {
    const answer = (count: number): string => parseWitnessAnswer(200, '', Buffer.from(line.repeat(count))).kind;
    expect([answer(1), answer(limits.noteSignaturesMax), answer(limits.noteSignaturesMax + 1)]).toEqual([
      'cosigned',
      'cosigned',
      'refused',
    ]);
    const long = (bytes: number): string => {
      const around = Buffer.byteLength(line) - 'w.example'.length;
      const body = Buffer.from(line.replace('w.example', 'w'.repeat(bytes - around)));
      expect(body).toHaveLength(bytes);
      return parseWitnessAnswer(200, '', body).kind;
    };
    expect([long(limits.witnessAnswerBytesMax), long(limits.witnessAnswerBytesMax + 1)]).toEqual([
      'cosigned',
      'refused',
    ]);
  });

  it('of unknown keys, of another checkpoint or with a wrong signature is dropped', () => {
    const good = cosign(opened, witness, 5);
    const stranger = cosign(opened, ed25519Signer('w.example', Buffer.alloc(32, 3), ed25519CosignatureType), 5);
    const other = cosign(parseCheckpointNote(checkpoint.replace('log.example\n9', 'log.example\n8')), witness, 5);
    expect(validCosignatures(opened, [stranger, other, good], witness.verifier)).toEqual([good]);
  });
});
