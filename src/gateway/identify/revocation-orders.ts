import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { DurableFiles, Random } from '../../base/ports.ts';
import { parseRfc3339 } from '../../base/rfc3339.ts';
import { fileMode, identityError } from './private-file.ts';
import type { Revocation } from './revocations.ts';
import { revocationShape } from './stored-revocations.ts';

/** What somebody at the machine of the gateway orders. */
export interface RevocationOrder {
  readonly what: Revocation;
  /** It lets go again what was revoked. */
  readonly lift: boolean;
  /** For the record. */
  readonly reason: string;
  readonly by: string;
  /** RFC 3339: what was issued until then is revoked. */
  readonly at: string;
}

const shape = z.strictObject({
  what: revocationShape,
  lift: z.boolean(),
  reason: z.string().max(limits.identifierLengthMax),
  by: z.string().max(limits.subjectLengthMax),
  at: z.string().refine((text) => parseRfc3339(text) !== undefined),
});

/**
 * Orders on their way to the gateway: one file each in a folder of its state, written whole or not at all. The gateway is the only
 * process that writes what is revoked; it takes an order away once that is durable.
 */
export class RevocationOrders {
  readonly #files: Pick<DurableFiles, 'list' | 'read' | 'replace' | 'remove'>;
  readonly #folder: string;

  /** @param folder absolute path */
  constructor(files: Pick<DurableFiles, 'list' | 'read' | 'replace' | 'remove'>, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Leaves an order; durable when it resolves. @throws DemarcError `DMC_IDENTITY` when it is too long; the platform's error */
  async leave(order: RevocationOrder, random: Random): Promise<void> {
    if (!shape.safeParse(order).success) throw identityError('the revocation names something too long');
    const name = `${order.at.replaceAll(':', '')}-${Buffer.from(random.bytes(6)).toString('hex')}.json`;
    await this.#files.replace(`${this.#folder}/${name}`, Buffer.from(`${JSON.stringify(order)}\n`), fileMode);
  }

  /**
   * Hands out what is there, in the order it was left.
   *
   * @param apply an order is taken away when this resolves, and stays when it rejects
   * @param unreadable told of a file that is no order: it stays
   */
  async take(apply: (order: RevocationOrder) => Promise<void>, unreadable: (name: string) => void): Promise<void> {
    for (const name of (await this.#files.list(this.#folder)).toSorted()) {
      if (name.endsWith('.tmp')) continue;
      const order = await this.#read(name);
      if (order === undefined) unreadable(name);
      else {
        await apply(order);
        await this.#files.remove(`${this.#folder}/${name}`);
      }
    }
  }

  async #read(name: string): Promise<RevocationOrder | undefined> {
    try {
      const data = await this.#files.read(`${this.#folder}/${name}`);
      return shape.parse(JSON.parse(Buffer.from(data ?? new Uint8Array()).toString('utf8')));
    } catch {
      return undefined;
    }
  }
}
