import { messageOf } from '../../base/errors.ts';
import type { Clock, KeyFiles } from '../../base/ports.ts';
import { parseRfc3339 } from '../../base/rfc3339.ts';
import { type RevocationOrder, RevocationOrders } from '../../gateway/identify/revocation-orders.ts';
import { StoredRevocations } from '../../gateway/identify/stored-revocations.ts';
import type { EventInput } from '../../model/event.ts';
import { killPollMs } from '../../store/kill-switch/kill-switch.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeTimer } from '../node-timer.ts';
import { revocationPlaces } from './state-folder.ts';

/**
 * Opens what is revoked, carries out the orders that wait, and goes on to look for further ones as often as the kill switch does.
 *
 * @param state the state folder of the gateway, which is there
 * @throws DemarcError `DMC_IDENTITY` when what was revoked is not known
 */
export async function openRevocations(
  state: string,
  files: KeyFiles,
  parts: {
    readonly clock: Pick<Clock, 'now'>;
    readonly record: (event: EventInput) => void;
    readonly tell: (line: string) => void;
  },
): Promise<{ readonly revocations: StoredRevocations; readonly close: () => Promise<void> }> {
  const places = revocationPlaces(state);
  const revocations = await StoredRevocations.open(files, places.file);
  const orders = new RevocationOrders(nodeDurableFiles(), places.orders);
  const told = new Set<string>();
  const tellOnce = (about: string, line: string): void => {
    if (told.has(about)) return;
    told.add(about);
    parts.tell(line);
  };
  const look = async (): Promise<void> => {
    try {
      await orders.take(
        async (order) => {
          const sinceMs = parseRfc3339(order.at)?.ms ?? parts.clock.now();
          await (order.lift ? revocations.lift(order.what) : revocations.revoke(order.what, sinceMs));
          parts.record(revocationEvent(order));
        },
        (name) => tellOnce(name, `\`${places.orders}/${name}\` is no order to revoke anything: it is left there`),
      );
      told.delete('');
    } catch (thrown) {
      tellOnce('', `orders to revoke credentials cannot be carried out: ${messageOf(thrown)}`);
    }
  };
  await look();
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await nodeTimer.wait(killPollMs, stop.signal);
      if (!stop.signal.aborted) await look();
    }
  })();
  const close = async (): Promise<void> => {
    stop.abort();
    await running;
    await revocations.close();
  };
  return { revocations, close };
}

function revocationEvent({ what, lift, reason, by, at }: RevocationOrder): EventInput {
  return {
    kind: 'config.change',
    source: 'gateway',
    reference: 'revocations',
    decision: lift ? 'allow' : 'deny',
    reasons: [`revoked.${what.kind}`],
    severity: 'high',
    ...(what.kind === 'run' ? { run: what.run } : {}),
    ...(what.kind === 'agent' ? { agent: what.agent } : {}),
    ...(what.kind === 'person' ? { subject: `${what.issuer}#${what.subject}` } : {}),
    ...(by === '' ? {} : { alsoAbout: [by] }),
    payload: { what, reason, by, at },
  };
}
