import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock, KeyFiles, Random } from '../../base/ports.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import { hashOfKey, idOfKey, keyId, newKey } from './api-key-format.ts';
import { fileMode, folderMode, identityError, requirePrivate } from './private-file.ts';
import type { RefusalCause } from './refusal.ts';
import { localName, localNameProblem } from './settings.ts';

const name = z.string().regex(localName, localNameProblem);

/** What is kept of a key: never the key. */
const record = z
  .strictObject({
    id: z.string().regex(keyId),
    /** SHA-256 of the key, hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    agent: name,
    roles: z.array(name).max(limits.identityValuesMax),
    /** A person on whose behalf its holder acts, by the name their issuer has for them. */
    person: z.string().min(1).max(limits.subjectLengthMax).optional(),
    /** `iss` of the tokens they have; this gateway where absent. */
    issuer: z.string().min(1).max(limits.identifierLengthMax).optional(),
    /** RFC 3339. */
    created: z.iso.datetime(),
    expires: z.iso.datetime().optional(),
  })
  .refine(({ person, issuer }) => issuer === undefined || person !== undefined, {
    message: 'needs a `person`',
    path: ['issuer'],
  });
export type ApiKeyRecord = z.infer<typeof record>;

/** A key as it is asked for. */
export interface ApiKeyRequest {
  readonly agent: string;
  readonly roles: readonly string[];
  readonly person?: string | undefined;
  readonly issuer?: string | undefined;
  /** Milliseconds since the epoch; it does not end where absent. */
  readonly expiresMs?: number | undefined;
}

interface Known {
  readonly record: ApiKeyRecord;
  readonly hash: Buffer;
  readonly expiresMs: number;
}

/** How often the folder is looked at, and how long keys count while it cannot be; given shorter in tests. */
export type ApiKeyTimes = Readonly<Record<'apiKeysCheckMs' | 'apiKeysStaleMs', number>>;

/**
 * The API keys of a gateway: a folder with a file for each, which is written once and never changed. Revoking a key destroys its file, so
 * that looking at the names tells every process what was revoked.
 */
export class ApiKeys {
  readonly #files: KeyFiles;
  readonly #clock: Clock;
  readonly #directory: string;
  readonly #tell: (problem: string) => void;
  readonly #bounds: ApiKeyTimes;
  #known = new Map<string, Known>();
  /** Ids of files that are no keys, or cannot be read, as was told. */
  readonly #told = new Set<string>();
  /** Ids of files that could not be read the last time. */
  #unread = new Set<string>();
  /** The folder cannot be read, as was told. */
  #isAway = false;
  #checkedMs = Number.NEGATIVE_INFINITY;
  #triedMs = Number.NEGATIVE_INFINITY;
  #checking: Promise<void> | undefined;
  #generation = 0;

  /** @param directory absolute @param parts.tell is told in one line of a file that is no key, or a folder that cannot be read */
  constructor(
    directory: string,
    parts: { readonly files: KeyFiles; readonly clock: Clock; readonly tell: (problem: string) => void },
    bounds: ApiKeyTimes = limits,
  ) {
    this.#directory = directory;
    this.#files = parts.files;
    this.#clock = parts.clock;
    this.#tell = parts.tell;
    this.#bounds = bounds;
  }

  /** Another number after each change of the keys that are known. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether the folder was looked at so recently that what is known of a key holds. */
  get isCurrent(): boolean {
    // While what is known is too old to hold, a look that is under way has to be waited for.
    if (this.#checking !== undefined && this.#isStale) return false;
    return this.#clock.monotonic() - this.#triedMs < this.#bounds.apiKeysCheckMs;
  }

  /** Whether what is known counts no more; nothing is known at first. */
  get #isStale(): boolean {
    return this.#clock.monotonic() - this.#checkedMs > this.#bounds.apiKeysStaleMs;
  }

  /**
   * Makes a key and keeps its hash.
   *
   * @returns the key, which is nowhere else
   * @throws DemarcError `DMC_IDENTITY` when a name is none, there are too many, or others may read the folder
   */
  async create(request: ApiKeyRequest, random: Random): Promise<{ text: string; record: ApiKeyRecord }> {
    await this.#files.makeDirectory(this.#directory, folderMode);
    await requirePrivate(this.#files, this.#directory);
    if ((await this.#ids()).length >= limits.apiKeysMax)
      throw identityError(`there are ${limits.apiKeysMax} keys already`, 'revoke those that are not used');
    const { id, text } = newKey(random);
    const made = record.safeParse({
      id,
      sha256: hashOfKey(text).toString('hex'),
      agent: request.agent,
      roles: [...request.roles],
      person: request.person,
      issuer: request.issuer,
      created: formatRfc3339(this.#clock.now()),
      expires: request.expiresMs === undefined ? undefined : formatRfc3339(request.expiresMs),
    });
    if (!made.success) throw unfit(made.error);
    if (!(await this.#files.create(this.#path(id), Buffer.from(`${JSON.stringify(made.data)}\n`), fileMode)))
      throw identityError('the random id of the key is taken', 'try again');
    return { text, record: made.data };
  }

  /** Every key, oldest first. Files that are no keys are told. */
  async list(): Promise<readonly ApiKeyRecord[]> {
    await this.#check();
    return [...this.#known.values()]
      .map((known) => known.record)
      .sort((a, b) => a.created.localeCompare(b.created) || a.id.localeCompare(b.id));
  }

  /** Destroys what is kept of a key. @returns whether there was such a key */
  async revoke(id: string): Promise<boolean> {
    if (!(await this.#ids()).includes(id)) return false;
    await this.#files.destroy(this.#path(id));
    return true;
  }

  /** Looks at the folder, unless that was done a moment ago. Never rejects: what cannot be read is told, and counts on for a while. */
  async refresh(): Promise<void> {
    if (this.isCurrent) return;
    this.#checking ??= this.#check()
      .catch((thrown: unknown) => {
        if (!this.#isAway) this.#tell(`the API keys cannot be read: ${String(thrown)}`);
        this.#isAway = true;
      })
      .finally(() => (this.#checking = undefined));
    await this.#checking;
  }

  /** The record of a key that holds now. Call `refresh` before. */
  verify(text: string): ApiKeyRecord | RefusalCause {
    if (this.#isStale) return 'identity.unavailable';
    const id = idOfKey(text);
    if (id === undefined) return 'identity.token';
    const known = this.#known.get(id);
    if (known === undefined) return this.#unread.has(id) ? 'identity.unavailable' : 'identity.unknown-key';
    if (!timingSafeEqual(hashOfKey(text), known.hash)) return 'identity.signature';
    return this.#clock.now() < known.expiresMs ? known.record : 'identity.expired';
  }

  async #check(): Promise<void> {
    this.#triedMs = this.#clock.monotonic();
    const known = new Map<string, Known>();
    const unread = new Set<string>();
    for (const id of (await this.#ids()).slice(0, limits.apiKeysMax)) {
      const read = (): Promise<Known | undefined> =>
        this.#read(id).catch((thrown: unknown) => {
          unread.add(id);
          return this.#passOver(id, messageOf(thrown));
        });
      const one = this.#known.get(id) ?? (await read());
      if (one !== undefined) known.set(id, one);
    }
    const isSame = known.size === this.#known.size && [...known.keys()].every((id) => this.#known.has(id));
    if (!isSame) this.#generation++;
    this.#known = known;
    this.#unread = unread;
    this.#isAway = false;
    this.#checkedMs = this.#clock.monotonic();
  }

  async #ids(): Promise<readonly string[]> {
    const names = await this.#files.list(this.#directory);
    return names.flatMap((file) => {
      const id = file.endsWith('.json') ? file.slice(0, -5) : '';
      return keyId.test(id) ? [id] : [];
    });
  }

  async #read(id: string): Promise<Known | undefined> {
    const path = this.#path(id);
    const data = await this.#files.read(path).catch((thrown: unknown) => {
      throw identityError(`\`${path}\` cannot be read: ${messageOf(thrown)}`);
    });
    if (data === undefined) return undefined;
    await requirePrivate(this.#files, path);
    const parsed = record.safeParse(parseJson(data));
    if (!parsed.success || parsed.data.id !== id)
      return this.#passOver(id, `\`${path}\` is no API key of this gateway`);
    return {
      record: parsed.data,
      hash: Buffer.from(parsed.data.sha256, 'hex'),
      expiresMs: parsed.data.expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(parsed.data.expires),
    };
  }

  /** It is read again the next time: another process may be writing it just now. */
  #passOver(id: string, why: string): undefined {
    if (!this.#told.has(id)) this.#tell(`${why}: it is passed over`);
    this.#told.add(id);
  }

  #path(id: string): string {
    return `${this.#directory}/${id}.json`;
  }
}

function unfit({ issues: [issue] }: z.ZodError): DemarcError {
  return identityError(`no key can say that: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? 'is wrong'}`);
}

function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
