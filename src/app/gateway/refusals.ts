import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import type { Exchange } from '../../gateway/exchange.ts';
import type { Refusal } from '../../gateway/identify/refusal.ts';
import { RefusalTally } from '../../gateway/identify/refusal-tally.ts';
import type { EventInput } from '../../model/event.ts';

/** Takes note of somebody who was refused. */
export type NoteRefusal = (refusal: Pick<Refusal, 'cause'>, exchange: Pick<Exchange, 'peer'>) => void;

/** Records who was refused, at whatever path. */
export function recordRefusals(
  clock: Pick<Clock, 'now'>,
  record: (event: EventInput) => void,
): { readonly refused: NoteRefusal; readonly close: () => void } {
  const tally = new RefusalTally();
  const flush = setInterval(() => tally.flush(clock.now()).forEach(record), limits.refusalTallyMs).unref();
  return {
    refused: ({ cause }, { peer }) => tally.note(cause, peer.address, clock.now()).forEach(record),
    close: () => {
      clearInterval(flush);
      tally.flush().forEach(record);
    },
  };
}
