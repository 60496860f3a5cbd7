/**
 * What the ledger promises under each fault, and what was observed. Faults come through the ports: a disk that tells apart
 * what programs see and what outlives a power loss. Random crash points are in ledger-crash.test.ts, a real `kill -9` in
 * ledger-kill.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../src/base/errors.ts';
import { verifyLog } from '../../src/ledger/verify-log.ts';
import { acquireFileLease, type Processes } from '../../src/store/log/file-lease.ts';
import { fileStorage } from '../../src/store/log/files/file-storage.ts';
import { statedBy, testOrigin, testSigner, treeHash } from '../../src/store/log/fixtures/test-log.ts';
import { lastKnownFile } from '../../src/store/log/last-known.ts';
import { createLog } from '../../src/store/log/open-log.ts';
import { LogWriter, type WriterParts, type WriterSettings } from '../../src/store/log/writer.ts';
import { diskError, Rng, SimulatedDisk } from './simulated-disk.ts';

const entry = (index: number): Buffer => Buffer.from(`entry ${index} ${'x'.repeat(index % 50)}`);
const entries = (count: number, from = 0): Buffer[] => Array.from({ length: count }, (_, at) => entry(from + at));

/** One machine with a disk; processes on it are numbered, and those in `dead` have ended. */
class Machine {
  disk: SimulatedDisk;
  nowMs = 1_000_000;
  pid = 100;
  readonly dead = new Set<number>();

  constructor(disk: SimulatedDisk = new SimulatedDisk(new Rng(1))) {
    this.disk = disk;
  }

  processes(pid: number): Processes {
    return {
      self: { pid, started: String(pid), host: 'here', boot: '1' },
      startOf: (other) => Promise.resolve(this.dead.has(other) ? undefined : String(other)),
    };
  }

  async parts(settings: Partial<WriterSettings> = {}, directory = '/log', keys = '/keys'): Promise<WriterParts> {
    const { files } = this.disk;
    return {
      storage: fileStorage(files, directory),
      wal: { files, directory: `${directory}/wal`, random: { bytes: (count) => Buffer.alloc(count, this.pid) } },
      lease: await acquireFileLease(files, `${directory}/lock`, this.processes(++this.pid)),
      signer: testSigner,
      origin: testOrigin,
      lastKnown: lastKnownFile(files, `${keys}/last-checkpoint`),
      clock: { now: () => this.nowMs, monotonic: () => 0 },
      settings: { checkpointIntervalMs: 0, ...settings },
    };
  }

  async open(settings: Partial<WriterSettings> = {}): Promise<LogWriter> {
    const parts = await this.parts(settings);
    if (this.pid === 101) await createLog(parts, parts.clock.now());
    return LogWriter.open(parts);
  }

  /** The power goes and comes back: every process is dead, unsynced data is lost, torn or kept at random. */
  powerLoss(): void {
    this.disk.cutPower();
    this.restart(this.disk.reboot());
  }

  /** Every process ends at once; what the system was given stays. */
  killed(): void {
    this.disk.cutPower();
    this.restart(this.disk.copy());
  }

  restart(disk: SimulatedDisk): void {
    this.disk = disk;
    for (let pid = 0; pid <= this.pid; pid++) this.dead.add(pid);
  }

  flip(path: string, at?: number): void {
    const content = Buffer.from(this.disk.content(path) ?? '');
    const position = at ?? Math.floor(content.length / 2);
    content.writeUInt8((content[position] ?? 0) ^ 0x10, position);
    this.disk.tamper(path, content);
  }

  wal(): string[] {
    return this.disk.paths().filter((path) => path.endsWith('.wal'));
  }

  /** Problems a verifier finds. */
  async problems(pinned?: string): Promise<string[]> {
    const files = { read: (path: string) => Promise.resolve(this.disk.content(`/log/${path}`)) };
    const options = { files, key: testSigner.verifier, origin: testOrigin };
    const { problems } = await verifyLog(pinned === undefined ? options : { ...options, pinned: [pinned] });
    return problems.map(({ path, what }) => `${path}: ${what}`);
  }

  root(): Buffer {
    return statedBy(this.disk.content('/log/checkpoint')?.toString() ?? '').root;
  }
}

/** A log of 700 published entries and 50 that are in the write-ahead log only, on a machine that was just killed. */
async function killedLog(settings: Partial<WriterSettings> = {}): Promise<Machine> {
  const machine = new Machine();
  const writer = await machine.open(settings);
  await writer.appendBatch(entries(700), 'durable');
  await writer.publish();
  for (let at = 700; at < 750; at += 10) await writer.appendBatch(entries(10, at), 'durable');
  await settled();
  machine.killed();
  return machine;
}

/** All that is under way has ended, the mark behind the last sync too. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof DemarcError ? error.code : String(error)),
  );
}

describe('writes that do not reach the disk', () => {
  it('torn and lost writes: what was not acknowledged is cut off, what was is there', async () => {
    let torn = 0;
    for (let seed = 0; seed < 100; seed++) {
      const machine = new Machine(new SimulatedDisk(new Rng(seed)));
      const writer = await machine.open();
      await writer.appendBatch(entries(20), 'durable');
      await settled();
      machine.disk.crashAt = machine.disk.calls + 2;
      const second = writer.appendBatch(entries(20, 20), 'durable');
      expect(await Promise.race([second.then(() => 'told'), machine.disk.crashed.then(() => 'crashed')])).toBe(
        'crashed',
      );
      machine.restart(machine.disk.reboot());
      const next = await machine.open();
      expect([20, 40]).toContain(next.size);
      torn += next.recovery.tornBytes > 0 ? 1 : 0;
      await next.close();
      expect(machine.root()).toEqual(treeHash(entries(next.size)));
    }
    expect(torn).toBeGreaterThan(1);
  });

  it('failed fsync of the write-ahead log: the writer stops for good, does not try again, and nothing acknowledged is lost', async () => {
    const machine = new Machine();
    const writer = await machine.open();
    await writer.appendBatch(entries(10), 'durable');
    await settled();
    let failures = 0;
    machine.disk.fault = (call, path) => {
      if (call === 'fsync' && path.endsWith('.wal') && failures++ === 0) throw diskError('EIO');
    };
    const waiting = [writer.append(entry(10), 'durable'), writer.append(entry(11), 'durable')];
    expect(await Promise.all(waiting.map(codeOf))).toEqual(['DMC_LEDGER_STOPPED', 'DMC_LEDGER_STOPPED']);
    for (const call of [
      writer.append(entry(12), 'durable'),
      writer.append(entry(12), 'async'),
      writer.publish(),
      writer.ready(),
      writer.putBlob(entry(1)),
    ])
      expect(await codeOf(call)).toBe('DMC_LEDGER_STOPPED');
    expect(failures).toBe(1);
    expect(writer.failure?.message).toContain('EIO');
    expect(await codeOf(writer.close())).toBe('DMC_LEDGER_STOPPED');
    machine.powerLoss();
    const next = await machine.open();
    await next.append(entry(next.size), 'durable');
    await next.close();
    expect(next.size).toBeGreaterThanOrEqual(11);
    expect(machine.root()).toEqual(treeHash(entries(next.size)));
  });

  it.each(['/tile/', '/checkpoint', '/last-checkpoint'])(
    'failed fsync of %s: no checkpoint covers what may be lost',
    async (place) => {
      const machine = new Machine();
      const writer = await machine.open();
      await writer.appendBatch(entries(300), 'durable');
      machine.disk.fault = (call, path) => {
        if (call.startsWith('fsync') && path.includes(place.replace(/\/last-checkpoint$/, '/keys')))
          throw diskError('EIO');
      };
      expect(await codeOf(writer.publish())).toBe('DMC_LEDGER_STOPPED');
      expect(await codeOf(writer.append(entry(300), 'durable'))).toBe('DMC_LEDGER_STOPPED');
      machine.powerLoss();
      const next = await machine.open();
      expect(next.size).toBe(300);
      await next.close();
      expect(machine.root()).toEqual(treeHash(entries(300)));
      expect(await machine.problems()).toEqual([]);
    },
  );

  it.each(['write-ahead log', 'tiles'])(
    'disk full under the %s: the caller is told, and with room again all goes on',
    async (what) => {
      const machine = new Machine();
      const writer = await machine.open();
      await writer.appendBatch(entries(300), 'durable');
      await settled();
      const used = machine.disk.paths().reduce((sum, path) => sum + (machine.disk.content(path)?.length ?? 0), 0);
      machine.disk.capacityBytes = used + 50;
      const call = what === 'tiles' ? writer.publish() : writer.appendBatch(entries(50, 300), 'durable');
      expect(await codeOf(call)).toBe('DMC_LEDGER_FULL');
      expect(await codeOf(writer.append(entry(1), 'durable'))).toBe('DMC_LEDGER_STOPPED');
      await writer.close().catch(() => undefined);
      machine.powerLoss();
      machine.disk.capacityBytes = used + 50;
      expect(await codeOf(machine.open())).toBe('DMC_LEDGER_FULL');
      machine.disk.capacityBytes = Infinity;
      const next = await machine.open();
      expect(next.size).toBe(300);
      await next.close();
      expect(machine.root()).toEqual(treeHash(entries(300)));
    },
  );

  it('slow disk: callers wait, the queue stays bounded, nothing is lost', async () => {
    const machine = new Machine();
    const writer = await machine.open({ queueEntriesMax: 20 });
    machine.disk.fault = () => new Promise((resolve) => setTimeout(resolve, 2));
    const told = await Promise.all(entries(40).map((one) => codeOf(writer.append(one, 'durable'))));
    expect(told).toEqual([...Array<string>(20).fill('ok'), ...Array<string>(20).fill('DMC_LEDGER_FULL')]);
    for (const one of entries(20, 20)) {
      await writer.ready();
      await writer.append(one, 'async');
    }
    await writer.close();
    expect(machine.root()).toEqual(treeHash(entries(40)));
  });
});

describe('damage', () => {
  const segments = { walSegmentBytes: 300 };
  const table: readonly (readonly [
    fault: string,
    settings: Partial<WriterSettings>,
    damage: (machine: Machine) => void,
    opened: string,
    named: string,
  ])[] = [
    ['bit flip in the checkpoint', {}, (m) => m.flip('/log/checkpoint'), 'DMC_LEDGER_INVALID', 'checkpoint'],
    [
      'bit flip in the tile at the edge',
      {},
      (m) => m.flip('/log/tile/0/002.p/188'),
      'DMC_LEDGER_INVALID',
      'tile/0/002',
    ],
    ['bit flip in an upper tile', {}, (m) => m.flip('/log/tile/1/000.p/2'), 'DMC_LEDGER_INVALID', 'tile/1/000'],
    ['bit flip in a full tile', {}, (m) => m.flip('/log/tile/0/001'), 'DMC_LEDGER_STOPPED', 'tile/0/001'],
    [
      'bit flip in the bundle at the edge',
      {},
      (m) => m.flip('/log/tile/entries/002.p/188'),
      'DMC_LEDGER_INVALID',
      'tile/entries/002',
    ],
    ['bit flip in a full bundle', {}, (m) => m.flip('/log/tile/entries/000'), 'ok', 'tile/entries/000'],
    ['missing bundle', {}, (m) => m.disk.tamper('/log/tile/entries/000', undefined), 'ok', 'tile/entries/000'],
    [
      'missing bundle at the edge',
      {},
      (m) => m.disk.tamper('/log/tile/entries/002.p/188', undefined),
      'DMC_LEDGER_INVALID',
      'tile/entries/002',
    ],
    [
      'missing tile at the edge',
      {},
      (m) => m.disk.tamper('/log/tile/0/002.p/188', undefined),
      'DMC_LEDGER_INVALID',
      'tile/0/002',
    ],
    ['missing checkpoint', {}, (m) => m.disk.tamper('/log/checkpoint', undefined), 'DMC_LEDGER_STOPPED', 'checkpoint'],
    [
      'bit flip in acknowledged entries of the write-ahead log',
      {},
      (m) => m.flip(m.wal()[0] ?? '', -300 + (m.disk.content(m.wal()[0] ?? '')?.length ?? 0)),
      'DMC_LEDGER_STOPPED',
      '',
    ],
    [
      'bit flip in the last acknowledged entries',
      {},
      (m) => m.flip(m.wal()[0] ?? '', -45 + (m.disk.content(m.wal()[0] ?? '')?.length ?? 0)),
      'DMC_LEDGER_STOPPED',
      '',
    ],
    ['bit flip in the head of the write-ahead log', {}, (m) => m.flip(m.wal()[0] ?? '', 20), 'DMC_LEDGER_STOPPED', ''],
    ['bit flip in what the checkpoint covers already', {}, (m) => m.flip(m.wal()[0] ?? '', 500), 'ok', ''],
    [
      'missing segment of the write-ahead log',
      segments,
      (m) => m.disk.tamper(m.wal()[1] ?? '', undefined),
      'DMC_LEDGER_STOPPED',
      '',
    ],
    ['missing write-ahead log', {}, (m) => m.disk.tamper(m.wal()[0] ?? '', undefined), 'DMC_LEDGER_STOPPED', ''],
    ['bit flip in the known checkpoint', {}, (m) => m.flip('/keys/last-checkpoint'), 'DMC_LEDGER_INVALID', ''],
    [
      'bit flip in the lock',
      {},
      (m) => m.flip(m.disk.paths().find((path) => path.includes('/lock/')) ?? '', 2),
      'ok',
      '',
    ],
  ];
  const rows = table.map(([fault, settings, damage, opened, named]) => ({ fault, settings, damage, opened, named }));
  it.each(rows)(
    '$fault: the writer says $opened, a verifier names "$named"',
    async ({ settings, damage, opened, named }) => {
      const machine = await killedLog(settings);
      damage(machine);
      const before = machine.disk.content('/log/checkpoint');
      expect((await machine.problems()).map((problem) => problem.split(/[.:]/, 1)[0])).toEqual(
        named === '' ? [] : expect.arrayContaining([named]),
      );
      const writer = machine.open();
      expect(await codeOf(writer)).toBe(opened);
      if (opened !== 'ok') {
        expect(machine.disk.content('/log/checkpoint')).toEqual(before);
        return;
      }
      await (await writer).close();
      expect(machine.root()).toEqual(treeHash(entries(750)));
      expect((await machine.problems()).length > 0).toBe(named !== '');
    },
  );

  it('says where acknowledged entries are damaged', async () => {
    const machine = await killedLog();
    const [path = ''] = machine.wal();
    machine.flip(path, (machine.disk.content(path)?.length ?? 0) - 300);
    await expect(machine.open()).rejects.toThrow(
      /entries \d+ to \d+ are damaged or missing in the write-ahead log: `\/log\/wal\/\d+\.wal` at byte \d+/,
    );
  });

  it('opens without a write-ahead log where that is asked for', async () => {
    const machine = await killedLog();
    for (const path of machine.wal()) machine.disk.tamper(path, undefined);
    const writer = await LogWriter.open({ ...(await machine.parts()), acceptMissingWal: true });
    expect(writer.size).toBe(700);
    await writer.close();
  });

  it('a crafted entry does not pass for a frame of the write-ahead log', async () => {
    const machine = new Machine();
    const writer = await machine.open();
    await writer.append(entry(0), 'durable');
    await settled();
    const forged = machine.disk.content(machine.wal()[0] ?? '')?.subarray(64) ?? Buffer.alloc(0);
    await writer.publish();
    await writer.close();
    // The next segment has a salt of its own, so a copy of old frames inside a torn entry says nothing.
    const next = await machine.open();
    machine.disk.fault = (call, path) => {
      if (call === 'fsync' && path.endsWith('.wal')) throw diskError('EIO');
    };
    await codeOf(next.append(forged, 'durable'));
    const [path = ''] = machine.wal();
    machine.flip(path, 64 + 40 + 1);
    machine.restart(machine.disk.copy());
    const last = await machine.open();
    expect(last.size).toBe(1);
    expect(last.recovery.tornBytes).toBeGreaterThan(0);
    await last.close();
  });
});

describe('more than one history', () => {
  it('duplicate writer: the second is told who writes; a dead one is followed', async () => {
    const machine = new Machine();
    const writer = await machine.open();
    await expect(machine.open()).rejects.toThrow('process 101 on `here` writes this ledger');
    await writer.append(entry(0), 'durable');
    machine.dead.add(101);
    const next = await machine.open();
    expect(next.size).toBe(1);
    await writer.append(entry(1), 'durable').catch(() => undefined);
    expect(await codeOf(writer.publish())).toBe('DMC_LEDGER_STOPPED');
    await next.append(entry(1), 'durable');
    await next.close();
    expect(machine.root()).toEqual(treeHash(entries(2)));
  });

  it('rolled-back directory: refused, whatever the copy says of itself', async () => {
    const machine = new Machine();
    const writer = await machine.open();
    await writer.appendBatch(entries(10), 'durable');
    await writer.close();
    const old = machine.disk.copy();
    const later = await machine.open();
    await later.appendBatch(entries(10, 10), 'durable');
    await later.close();
    const known = machine.disk.content('/keys/last-checkpoint');
    machine.restart(old);
    machine.disk.tamper('/keys/last-checkpoint', known);
    await expect(machine.open()).rejects.toThrow('rolled back: 20 entries were published, its checkpoint has 10');
    expect((await machine.problems(known?.toString())).join()).toContain('rolled back');
  });

  it('forked copy: whoever publishes second with the same key stops, and a fork is not opened', async () => {
    const machine = new Machine();
    const first = await machine.open();
    await first.appendBatch(entries(10), 'durable');
    await first.publish();
    for (const path of machine.disk.paths().filter((path) => path.startsWith('/log/') && !path.includes('/lock/')))
      machine.disk.tamper(path.replace('/log/', '/copy/'), Buffer.from(machine.disk.content(path) ?? ''));
    const second = await LogWriter.open(await machine.parts({}, '/copy'));
    await second.appendBatch([Buffer.from('another history')], 'durable');
    await second.publish();
    await first.append(entry(10), 'durable');
    expect(await codeOf(first.publish())).toBe('DMC_LEDGER_STOPPED');
    await first.close().catch(() => undefined);
    await second.close();
    await expect(machine.open()).rejects.toThrow('rolled back');
    // Without the key's folder the first history goes on; the second one's checkpoint convicts it.
    machine.disk.tamper('/keys/last-checkpoint', undefined);
    const alone = await machine.open();
    await alone.append(entry(11), 'durable');
    await alone.close();
    const other = machine.disk.content('/copy/checkpoint')?.toString();
    expect((await machine.problems(other)).join()).toContain('history was changed');
    machine.disk.tamper('/keys/last-checkpoint', Buffer.from(other ?? ''));
    await expect(machine.open()).rejects.toThrow('forked');
  });

  it('a checkpoint the writer did not write: it stops', async () => {
    const machine = new Machine();
    const writer = await machine.open();
    await writer.append(entry(0), 'durable');
    const strange = Buffer.from('strange');
    machine.disk.tamper('/log/checkpoint', strange);
    expect(await codeOf(writer.publish())).toBe('DMC_LEDGER_STOPPED');
    expect(machine.disk.content('/log/checkpoint')).toEqual(strange);
  });

  it('a log that another writer continued: entries acknowledged here are not passed over in silence', async () => {
    const machine = await killedLog();
    const keptWal = machine.wal().map((path) => [path, machine.disk.content(path)] as const);
    for (const [path] of keptWal) machine.disk.tamper(path, undefined);
    const other = await LogWriter.open({ ...(await machine.parts()), acceptMissingWal: true });
    await other.appendBatch([Buffer.from('a'), Buffer.from('b')], 'durable');
    await other.close();
    for (const path of machine.wal()) machine.disk.tamper(path, undefined);
    for (const [path, content] of keptWal) machine.disk.tamper(path, content);
    await expect(machine.open()).rejects.toThrow('entry 700 of the write-ahead log is not the one the ledger has');
  });
});

describe('time', () => {
  it('clock going back: the time of entries does not, over restarts neither', async () => {
    const machine = new Machine();
    const writer = await machine.open();
    const before = writer.timeMs();
    await writer.append(entry(0), 'durable');
    machine.nowMs -= 500_000;
    expect(writer.timeMs()).toBe(before);
    machine.powerLoss();
    machine.nowMs -= 1;
    const next = await machine.open();
    expect(next.timeMs()).toBe(before);
    await next.close();
    const last = await machine.open();
    machine.nowMs = before + 1;
    expect(last.timeMs()).toBe(before + 1);
    await last.close();
  });
});
