import { messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock, KeyFiles } from '../../base/ports.ts';
import type { CredentialStore } from '../credential-store.ts';
import { CredentialFault } from '../fault.ts';
import { jsonObject, type Outbound } from '../outbound.ts';
import { formatSecretReference, type SecretReference } from '../../model/secret-reference.ts';

/** A server that speaks HashiCorp Vault's HTTP API. */
export interface VaultPlace {
  readonly url: string;
  readonly token: SecretReference;
  readonly namespace: string | undefined;
}

export interface SecretPorts {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<KeyFiles, 'read' | 'permissions'>;
  readonly clock: Clock;
  /** The local encrypted store, opened when it is first needed. */
  readonly local: () => Promise<CredentialStore>;
  readonly outbound: Outbound;
  readonly vault: VaultPlace | undefined;
}

/** Reads secrets from where references say they are. What was read is kept for a moment: a secret changed there is seen soon. */
export class SecretReader {
  readonly #ports: SecretPorts;
  readonly #keptMs: number;
  readonly #read = new Map<string, { readonly atMs: number; readonly secret: Promise<string> }>();

  constructor(ports: SecretPorts, bounds: Pick<typeof limits, 'brokerSecretMs'> = limits) {
    this.#ports = ports;
    this.#keptMs = bounds.brokerSecretMs;
  }

  /** The secret, without white space around it. @throws CredentialFault `secret-unavailable`, naming the place */
  read(reference: SecretReference): Promise<string> {
    const name = formatSecretReference(reference);
    const nowMs = this.#ports.clock.monotonic();
    const found = this.#read.get(name);
    if (found !== undefined && nowMs - found.atMs < this.#keptMs) return found.secret;
    const secret = this.#load(reference).then(
      (text) => checked(text, name),
      (thrown: unknown) => {
        throw thrown instanceof CredentialFault ? thrown : unavailable(name, messageOf(thrown));
      },
    );
    this.#read.set(name, { atMs: nowMs, secret });
    secret.catch(() => this.#read.delete(name));
    return secret;
  }

  async #load(reference: SecretReference): Promise<string | undefined> {
    switch (reference.store) {
      case 'env':
        return this.#ports.variables[reference.name];
      case 'file':
        return this.#fromFile(reference.path);
      case 'local':
        return textOf(await (await this.#ports.local()).get(`secret ${reference.name}`));
      case 'vault':
        return this.#fromVault(reference);
    }
  }

  async #fromFile(path: string): Promise<string | undefined> {
    const bits = await this.#ports.files.permissions(path);
    // A group may read: Kubernetes gives mounted secrets to the group of the pod.
    if (bits !== undefined && (bits & 0o027) !== 0)
      throw unavailable(`file:${path}`, 'others may read it or a group may change it (chmod o-rwx,g-w)');
    return textOf(await this.#ports.files.read(path));
  }

  /** KV version 2, `GET /v1/<mount>/data/<path>` (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2, read 2026-11-28). */
  async #fromVault({ mount, path, field }: Extract<SecretReference, { store: 'vault' }>): Promise<string | undefined> {
    const { vault, outbound } = this.#ports;
    if (vault === undefined) throw unavailable(`vault:${mount}`, 'the configuration names no vault');
    const answer = await outbound.get(`${vault.url.replace(/\/$/, '')}/v1/${mount}/data/${path}`, 'the vault', {
      'x-vault-request': 'true',
      'x-vault-token': await this.read(vault.token),
      ...(vault.namespace === undefined ? {} : { 'x-vault-namespace': vault.namespace }),
    });
    if (answer.status !== 200) throw unavailable(`vault:${mount}/${path}`, `the vault answers ${answer.status}`);
    const { data } = jsonObject(answer, 'metadata-invalid', 'the answer of the vault') as {
      data?: { data?: Record<string, unknown> | null } | null;
    };
    const fields = data?.data ?? {};
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return typeof value === 'string' ? value : undefined;
  }
}

function textOf(data: Uint8Array | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data).toString('utf8');
}

function checked(text: string | undefined, name: string): string {
  const secret = text?.trim() ?? '';
  if (secret === '') throw unavailable(name, 'there is none');
  if (Buffer.byteLength(secret) > limits.brokerSecretBytesMax) throw unavailable(name, 'it is too large');
  return secret;
}

function unavailable(name: string, why: string): CredentialFault {
  return new CredentialFault('secret-unavailable', `no secret from \`${name}\`: ${why}`);
}
