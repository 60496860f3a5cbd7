import { createHmac } from 'node:crypto';
import type { Random } from '../../base/ports.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { decrypt, encrypt, hmac, ivBytes, keyBytes } from '../../ledger/seal.ts';
import type { Binding } from './approval.ts';

/**
 * What approvals keep from the database and from clients. One secret of 32 bytes, a key for each purpose (HMAC-SHA-256 of
 * its name under the secret: one block of HKDF-Expand). With another secret, what was asked before is void and is asked
 * anew.
 */
export class ApprovalSecrets {
  readonly #seal: Uint8Array;
  readonly #pseudonym: Uint8Array;
  readonly #state: Uint8Array;
  readonly #form: Uint8Array;
  readonly #random: Random;

  /** @param secret 32 random bytes that the gateway keeps in its state folder, readable by its owner only */
  constructor(secret: Uint8Array, random: Random) {
    if (secret.length !== keyBytes) throw new RangeError(`a secret of ${secret.length} bytes`);
    const keyFor = (purpose: string): Uint8Array => hmac(secret, Buffer.from(`demarc approvals ${purpose}\u0001`));
    this.#seal = keyFor('seal');
    this.#pseudonym = keyFor('pseudonym');
    this.#state = keyFor('request state');
    this.#form = keyFor('form');
    this.#random = random;
  }

  /** A name for a principal or a binding that says nothing about it: equal for two exactly when they are. */
  pseudonym(of: string | Binding): string {
    return createHmac('sha256', this.#pseudonym).update(canonicalJson(of)).digest('hex');
  }

  /** Seals a value for one place: it opens nowhere else. @param place `<approval> <part>` */
  seal(value: unknown, place: string): string {
    return this.#encrypt(this.#seal, JSON.stringify(value), place).toString('base64');
  }

  /** The value; undefined when it was sealed for another place or with another secret, or was changed. */
  open(sealed: string, place: string): unknown {
    const text = decryptText(this.#seal, Buffer.from(sealed, 'base64'), place);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Seals what a client carries. */
  sealState(text: string, bound: string): string {
    return this.#encrypt(this.#state, text, bound).toString('base64url');
  }

  /** @param sealed Base64url without padding, as `sealState` wrote it and no other way */
  openState(sealed: string, bound: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    return bytes.toString('base64url') === sealed ? decryptText(this.#state, bytes, bound) : undefined;
  }

  /** A token that only this gateway makes for this text. */
  formToken(text: string): string {
    return createHmac('sha256', this.#form).update(text).digest('base64url');
  }

  /** A new id that cannot be guessed. */
  newId(): string {
    return `apr-${Buffer.from(this.#random.bytes(16)).toString('hex')}`;
  }

  #encrypt(key: Uint8Array, text: string, context: string): Buffer {
    return Buffer.from(encrypt(key, this.#random.bytes(ivBytes), Buffer.from(text), Buffer.from(context)));
  }
}

function decryptText(key: Uint8Array, sealed: Uint8Array, context: string): string | undefined {
  const plaintext = decrypt(key, sealed, Buffer.from(context));
  return plaintext === undefined ? undefined : Buffer.from(plaintext).toString('utf8');
}
