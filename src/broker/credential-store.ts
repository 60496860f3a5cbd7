/**
 * Where tokens, registrations and secrets are kept, by name. A name is kept as secret as a value: it says who uses what.
 * Every call rejects with an error of the platform when the place below fails.
 */
export interface CredentialStore {
  get(name: string): Promise<Uint8Array | undefined>;
  /** Durable when it resolves. */
  put(name: string, value: Uint8Array): Promise<void>;
  /** Destroys what is under the name; nothing happens when there is nothing. */
  remove(name: string): Promise<void>;
  names(): Promise<readonly string[]>;
}

/** A store that is gone with the process: everybody consents again after a restart. */
export class MemoryStore implements CredentialStore {
  readonly #values = new Map<string, Uint8Array>();

  get(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#values.get(name));
  }

  put(name: string, value: Uint8Array): Promise<void> {
    this.#values.set(name, Uint8Array.from(value));
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.#values.delete(name);
    return Promise.resolve();
  }

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.#values.keys()]);
  }
}
