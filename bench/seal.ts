/**
 * Measures what it costs to turn an event into a sealed ledger entry and back: processor time, so that other work
 * on the machine disturbs it little.
 *
 *   npx tsx bench/seal.ts [--events 50000] [--bytes 1024]
 */
import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { formatEntry, parseEntry } from '../src/ledger/entry.ts';
import { leafHash } from '../src/ledger/hash.ts';
import { heldKeys, joinKeys, openPayload, payloadSecret, sealContext, sealPayload } from '../src/ledger/seal.ts';
import type { Envelope } from '../src/model/event.ts';
import { parseEventInput } from '../src/store/event-input.ts';
import { Recorder } from '../src/store/recorder.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '50000' }, bytes: { type: 'string', default: '1024' } },
});
const events = Number(values.events);
const bytes = Number(values.bytes);

const key = randomBytes(32);
const joined = joinKeys([key]);
const names = ['s_0123456789abcdef/2026-08'];
const plaintext = Buffer.from(JSON.stringify({ prompt: randomBytes(bytes / 2).toString('hex') }).slice(0, bytes));
const given = {
  kind: 'tool.call',
  time: '2026-08-01T10:00:00.000Z',
  source: 'gateway',
  run: '0198c0de-5a5a-7000-8000-000000000000',
  call: 'toolu_01A09q90qw90lq917835lq9',
  agent: 'support-agent',
  tool: 'mcp__crm__lookup_customer',
  server: 'https://crm.example:8443',
  effect: 'read',
  confidentiality: 'confidential',
  subject: 'erika@example.com',
  payload: { prompt: randomBytes(bytes / 2).toString('hex') },
};
const clear: Envelope = {
  v: 1,
  id: '0198c0de-5a5a-7000-8000-000000000000',
  time: given.time,
  kind: 'tool.call',
  source: 'gateway',
  acknowledged: { mode: 'durable' },
  subject: 's_0123456789abcdef',
  run: given.run,
  tool: given.tool,
};
const context = sealContext(clear);
const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');

function sealed(): Envelope {
  const secret = payloadSecret(joined, names, context);
  const { sealed: data, commitment } = sealPayload(plaintext, context, secret, randomBytes(12));
  const fields = { bytes: plaintext.length, commitment: base64(commitment), keys: names };
  return { ...clear, payload: { ...fields, sealed: base64(data) } };
}

async function measure(what: string, work: () => unknown): Promise<void> {
  for (let n = 0; n < 2_000; n++) await work();
  const before = process.cpuUsage();
  for (let n = 0; n < events; n++) await work();
  const { user, system } = process.cpuUsage(before);
  const microseconds = (user + system) / events;
  process.stdout.write(`${what.padEnd(44)} ${microseconds.toFixed(2).padStart(8)} µs/event\n`);
}

const envelope = sealed();
const entry = formatEntry(envelope);
const keys = heldKeys(() => key);
const none = { read: () => Promise.resolve(undefined) };
const recorder = await Recorder.open({
  writer: {
    append: (written) => Promise.resolve({ index: 0, leaf: written.subarray(0, 32) }),
    putBlob: (data) => Promise.resolve(createHash('sha256').update(data).digest('hex')),
  },
  keys: {
    sealFor: () =>
      Promise.resolve({
        pseudonyms: ['s_0123456789abcdef'],
        names,
        secret: (about) => payloadSecret(joined, names, about),
      }),
    erase: () => Promise.resolve([]),
    unrecordedErasures: () => Promise.resolve([]),
    recorded: () => Promise.resolve(),
  },
  beats: { read: () => Promise.resolve(0), write: () => Promise.resolve() },
  clock: { now: () => Date.now() },
  random: { bytes: (count) => randomBytes(count) },
  source: 'bench',
  lossWindowMs: 1000,
});
const { input } = parseEventInput(given, Date.now());

process.stdout.write(`payload ${plaintext.length} bytes, entry ${entry.length} bytes, ${events} events\n`);
await measure('seal (secret, payload, commitment)', sealed);
await measure('format an entry', () => formatEntry(envelope));
await measure('hash a leaf', () => leafHash(entry));
await measure('parse an event that was given', () => parseEventInput(given, Date.now()));
await measure('record: seal, format, hand over', () => recorder.record(input));
await measure('read an entry back', () => parseEntry(entry));
await measure('open a payload and check its commitment', () => openPayload(envelope, keys, none));
