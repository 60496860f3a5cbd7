/**
 * Published vectors, and every file a writer produces held against the second reading of the specifications in
 * rfc6962.ts. Sources, read 2026-11-28: github.com/transparency-dev/merkle v0.0.2 testonly/constants.go (the vectors of
 * certificate-transparency); golang.org/x/mod v0.33.0 sumdb/note example_test.go and note_test.go; C2SP signed-note.md
 * ("Verifier keys", "Example"), tlog-cosignature.md, tlog-proof.md, tlog-witness.md and merkle-tree.md ("Example");
 * github.com/transparency-dev/tessera v1.0.4 testdata/log.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, parseCheckpointNote } from '../../../src/ledger/checkpoint.ts';
import { checkSignatures } from '../../../src/ledger/cosignature.ts';
import { emptyRoot, leafHash, nodeHash } from '../../../src/ledger/hash.ts';
import {
  formatNote,
  formatSignerKey,
  formatVerifierKey,
  isSignedBy,
  parseNote,
  parseSignerKey,
  parseVerifierKey,
  signNote,
} from '../../../src/ledger/note.ts';
import { consistencyProof, inclusionProof } from '../../../src/ledger/proof.ts';
import { TileReader } from '../../../src/ledger/tile-reader.ts';
import { TileTree } from '../../../src/ledger/tile-tree.ts';
import { logOf, MemoryLog, someEntries } from './memory-log.ts';
import { filesOf, treeHash } from './rfc6962.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('RFC 6962: the eight leaves of certificate-transparency', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((leaf) => Buffer.from(leaf, 'hex'));
  const leafHashes = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7',
    '07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7',
    'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    '4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658',
    'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
    '46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1',
  ];
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];

  it('hash to the published leaves and roots, here and in the second reading', () => {
    expect(leaves.map((leaf) => hex(leafHash(leaf)))).toEqual(leafHashes);
    const tree = new TileTree();
    const ours = [hex(tree.root())];
    for (const leaf of leaves) {
      tree.append(leafHash(leaf));
      ours.push(hex(tree.root()));
    }
    expect(ours).toEqual(roots);
    expect(roots.map((_, size) => hex(treeHash(leaves.slice(0, size))))).toEqual(roots);
    expect(hex(emptyRoot)).toBe(roots[0]);
  });

  it('give the proofs of the seven-entry example of C2SP merkle-tree', async () => {
    const log = new MemoryLog();
    log.append(leaves.slice(0, 7));
    const [a, b, c, d, e, f, g] = leaves.map(leafHash) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const [h, i, j] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)];
    const [k, l] = [nodeHash(h, i), nodeHash(j, g)];
    const tiles = new TileReader(log, 7);
    const named = new Map(
      Object.entries({ a, b, c, d, e, f, g, h, i, j, k, l }).map(([name, hash]) => [hex(hash), name]),
    );
    const names = (hashes: readonly Uint8Array[]): string => hashes.map((hash) => named.get(hex(hash))).join(' ');
    expect(await Promise.all([0, 3, 4, 6].map(async (index) => names(await inclusionProof(tiles, index))))).toEqual([
      'b i l',
      'c h l',
      'f g k',
      'j k',
    ]);
    expect(await Promise.all([3, 4, 6].map(async (old) => names(await consistencyProof(tiles, old))))).toEqual([
      'c d h l',
      'l',
      'j g k',
    ]);
  });
});

describe('signed notes', () => {
  it('the example of C2SP signed-note verifies under its key', () => {
    const key = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
    const signed =
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(isSignedBy(parseNote(signed), key)).toBe(true);
    expect(isSignedBy(parseNote(signed.replace('an', 'no')), key)).toBe(false);
    expect(formatVerifierKey(key)).toBe('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  });

  it('the example with an empty line in its text is taken apart at the last one', () => {
    const text = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n';
    const signed = `${text}\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n`;
    const note = parseNote(Buffer.from(signed));
    expect(note.text).toBe(text);
    expect(note.signatures).toMatchObject([{ name: 'quasimodo.example/salvatore', keyId: 0x367ba04b }]);
    expect(formatNote(note)).toBe(signed);
  });

  const text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const peter =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  const enoch =
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

  it('golang.org/x/mod/sumdb/note signs what we sign, with the same keys', () => {
    const skey = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
    const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const signer = parseSignerKey(skey);
    expect(formatVerifierKey(signer.verifier)).toBe(vkey);
    expect(formatSignerKey('PeterNeumann', Buffer.from('gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=', 'base64'))).toBe(
      skey,
    );
    expect(signNote(text, [signer])).toBe(`${text}\n${peter}`);
  });

  it('and its rules for two signers hold', () => {
    const keys = [
      'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
      'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
    ].map(parseVerifierKey);
    const both = parseNote(`${text}\n${peter}${enoch}`);
    expect(keys.map((key) => isSignedBy(both, key))).toEqual([true, true]);
    const broken = `${enoch.slice(0, 60)}ABCD${enoch.slice(60)}`;
    expect(keys.map((key) => isSignedBy(parseNote(`${text}\n${peter}${peter}${enoch}${broken}`), key))).toEqual([
      true,
      false,
    ]);
    expect(keys.map((key) => isSignedBy(parseNote(`${text}\n${peter}`), key))).toEqual([true, false]);
  });
});

describe('checkpoints', () => {
  it('the cosigned example of C2SP tlog-cosignature is read; its keys are not published', () => {
    const { checkpoint, note } = parseCheckpointNote(
      'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n',
    );
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(Buffer.from(note.signatures[1]!.signature).readBigUInt64BE()).toBe(1_679_315_147n);
  });

  it('one of Tessera verifies under its key', () => {
    const key = parseVerifierKey('example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx');
    const signed =
      'example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n';
    const opened = openCheckpoint(signed, key);
    const words = 'one two three four five six seven eit nain ten ileven twelf threeten fourten fivten'.split(' ');
    expect(hex(opened.checkpoint.root)).toBe(hex(treeHash(words.map((word) => Buffer.from(word)))));
    expect(checkSignatures(opened, key)).toEqual({ state: 'valid' });
  });
});

describe('the files of a log', () => {
  const contents = (files: Map<string, Uint8Array>): Record<string, string> =>
    Object.fromEntries([...files].map(([path, data]) => [path, hex(data)]));

  it.each([1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_537])(
    'of %i entries are those of the specification, byte for byte',
    (size) => {
      const log = logOf(size);
      const { checkpoint } = parseCheckpointNote(log.files.get('checkpoint')!);
      log.files.delete('checkpoint');
      expect(contents(log.files)).toEqual(contents(filesOf(log.entries)));
      expect(hex(checkpoint.root)).toBe(hex(treeHash(log.entries)));
    },
  );

  it('a tree of 70,000 has the tiles the specification counts', () => {
    const paths = [...logOf(70_000).files.keys()].filter((path) => /^tile\/\d/.test(path));
    const count = (pattern: RegExp): number => paths.filter((path) => pattern.test(path)).length;
    expect([count(/^tile\/0\/\d+$/), count(/^tile\/1\/\d+$/)]).toEqual([273, 1]);
    expect(paths.filter((path) => path.includes('.p/'))).toEqual([
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ]);
  });

  it('are the same whatever steps a log grew in, and a tree that is read back goes on as if it had not stopped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 6 }), async (steps) => {
        const log = new MemoryLog();
        let resumed = new TileTree();
        const full = new Map<string, string>();
        for (const step of steps) {
          const entries = someEntries(step, log.entries.length);
          log.append(entries);
          for (const entry of entries) resumed.append(leafHash(entry));
          for (const { path, data } of resumed.takeFull()) full.set(path, hex(data));
          const state = (tree: TileTree): unknown => [
            tree.size,
            hex(tree.root()),
            tree.partials().map(({ path, data }) => [path, hex(data)]),
          ];
          expect(state(resumed)).toEqual(state(log.tree));
          resumed = await TileTree.load(log.tree.size, (path) => Promise.resolve(log.files.get(path)!));
          expect(state(resumed)).toEqual(state(log.tree));
        }
        const expected = filesOf(log.entries);
        for (const [path, data] of full) expect(data).toBe(hex(expected.get(path)!));
        for (const [path, data] of expected) expect(hex(log.files.get(path)!)).toBe(hex(data));
      }),
      { numRuns: 60 },
    );
  });

  it('a tree is read back at every size to 600', async () => {
    const state = (one: TileTree): string =>
      [hex(one.root()), ...one.partials().map(({ path, data }) => `${path} ${hex(data)}`)].join('\n');
    const tree = new TileTree();
    const files = new Map<string, Uint8Array>();
    for (const entry of someEntries(600)) {
      tree.append(leafHash(entry));
      for (const { path, data } of [...tree.takeFull(), ...tree.partials()]) files.set(path, data);
      const read = await TileTree.load(tree.size, (path) => Promise.resolve(files.get(path)!));
      if (state(read) !== state(tree)) expect.fail(`at ${tree.size}`);
    }
    await expect(TileTree.load(5, () => Promise.resolve(Buffer.alloc(31)))).rejects.toThrow(/does not hold 5 hashes/);
  });
});
