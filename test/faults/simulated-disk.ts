/**
 * A disk that keeps apart what programs see and what outlives a power loss, as adversarial as POSIX allows: unsynced
 * writes survive or not, torn at any byte and in any order; names of files that were made, renamed or removed survive
 * only once their folder was synced; a failed fsync forgets the data it was to write.
 */
import { dirname } from 'node:path';
import type { AppendFile, DurableFiles } from '../../src/base/ports.ts';

/** A small seeded generator (mulberry32): every run can be repeated from its seed. */
export class Rng {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  /** An integer from 0 to below `n`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
}

type Change = { readonly truncateTo: number } | { readonly at: number; readonly data: Buffer };

interface Inode {
  /** What programs read. */
  seen: Buffer;
  /** What the platter holds. */
  durable: Buffer;
  /** Changes since the last sync, in order. */
  changes: Change[];
}

/** A name that was given or taken since its folder was synced. */
interface NameChange {
  readonly folder: string;
  readonly names: readonly (readonly [path: string, inode: Inode | undefined])[];
}

export type DiskCall =
  | 'read'
  | 'list'
  | 'write'
  | 'append'
  | 'fsync'
  | 'fsync folder'
  | 'rename'
  | 'create'
  | 'unlink'
  | 'truncate'
  | 'request';

export class SimulatedDisk {
  readonly #rng: Rng;
  readonly #seen = new Map<string, Inode>();
  readonly #durable = new Map<string, Inode>();
  #nameChanges: NameChange[] = [];
  #dead = false;
  #tellCrash: () => void = () => undefined;
  /** Resolves when the power is lost. */
  readonly crashed = new Promise<void>((resolve) => (this.#tellCrash = resolve));

  calls = 0;
  /** The power is lost at this call; 0 never. */
  crashAt = 0;
  /** Called before each call; may throw the platform's error. */
  fault: (call: DiskCall, path: string) => void | Promise<void> = () => undefined;
  /** Bytes all files may have; a write beyond is cut short. */
  capacityBytes = Infinity;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** The disk after the power came back: what was durable, and a random part of what was not. */
  reboot(): SimulatedDisk {
    const next = new SimulatedDisk(this.#rng);
    const names = new Map(this.#durable);
    const kept = this.#rng.below(4);
    const survives = (): boolean => kept === 0 || (kept > 1 && this.#rng.chance(0.5));
    for (const change of this.#nameChanges) if (survives()) applyNames(names, change);
    const inodes = new Map<Inode, Inode>();
    for (const [path, inode] of names) {
      let after = inodes.get(inode);
      if (after === undefined) {
        let content = inode.durable;
        for (const change of inode.changes)
          if (survives()) for (const part of this.#torn(change, kept === 0)) content = apply(content, part);
        after = { seen: content, durable: content, changes: [] };
        inodes.set(inode, after);
      }
      next.#seen.set(path, after);
      next.#durable.set(path, after);
    }
    return next;
  }

  /** What survives of one unsynced change: all of it, or up to two stretches of its bytes, in the rest of which there are zeros. */
  #torn(change: Change, whole: boolean): Change[] {
    if ('truncateTo' in change || whole || this.#rng.chance(0.4)) return [change];
    const cuts = [0, 0, 0, 0].map(() => this.#rng.below(change.data.length + 1)).sort((a, b) => a - b);
    if (this.#rng.chance(0.5)) cuts[0] = 0;
    if (this.#rng.chance(0.5)) cuts[3] = change.data.length;
    const [a = 0, b = 0, c = 0, d = 0] = cuts;
    return [
      { at: change.at + a, data: change.data.subarray(a, b) },
      { at: change.at + c, data: change.data.subarray(c, d) },
    ];
  }

  /** Loses the power now. */
  cutPower(): void {
    this.#dead = true;
    this.#tellCrash();
  }

  paths(): string[] {
    return [...this.#seen.keys()].sort();
  }

  content(path: string): Buffer | undefined {
    return this.#seen.get(path)?.seen;
  }

  /** Changes a file behind everybody's back; undefined removes it. */
  tamper(path: string, content: Buffer | undefined): void {
    if (content === undefined) {
      this.#seen.delete(path);
      this.#durable.delete(path);
      return;
    }
    const inode = { seen: content, durable: content, changes: [] };
    this.#seen.set(path, inode);
    this.#durable.set(path, inode);
  }

  /** A copy of all that is seen, as a backup or a cloned machine has it. */
  copy(): SimulatedDisk {
    const copy = new SimulatedDisk(this.#rng);
    for (const [path, { seen }] of this.#seen) copy.tamper(path, Buffer.from(seen));
    return copy;
  }

  get files(): DurableFiles {
    const writeWhole = (path: string, data: Uint8Array): Promise<void> =>
      this.#call('write', path, () => {
        const inode =
          this.#seen.get(path) ?? this.#name(path, { seen: Buffer.alloc(0), durable: Buffer.alloc(0), changes: [] });
        this.#change(inode, { truncateTo: 0 });
        this.#put(inode, 0, data);
      });
    const fsync = (path: string): Promise<void> =>
      this.#call(
        'fsync',
        path,
        () => this.#sync(path),
        () => this.#forget(path),
      );
    const fsyncFolder = (path: string): Promise<void> =>
      this.#call('fsync folder', dirname(path), () => this.#syncNames(dirname(path)));
    return {
      read: (path) => this.#call('read', path, () => copyOf(this.#seen.get(path)?.seen)),
      list: (directory) =>
        this.#call('list', directory, () => [
          ...new Set(
            [...this.#seen.keys()].flatMap((path) =>
              path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1).split('/', 1)[0] ?? ''] : [],
            ),
          ),
        ]),
      write: writeWhole,
      sync: async (paths) => {
        for (const path of paths) await fsync(path);
        for (const folder of new Set(paths.map((path) => dirname(path)))) await fsyncFolder(`${folder}/x`);
      },
      replace: async (path, data) => {
        const beside = `${path}.tmp`;
        await writeWhole(beside, data);
        await fsync(beside);
        await this.#call('rename', path, () => this.#rename(beside, path));
        await fsyncFolder(path);
      },
      create: async (path, data) => {
        const made = await this.#call('create', path, () => {
          if (this.#seen.has(path)) return false;
          this.#put(this.#name(path, { seen: Buffer.alloc(0), durable: Buffer.alloc(0), changes: [] }), 0, data);
          return true;
        });
        if (!made) return false;
        await fsync(path);
        await fsyncFolder(path);
        return true;
      },
      openAppend: (path) => this.#call('read', path, () => this.#append(path)),
      remove: (path) => this.#call('unlink', path, () => this.#unlink(path)),
    };
  }

  #append(path: string): AppendFile {
    const inode =
      this.#seen.get(path) ?? this.#name(path, { seen: Buffer.alloc(0), durable: Buffer.alloc(0), changes: [] });
    return {
      get size() {
        return inode.seen.length;
      },
      append: (pieces) => this.#call('append', path, () => this.#put(inode, inode.seen.length, Buffer.concat(pieces))),
      sync: () =>
        this.#call(
          'fsync',
          path,
          () => this.#sync(path),
          () => this.#forget(path),
        ),
      truncate: (size) => this.#call('truncate', path, () => this.#change(inode, { truncateTo: size })),
      close: () => Promise.resolve(),
    };
  }

  /** A request of this machine to another one, which keeps its power. */
  request<T>(effect: () => Promise<T>): Promise<T> {
    return this.#call('request', '', effect);
  }

  /** One call of the operating system. A call the power is lost in has its effect or not, and never returns. */
  async #call<T>(
    call: DiskCall,
    path: string,
    effect: () => T | Promise<T>,
    failed: () => void = () => undefined,
  ): Promise<T> {
    for (let turns = this.#rng.below(3); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    if (!this.#dead && ++this.calls === this.crashAt) {
      if (this.#rng.chance(0.5)) void effect();
      this.cutPower();
    }
    if (this.#dead) return new Promise<T>(() => undefined);
    try {
      await this.fault(call, path);
    } catch (error) {
      failed();
      throw error;
    }
    return effect();
  }

  #name(path: string, inode: Inode): Inode {
    this.#rememberNames({ folder: dirname(path), names: [[path, inode]] });
    return inode;
  }

  #rename(from: string, to: string): void {
    const inode = this.#seen.get(from);
    if (inode !== undefined)
      this.#rememberNames({
        folder: dirname(to),
        names: [
          [from, undefined],
          [to, inode],
        ],
      });
  }

  #unlink(path: string): void {
    if (this.#seen.has(path)) this.#rememberNames({ folder: dirname(path), names: [[path, undefined]] });
  }

  #rememberNames(change: NameChange): void {
    applyNames(this.#seen, change);
    this.#nameChanges.push(change);
  }

  #syncNames(folder: string): void {
    for (const change of this.#nameChanges) if (change.folder === folder) applyNames(this.#durable, change);
    this.#nameChanges = this.#nameChanges.filter((change) => change.folder !== folder);
  }

  #put(inode: Inode, at: number, data: Uint8Array): void {
    if (this.capacityBytes === Infinity) return this.#change(inode, { at, data: Buffer.from(data) });
    const used = [...this.#seen.values()].reduce((sum, { seen }) => sum + seen.length, 0);
    const room = Math.max(0, this.capacityBytes - used);
    this.#change(inode, { at, data: Buffer.from(data.subarray(0, room)) });
    if (room < data.length) throw diskError('ENOSPC');
  }

  #change(inode: Inode, change: Change): void {
    inode.seen = apply(inode.seen, change);
    inode.changes.push(change);
  }

  #sync(path: string): void {
    const inode = this.#seen.get(path);
    if (inode === undefined) throw diskError('ENOENT');
    for (const change of inode.changes) inode.durable = apply(inode.durable, change);
    inode.changes = [];
  }

  /** What a failed fsync leaves: pages marked clean that never reached the platter, and are still read from memory. */
  #forget(path: string): void {
    const inode = this.#seen.get(path);
    if (inode === undefined) return;
    for (const change of inode.changes)
      if (this.#rng.chance(0.3))
        for (const part of this.#torn(change, false)) inode.durable = apply(inode.durable, part);
    inode.changes = [];
  }
}

export function diskError(code: 'EIO' | 'ENOSPC' | 'ENOENT'): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

function apply(content: Buffer, change: Change): Buffer {
  if ('truncateTo' in change) return Buffer.from(content.subarray(0, change.truncateTo));
  const after = Buffer.alloc(Math.max(content.length, change.at + change.data.length));
  after.set(content);
  after.set(change.data, change.at);
  return after;
}

function applyNames(names: Map<string, Inode>, { names: changes }: NameChange): void {
  for (const [path, inode] of changes)
    if (inode === undefined) names.delete(path);
    else names.set(path, inode);
}

function copyOf(content: Buffer | undefined): Uint8Array | undefined {
  return content === undefined ? undefined : Buffer.from(content);
}
