/** The whole gateway on a real socket: configuration, policies, ledger, database, with servers made for a test. */
import { freePort } from './free-port.ts';
import { createServer, type RequestListener, type Server } from 'node:http';
import { rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { openGateway, type OpenGateway } from '../../src/app/gateway/open-gateway.ts';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { parseGatewayConfig } from '../../src/app/gateway/read-config.ts';
import { lookAtServers } from '../../src/app/gateway/servers-signature.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { readEnvelopes } from '../../src/app/commands/ledger/read-envelopes.ts';
import { ledgerPlace } from '../../src/app/ledger/place.ts';
import type { Clock } from '../../src/base/ports.ts';
import { ed25519Signer } from '../../src/ledger/note.ts';
import { signServers } from '../../src/sandbox/signed-servers.ts';
import { scratchFolder } from '../../src/store/log/fixtures/test-log.ts';
import type { Envelope } from '../../src/model/event.ts';

export interface MadeServer {
  readonly url: string;
  /** Every request it got, as it came. */
  readonly seen: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[];
  close(): void;
}

/** An MCP server of both eras over HTTP, which keeps what it is sent. @param port where one before it was */
export async function makeServer(name: string, register: (server: McpServer) => void, port = 0): Promise<MadeServer> {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name, version: '1' });
    register(server);
    return server;
  });
  const seen: MadeServer['seen'] = [];
  const handle = toNodeHandler(handler) as RequestListener;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => seen.push({ headers: request.headers, body: Buffer.concat(pieces).toString() }));
    handle(request, response);
  });
  return { seen, ...(await listening(server, port)) };
}

/** Starts a server on a port of this machine, a free one unless it is given. */
export async function listening(server: Server, port = 0): Promise<Omit<MadeServer, 'seen'>> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface WholeGateway {
  readonly origin: string;
  readonly folder: string;
  readonly told: string[];
  readonly gateway: OpenGateway;
  /** A client of one server, or of all together. */
  client(server?: string, headers?: Readonly<Record<string, string>>): Promise<Client>;
  /** Ends it; its folder stays. */
  close(): Promise<void>;
  remove(): void;
}

/**
 * @param config YAML after `version`, `listen` and `state` @param files written into the folder of the configuration
 * @param folder of a gateway before it, of which everything that outlives a process is there
 * @param signedMs when its servers that are programs were signed
 */
export async function wholeGateway(
  config: string,
  files: Readonly<Record<string, string>> = {},
  clock: Clock = nodeClock,
  folder = scratchFolder('demarc-gateway-'),
  signedMs = clock.now(),
): Promise<WholeGateway> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const port = await freePort();
  const text = `version: 1\nlisten: 127.0.0.1:${port}\nstate: state\n${config}`;
  const path = join(folder, 'demarc.gateway.yaml');
  writeFileSync(path, text);
  const told: string[] = [];
  const kept = keepingContext();
  const variables = { ...kept.environment.variables, DEMARC_GATEWAY_STATE: join(folder, 'machine') };
  const context = { ...kept, clock, environment: { ...kept.environment, variables } };
  const settings = parseGatewayConfig(text, 'demarc.gateway.yaml');
  const signer = ed25519Signer('test.example/servers', Buffer.alloc(32, 8));
  const gateway = await openGateway(context, {
    settings,
    signature: signServers(lookAtServers(context, settings.written), signedMs, signer),
    serverKey: signer.verifier,
    folder,
    path,
    tell: (line) => told.push(line),
  });
  const server = await serveNode({ handle: gateway.handle, host: '127.0.0.1', port });
  const origin = `http://127.0.0.1:${port}`;
  const clients: Client[] = [];
  return {
    origin,
    folder,
    told,
    gateway,
    async client(name, headers = {}) {
      const client = new Client(
        { name: 'test', version: '1' },
        { capabilities: {}, versionNegotiation: { mode: { pin: '2026-07-28' } } },
      );
      const url = new URL(name === undefined ? '/mcp' : `/mcp/${name}`, origin);
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.allSettled(clients.map((client) => client.close()));
      await server.close(100);
      await gateway.close();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Envelopes of the ledger, oldest first; the gateway has to be closed. */
export async function eventsOf(folder: string): Promise<Envelope[]> {
  const events: Envelope[] = [];
  for await (const event of readEnvelopes(ledgerPlace(keepingContext(), join(folder, 'state', 'ledger'))))
    events.push(event);
  return events;
}
