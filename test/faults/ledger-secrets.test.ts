/**
 * Secrets and personal data never stand in clear in a ledger (invariant 6): planted in every field of every event, they are
 * in no byte of the log, its write-ahead log, its blobs or what the commands print, and are read back with the keys.
 *
 * A name written like an identifier (`erika.mustermann`) cannot be told from one and is not promised: `EventFacts` says so.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runLedgerAppend } from '../../src/app/commands/ledger/append-run.ts';
import { runLedgerInit } from '../../src/app/commands/ledger/init-run.ts';
import { runLedgerErase, runLedgerHold } from '../../src/app/commands/ledger/people-run.ts';
import { type Context, processContext } from '../../src/app/context.ts';
import {
  cryptoRandom,
  type LedgerPlace,
  ledgerPlace,
  logParts,
  openKeys,
  signerOf,
} from '../../src/app/ledger/place.ts';
import { nodeProcesses } from '../../src/app/node-processes.ts';
import { parseCheckpointNote } from '../../src/ledger/checkpoint.ts';
import { readEntries } from '../../src/ledger/log-files.ts';
import { openEntry } from '../../src/ledger/read.ts';
import { eventKinds } from '../../src/model/event.ts';
import { factTypes } from '../../src/model/event-facts.ts';
import { parseEventInput } from '../../src/store/event-input.ts';
import { beatFile } from '../../src/store/keys/beat-file.ts';
import { acquireFileLease } from '../../src/store/log/file-lease.ts';
import { LogWriter } from '../../src/store/log/writer.ts';
import { Recorder } from '../../src/store/recorder.ts';

const root = mkdtempSync(join(tmpdir(), 'demarc-ledger-secrets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const planted: string[] = [];
const plant = (text: string): string => {
  planted.push(text);
  return text;
};
/** Texts of each kind, different each time; made at run time, so that no credential stands in this file. */
const sorts: readonly ((n: number) => string)[] = [
  (n) => `sk-${'ant'}-api03-${'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'.repeat(3).slice(n % 9, 93)}${n}AA`,
  (n) => `ghp_${`${n}x`.padEnd(36, 'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD')}`,
  (n) => `postgres://app:Wint3rSale${n}x@db.example/orders`,
  (n) => `password=Summ3rSale${n}x`,
  (n) => `erika.mustermann${n}x@example.com`,
  (n) => `Erika Mustermann-${n}x, Heidestr. 17`,
  (n) => ibanOf(370400440532000000 + n),
  (n) => `+49301234${String(100000 + n)}`,
  (n) => `Please cancel order ${n}x, I am ill.`,
  (n) => `{"diagnosis":"flu${n}x"}`,
  (n) => `/home/erika${n}x/notes.md`,
  (n) => `https://crm.example/customers/erika${n}x?token=q${n}x`,
];

function ibanOf(account: number): string {
  const digits = String(account).padStart(18, '0');
  const check = 98n - (BigInt(`${digits}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${digits}`;
}

let count = 0;
const fields = [...Object.keys(factTypes), 'source', 'time', 'subject', 'alsoAbout', 'payload', 'arguments', 'kind'];
const valid = {
  run: 'r1',
  call: 'c1',
  tool: 't',
  dataSource: 'd',
  decision: 'allow',
  reference: 'x',
  rule: 'r',
  beat: 1,
};

/** An event of a kind with a planted text in one field, as a text, in a list, and in an object. */
function eventWith(kind: string, field: string, text: string): Record<string, unknown> {
  const shapes = [text, [text], { [text]: text }];
  return { ...valid, kind, [field]: shapes[count++ % (field in factTypes ? 2 : 3)] };
}

const kinds = ['tool.call', 'decision', 'finding', 'erasure', 'custom', 'unknown'];
const events = fields.flatMap((field) =>
  sorts.map((sort) =>
    eventWith(kinds[((planted.length * 5) % 7) % kinds.length] ?? '', field, plant(sort(planted.length))),
  ),
);
// Every kind once, with everything in it; a field named by a person; several people; a prompt too large for an entry.
for (const kind of eventKinds)
  events.push({
    kind,
    ...Object.fromEntries(
      fields.slice(0, -1).map((field, at) => [field, plant(sorts[at % sorts.length]?.(planted.length) ?? '')]),
    ),
  });
for (const sort of sorts) events.push({ kind: 'run.start', run: 'r1', [plant(sort(planted.length))]: 1 });
events.push({
  kind: 'tool.call',
  tool: 't',
  subject: plant('Anna Beispiel'),
  alsoAbout: [plant('Bert Beispiel'), plant('carla@example.com')],
});
events.push({
  kind: 'model.request',
  subject: plant('Dora Beispiel'),
  payload: `${plant('Liebe Dora, anbei')}${' lang'.repeat(30_000)}`,
});

const outputs: string[] = [];
function contextWith(lines: readonly string[]): Context {
  const write = (text: string): void => void outputs.push(text);
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield* lines.map((line) => Buffer.from(`${line}\n`));
  }
  const inherited = processContext();
  return { ...inherited, process: { stdin: stdin(), stdout: { write }, stderr: { write } } };
}

/** Every file below a folder, joined, and its paths. */
function everything(folder: string): { paths: string[]; bytes: Buffer } {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return { paths, bytes: Buffer.concat([Buffer.from(paths.join('\n')), ...paths.map((path) => readFileSync(path))]) };
}

/** What of the planted texts stands in the bytes: as it is, escaped, or in an encoding that hides nothing. */
function foundIn(bytes: Buffer): string[] {
  const text = bytes.toString('latin1').toLowerCase();
  const encoded = (secret: string): string[] => [
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('hex'),
    // Base64 of the text at each of the three positions it can have, without what its neighbours change.
    ...[0, 1, 2].map((shift) =>
      Buffer.from('x'.repeat(shift) + secret)
        .toString('base64')
        .slice(4, -4),
    ),
  ];
  return [...planted, ...fragments].filter((secret) =>
    // What is encoded is looked for where it is long enough not to turn up by chance in a megabyte of Base64.
    [secret, ...encoded(secret).filter(({ length }) => length >= 12)].some((form) => text.includes(form.toLowerCase())),
  );
}
/** Parts that must not be left over where a text was cut. */
const fragments = [
  'mustermann',
  'Heidestr',
  'Wint3rSale',
  'Summ3rSale',
  'diagnosis',
  'Beispiel',
  'sk-ant-api03',
  'cancel order',
];

async function recorderOf(place: LedgerPlace): Promise<{ writer: LogWriter; recorder: Recorder }> {
  const writer = await LogWriter.open({
    ...(await logParts(place, await signerOf(place))),
    lease: await acquireFileLease(place.files, `${place.directory}/lock`, nodeProcesses()),
    clock: place.context.clock,
    settings: { checkpointIntervalMs: 0 },
  });
  const recorder = await Recorder.open({
    writer,
    keys: await openKeys(place),
    beats: beatFile(place.keyFiles, place.keys),
    clock: place.context.clock,
    random: cryptoRandom,
    source: 'test',
    lossWindowMs: 1000,
  });
  return { writer, recorder };
}

async function payloadsOf(place: LedgerPlace): Promise<string> {
  const keys = await openKeys(place);
  const { checkpoint } = parseCheckpointNote(Buffer.from((await place.logFiles.read('checkpoint')) ?? '').toString());
  const payloads: unknown[] = [];
  for await (const { entry } of readEntries(place.logFiles, checkpoint.size)) {
    const read = await openEntry(entry, keys, place.logFiles);
    expect(read.envelope !== undefined && read.payload.state).toMatch(/clear|none/);
    const people = [
      read.envelope?.subject ?? '',
      ...(read.envelope?.payload?.keys ?? []).map((key) => key.split('/')[0] ?? ''),
    ];
    payloads.push(read.envelope && read.payload, await Promise.all(people.map((person) => keys.personBehind(person))));
  }
  return JSON.stringify(payloads);
}

describe('planted secrets and personal data', () => {
  it('are found by the search when they are there', () => {
    const secret = plant('Gesucht und gefunden');
    for (const form of [secret, Buffer.from(`a ${secret} b`).toString('base64'), Buffer.from(secret).toString('hex')])
      expect(foundIn(Buffer.from(`..${form}..`))).toEqual([secret]);
    planted.pop();
  });

  it('are in no file of a ledger while it is written, nor after, and all are read back with the keys', async () => {
    const context = contextWith([]);
    const directory = join(root, 'written');
    expect(await runLedgerInit(context, { format: 'terminal' }, directory)).toBe(0);
    const place = ledgerPlace(context, directory);
    const { writer, recorder } = await recorderOf(place);
    const problems = await Promise.all(
      events.map(async (event) => {
        const parsed = parseEventInput(event, context.clock.now());
        await recorder.record(parsed.input);
        return parsed.problems;
      }),
    );
    const during = everything(directory);
    expect(during.paths.join()).toMatch(/\.wal/);
    expect(during.paths.join()).toMatch(/blob\/[0-9a-f]{2}\/[0-9a-f]{64}/);
    expect(foundIn(during.bytes)).toEqual([]);
    expect(foundIn(Buffer.from(problems.flat().join('\n')))).toEqual([]);
    await writer.close();
    const after = everything(directory);
    expect(after.paths.join()).toMatch(/tile\/entries/);
    expect(foundIn(after.bytes)).toEqual([]);
    const read = await payloadsOf(place);
    const lost = planted.filter(
      (secret) => !read.toLowerCase().includes(JSON.stringify(secret).slice(1, -1).toLowerCase()),
    );
    expect(lost).toEqual([]);
  }, 60_000);

  it('are in nothing the commands print or write, whatever the lines are', async () => {
    const directory = join(root, 'commands');
    await runLedgerInit(contextWith([]), { format: 'json' }, directory);
    const broken = sorts.map((sort) => `{"kind":"tool.call","tool":"${plant(sort(planted.length))}`);
    const lines = [...events.filter((_, at) => at % 11 === 0).map((event) => JSON.stringify(event)), ...broken];
    expect(
      await runLedgerAppend(
        contextWith(lines),
        { source: 'cli', mode: 'durable', heartbeat: 0, acceptMissingWal: false, strict: false },
        directory,
      ),
    ).toBe(1);
    expect(
      await runLedgerAppend(
        contextWith(lines),
        { source: 'cli', mode: 'async', heartbeat: 0, acceptMissingWal: false, strict: true },
        directory,
      ),
    ).toBe(1);
    const reason = plant('Antrag von Frau Mustermann');
    await runLedgerHold(
      contextWith([]),
      { subject: 'Dora Beispiel', all: false, reason, by: plant('Rita Recht'), format: 'terminal' },
      directory,
    );
    await runLedgerErase(
      contextWith([]),
      { subject: 'Anna Beispiel', reason, by: 'dpo', format: 'terminal' },
      directory,
    );
    expect(outputs.join('').length).toBeGreaterThan(1000);
    expect(foundIn(everything(directory).bytes)).toEqual([]);
    const printed = outputs.filter((text) => !text.startsWith('placed h_')).join('');
    expect(foundIn(Buffer.from(printed))).toEqual([]);
  }, 60_000);
});
