import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { Clock, KeyFiles, Random } from '../../base/ports.ts';
import type { Person } from '../../model/principal.ts';
import { verifyJwt } from './access-token.ts';
import { fileMode, identityError, requirePrivate } from './private-file.ts';
import type { RefusalCause } from './refusal.ts';
import { localName, localNameProblem } from './settings.ts';

/** `iss` and `typ` of run tokens: no access token of an issuer has them. */
export const runTokenIssuer = 'urn:demarc:gateway';
export const runTokenType = 'demarc-run+jwt';

/** The key run tokens are signed with (Ed25519). */
export interface RunKey {
  readonly secret: KeyObject;
  readonly public: KeyObject;
}

/** What a run token is to say. */
export interface RunTokenRequest {
  /** A name this gateway has for an agent, or `<issuer>:<client>`. */
  readonly agent: string;
  readonly person?: Person | undefined;
  /** Letters, digits, underscores and hyphens; at most 128. */
  readonly run: string;
  readonly roles: readonly string[];
  /** Milliseconds until it ends. */
  readonly ttlMs: number;
  /** Servers it is for; every one where absent. */
  readonly servers?: readonly string[] | undefined;
}

const claims = z.object({
  sub: z.string().min(1).max(limits.identifierLengthMax),
  jti: z.string().min(1),
  run: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/),
  roles: z.array(z.string().regex(localName, localNameProblem)).max(limits.identityValuesMax),
  person: z
    .strictObject({
      issuer: z.string().min(1),
      subject: z.string().min(1).max(limits.subjectLengthMax),
      groups: z.array(z.string()).max(limits.identityValuesMax),
    })
    .optional(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  exp: z.number(),
});
export type RunClaims = z.infer<typeof claims>;

/** Mints and verifies tokens that are bound to one run, and to this gateway: its origin and its key. */
export class RunTokens {
  readonly #key: RunKey;
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(key: RunKey, origin: string, parts: { readonly clock: Clock; readonly random: Random }) {
    this.#key = key;
    this.#origin = origin;
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** @throws DemarcError `DMC_IDENTITY` when what is asked for is no name, or would last too long */
  async mint(request: RunTokenRequest): Promise<{ token: string; expiresMs: number }> {
    if (!(request.ttlMs >= 1_000 && request.ttlMs <= limits.runTokenMsMax))
      throw identityError(`a run token lasts from 1000 to ${limits.runTokenMsMax} milliseconds`);
    const issued = Math.floor(this.#clock.now() / 1000);
    const expires = Math.floor((this.#clock.now() + request.ttlMs) / 1000);
    const parsed = claims.safeParse({
      sub: request.agent,
      jti: Buffer.from(this.#random.bytes(16)).toString('base64url'),
      run: request.run,
      roles: request.roles,
      ...(request.person === undefined ? {} : { person: request.person }),
      aud: request.servers?.map((server) => `${this.#origin}/mcp/${server}`) ?? this.#origin,
      iat: issued,
      exp: expires,
    });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw identityError(`no run token can say that: \`${issue?.path.join('.') ?? ''}\` ${issue?.message ?? ''}`);
    }
    const token = await new SignJWT({ ...parsed.data, iss: runTokenIssuer })
      .setProtectedHeader({ alg: 'EdDSA', typ: runTokenType })
      .sign(this.#key.secret);
    return { token, expiresMs: expires * 1000 };
  }

  async verify(token: string, type: unknown): Promise<RunClaims | RefusalCause> {
    if (type !== runTokenType) return 'identity.type';
    const payload = await verifyJwt(token, this.#key.public, {
      algorithm: 'EdDSA',
      issuer: runTokenIssuer,
      // The same clock, or one of a gateway beside it.
      skewSeconds: 5,
      nowMs: this.#clock.now(),
    });
    if (typeof payload === 'string') return payload;
    const parsed = claims.safeParse(payload);
    return parsed.success ? parsed.data : 'identity.claims';
  }
}

/** PKCS #8 of an Ed25519 key (RFC 8410, section 7) up to its 32 bytes. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;
const fileHead = 'demarc-run-key-1 ';

/** A key for as long as this process lives. */
export function newRunKey(random: Random): RunKey {
  return keyOf(random.bytes(seedBytes));
}

/**
 * The key in a file that gateways share; one is made where there is none.
 *
 * @throws DemarcError `DMC_IDENTITY` when others may read it, or it is no such key
 */
export async function storedRunKey(files: KeyFiles, path: string, random: Random): Promise<RunKey> {
  const made = Buffer.from(`${fileHead}${Buffer.from(random.bytes(seedBytes)).toString('base64url')}\n`);
  await files.create(path, made, fileMode);
  await requirePrivate(files, path);
  const text = Buffer.from((await files.read(path)) ?? new Uint8Array()).toString('latin1');
  const seed = /^demarc-run-key-1 ([A-Za-z0-9_-]{43})\n$/.exec(text)?.[1];
  if (seed === undefined)
    throw identityError(`\`${path}\` is no key for run tokens`, 'restore it, or remove it: a new one is made');
  return keyOf(Buffer.from(seed, 'base64url'));
}

function keyOf(seed: Uint8Array): RunKey {
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  return { secret, public: createPublicKey(secret) };
}
