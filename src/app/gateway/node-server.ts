import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import type { AnswerStream, Exchange, Peer } from '../../gateway/exchange.ts';
import { KeepAlive } from '../../gateway/http/keep-alive.ts';
import { subjectText, uriNames } from '../../gateway/identify/certificates.ts';

export interface NodeServerOptions {
  readonly handle: (exchange: Exchange) => Promise<void>;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly bounds?: Partial<ServerBounds> | undefined;
  /** PEM text. With `clientAuthorities` clients may prove themselves with a certificate. */
  readonly tls?:
    | { readonly key: string; readonly cert: string; readonly clientAuthorities?: string | undefined }
    | undefined;
}

export type ServerBounds = Readonly<
  Record<
    | 'gatewayHeaderBytesMax'
    | 'gatewayHeadersMs'
    | 'gatewayRequestMs'
    | 'gatewayKeepAliveMs'
    | 'gatewayConnectionsMax'
    | 'gatewayStreamSilenceMs',
    number
  >
>;

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** Takes no new connection, waits for answers that have begun, at most `graceMs`, then breaks what is left. */
  close(graceMs: number): Promise<void>;
}

/** Serves HTTP/1.1 with Node's strict parser. @throws the system's error when the address cannot be had */
export async function serveNode(options: NodeServerOptions): Promise<RunningServer> {
  const bounds: ServerBounds = { ...limits, ...options.bounds };
  const keepAlive = new KeepAlive(bounds.gatewayStreamSilenceMs);
  const listener: RequestListener = (request, response) => {
    options.handle(new NodeExchange(request, response, keepAlive)).catch(() => request.destroy());
  };
  const settings = {
    insecureHTTPParser: false,
    requireHostHeader: false,
    // Node refuses what is as long as its limit.
    maxHeaderSize: bounds.gatewayHeaderBytesMax + 1,
    headersTimeout: bounds.gatewayHeadersMs,
    requestTimeout: bounds.gatewayRequestMs,
    connectionsCheckingInterval: Math.min(1_000, bounds.gatewayHeadersMs),
    keepAliveTimeout: bounds.gatewayKeepAliveMs,
    noDelay: true,
  };
  const server: Server =
    options.tls === undefined
      ? createServer(settings, listener)
      : createSecureServer(
          {
            ...settings,
            key: options.tls.key,
            cert: options.tls.cert,
            ...(options.tls.clientAuthorities === undefined
              ? {}
              : { ca: options.tls.clientAuthorities, requestCert: true, rejectUnauthorized: false }),
          },
          listener,
        );
  server.maxConnections = bounds.gatewayConnectionsMax;
  // A client that waits for leave to send gets it from the body's reader; nothing is upgraded and nothing tunnelled.
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    close: (graceMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(timer);
          keepAlive.close();
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** A request of Node's server as the gateway sees it. */
class NodeExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #keepAlive: KeepAlive;
  #headers: (readonly [name: string, value: string])[] | undefined;
  #stop: Stop | undefined;
  #isTooLarge = false;

  constructor(request: IncomingMessage, response: ServerResponse, keepAlive: KeepAlive) {
    this.#request = request;
    this.#response = response;
    this.#keepAlive = keepAlive;
    this.method = request.method ?? '';
    this.target = request.url ?? '';
    // A write to a client that went away is no defect; `close` follows.
    response.on('error', () => undefined);
  }

  get headers(): readonly (readonly [name: string, value: string])[] {
    if (this.#headers !== undefined) return this.#headers;
    const { rawHeaders } = this.#request;
    this.#headers = [];
    for (let at = 0; at + 1 < rawHeaders.length; at += 2)
      this.#headers.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '']);
    return this.#headers;
  }

  get peer(): Peer {
    const { socket } = this.#request;
    const address = socket.remoteAddress ?? '';
    if (!(socket instanceof TLSSocket) || !socket.authorized) return { address };
    const held = socket.getPeerCertificate();
    // A session that is resumed counts as authorised, also where the client has never shown a certificate.
    if (!('fingerprint256' in held)) return { address };
    const { subject, fingerprint256, subjectaltname, valid_to: end } = held;
    const uris = uriNames(subjectaltname);
    return {
      address,
      certificate: { subject: subjectText({ ...subject }), fingerprint256, uris, expiresMs: Date.parse(end) },
    };
  }

  get signal(): StopSignal {
    if (this.#stop !== undefined) return this.#stop;
    const stop = new Stop();
    this.#stop = stop;
    const response = this.#response;
    if (response.destroyed) stop.abort();
    else
      response.once('close', () => {
        if (!response.writableFinished) stop.abort();
      });
    return stop;
  }

  async body(bytesMax: number): Promise<Uint8Array> {
    const tooLarge = (): DemarcError => {
      this.#isTooLarge = true;
      return new DemarcError('DMC_REQUEST_TOO_LARGE', `the body is larger than ${bytesMax} bytes`);
    };
    if (Number(this.#request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
    const request = this.#request;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const take = (chunk: Buffer): void => {
        length += chunk.length;
        if (length <= bytesMax) return void chunks.push(chunk);
        request.pause();
        fail(tooLarge());
      };
      // What listens is kept as long as the request, with the body: a stream may have no end.
      const leave = (): void => void request.off('data', take).off('end', end).off('error', fail).off('close', gone);
      const end = (): void => {
        leave();
        const [only] = chunks;
        resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length));
      };
      const fail = (thrown: Error): void => {
        leave();
        reject(thrown);
      };
      // Without a listener there is no error: a client may have gone while it was found out who it is.
      const gone = (): void => fail(new Error('aborted'));
      if (request.destroyed) return gone();
      request.on('data', take).once('end', end).once('error', fail).once('close', gone);
    });
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array = ''): void {
    // What failed after an answer began can only be cut off.
    if (this.#response.headersSent) return void this.#response.destroy();
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    // One list, as `writeHead` takes it: an object that another is spread into is slow to go through.
    const fields = ['content-length', String(length)];
    for (const name in headers) fields.push(name, headers[name] ?? '');
    // The rest of a body that was too large is not waited for.
    if (this.#isTooLarge) fields.push('connection', 'close');
    this.#response.writeHead(status, fields);
    this.#response.end(body);
  }

  stream(status: number, headers: Readonly<Record<string, string>>): AnswerStream {
    const response = this.#response;
    response.writeHead(status, { ...headers });
    response.flushHeaders();
    const stream = new NodeStream(response);
    if (headers['content-type'] !== 'text/event-stream') return stream;
    const kept = this.#keepAlive.keep(stream);
    response.once('close', () => kept.closed());
    return kept;
  }
}

class NodeStream implements AnswerStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  write(chunk: string | Uint8Array): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      if (response.destroyed || response.write(chunk)) return resolve();
      const go = (): void => {
        response.off('drain', go);
        response.off('close', go);
        resolve();
      };
      response.on('drain', go);
      response.on('close', go);
    });
  }

  end(): void {
    this.#response.end();
  }

  abort(): void {
    this.#response.destroy();
  }
}
