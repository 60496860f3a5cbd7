import type { FeedRecord } from '../record.ts';
import type { LineSink } from '../sink.ts';

/** Events as Demarc has them, one JSON object a line: position in the ledger, event, what became of the payload. */
export const jsonLines: LineSink = {
  transport: 'lines',
  line: ({ log, event, payload }: FeedRecord) => JSON.stringify({ log, event, payload }),
};
