import { AwsV4Signer } from 'aws4fetch';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import type { Clock, Http, HttpRequest, HttpResponse } from '../../../base/ports.ts';
import { sha256 } from '../../../ledger/hash.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface S3Settings {
  /** The bucket's own URL: `https://<bucket>.s3.<region>.amazonaws.com`, or `https://<host>/<bucket>` elsewhere. */
  readonly bucketUrl: string;
  readonly region: string;
  /** Asked for each request: short-lived credentials change. */
  readonly credentials: () => Promise<S3Credentials>;
  readonly timeoutMs: number;
  /**
   * Milliseconds before each further attempt at a request that failed for a passing reason. Entries are sequenced in the
   * meantime, until memory's or the write-ahead log's limit; after the last attempt the writer stops.
   */
  readonly retryDelaysMs: readonly number[];
}

/** Attempts over about two minutes. */
export const s3RetryDelaysMs: readonly number[] = [100, 300, 1_000, 3_000, 10_000, 30_000, 60_000];

export interface S3Request {
  readonly method: HttpRequest['method'];
  /** Object key, or empty for the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Statuses that say nothing against the request itself (S3 error responses: InternalError, SlowDown, RequestTimeout, …). */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Requests to one bucket of an S3-compatible object store, signed with AWS Signature Version 4. */
export class S3Client {
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #settings: S3Settings;

  constructor(http: Http, clock: Clock, settings: S3Settings) {
    this.#http = http;
    this.#clock = clock;
    this.#settings = settings;
  }

  /**
   * Sends a request, again after a passing failure: it may have had its effect the first time. Any other status is an answer.
   *
   * @throws DemarcError `DMC_LEDGER_STOPPED` when the last attempt failed as well; no message holds a credential
   */
  async send(request: S3Request): Promise<HttpResponse> {
    const { retryDelaysMs } = this.#settings;
    for (let attempt = 0; ; attempt++) {
      const delayMs = retryDelaysMs[attempt];
      try {
        const response = await this.#http.send(await this.#signed(request));
        if (!passing.has(response.status)) return response;
        if (delayMs === undefined) throw this.refusal(request, response);
      } catch (error) {
        if (delayMs === undefined || error instanceof DemarcError) throw this.#failure(request, error);
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }

  /** What a status means that the caller has no use for. */
  refusal({ method, key }: S3Request, { status, body }: HttpResponse): DemarcError {
    const code = codeOf(body);
    const said = code === undefined ? `status ${status}` : `status ${status}, ${code}`;
    const hint =
      status === 403
        ? { hint: 'the credentials need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket' }
        : {};
    return new DemarcError('DMC_LEDGER_STOPPED', `the object store refused ${method} \`${key}\`: ${said}`, hint);
  }

  /** A 404 that means the bucket, not the object. */
  isNoBucket({ body }: HttpResponse): boolean {
    return codeOf(body) === 'NoSuchBucket';
  }

  #failure({ method, key }: S3Request, error: unknown): DemarcError {
    if (error instanceof DemarcError) return error;
    return new DemarcError(
      'DMC_LEDGER_STOPPED',
      `the object store did not answer ${method} \`${key}\`: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }

  async #signed({ method, key, query = {}, headers = {}, body }: S3Request): Promise<HttpRequest> {
    const { bucketUrl, region, credentials, timeoutMs } = this.#settings;
    const search = new URLSearchParams(query).toString();
    const url = `${bucketUrl}/${key.split('/').map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
    const signed = await new AwsV4Signer({
      ...(await credentials()),
      method,
      url,
      headers: { ...headers, 'x-amz-content-sha256': Buffer.from(sha256(body ?? new Uint8Array())).toString('hex') },
      service: 's3',
      region,
      datetime: new Date(this.#clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    }).sign();
    return {
      method,
      url: signed.url.toString(),
      headers: Object.fromEntries(signed.headers.entries()),
      body,
      timeoutMs,
      responseBytesMax: limits.ledgerBlobBytesMax,
    };
  }
}

/** The code of an S3 error response. */
function codeOf(body: Uint8Array): string | undefined {
  return /<Code>(\w+)<\/Code>/.exec(Buffer.from(body).toString())?.[1];
}
