import type { Clock, Http, HttpResponse } from '../../../base/ports.ts';
import { sameBytes, sha256 } from '../../../ledger/hash.ts';
import { checkpointPath, type LogStorage } from '../log-storage.ts';
import { stopped } from '../stopped.ts';
import { S3Client, type S3Request, type S3Settings } from './s3-client.ts';

/** Object Lock: how long an object's version can be neither replaced nor removed, and by whom not. */
export interface Retention {
  /** COMPLIANCE: by nobody. GOVERNANCE: by nobody without a permission of its own. */
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  readonly days: number;
}

export interface S3StorageSettings extends S3Settings {
  /** Begins each object key, with its slash; may be empty. */
  readonly prefix: string;
  /** For full tiles, bundles and blobs. Checkpoint and partial tiles change or go, and stay without. */
  readonly retention?: Retention | undefined;
}

/** Requests at once: each takes tens of milliseconds, most of it waiting. */
const parallelRequests = 16;
/** Times a conditional write is tried that met another one. */
const conflictAttempts = 3;

/**
 * A log in an S3-compatible object store with conditional writes. Tiles, bundles and blobs are written only where nothing
 * is yet (`If-None-Match: *`); the checkpoint only over the version that was read (`If-Match`), so that of two writers who
 * both believe to hold the lease one stops. What was put is durable.
 */
export function s3Storage(http: Http, clock: Clock, settings: S3StorageSettings): LogStorage {
  return new S3Storage(http, clock, settings);
}

class S3Storage implements LogStorage {
  readonly parallelWrites = parallelRequests;
  readonly #client: S3Client;
  readonly #clock: Clock;
  readonly #settings: S3StorageSettings;
  /** The checkpoint as it was last seen, and the version of it. */
  #checkpoint: { readonly text: string; readonly etag: string } | undefined;

  constructor(http: Http, clock: Clock, settings: S3StorageSettings) {
    this.#client = new S3Client(http, clock, settings);
    this.#clock = clock;
    this.#settings = settings;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const request: S3Request = { method: 'GET', key: this.#key(path) };
    const response = await this.#client.send(request);
    if (response.status === 404 && !this.#client.isNoBucket(response)) return undefined;
    if (response.status !== 200) throw this.#client.refusal(request, response);
    if (path === checkpointPath) this.#saw(Buffer.from(response.body).toString(), response);
    return response.body;
  }

  async write(path: string, data: Uint8Array): Promise<void> {
    const request = this.#put(path, data, { 'if-none-match': '*', ...this.#retention(path) });
    const response = await this.#conditional(request);
    if (response.status === 200) return;
    const stored = await this.read(path);
    if (stored === undefined || !sameBytes(stored, data))
      throw stopped(`\`${path}\` is in the object store with other content`, {
        hint: 'somebody else writes this ledger, or its write-ahead log was lost; nothing was overwritten',
      });
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  async replaceCheckpoint(text: string, previous: string | undefined): Promise<void> {
    if (previous !== undefined && this.#checkpoint?.text !== previous) await this.read(checkpointPath);
    if (this.#checkpoint?.text !== previous) throw notOurs();
    const condition: Record<string, string> =
      this.#checkpoint === undefined ? { 'if-none-match': '*' } : { 'if-match': this.#checkpoint.etag };
    const response = await this.#conditional(this.#put(checkpointPath, Buffer.from(text), condition));
    if (response.status === 200) return this.#saw(text, response);
    // An attempt whose answer was lost may have had its effect.
    await this.read(checkpointPath);
    if (this.#checkpoint?.text !== text) throw notOurs();
  }

  async removePartials(path: string): Promise<void> {
    const key = this.#key(`${path}.p/`);
    const list: S3Request = { method: 'GET', key: '', query: { 'list-type': '2', prefix: key } };
    const listed = await this.#client.send(list);
    if (listed.status !== 200) throw this.#client.refusal(list, listed);
    // At most 255 keys, fewer than one page of an answer holds.
    const widths = Buffer.from(listed.body)
      .toString()
      .matchAll(/\.p\/([1-9]\d{0,2})<\/Key>/g);
    for (const [, width] of widths) {
      const request: S3Request = { method: 'DELETE', key: `${key}${width}` };
      const response = await this.#client.send(request);
      if (![200, 204, 404].includes(response.status)) throw this.#client.refusal(request, response);
    }
  }

  /** Sends a conditional write: 200, or 412 when the condition does not hold. */
  async #conditional(request: S3Request): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#client.send(request);
      if (response.status === 200 || response.status === 412) return response;
      // Another write of the object was under way (ConditionalRequestConflict): its outcome decides, so ask again.
      if (response.status !== 409 || attempt === conflictAttempts) throw this.#client.refusal(request, response);
    }
  }

  #put(path: string, body: Uint8Array, headers: Readonly<Record<string, string>>): S3Request {
    const checksum = Buffer.from(sha256(body)).toString('base64');
    return {
      method: 'PUT',
      key: this.#key(path),
      // A checksum is compared by the store; with Object Lock it is required.
      headers: { ...headers, 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-sha256': checksum },
      body,
    };
  }

  #retention(path: string): Record<string, string> {
    const { retention } = this.#settings;
    if (retention === undefined || path.includes('.p/')) return {};
    const until = new Date(this.#clock.now() + retention.days * 86_400_000);
    return { 'x-amz-object-lock-mode': retention.mode, 'x-amz-object-lock-retain-until-date': until.toISOString() };
  }

  #key(path: string): string {
    return `${this.#settings.prefix}${path}`;
  }

  #saw(text: string, { headers }: HttpResponse): void {
    const etag = headers['etag'];
    if (etag === undefined)
      throw stopped('the object store gives no ETag, so it cannot tell versions of the checkpoint apart');
    this.#checkpoint = { text, etag };
  }
}

function notOurs(): Error {
  return stopped('the checkpoint is not the one this writer wrote: somebody else writes or restored this ledger');
}
