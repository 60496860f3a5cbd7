import type { KeyFiles, Random } from '../base/ports.ts';
import { decrypt, encrypt, hmac, ivBytes, keyBytes } from '../ledger/seal.ts';
import type { CredentialStore } from './credential-store.ts';
import { CredentialFault } from './fault.ts';

/** Permission bits of the folder and of every file in it. */
const folderMode = 0o700;
const fileMode = 0o600;

/**
 * A store in a folder of its own, encrypted: `key` holds 32 random bytes in hex, `items/<name>` one value each. An item is
 * AES-256-GCM (IV ‖ ciphertext ‖ tag) of `{"name", "value"}`, its file name the HMAC-SHA-256 of its name, which is also the
 * additional data: an item can neither be read nor be put in another's place by who has the items and not the key.
 */
export class SealedFolder implements CredentialStore {
  readonly #files: KeyFiles;
  readonly #random: Random;
  readonly #items: string;
  readonly #sealing: Uint8Array;
  readonly #naming: Uint8Array;

  private constructor(files: KeyFiles, random: Random, items: string, key: Uint8Array) {
    this.#files = files;
    this.#random = random;
    this.#items = items;
    this.#sealing = hmac(key, Buffer.from('demarc credentials: seal'));
    this.#naming = hmac(key, Buffer.from('demarc credentials: name'));
  }

  /**
   * Opens a folder, and makes it and its key where there is none.
   *
   * @param directory absolute path
   * @param keyPath where the key is, when it is kept elsewhere than in the folder
   * @throws CredentialFault `store-failed` when others may read the key or the folder, or the key is damaged
   */
  static async open(
    files: KeyFiles,
    random: Random,
    directory: string,
    keyPath = `${directory}/key`,
  ): Promise<SealedFolder> {
    const items = `${directory}/items`;
    for (const folder of [directory, items]) await files.makeDirectory(folder, folderMode);
    const fresh = Buffer.from(`${Buffer.from(random.bytes(keyBytes)).toString('hex')}\n`);
    // Whoever makes it first wins, also between two processes.
    await files.create(keyPath, fresh, fileMode);
    for (const path of [directory, keyPath]) {
      const bits = await files.permissions(path);
      if (bits !== undefined && (bits & 0o077) !== 0)
        throw new CredentialFault('store-failed', `\`${path}\` is open to others (chmod go-rwx)`);
    }
    const text = Buffer.from((await files.read(keyPath)) ?? [])
      .toString()
      .trim();
    if (!/^[0-9a-f]{64}$/.test(text)) throw new CredentialFault('store-failed', `the key in \`${keyPath}\` is damaged`);
    return new SealedFolder(files, random, items, Buffer.from(text, 'hex'));
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const item = await this.#read(this.#fileOf(name));
    return item === undefined ? undefined : Buffer.from(item.value, 'base64');
  }

  async put(name: string, value: Uint8Array): Promise<void> {
    const file = this.#fileOf(name);
    const plaintext = Buffer.from(JSON.stringify({ name, value: Buffer.from(value).toString('base64') }));
    const sealed = encrypt(this.#sealing, this.#random.bytes(ivBytes), plaintext, Buffer.from(file));
    await this.#files.replace(`${this.#items}/${file}`, sealed, fileMode);
  }

  remove(name: string): Promise<void> {
    return this.#files.destroy(`${this.#items}/${this.#fileOf(name)}`);
  }

  async names(): Promise<readonly string[]> {
    const names: string[] = [];
    for (const file of await this.#files.list(this.#items)) {
      const item = /^[0-9a-f]{64}$/.test(file) ? await this.#read(file) : undefined;
      if (item !== undefined) names.push(item.name);
    }
    return names.sort();
  }

  #fileOf(name: string): string {
    return Buffer.from(hmac(this.#naming, Buffer.from(name))).toString('hex');
  }

  async #read(file: string): Promise<{ readonly name: string; readonly value: string } | undefined> {
    const sealed = await this.#files.read(`${this.#items}/${file}`);
    if (sealed === undefined) return undefined;
    const plaintext = decrypt(this.#sealing, sealed, Buffer.from(file));
    if (plaintext === undefined)
      throw new CredentialFault(
        'store-failed',
        `an item in \`${this.#items}\` was altered, or sealed with another key`,
      );
    // Authentic: it is as it was written.
    return JSON.parse(Buffer.from(plaintext).toString()) as { name: string; value: string };
  }
}
