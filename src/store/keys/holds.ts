import type { Clock, KeyFiles, Random } from '../../base/ports.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import { fileMode, hex, keyError, type KeyPaths } from './key-folder.ts';

/** A legal hold: while it stands, the keys of a person, or of everybody, are not destroyed. */
export interface Hold {
  /** `h_` and 16 hex digits. */
  readonly id: string;
  /** The name of the person's file; undefined when everybody is held. */
  readonly person: string | undefined;
  readonly reason: string;
  /** Who placed it. */
  readonly who: string;
  /** RFC 3339. */
  readonly since: string;
  /** When and by whom it was ended; a hold is kept on file. */
  readonly released?: string;
  readonly releasedBy?: string;
}

/** The legal holds of a folder of keys, a file each: two matters can hold one person, and end apart. */
export class Holds {
  readonly #files: KeyFiles;
  readonly #random: Random;
  readonly #clock: Clock;
  readonly #directory: string;

  constructor(files: KeyFiles, random: Random, clock: Clock, paths: KeyPaths) {
    this.#files = files;
    this.#random = random;
    this.#clock = clock;
    this.#directory = paths.holds;
  }

  /** Places a hold, durably. */
  async place(person: string | undefined, reason: string, who: string): Promise<Hold> {
    const id = `h_${hex(this.#random.bytes(8))}`;
    const hold = { id, person, reason, who, since: formatRfc3339(this.#clock.now()) };
    await this.#write(hold);
    return hold;
  }

  /** Ends a hold, durably; resolves to whether there was one. */
  async release(id: string, who: string): Promise<boolean> {
    const hold = (await this.all()).find((candidate) => candidate.id === id);
    if (hold === undefined) return false;
    await this.#write({ ...hold, released: formatRfc3339(this.#clock.now()), releasedBy: who });
    return true;
  }

  /**
   * The holds that stand.
   *
   * @throws DemarcError `DMC_LEDGER_KEY` when a hold cannot be read: nothing may be destroyed then
   */
  async all(): Promise<Hold[]> {
    const holds: Hold[] = [];
    for (const id of (await this.#files.list(this.#directory)).filter((name) => idShape.test(name)).sort()) {
      const data = await this.#files.read(`${this.#directory}/${id}`);
      if (data !== undefined) holds.push(parseHold(id, data));
    }
    return holds.filter(({ released }) => released === undefined);
  }

  #write(hold: Hold): Promise<void> {
    return this.#files.replace(`${this.#directory}/${hold.id}`, Buffer.from(`${JSON.stringify(hold)}\n`), fileMode);
  }
}

const idShape = /^h_[0-9a-f]{16}$/;

function parseHold(id: string, data: Uint8Array): Hold {
  try {
    const value = JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>;
    const { person, reason, who, since } = value;
    const texts = [reason, who, since].every((text) => typeof text === 'string');
    if (texts && (person === undefined || typeof person === 'string')) return { ...value, id } as unknown as Hold;
  } catch {
    // told below
  }
  throw keyError(`the hold \`${id}\` cannot be read`, 'place it anew, then remove its file');
}
