import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { type CheckpointNote, parseCheckpointNote, signCheckpoint } from './checkpoint.ts';
import { cosign } from './cosignature.ts';
import {
  ed25519CosignatureType,
  ed25519Signer,
  formatVerifierKey,
  keyIdOf,
  mlDsaCosignatureType,
  type Signer,
} from './note.ts';
import { checkPolicy, parsePolicy, policyOfLog } from './policy.ts';

const log = ed25519Signer('log.example', Buffer.alloc(32, 1));
const logKey = formatVerifierKey(log.verifier);
const witnesses = Array.from({ length: 6 }, (_, n) =>
  ed25519Signer(`w${n}.example`, Buffer.alloc(32, n + 10), ed25519CosignatureType),
);
const witnessKeys = witnesses.map(({ verifier }) => formatVerifierKey(verifier));
const opened = parseCheckpointNote(signCheckpoint({ origin: 'log.example', size: 1, root: Buffer.alloc(32) }, log));

function cosignedBy(signers: readonly Signer[]): CheckpointNote {
  const added = signers.map((signer) => cosign(opened, signer, 1_700_000_000));
  return { ...opened, note: { ...opened.note, signatures: [...opened.note.signatures, ...added] } };
}

/** The example of C2SP tlog-policy, with keys. */
const example = `# two levels
log ${logKey}

witness X1 ${witnessKeys[0]}
witness X2 ${witnessKeys[1]} https://x2.example/
witness X3 ${witnessKeys[2]}
group X-witnesses 2 X1 X2 X3
\twitness   Y1\t${witnessKeys[3]}
witness Y2 ${witnessKeys[4]}
witness Y3 ${witnessKeys[5]}
group Y-witnesses any Y1 Y2 Y3
  # indented
group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

describe('a policy', () => {
  it('of two levels is fulfilled by exactly the sets of witnesses it says', () => {
    const policy = parsePolicy(example);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', undefined],
      ['X2', 'https://x2.example/'],
      ['X3', undefined],
      ['Y1', undefined],
      ['Y2', undefined],
      ['Y3', undefined],
    ]);
    for (let set = 0; set < 64; set++) {
      const has = (n: number): number => (set >> n) & 1;
      const result = checkPolicy(policy, cosignedBy(witnesses.filter((_, n) => has(n) === 1)));
      const expected = has(0) + has(1) + has(2) >= 2 && has(3) + has(4) + has(5) >= 1;
      expect(result.fulfilled).toBe(expected);
      expect(result.reasons.length > 0).toBe(!expected);
      expect(result.witnesses).toHaveLength([0, 1, 2, 3, 4, 5].filter((n) => has(n) === 1).length);
    }
  });

  it('reads the same from bytes, and without a final newline', () => {
    expect(parsePolicy(Buffer.from(example))).toEqual(parsePolicy(example.trimEnd()));
  });

  const start = `log ${logKey}\nwitness a ${witnessKeys[0]}\nwitness b ${witnessKeys[1]}\n`;
  it.each<[string, string, RegExp]>([
    ['no quorum', start, /no quorum/],
    ['two quorums', `${start}quorum a\nquorum b\n`, /line 5.*second quorum/],
    ['a quorum of what is not defined', `${start}quorum c\n`, /line 4.*`c` is not defined above/],
    ['a quorum of what is defined below', `quorum a\n${start}`, /line 1.*not defined above/],
    ['a group of itself', `${start}group g all a g\nquorum g\n`, /`g` is not defined above/],
    ['a circle', `${start}group g all a h\ngroup h all g\nquorum g\n`, /`h` is not defined above/],
    ['a name twice', `${start}witness a ${witnessKeys[2]}\nquorum a\n`, /defined twice/],
    ['a group named as a witness', `${start}group a all b\nquorum a\n`, /defined twice/],
    ['a member twice in one group', `${start}group g 1 a a\nquorum g\n`, /member twice/],
    ['a member of two groups', `${start}group g all a\ngroup h all a b\nquorum h\n`, /member twice/],
    ['a group without members', `${start}group g all\nquorum a\n`, /a group is/],
    ['a threshold of nothing', `${start}group g 0 a b\nquorum g\n`, /between 1/],
    ['a threshold of more than there are', `${start}group g 3 a b\nquorum g\n`, /between 1/],
    ['a threshold with a leading zero', `${start}group g 01 a b\nquorum g\n`, /between 1/],
    ['`none` as a name', `${start}witness none ${witnessKeys[2]}\nquorum a\n`, /cannot be defined/],
    ['`none` as a member', `${start}group g any a none\nquorum g\n`, /`none` is not defined/],
    [
      'the same witness key under another name',
      `${start}witness c ${formatVerifierKey(ed25519Signer('other', Buffer.alloc(32, 10), ed25519CosignatureType).verifier)}\nquorum a\n`,
      /another witness/,
    ],
    [
      'the same log key under another name',
      `${start}log ${formatVerifierKey(ed25519Signer('other', Buffer.alloc(32, 1)).verifier)}\nquorum a\n`,
      /another log/,
    ],
    ['a log key for a witness', `witness a ${logKey}\nquorum a\n`, /not a key for cosignatures/],
    ['a witness key for a log', `log ${witnessKeys[0]}\nquorum none\n`, /not a key that signs logs/],
    ['a broken key', `log x+y\nquorum none\n`, /line 1.*verifier key/],
    ['an unknown keyword', `${start}signer a\nquorum a\n`, /unknown keyword `signer`/],
    ['a word too many', `${start}quorum a b\n`, /a quorum is/],
    ['a control character', `${start}quorum\u0000 a\n`, /control character/],
    ['a carriage return', `${start}quorum a\r\n`, /control character/],
  ])('with %s is refused', (_what, text, message) => {
    expect(() => parsePolicy(text)).toThrow(message);
  });

  it('has a bounded number of definitions', () => {
    // Three names are defined at the start.
    const policy = (names: number): string =>
      `${start}${Array.from({ length: names - 3 }, (_, n) => `group g${n} all ${n === 0 ? 'a' : `g${n - 1}`}\n`).join('')}quorum a\n`;
    expect(parsePolicy(policy(limits.policyNamesMax)).quorum?.name).toBe('a');
    expect(() => parsePolicy(policy(limits.policyNamesMax + 1))).toThrow(/more than 1000 definitions/);
  });

  it('asks for the log`s signature under its own name, and a wrong signature of any of its keys fails it', () => {
    const none = parsePolicy(`log ${logKey}\nwitness a ${witnessKeys[0]}\nquorum none\n`);
    expect(checkPolicy(none, opened).fulfilled).toBe(true);
    expect(checkPolicy(policyOfLog(log.verifier), opened).fulfilled).toBe(true);
    const elsewhere = parseCheckpointNote(signCheckpoint({ origin: 'other', size: 1, root: Buffer.alloc(32) }, log));
    expect(checkPolicy(none, elsewhere)).toMatchObject({
      fulfilled: false,
      reasons: ['no log of the policy signed the checkpoint of `other`'],
    });
    const wrong = cosignedBy(witnesses.slice(0, 1));
    wrong.note.signatures[1]!.signature[70]! ^= 1;
    expect(checkPolicy(none, wrong)).toMatchObject({
      fulfilled: false,
      reasons: ['the signature of `w0.example` is wrong'],
    });
    expect(checkPolicy(parsePolicy('quorum none'), opened).fulfilled).toBe(false);
  });

  it.runIf(Number(process.versions.node.split('.')[0]) < 24)(
    'does not count a signature that cannot be checked here, and says so',
    () => {
      const publicKey = Buffer.alloc(1312, 1);
      const key = {
        name: 'pq',
        keyId: keyIdOf('pq', mlDsaCosignatureType, publicKey),
        type: mlDsaCosignatureType,
        publicKey,
      };
      const cosigned = {
        ...opened,
        note: {
          ...opened.note,
          signatures: [...opened.note.signatures, { name: 'pq', keyId: key.keyId, signature: Buffer.alloc(2428) }],
        },
      };
      const policy = parsePolicy(
        `log ${logKey}\nwitness pq ${formatVerifierKey(key)}\nwitness a ${witnessKeys[0]}\ngroup g any pq a\nquorum g\n`,
      );
      const result = checkPolicy(policy, cosigned);
      expect(result.fulfilled).toBe(false);
      expect(result.reasons).toEqual([
        'the quorum `g` is not reached: cosigned by none',
        'the signature of `pq` cannot be checked here',
      ]);
    },
  );

  it('of any text is read or refused with a line, never otherwise', () => {
    const word = fc.constantFrom(
      'log',
      'witness',
      'group',
      'quorum',
      'none',
      'all',
      'any',
      '2',
      'a',
      'b',
      '#',
      logKey,
      witnessKeys[0]!,
      witnessKeys[1]!,
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 5 }), { maxLength: 8 }), (lines) => {
        try {
          parsePolicy(lines.map((words) => words.join(' ')).join('\n'));
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'DMC_LEDGER_INVALID' });
        }
      }),
      { numRuns: 500 },
    );
  });
});
