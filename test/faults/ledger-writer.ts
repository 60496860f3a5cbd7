/** A process that appends to a ledger in a folder until it is killed, and prints a line for each acknowledgement. */
import { writeSync } from 'node:fs';
import { nodeDurableFiles } from '../../src/app/node-durable-files.ts';
import { nodeProcesses } from '../../src/app/node-processes.ts';
import { openWriter } from '../../src/store/log/fixtures/test-log.ts';

const settings = { checkpointIntervalMs: 7, walSegmentBytes: 200_000, walBytesMax: 1_000_000 };
const writer = await openWriter(nodeDurableFiles(), process.argv[2] ?? '', { settings, processes: nodeProcesses() });
writeSync(1, `open ${writer.size}\n`);

async function caller(name: number): Promise<void> {
  for (let count = 0; ; count++) {
    const text = `${process.pid} ${name} ${count} `;
    const { index } = await writer.append(Buffer.from(text + 'x'.repeat((count * 37) % 3_000)), 'durable');
    // Written without a buffer in between: what is out was acknowledged, and what was acknowledged is soon out.
    writeSync(1, `${index} ${text}\n`);
  }
}

await Promise.all(Array.from({ length: 20 }, (_, name) => caller(name)));
