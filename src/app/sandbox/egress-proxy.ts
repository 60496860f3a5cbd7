import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import type { EventInput } from '../../model/event.ts';
import { addressFor, type EgressRule, readTarget, ruleFor, type Target } from '../../sandbox/egress-rules.ts';
import { sandboxError } from '../../sandbox/sandbox-error.ts';
import {
  type Connection,
  type EgressFailure,
  type EgressRefusal,
  sandboxConnects,
  sandboxDisconnected,
} from '../../sandbox/sandbox-events.ts';

export type EgressBounds = Readonly<Record<'sandboxConnectionsMax' | 'sandboxConnectMs', number>>;

export interface EgressPorts {
  readonly clock: Clock;
  /** Resolves when the event is durable. A connection is made only after its event. */
  readonly record: (event: EventInput) => Promise<unknown>;
  /** All addresses of a name. @throws when it has none */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** Opens a connection to an address. */
  readonly connect: (address: Target) => Socket;
  /** Where folders for sockets are made; whoever servers run as has to come there. */
  readonly folder: string;
  readonly bounds?: EgressBounds | undefined;
}

export interface EgressOwner {
  readonly server: string;
  readonly reference: string;
  readonly rules: readonly EgressRule[];
  /** The user the server runs as, where that is another. */
  readonly user?: number | undefined;
}

/** `sun_path` holds 108 bytes, the last of them NUL (unix(7)). */
const socketPathBytesMax = 107;

/**
 * The way out of one sandbox: a proxy on a socket of its own that takes CONNECT (RFC 9110, 9.3.6) to what the rules name, and nothing else. Names
 * are looked up here; the address that was checked is the one that is connected to.
 */
export class EgressProxy {
  /** Path of its socket. */
  readonly socket: string;
  readonly #folder: string;
  readonly #owner: EgressOwner;
  readonly #ports: EgressPorts;
  readonly #bounds: EgressBounds;
  readonly #server: Server;
  readonly #clients = new Set<Duplex>();
  readonly #upstreams = new Set<Socket>();
  /** The last of the lookups, which come one after the other: they take threads that the whole gateway shares. */
  #lookup: Promise<unknown> = Promise.resolve();

  /** Opens it. @throws DemarcError `DMC_SANDBOX` when the path is too long for a socket; the platform's error */
  constructor(owner: EgressOwner, ports: EgressPorts) {
    this.#owner = owner;
    this.#ports = ports;
    this.#bounds = ports.bounds ?? limits;
    this.#folder = mkdtempSync(join(ports.folder, 'demarc-egress-'));
    this.socket = join(this.#folder, 'proxy.sock');
    if (Buffer.byteLength(this.socket) > socketPathBytesMax) {
      rmSync(this.#folder, { recursive: true });
      throw sandboxError(`\`${this.socket}\` is too long for a socket`, 'set TMPDIR to a folder with a shorter path');
    }
    this.#server = createServer((_request, response) => {
      response.writeHead(405, { allow: 'CONNECT', connection: 'close' }).end();
    });
    this.#server.on(
      'connect',
      (request: IncomingMessage, client: Duplex, head: Buffer) => void this.#take(request, client, head),
    );
    this.#server.on('error', () => undefined);
    // As many again have room to be refused; more are not even listened to.
    this.#server.maxConnections = 2 * this.#bounds.sandboxConnectionsMax;
    // A socket of the file system is there when this returns.
    this.#server.listen(this.socket);
    chmodSync(this.socket, 0o600);
    if (owner.user !== undefined)
      for (const path of [this.#folder, this.socket]) chownSync(path, owner.user, owner.user);
  }

  /** Closes it and every connection through it. */
  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    for (const side of [...this.#clients, ...this.#upstreams]) side.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #take({ url = '' }: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    client.on('error', () => client.destroy());
    const target = readTarget(url);
    const connection: Connection = { server: this.#owner.server, reference: this.#owner.reference, target };
    const isTooMany = this.#clients.size >= this.#bounds.sandboxConnectionsMax;
    this.#clients.add(client);
    client.once('close', () => this.#clients.delete(client));
    const rule = target === undefined ? undefined : ruleFor(this.#owner.rules, target);
    if (isTooMany) return await this.#refuse(client, connection, 'egress.too-many');
    if (target === undefined) return await this.#refuse(client, connection, 'egress.malformed');
    if (rule === undefined) return await this.#refuse(client, connection, 'egress.not-allowed');
    const startMs = this.#ports.clock.monotonic();
    const end = (failure: EgressFailure | undefined, bytes: number): Promise<unknown> =>
      this.#record(
        sandboxDisconnected(connection, { bytes, durationMs: this.#ports.clock.monotonic() - startMs, failure }),
      );
    const addresses = await within(this.#resolve(target, client), this.#bounds.sandboxConnectMs).catch(() => []);
    const address = addressFor(rule, addresses);
    if (addresses.length > 0 && address === undefined) return await this.#refuse(client, connection, 'egress.address');
    // What cannot be recorded does not happen.
    if (!(await this.#record(sandboxConnects(connection)))) return void client.destroy();
    if (address === undefined) {
      answer(client, 502);
      await end('egress.unresolved', 0);
      return;
    }
    const upstream = await this.#connect({ host: address, port: target.port }, client);
    if (upstream === undefined) {
      answer(client, 502);
      await end('egress.unreachable', 0);
      return;
    }
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    client.pipe(upstream);
    upstream.pipe(client);
    upstream.once('close', () => {
      client.destroy();
      void end(undefined, upstream.bytesRead + upstream.bytesWritten);
    });
  }

  #resolve({ host }: Target, client: Duplex): Promise<readonly string[]> {
    // Who gave up while others were looked up needs no address any more.
    const found = this.#lookup.then(() => (client.writable ? this.#ports.resolve(host) : []));
    this.#lookup = found.catch(() => undefined);
    return found;
  }

  /** @returns undefined when nobody answers in time, or the client went away */
  #connect({ host, port }: Target, client: Duplex): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      if (client.destroyed) return resolve(undefined);
      const upstream = this.#ports.connect({ host, port });
      this.#upstreams.add(upstream);
      const fail = (): void => void upstream.destroy();
      const timer = setTimeout(fail, this.#bounds.sandboxConnectMs);
      client.once('close', fail);
      upstream.on('error', fail);
      upstream.once('close', () => {
        clearTimeout(timer);
        this.#upstreams.delete(upstream);
        resolve(undefined);
      });
      upstream.once('connect', () => {
        clearTimeout(timer);
        resolve(upstream);
      });
    });
  }

  async #refuse(client: Duplex, connection: Connection, refusal: EgressRefusal): Promise<void> {
    await this.#record(sandboxConnects(connection, refusal));
    answer(client, refusal === 'egress.too-many' ? 503 : refusal === 'egress.malformed' ? 400 : 403);
  }

  /** @returns whether it was recorded */
  #record(event: EventInput): Promise<boolean> {
    return this.#ports.record(event).then(
      () => true,
      () => false,
    );
  }
}

function answer(client: Duplex, status: number): void {
  client.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RangeError('took too long')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
