/** A log in memory, as a writer would leave it on disk: for the tests of what reads logs. */
import type { LogFiles } from '../../../src/ledger/log-files.ts';
import { signCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { leafHash } from '../../../src/ledger/hash.ts';
import { ed25519Signer } from '../../../src/ledger/note.ts';
import { bundlePath, encodeBundle } from '../../../src/ledger/tile.ts';
import { TileTree } from '../../../src/ledger/tile-tree.ts';

export const signer = ed25519Signer('example.org/log', Buffer.alloc(32, 1));
export const key = signer.verifier;

export class MemoryLog implements LogFiles {
  readonly files = new Map<string, Uint8Array>();
  readonly entries: Uint8Array[] = [];
  readonly tree = new TileTree();
  /** Paths in the order they were asked for. */
  readonly reads: string[] = [];

  /** Appends entries and publishes a checkpoint; the signed text of it. */
  append(entries: readonly Uint8Array[]): string {
    for (const entry of entries) {
      this.entries.push(entry);
      this.tree.append(leafHash(entry));
      if (this.entries.length % 256 === 0)
        this.files.set(bundlePath(this.entries.length / 256 - 1, 256), encodeBundle(this.entries.slice(-256)));
    }
    for (const { path, data } of [...this.tree.takeFull(), ...this.tree.partials()]) this.files.set(path, data);
    const width = this.entries.length % 256;
    if (width > 0)
      this.files.set(
        bundlePath(Math.floor(this.entries.length / 256), width),
        encodeBundle(this.entries.slice(-width)),
      );
    const checkpoint = signCheckpoint({ origin: key.name, size: this.tree.size, root: this.tree.root() }, signer);
    this.files.set('checkpoint', Buffer.from(checkpoint));
    return checkpoint;
  }

  /** Drops partial tiles and bundles whose full ones exist. */
  dropReplacedPartials(): void {
    for (const path of this.files.keys()) {
      const full = path.replace(/\.p\/\d+$/, '');
      if (full !== path && this.files.has(full)) this.files.delete(path);
    }
  }

  read(path: string): Promise<Uint8Array | undefined> {
    this.reads.push(path);
    return Promise.resolve(this.files.get(path));
  }

  /** Flips a bit of a file. */
  flip(path: string, byte: number, bit = 0): void {
    const data = Buffer.from(this.files.get(path)!);
    data[byte]! ^= 1 << bit;
    this.files.set(path, data);
  }
}

/** n small entries, all different. */
export function someEntries(count: number, from = 0): Uint8Array[] {
  return Array.from({ length: count }, (_, at) => Buffer.from(`entry ${from + at}`));
}

export function logOf(count: number): MemoryLog {
  const log = new MemoryLog();
  log.append(someEntries(count));
  return log;
}
