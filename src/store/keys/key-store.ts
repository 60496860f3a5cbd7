import { limits } from '../../base/limits.ts';
import type { Clock, KeyFiles, Random } from '../../base/ports.ts';
import { joinKeys, type PayloadKeys, payloadSecret, secretFrom } from '../../ledger/seal.ts';
import { type Hold, Holds } from './holds.ts';
import { fileMode, keyError, type KeyPaths, readNameSecret, requirePrivate } from './key-folder.ts';
import { type Erasure, type ErasureRequest, Erasures } from './erasures.ts';
import { logOwner, type Owner, Owners, pseudonymShape, restore } from './owners.ts';
import { periodAt, type PeriodLength, rotated } from './period.ts';

/** Keys a payload is sealed for. */
export interface Sealing {
  /** Pseudonyms of the people, in the order they were named; none when the payload is about nobody. */
  readonly pseudonyms: readonly string[];
  /** Names of the keys, which the entry states. */
  readonly names: readonly string[];
  /** The secret of one payload (`payloadSecret`). */
  secret(context: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Who seals payloads for people: a folder of keys, a key management service. */
export interface SealingKeys {
  /**
   * Keys for these people at present, made where they have none. When it resolves they outlive a crash, so that no entry
   * can be durable whose key is not. No promise where they are at hand.
   *
   * @param subjects names of people, or pseudonyms
   */
  sealFor(subjects: readonly string[]): Sealing | Promise<Sealing>;
}

/** How long an erasure by another process may go unnoticed, in milliseconds. */
const lookAgainMs = 1_000;

/** The person behind a pseudonym. */
export type Person = { readonly state: 'known'; readonly name: string } | { readonly state: 'erased' | 'unknown' };

export interface KeyStoreParts {
  readonly files: KeyFiles;
  readonly random: Random;
  readonly clock: Clock;
  readonly paths: KeyPaths;
  /** How long one key is used; `month` where absent. */
  readonly period?: PeriodLength | undefined;
  /** People whose keys are kept in memory; `limits.subjectsCachedMax` where absent. */
  readonly cachedMax?: number | undefined;
}

/**
 * The keys of people, in a folder beside the log. A person's name is in one file only, their own; the log knows a
 * pseudonym. Destroying that file erases what was sealed for them, in every copy of the log.
 *
 * Whether ciphertext whose key was destroyed counts as erased in law is for your counsel to say. Backups of this folder
 * hold the same keys: an erasure is complete when they are gone too. A backup that is put back does not bring erased keys
 * back into use as long as `erased/` is not put back to an older state.
 */
export class KeyStore implements PayloadKeys, SealingKeys {
  readonly #parts: KeyStoreParts;
  readonly #owners: Owners;
  readonly #erasures: Erasures;
  /** Legal holds: none of them lets keys be destroyed. */
  readonly holds: Holds;
  /** Owners of the people met lately, by name. */
  readonly #names = new Map<string, string>();
  #rotation: string | undefined;
  #present: { readonly minute: number; readonly rotation: string | undefined; readonly text: string } | undefined;

  private constructor(parts: KeyStoreParts, owners: Owners, rotation: string | undefined) {
    const { files, random, clock, paths } = parts;
    this.#parts = parts;
    this.#owners = owners;
    this.holds = new Holds(files, random, clock, paths);
    this.#erasures = new Erasures(files, clock, paths, owners, this.holds);
    this.#rotation = rotation;
  }

  /**
   * Opens the keys of a log; changes nothing. Only the log's writer may seal, erase, or rotate.
   *
   * @throws DemarcError `DMC_LEDGER_KEY` when keys are missing, damaged, or readable by others
   */
  static async open(parts: KeyStoreParts): Promise<KeyStore> {
    const { files, random, paths, cachedMax = limits.subjectsCachedMax } = parts;
    await requirePrivate(files, paths.directory);
    const owners = new Owners(files, random, paths, await readNameSecret(files, paths), cachedMax);
    const rotation = await files.read(paths.rotation);
    return new KeyStore(parts, owners, rotation === undefined ? undefined : Buffer.from(rotation).toString());
  }

  sealFor(subjects: readonly string[]): Sealing | Promise<Sealing> {
    const period = this.#period();
    if (subjects.length > 1) return this.#sealForMore(subjects, period);
    const [subject] = subjects;
    const owner = this.#ready(subject === undefined ? logOwner : this.#names.get(normalName(subject)), period);
    if (owner !== undefined) return this.#sealing([owner], period, subject !== undefined);
    return this.#sealForMore(subjects, period);
  }

  async #sealForMore(subjects: readonly string[], period: string): Promise<Sealing> {
    const owners: Owner[] = [];
    if (subjects.length === 0) owners.push(await this.#logOwner(period));
    for (const subject of subjects) {
      const name = normalName(subject);
      const owner = this.#ready(this.#names.get(name), period) ?? (await this.#personOf(name, period));
      if (!owners.includes(owner)) owners.push(owner);
    }
    if (owners.length > 1) await this.#share(owners, period);
    return this.#sealing(owners, period, subjects.length > 0);
  }

  /** The present period; worked out once for each minute. */
  #period(): string {
    const nowMs = this.#parts.clock.now();
    const minute = Math.floor(nowMs / 60_000);
    if (this.#present?.minute !== minute || this.#present.rotation !== this.#rotation) {
      const text = periodAt(nowMs, this.#parts.period ?? 'month', this.#rotation);
      this.#present = { minute, rotation: this.#rotation, text };
    }
    return this.#present.text;
  }

  /** An owner that is in memory with a key for the period. */
  #ready(name: string | undefined, period: string): Owner | undefined {
    const owner = name === undefined ? undefined : this.#owners.cached(name);
    return owner?.keys.has(period) === true ? owner : undefined;
  }

  #sealing(owners: readonly Owner[], period: string, people: boolean): Sealing {
    const names = owners.map(({ name }) => `${name}/${period}`);
    const keys = owners.map(({ keys }) => keys.get(period) as Uint8Array);
    const [owner, ...others] = owners as readonly [Owner, ...Owner[]];
    const joined = others.length === 0 ? this.#owners.joinedKey(owner, period, keys[0] as Uint8Array) : joinKeys(keys);
    return {
      pseudonyms: people ? owners.map(({ name }) => name) : [],
      names,
      secret: (context) => payloadSecret(joined, names, context),
    };
  }

  #logOwner(period: string): Promise<Owner> {
    return this.#owners.oneAfterTheOther(logOwner, async () => {
      const owner = await this.#usable(logOwner);
      return owner === undefined ? this.#owners.make(undefined, period) : this.#extended(owner, period);
    });
  }

  async #personOf(name: string, period: string): Promise<Owner> {
    const person = await this.#personFile(name);
    const owner = await this.#owners.oneAfterTheOther(person.fileName, async () => {
      const linked = await this.#owners.linked(person.fileName);
      const known = linked === undefined ? undefined : await this.#usable(linked);
      return known === undefined ? this.#owners.make(person.subject, period) : this.#extended(known, period);
    });
    if (this.#names.size >= (this.#parts.cachedMax ?? limits.subjectsCachedMax)) this.#names.clear();
    this.#names.set(name, owner.name);
    return owner;
  }

  async #extended(owner: Owner, period: string): Promise<Owner> {
    if (!owner.keys.has(period)) await this.#owners.extend(owner, period);
    return owner;
  }

  /** The person a name or a pseudonym in use stands for. */
  async #personFile(name: string): Promise<{ subject: string; fileName: string }> {
    const owner = pseudonymShape.test(name) ? await this.#usable(name) : undefined;
    const subject = owner?.subject ?? name;
    return { subject, fileName: this.#owners.fileNameOf(subject) };
  }

  /** An owner whose keys may be used; undefined when there is none, or its keys were destroyed. */
  async #usable(name: string): Promise<Owner | undefined> {
    const cached = this.#owners.cached(name);
    if (cached !== undefined) return cached;
    const owner = await this.#owners.load(name);
    if (owner === 'damaged') throw keyError(`the keys of \`${name}\` are damaged`, restore);
    return owner === 'erased' ? undefined : owner;
  }

  /** Notes with each owner who else its payloads are about: a legal hold on one of them protects the keys of all. */
  async #share(owners: readonly Owner[], period: string): Promise<void> {
    const names = owners.map(({ name }) => name);
    for (const owner of owners) {
      if (names.every((name) => name === owner.name || owner.sharedWith.has(name))) continue;
      await this.#owners.oneAfterTheOther(this.#owners.fileNameOf(owner.subject ?? ''), async () => {
        if (!owner.gone) await this.#owners.extend(owner, period, names);
      });
    }
  }

  async secretOf(names: readonly string[], context: Uint8Array): Promise<Uint8Array | 'erased' | 'no-keys'> {
    const keys: (Uint8Array | 'erased' | undefined)[] = [];
    for (const name of names) keys.push(await this.#find(name));
    return secretFrom(keys, names, context);
  }

  async #find(name: string): Promise<Uint8Array | 'erased' | undefined> {
    const cut = name.indexOf('/');
    const owner = name.slice(0, cut);
    const period = name.slice(cut + 1);
    const key = (await this.#presentOwner(owner))?.keys.get(period);
    if (key !== undefined) return key;
    if (owner !== logOwner && !pseudonymShape.test(owner)) return undefined;
    const loaded = await this.#owners.load(owner);
    if (loaded === 'erased') return 'erased';
    return loaded === undefined || loaded === 'damaged' ? undefined : loaded.keys.get(period);
  }

  /** An owner in memory, unless another process destroyed its keys: a feed that runs for weeks must not open them any more. */
  async #presentOwner(name: string): Promise<Owner | undefined> {
    const owner = this.#owners.cached(name);
    const nowMs = this.#parts.clock.monotonic();
    if (owner === undefined || nowMs - owner.lookedAtMs < lookAgainMs) return owner;
    if (await this.#owners.isErased(name)) {
      this.#owners.forget(name);
      return undefined;
    }
    owner.lookedAtMs = nowMs;
    return owner;
  }

  /** The pseudonym a person has at present; undefined when the ledger knows nothing of them. Makes none. */
  async pseudonymOf(subject: string): Promise<string | undefined> {
    const { fileName } = await this.#personFile(normalName(subject));
    const linked = await this.#owners.linked(fileName);
    return linked === undefined ? undefined : (await this.#usable(linked))?.name;
  }

  /** Whom a pseudonym stands for, where that is known here. */
  async personBehind(pseudonym: string): Promise<Person> {
    if (!pseudonymShape.test(pseudonym)) return { state: 'unknown' };
    const owner = (await this.#presentOwner(pseudonym)) ?? (await this.#owners.load(pseudonym));
    if (owner === 'erased') return { state: 'erased' };
    if (typeof owner !== 'object' || owner.subject === undefined) return { state: 'unknown' };
    return { state: 'known', name: owner.subject };
  }

  /** Starts new keys for everybody; payloads sealed before stay readable. Resolves to the new period. */
  async rotate(): Promise<string> {
    const { files, clock, paths, period = 'month' } = this.#parts;
    const now = clock.now();
    const rotation = rotated(now, period, this.#rotation);
    await files.replace(paths.rotation, Buffer.from(`${rotation}\n`), fileMode);
    this.#rotation = rotation;
    return periodAt(now, period, rotation);
  }

  /**
   * Destroys all keys of a person. When it resolves, they are gone from the folder for good, and `recorded` must be called
   * once the ledger says so. What a crash leaves half done, `unrecordedErasures` finishes.
   *
   * @returns nothing when nothing is kept about the person; more than one when an earlier erasure was cut short
   * @throws DemarcError `DMC_LEDGER_HELD` while a legal hold is on the person, on somebody payloads are shared with, or on all
   */
  async erase(request: ErasureRequest): Promise<Erasure[]> {
    return this.#erasures.erase((await this.#personFile(normalName(request.subject))).fileName, request);
  }

  /** Finishes erasures that were begun and gives those the ledger does not state yet. To be called when a writer starts. */
  unrecordedErasures(): Promise<Erasure[]> {
    return this.#erasures.unrecorded();
  }

  /** The ledger durably states an erasure. */
  recorded(erasure: Erasure): Promise<void> {
    return this.#erasures.recorded(erasure);
  }

  /** Places a legal hold on a person, or on everybody. */
  async hold(subject: string | undefined, reason: string, who: string): Promise<Hold> {
    const person = subject === undefined ? undefined : (await this.#personFile(normalName(subject))).fileName;
    return this.holds.place(person, reason, who);
  }
}

/** One person, one name: Unicode NFC, no white space around it, mail addresses in lower case. */
function normalName(subject: string): string {
  const name = subject.normalize('NFC').trim();
  return name.includes('@') ? name.toLowerCase() : name;
}
