import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { CredentialStore } from '../credential-store.ts';
import { proofKeyJwk } from './proof-key.ts';

/** A token that one holder has at one server. */
const holding = z.object({
  /** The authorization server that issued it: nothing of it is ever sent to another. */
  issuer: z.string(),
  /** The server it is for, as the configuration had it. */
  url: z.string(),
  resource: z.string(),
  resourceMetadata: z.string().optional(),
  clientId: z.string(),
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  issuedMs: z.number(),
  expiresMs: z.number().optional(),
  /** Whether it came of a grant, or of an earlier token's refresh. */
  from: z.enum(['grant', 'refresh']),
  requested: z.array(z.string()),
  /** The key the token is bound to. */
  proofKey: proofKeyJwk.optional(),
  stepUps: z.number(),
  /** Name of the lease in the ledger; says nothing about the token. */
  reference: z.string(),
  /** Whether the ledger states it. It is handed out only then. */
  recorded: z.boolean(),
});
export type Holding = z.infer<typeof holding>;

/** Milliseconds before its end at which a token is renewed, where it lives long enough. */
const earlyMs = 60_000;

/** Whether a token can still be sent. */
export function isUsable({ expiresMs }: Holding, nowMs: number): boolean {
  return expiresMs === undefined || nowMs < expiresMs;
}

/** Whether it is time to renew a token: a minute before its end, or in the last tenth of a short life. */
export function isDue({ expiresMs, issuedMs }: Holding, nowMs: number): boolean {
  return expiresMs !== undefined && nowMs >= expiresMs - Math.min(earlyMs, (expiresMs - issuedMs) / 10);
}

/** Tokens by holder: in memory what was used last, in the store all of them. */
export class Holdings {
  readonly #store: CredentialStore;
  readonly #max: number;
  readonly #recent = new Map<string, Holding | undefined>();

  constructor(store: CredentialStore, bounds: Pick<typeof limits, 'brokerTokensMax'> = limits) {
    this.#store = store;
    this.#max = bounds.brokerTokensMax;
  }

  /** What is in memory; undefined says nothing about the store. */
  peek(key: string): Holding | undefined {
    return this.#recent.get(key);
  }

  async get(key: string): Promise<Holding | undefined> {
    if (this.#recent.has(key)) {
      const found = this.#recent.get(key);
      this.#remember(key, found);
      return found;
    }
    return this.reread(key);
  }

  /** What the store says, whoever wrote it: another process may have renewed a token. */
  async reread(key: string): Promise<Holding | undefined> {
    const data = await this.#store.get(nameOf(key));
    const found = data === undefined ? undefined : holding.safeParse(JSON.parse(Buffer.from(data).toString())).data;
    this.#remember(key, found);
    return found;
  }

  async put(key: string, value: Holding): Promise<void> {
    // First: a refresh token that was rotated is lost for good if the store fails and memory does not know it.
    this.#remember(key, value);
    await this.#store.put(nameOf(key), Buffer.from(JSON.stringify(value)));
  }

  async remove(key: string): Promise<void> {
    this.#remember(key, undefined);
    await this.#store.remove(nameOf(key));
  }

  #remember(key: string, value: Holding | undefined): void {
    this.#recent.delete(key);
    this.#recent.set(key, value);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= this.#max) return;
      this.#recent.delete(oldest);
    }
  }
}

function nameOf(key: string): string {
  return `token ${key}`;
}
