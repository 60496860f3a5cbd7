// Prints the body of an OTLP/HTTP request with one event of each kind, payloads included.
import { formatEntry } from '../../../src/ledger/entry.ts';
import { oneOfEach, sealed } from '../../../src/feed/fixtures/events.ts';
import { otlp } from '../../../src/feed/otlp/otlp-sink.ts';
import { toRecord } from '../../../src/feed/record.ts';

const value = { text: 'hello', list: [1, 2.5, true, null], deep: { big: 9007199254740991 } };
const records = await Promise.all(
  oneOfEach.map((event, index) =>
    toRecord('ledger.example/acme', { index, entry: formatEntry({ ...event, payload: sealed(40) }) }, 'include', {
      open: async () => ({ state: 'open', value }),
    }),
  ),
);
const { requests } = otlp({ url: 'https://collector.example/v1/logs', headers: {}, productVersion: '0.0.0' }).toRequests(records);
process.stdout.write(Buffer.from(requests[0].request.body));
