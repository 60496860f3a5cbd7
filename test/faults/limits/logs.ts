/** Limits of imported logs, and of what is compared between them. */
import { gzipSync } from 'node:zlib';
import { limits } from '../../../src/base/limits.ts';
import { logFormats } from '../../../src/collect/logs/formats.ts';
import { auditGaps } from '../../../src/collect/logs/gaps/audit-gaps.ts';
import { readLog, type ReadLogOptions } from '../../../src/collect/logs/read-log.ts';
import { calls } from '../../../src/feed/fixtures/events.ts';
import type { Row } from './row.ts';

/** Reasons of the gaps in a log. */
async function gapsIn(
  data: Uint8Array | string,
  bounds?: Partial<NonNullable<ReadLogOptions['bounds']>>,
): Promise<string[]> {
  const bytes = Buffer.from(data);
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  })();
  const formats = logFormats.filter(({ id }) => id === 'cloudtrail');
  const reasons: string[] = [];
  for await (const item of readLog(
    { name: 'x.log', chunks },
    { formats, raw: 'hash', bounds: { ...limits, ...bounds } },
  ))
    if (item.type === 'gap') reasons.push(item.gap.reason);
  return reasons;
}

const record =
  '{"eventSource":"s3.amazonaws.com","eventName":"x","eventID":"e","eventTime":"2026-10-05T11:00:02Z","eventVersion":"1.08"}';
const recordOf = (bytes: number): string => `${record.slice(0, -1)},"x":"${'x'.repeat(bytes - record.length - 7)}"}`;

/** Blank lines, packed into so many bytes: a name of the file in the head makes up for what is missing (RFC 1952). */
function packed(unpackedBytes: number, packedBytes: number): Buffer {
  const whole = gzipSync('\n'.repeat(unpackedBytes));
  const head = Buffer.from(whole.subarray(0, 10));
  head[3] = 0x08;
  const name = Buffer.alloc(packedBytes - whole.length, 'n');
  name[name.length - 1] = 0;
  return Buffer.concat([head, name, whole.subarray(10)]);
}

export const logRows: readonly Row[] = [
  {
    limit: 'logRecordBytesMax',
    where: 'a record of a log',
    told: (size) => gapsIn(`${record}\n${recordOf(size)}\n${record}\n`),
    past: /^a record is larger than the limit/,
  },
  {
    limit: 'logUnpackedBytesMax',
    where: 'a compressed log',
    at: 100_000,
    told: (size, max) => gapsIn(gzipSync('\n'.repeat(size)), { logUnpackedBytesMax: max }),
    past: /^unpacks to more/,
  },
  {
    limit: 'logUnpackedRatioMax',
    where: 'a compressed log',
    told: (size) => gapsIn(packed(size * 400, 400), { logUnpackedRatioFreeBytes: 0 }),
    past: /^unpacks to more/,
  },
  {
    limit: 'logUnpackedRatioFreeBytes',
    where: 'a compressed log of one letter',
    at: 1_000_000,
    told: (size, max) => gapsIn(gzipSync('\n'.repeat(size)), { logUnpackedRatioFreeBytes: max }),
    past: /^unpacks to more/,
  },
  {
    limit: 'gapsPerLogMax',
    where: 'broken records of a log',
    told: (size) => gapsIn(`${record}\n${'{"broken\n'.repeat(size)}`),
    past: /^1 more gaps in this log$/,
  },
  {
    limit: 'comparedCallsMax',
    where: 'calls of a ledger',
    at: 20,
    told: async (size, max) => {
      const options = { today: '2026-11-20', named: new Set<string>(), open: [], toleranceMs: 1_000, silentMs: 1_000 };
      const { unreconstructable } = await auditGaps(calls(size), [], { ...options, callsMax: max });
      return unreconstructable.map(({ text }) => text);
    },
    past: /^1 events of further calls were not compared/,
  },
];
