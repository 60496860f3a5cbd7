import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CrashingFiles } from '../../test/faults/crashing-files.ts';
import { limits } from '../base/limits.ts';
import { checkPayload, noPayloads } from '../ledger/check-payloads.ts';
import { parseEntry } from '../ledger/entry.ts';
import { entryBytesMax, leafHash } from '../ledger/hash.ts';
import type { LogFiles } from '../ledger/log-files.ts';
import { openEntry, type ReadEntry } from '../ledger/read.ts';
import { blobPath } from '../ledger/seal.ts';
import type { Acknowledgement, Envelope } from '../model/event.ts';
import { type AcceptedEvent, parseEventInput } from './event-input.ts';
import { beatFile } from './keys/beat-file.ts';
import { createKeyFolder, keyPaths } from './keys/key-folder.ts';
import { KeyStore } from './keys/key-store.ts';
import { type EntryWriter, Recorder, type RecorderParts } from './recorder.ts';

const paths = keyPaths('/log.keys');
const nowMs = Date.parse('2026-08-01T10:00:00Z');
const event = (fields: object): AcceptedEvent =>
  parseEventInput({ kind: 'tool.call', run: 'r1', tool: 'x', ...fields }, nowMs).input;

/** A log in memory. */
class MemoryWriter implements EntryWriter, LogFiles {
  readonly entries: Uint8Array[] = [];
  readonly modes: string[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  failure: Error | undefined;

  append(entry: Uint8Array, mode: Acknowledgement['mode']): Promise<{ index: number; leaf: Uint8Array }> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.modes.push(mode);
    return Promise.resolve({ index: this.entries.push(entry) - 1, leaf: leafHash(entry) });
  }

  async putBlob(bytes: Uint8Array): Promise<string> {
    await Promise.resolve();
    const name = createHash('sha256').update(bytes).digest('hex');
    this.blobs.set(blobPath(name), bytes);
    return name;
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.blobs.get(path));
  }

  envelopes(): Envelope[] {
    return this.entries.map(parseEntry);
  }
}

interface World extends RecorderParts {
  readonly writer: MemoryWriter;
  readonly keys: KeyStore;
  readonly files: CrashingFiles;
}

async function world(files = new CrashingFiles()): Promise<World> {
  const random = { bytes: (count: number) => randomBytes(count) };
  const clock = { now: () => nowMs, monotonic: () => 0 };
  if (files.all().size === 0) await createKeyFolder(files, random, paths, { name: 'example.com/log' });
  const keys = await KeyStore.open({ files, random, clock, paths });
  return {
    writer: new MemoryWriter(),
    keys,
    files,
    beats: beatFile(files, paths),
    clock,
    random,
    source: 'test',
    lossWindowMs: 250,
  };
}

async function readBack({ writer, keys }: World): Promise<ReadEntry[]> {
  return Promise.all(writer.entries.map((entry) => openEntry(entry, keys, writer)));
}

describe('a recorded event', () => {
  it('is in the ledger with its facts in clear, its person as a pseudonym and its payload sealed', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    const recorded = await recorder.record(
      event({ subject: 'Erika', reasons: ['a'], time: '2026-07-01T00:00:00Z', payload: { prompt: 'hello' } }),
    );
    const [envelope] = parts.writer.envelopes();
    expect(recorded).toEqual({
      id: envelope?.id,
      index: 0,
      leaf: leafHash(parts.writer.entries[0] ?? new Uint8Array()),
    });
    expect(envelope).toMatchObject({
      v: 1,
      kind: 'tool.call',
      time: '2026-07-01T00:00:00.000Z',
      source: 'test',
      acknowledged: { mode: 'durable' },
      subject: await parts.keys.pseudonymOf('Erika'),
      tool: 'x',
      reasons: ['a'],
      payload: { bytes: 18, keys: [`${envelope?.subject}/2026-08`] },
    });
    expect(Object.keys(envelope ?? {}).slice(0, 7)).toEqual([
      'v',
      'id',
      'time',
      'kind',
      'source',
      'acknowledged',
      'subject',
    ]);
    expect(await readBack(parts)).toMatchObject([{ payload: { state: 'clear', value: { prompt: 'hello' } } }]);
  });

  it('says how long a crash may lose it when it was acknowledged ahead', async () => {
    const parts = await world();
    await (await Recorder.open(parts)).record(event({}), 'async');
    expect(parts.writer.envelopes()[0]?.acknowledged).toEqual({ mode: 'async', lossWindowMs: 250 });
    expect(parts.writer.modes).toEqual(['async']);
  });

  it('without payload has none; a person is a pseudonym all the same', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    await recorder.record(event({}));
    await recorder.record(event({ subject: 'Erika' }));
    expect(parts.writer.envelopes().map(({ payload }) => payload)).toEqual([undefined, undefined]);
    expect(parts.writer.envelopes()[1]?.subject).toMatch(/^s_/);
    expect(await readBack(parts)).toMatchObject([{ payload: { state: 'none' } }, { payload: { state: 'none' } }]);
  });

  it('about several people needs the keys of all; about nobody, those of the log', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    await recorder.record(event({ subject: 'Erika', alsoAbout: ['Bert', 'Erika'], payload: 1 }));
    await recorder.record(event({ alsoAbout: ['Bert'], payload: 2 }));
    await recorder.record(event({ payload: null }));
    const [erika, bert] = [await parts.keys.pseudonymOf('Erika'), await parts.keys.pseudonymOf('Bert')];
    const envelopes = parts.writer.envelopes();
    expect(envelopes.map(({ subject }) => subject)).toEqual([erika, undefined, undefined]);
    expect(envelopes.map(({ payload }) => payload?.keys)).toEqual([
      [`${erika}/2026-08`, `${bert}/2026-08`],
      [`${bert}/2026-08`],
      ['log/2026-08'],
    ]);
    await recorder.erase({ subject: 'Bert', reason: 'asked', by: 'dpo' });
    const states = (await readBack(parts)).map((read) => read.envelope !== undefined && read.payload.state);
    expect(states).toEqual(['erased', 'erased', 'clear', 'clear']);
  });

  it('stands in the order it was recorded, also when its person is new', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    const subjects = Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? `person ${at}` : undefined));
    const recorded = await Promise.all(
      subjects.map((subject, at) =>
        recorder.record(event({ call: `c${at}`, payload: at, ...(subject === undefined ? {} : { subject }) })),
      ),
    );
    expect(parts.writer.envelopes().map(({ call }) => call)).toEqual(subjects.map((_, at) => `c${at}`));
    expect(recorded.map(({ index }) => index)).toEqual(subjects.map((_, at) => at));
    expect(recorded.map(({ id }) => id)).toEqual(recorded.map(({ id }) => id).sort());
  });

  it('is with the writer at once when it is flushed: a ledger is closed after what was recorded before', async () => {
    const made = await world();
    const recorder = await Recorder.open(made);
    await recorder.record(event({ subject: 'Erika' }));
    const later = [
      recorder.record(event({ tool: 'a' }), 'async'),
      recorder.record(event({ subject: 'Erika', tool: 'b' })),
    ];
    expect(made.writer.entries).toHaveLength(1);
    recorder.flush();
    await Promise.resolve();
    expect(made.writer.envelopes().map(({ tool }) => tool)).toEqual(['x', 'a', 'b']);
    expect((await Promise.all(later)).map(({ index }) => index)).toEqual([1, 2]);
  });

  it('that fails takes neither the earlier nor the later ones with it', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const outcomes = await Promise.allSettled([
      recorder.record(event({ call: 'c0', subject: 'new', payload: 0 })),
      recorder.record(event({ call: 'c1', payload: cyclic })),
      recorder.record(event({ call: 'c2', payload: 7n })),
      recorder.record(event({ call: 'c3', payload: () => 1 })),
      recorder.record(event({ call: 'c4', payload: 4 })),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'DMC_EVENT_INVALID' });
    expect(parts.writer.envelopes().map(({ call }) => call)).toEqual(['c0', 'c4']);
    parts.writer.failure = new Error('full');
    await expect(recorder.record(event({}))).rejects.toThrow('full');
    parts.writer.failure = undefined;
    expect((await recorder.record(event({}))).index).toBe(2);
  });
});

describe('a large payload', () => {
  it('is a blob when its entry would not fit, and only then', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    const record = async (length: number): Promise<Envelope | undefined> => {
      await recorder.record(event({ subject: 'Erika', payload: 'x'.repeat(length) }));
      return parts.writer.envelopes().at(-1);
    };
    // The largest payload that fits an entry, found by halving.
    let [fits, tooLarge] = [1000, 60_000];
    while (tooLarge - fits > 1) {
      const middle = Math.floor((fits + tooLarge) / 2);
      if ((await record(middle))?.payload?.blob === undefined) fits = middle;
      else tooLarge = middle;
    }
    await record(fits);
    const length = parts.writer.entries.at(-1)?.length ?? 0;
    expect(length).toBeLessThanOrEqual(entryBytesMax);
    expect(length).toBeGreaterThan(entryBytesMax - 4);
    const { payload } = (await record(tooLarge)) ?? {};
    expect(payload?.sealed).toBeUndefined();
    expect(parts.writer.blobs.get(blobPath(payload?.blob ?? ''))?.length).toBe(tooLarge + 2 + 12 + 16);
    const counts = noPayloads();
    for (const envelope of parts.writer.envelopes()) await checkPayload(envelope, parts.keys, parts.writer, counts);
    expect(counts).toMatchObject({ opened: parts.writer.entries.length, failed: 0 });
    // Each is sealed under a key of its own: equal payloads are different blobs.
    expect((await record(tooLarge))?.payload?.blob).not.toBe(payload?.blob);
  });

  it('has a limit', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    // As JSON the text has two quotation marks.
    const record = (bytes: number) => recorder.record(event({ payload: 'x'.repeat(bytes - 2) }));
    expect((await record(limits.payloadBytesMax)).index).toBe(0);
    await expect(record(limits.payloadBytesMax + 1)).rejects.toMatchObject({ code: 'DMC_EVENT_INVALID' });
    expect(parts.writer.entries).toHaveLength(1);
  });

  it('beside the longest facts still makes an entry', async () => {
    const parts = await world();
    const long = 'i'.repeat(limits.identifierLengthMax);
    const names = [
      'run',
      'parentRun',
      'call',
      'trace',
      'agent',
      'tool',
      'server',
      'dataSource',
      'operation',
      'destination',
      'provider',
      'model',
      'policy',
      'error',
      'reference',
      'rule',
      'before',
      'after',
      'source',
    ];
    const facts = Object.fromEntries(names.map((name) => [name, long]));
    const people = Array.from({ length: limits.subjectsPerEventMax }, (_, at) => `p${at}`);
    const given = {
      ...facts,
      kind: 'custom',
      reasons: Array.from({ length: limits.reasonsMax }, () => long),
      subject: 'Erika',
      alsoAbout: people,
    };
    await (await Recorder.open(parts)).record(event({ ...given, payload: 'x'.repeat(50_000) }));
    expect(parts.writer.envelopes()[0]?.payload?.keys).toHaveLength(people.length + 1);
    expect(parts.writer.entries[0]?.length).toBeLessThan(entryBytesMax / 2);
  });
});

describe('heartbeats', () => {
  it('count on over restarts, and one at a time', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    await recorder.beat();
    const both = await Promise.all([recorder.beat(), recorder.beat()]);
    expect(both[0]).toEqual(both[1]);
    await (await Recorder.open(parts)).beat();
    expect(parts.writer.envelopes()).toMatchObject(
      [1, 2, 3].map((beat) => ({ kind: 'heartbeat', source: 'ledger', beat })),
    );
  });

  it('that were not recorded are not counted', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    parts.writer.failure = new Error('full');
    await expect(recorder.beat()).rejects.toThrow('full');
    parts.writer.failure = undefined;
    await recorder.beat();
    expect(parts.writer.envelopes()).toMatchObject([{ beat: 1 }]);
  });
});

describe('an erasure', () => {
  it('is an event once the keys are gone: pseudonym in clear, reason under the key of the log', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    await recorder.record(event({ subject: 'Erika', payload: 'hello' }));
    const pseudonym = await parts.keys.pseudonymOf('Erika');
    const erased = await recorder.erase({ subject: 'Erika', reason: 'request 12', by: 'dpo' });
    expect(erased).toMatchObject([{ pseudonym, periods: 1, index: 1 }]);
    expect(await readBack(parts)).toMatchObject([
      { payload: { state: 'erased' } },
      {
        envelope: { kind: 'erasure', subject: pseudonym, outcome: 'ok', payload: { keys: ['log/2026-08'] } },
        payload: { state: 'clear', value: { reason: 'request 12', by: 'dpo', periods: 1 } },
      },
    ]);
    expect(Buffer.from(parts.writer.entries[1] ?? '').toString()).not.toMatch(/request|dpo/);
    expect(await recorder.erase({ subject: 'Erika', reason: 'request 12', by: 'dpo' })).toEqual([]);
    expect(parts.writer.entries).toHaveLength(2);
  });

  it('that could not be recorded is recorded at the next start, before anything else', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    await recorder.record(event({ subject: 'Erika', payload: 'hello' }));
    parts.writer.failure = new Error('stopped');
    await expect(recorder.erase({ subject: 'Erika', reason: 'request 12', by: 'dpo' })).rejects.toThrow('stopped');
    expect(await readBack(parts)).toMatchObject([{ payload: { state: 'erased' } }]);
    const next = await world(parts.files);
    await Recorder.open(next);
    expect(next.writer.envelopes()).toMatchObject([{ kind: 'erasure', subject: parts.writer.envelopes()[0]?.subject }]);
    await Recorder.open(next);
    expect(next.writer.entries).toHaveLength(1);
  });

  it('under a legal hold is refused, and is no event', async () => {
    const parts = await world();
    const recorder = await Recorder.open(parts);
    await recorder.record(event({ subject: 'Erika', payload: 'hello' }));
    await parts.keys.hold('Erika', 'case 7', 'counsel');
    await expect(recorder.erase({ subject: 'Erika', reason: 'r', by: 'dpo' })).rejects.toMatchObject({
      code: 'DMC_LEDGER_HELD',
    });
    expect(parts.writer.entries).toHaveLength(1);
    expect(await readBack(parts)).toMatchObject([{ payload: { state: 'clear' } }]);
  });
});
