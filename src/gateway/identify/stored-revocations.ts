import { z } from 'zod';
import type { AppendFile, KeyFiles } from '../../base/ports.ts';
import { fileMode, identityError, requirePrivate } from './private-file.ts';
import { type CredentialFacts, type Revocation, type RevocationCheck, Revocations } from './revocations.ts';

const text = z.string();
/** What a revocation looks like in a file. */
export const revocationShape: z.ZodType<Revocation> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('credential'), issuer: text, id: text }),
  z.strictObject({ kind: z.literal('agent'), agent: text }),
  z.strictObject({ kind: z.literal('person'), issuer: text, subject: text }),
  z.strictObject({ kind: z.literal('run'), run: text }),
  z.strictObject({ kind: z.literal('all') }),
]);
const line = z.union([
  z.strictObject({ revoke: revocationShape, sinceMs: z.number() }),
  z.strictObject({ lift: revocationShape }),
]);
type Line = z.infer<typeof line>;

/**
 * Revocations that outlive the process: one file that only grows while it is open, and is written anew, without what is no
 * longer in force, when it is opened. It names people, and is readable by its owner only. One process writes it.
 */
export class StoredRevocations implements RevocationCheck {
  readonly #kept: Revocations;
  readonly #file: AppendFile;
  /** Bytes of it that are durable, and whether there may be others. */
  #size: number;
  #isUnsure = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(kept: Revocations, file: AppendFile) {
    this.#kept = kept;
    this.#file = file;
    this.#size = file.size;
  }

  /**
   * @param path absolute; the file is made where there is none
   * @throws DemarcError `DMC_IDENTITY` when others may read the file, or a line of it is damaged: what was revoked is not known then
   */
  static async open(files: KeyFiles, path: string): Promise<StoredRevocations> {
    const data = await files.read(path);
    await requirePrivate(files, path);
    const kept = readRevocations(data ?? new Uint8Array(), path);
    const current = kept.all().map(({ revocation: revoke, sinceMs }) => format({ revoke, sinceMs }));
    await files.replace(path, Buffer.from(current.join('')), fileMode);
    return new StoredRevocations(kept, await files.openAppend(path));
  }

  get generation(): number {
    return this.#kept.generation;
  }

  isRevoked(facts: CredentialFacts): boolean {
    return this.#kept.isRevoked(facts);
  }

  /**
   * In force at once; resolves when it is durable.
   *
   * @param nowMs milliseconds since the epoch
   * @throws the platform's error: then it is in force until this process ends
   */
  revoke(what: Revocation, nowMs: number): Promise<void> {
    this.#kept.revoke(what, nowMs);
    return this.#append({ revoke: what, sinceMs: nowMs });
  }

  /** Lifts a revocation once that is durable. */
  async lift(what: Revocation): Promise<void> {
    await this.#append({ lift: what });
    this.#kept.lift(what);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }

  #append(added: Line): Promise<void> {
    const data = Buffer.from(format(added));
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        // What a failure left of a line would damage the next.
        if (this.#isUnsure) await this.#file.truncate(this.#size);
        this.#isUnsure = true;
        await this.#file.append([data]);
        await this.#file.sync();
        this.#size += data.length;
        this.#isUnsure = false;
      });
    return this.#writing;
  }
}

/** What a file of revocations says. @throws DemarcError `DMC_IDENTITY` when a line of it is damaged */
export function readRevocations(data: Uint8Array, path: string): Revocations {
  const kept = new Revocations();
  // What follows the last end of a line was cut short: nobody was told that it holds.
  const lines = Buffer.from(data).toString('utf8').split('\n').slice(0, -1);
  for (const [at, content] of lines.entries()) {
    const parsed = line.safeParse(parseJson(content));
    if (!parsed.success)
      throw identityError(`line ${at + 1} of \`${path}\` is damaged`, 'restore the file from a backup');
    if ('revoke' in parsed.data) kept.revoke(parsed.data.revoke, parsed.data.sinceMs);
    else kept.lift(parsed.data.lift);
  }
  return kept;
}

function format(added: Line): string {
  return `${JSON.stringify(added)}\n`;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
