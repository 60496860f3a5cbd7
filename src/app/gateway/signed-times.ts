import { z } from 'zod';
import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock, DurableFiles } from '../../base/ports.ts';
import { KeptFile, type KeptFileParts } from './kept-file.ts';

/** Milliseconds since the epoch. */
const file = z.strictObject({ signed: z.literal(1), times: z.record(z.string(), z.int()) });

export type Signed = Pick<SignedTimes, 'whyNot' | 'note'>;

export interface SignedTimesParts extends Omit<KeptFileParts, 'text'> {
  readonly files: Pick<DurableFiles, 'read' | 'replace'>;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * When what held last was signed, in a file of the state folder: who can write policies, pins or the servers of a configuration but
 * holds no key cannot put back what was signed before them.
 */
export class SignedTimes {
  readonly #times: Map<string, number>;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #file: KeptFile;
  /** What was signed while the clock was wrong keeps out what is signed anew: only people know that it was. */
  readonly #wayOut: string;

  private constructor(parts: SignedTimesParts, times: Map<string, number>) {
    this.#times = times;
    this.#clock = parts.clock;
    this.#wayOut = `: that is in the future. Where the clock is right now, it was wrong then: stop the gateway and remove \`${parts.path}\``;
    this.#file = new KeptFile({
      ...parts,
      text: () => `${JSON.stringify({ signed: 1, times: Object.fromEntries(times) })}\n`,
    });
  }

  /** @throws DemarcError `DMC_CONFIG_INVALID` when there is such a file and it cannot be read */
  static async open(parts: SignedTimesParts): Promise<SignedTimes> {
    const bytes = await parts.files.read(parts.path);
    try {
      const text = bytes === undefined ? '{"signed":1,"times":{}}' : Buffer.from(bytes).toString('utf8');
      return new SignedTimes(parts, new Map(Object.entries(file.parse(JSON.parse(text)).times)));
    } catch (cause) {
      throw new DemarcError('DMC_CONFIG_INVALID', `\`${parts.path}\` is damaged`, {
        cause,
        hint: 'it says when the policies, pins or servers that held last were signed; without it, older ones are taken as well',
      });
    }
  }

  /**
   * @param what the same for what replaces each other
   * @param timeMs when it was signed; undefined where it does not say
   * @returns why it is not to be taken; undefined where it is
   */
  whyNot(what: string, timeMs: number | undefined): string | undefined {
    const last = this.#times.get(what);
    if (last !== undefined && (timeMs === undefined || timeMs < last))
      return `signed before what held last, which was signed at ${textOf(last)}${this.#isAhead(last) ? this.#wayOut : ''}`;
    // It would keep out everything that is signed until then.
    return timeMs !== undefined && this.#isAhead(timeMs) ? `signed in the future, at ${textOf(timeMs)}` : undefined;
  }

  #isAhead(timeMs: number): boolean {
    return timeMs > this.#clock.now() + limits.clockSkewSecondsMax * 1000;
  }

  /** It holds from now on. */
  note(what: string, timeMs: number | undefined): void {
    if (timeMs === undefined || timeMs === this.#times.get(what)) return;
    this.#times.set(what, timeMs);
    this.#file.changed();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const textOf = (ms: number): string => new Date(ms).toISOString();
