import { readCursor } from './cursor.ts';
import type { Feed, FeedPorts } from './deliver.ts';
import { type FeedRecord, toRecord } from './record.ts';

/**
 * What a feed would send next, without sending it: the bodies of one batch, without headers, for those hold credentials.
 * Changes nothing.
 */
export async function preview(
  feed: Feed,
  { source, payloads, files }: Pick<FeedPorts, 'source' | 'payloads' | 'files'>,
): Promise<string> {
  const cursor = await readCursor(files, `${feed.folder}/cursor.json`);
  const from = cursor === undefined || cursor === 'corrupt' ? 0 : cursor.next;
  const records: FeedRecord[] = [];
  for await (const entry of source.read(await source.size(), from, from + feed.batch.events)) {
    const record = await toRecord(source.origin, entry, feed.payload, payloads);
    if (typeof record !== 'string') records.push(record);
  }
  const { target } = feed;
  if ('output' in target) return records.map((record) => `${target.sink.line(record)}\n`).join('');
  return target.sink
    .toRequests(records)
    .requests.map(
      ({ request }) =>
        `${request.method} ${request.url}\n${Buffer.from(request.body ?? '')
          .toString('utf8')
          .trimEnd()}\n`,
    )
    .join('');
}
