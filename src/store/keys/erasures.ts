import { DemarcError } from '../../base/errors.ts';
import type { Clock, KeyFiles } from '../../base/ports.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import type { Hold, Holds } from './holds.ts';
import { fileMode, keyError, type KeyPaths } from './key-folder.ts';
import { type Owners, pseudonymShape, restore } from './owners.ts';

export interface ErasureRequest {
  /** Name or pseudonym of the person. */
  readonly subject: string;
  /** Why. It stays in the ledger, sealed for nobody: it should not name the person. */
  readonly reason: string;
  /** Who does it. */
  readonly by: string;
}

/** An erasure: keys that were destroyed, or are about to be. */
export interface Erasure {
  readonly pseudonym: string;
  /** Keys destroyed; 0 when the file that held them was missing or damaged. */
  readonly periods: number;
  readonly reason: string;
  readonly by: string;
  /** RFC 3339: when it was begun. */
  readonly since: string;
}

/** What stands in `erasing/`: the erasure, and the person's file. */
interface Intention extends Erasure {
  readonly person: string;
}

/**
 * Erasures: an intention is made durable, the keys are destroyed, the link from the person to the pseudonym is, and only
 * then the pseudonym counts as erased. The intention goes once the ledger states the erasure.
 */
export class Erasures {
  readonly #files: KeyFiles;
  readonly #clock: Clock;
  readonly #paths: KeyPaths;
  readonly #owners: Owners;
  readonly #holds: Holds;

  constructor(files: KeyFiles, clock: Clock, paths: KeyPaths, owners: Owners, holds: Holds) {
    this.#files = files;
    this.#clock = clock;
    this.#paths = paths;
    this.#owners = owners;
    this.#holds = holds;
  }

  /**
   * Erases a person. More than one erasure results when an earlier one was cut short and they were met again since.
   *
   * @param person name of the person's file
   */
  erase(person: string, { reason, by }: ErasureRequest): Promise<Erasure[]> {
    return this.#owners.oneAfterTheOther(person, async () => {
      const begun = (await this.#begun()).filter((intention) => intention.person === person);
      const linked = await this.#owners.linked(person);
      // Before it is said that nothing is kept about somebody, all that is kept is looked at.
      const pseudonym = linked ?? (begun.length === 0 ? await this.#owners.unlinked(person) : undefined);
      if (pseudonym !== undefined && !begun.some((intention) => intention.pseudonym === pseudonym)) {
        if (await this.#owners.isErased(pseudonym)) await this.#owners.unlink(person, pseudonym);
        else begun.push(await this.#begin(person, pseudonym, reason, by));
      }
      const erasures: Erasure[] = [];
      for (const intention of begun) erasures.push(await this.#finish(intention));
      return erasures;
    });
  }

  async #begin(person: string, pseudonym: string, reason: string, by: string): Promise<Intention> {
    const loaded = this.#owners.cached(pseudonym) ?? (await this.#owners.load(pseudonym));
    const owner = typeof loaded === 'object' ? loaded : undefined;
    await this.#refuseHeld(person, owner?.sharedWith ?? new Set());
    const since = formatRfc3339(this.#clock.now());
    const begun = { pseudonym, person, periods: owner?.keys.size ?? 0, reason, by, since };
    // Before the intention can be on the disk: nothing is sealed under these keys any more.
    this.#owners.forget(pseudonym);
    await this.#files.replace(this.#path(pseudonym), Buffer.from(`${JSON.stringify(begun)}\n`), fileMode);
    return begun;
  }

  async #refuseHeld(person: string, sharedWith: ReadonlySet<string>): Promise<void> {
    for (const hold of await this.#holds.all()) {
      const shared = hold.person === undefined ? undefined : await this.#owners.linked(hold.person);
      if (hold.person === undefined || hold.person === person) throw held(hold, 'is under');
      if (shared !== undefined && sharedWith.has(shared)) throw held(hold, 'shares payloads with somebody under');
    }
  }

  async #finish(intention: Intention): Promise<Erasure> {
    const { pseudonym, person, ...rest } = intention;
    this.#owners.forget(pseudonym);
    await this.#files.destroy(`${this.#paths.owners}/${pseudonym}`);
    await this.#owners.unlink(person, pseudonym);
    const erased = { periods: rest.periods, since: rest.since };
    await this.#files.create(
      `${this.#paths.erased}/${pseudonym}`,
      Buffer.from(`${JSON.stringify(erased)}\n`),
      fileMode,
    );
    return { pseudonym, ...rest };
  }

  /** Finishes what was begun, and gives all that the ledger does not state yet. */
  async unrecorded(): Promise<Erasure[]> {
    const erasures: Erasure[] = [];
    for (const intention of await this.#begun())
      erasures.push(await this.#owners.oneAfterTheOther(intention.person, () => this.#finish(intention)));
    return erasures;
  }

  async #begun(): Promise<Intention[]> {
    const intentions: Intention[] = [];
    for (const name of await this.#files.list(this.#paths.erasing)) {
      const intention = pseudonymShape.test(name) ? await this.#read(name) : undefined;
      if (intention !== undefined) intentions.push(intention);
    }
    return intentions;
  }

  async recorded({ pseudonym }: Erasure): Promise<void> {
    await this.#files.destroy(this.#path(pseudonym));
  }

  async #read(pseudonym: string): Promise<Intention | undefined> {
    const data = await this.#files.read(this.#path(pseudonym));
    if (data === undefined) return undefined;
    try {
      const value = JSON.parse(Buffer.from(data).toString()) as Record<string, unknown>;
      const texts = ['person', 'reason', 'by', 'since'].every((name) => typeof value[name] === 'string');
      if (texts && typeof value['periods'] === 'number') return { ...(value as unknown as Intention), pseudonym };
    } catch {
      // told below
    }
    if (!(await this.#owners.isErased(pseudonym)))
      throw keyError(`the erasure of \`${pseudonym}\` that was begun cannot be read`, restore);
    // It was being removed, which happens only after the ledger stated it.
    await this.#files.destroy(this.#path(pseudonym));
    return undefined;
  }

  #path(pseudonym: string): string {
    return `${this.#paths.erasing}/${pseudonym}`;
  }
}

function held(hold: Hold, how: string): DemarcError {
  return new DemarcError('DMC_LEDGER_HELD', `the person ${how} a legal hold since ${hold.since}: ${hold.reason}`, {
    hint: `\`${hold.id}\` has to be released first`,
  });
}
