/** Limits of sandboxes, on real processes and sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { messageOf } from '../../../src/base/errors.ts';
import { nodeClock } from '../../../src/app/node-ports.ts';
import { EgressProxy } from '../../../src/app/sandbox/egress-proxy.ts';
import { launchOf, portsOf, textOf } from '../../../src/app/sandbox/fixtures/unconfined.ts';
import { startServer } from '../../../src/app/sandbox/start-server.ts';
import type { EventInput } from '../../../src/model/event.ts';
import { tarball } from '../../../src/sandbox/fixtures/npm-archive.ts';
import { readPackageArchive } from '../../../src/sandbox/tar.ts';
import type { Row } from './row.ts';

/** Opens so many connections at a time through a proxy whose other side never answers, and waits until each is recorded. */
async function connectionsTold(count: number, max: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'demarc-limits-'));
  const events: EventInput[] = [];
  let heard = (): void => undefined;
  const proxy = new EgressProxy(
    { server: 'files', reference: 'sandbox-1', rules: [{ host: 'a.example.com', port: 443, networks: [] }] },
    {
      clock: nodeClock,
      folder,
      record: async (event) => {
        events.push(event);
        heard();
      },
      resolve: async () => ['93.184.215.14'],
      // Each waits for its connection, so that all are open together.
      connect: () => {
        asked++;
        return new Socket();
      },
      bounds: { sandboxConnectionsMax: max, sandboxConnectMs: 60_000 },
    },
  );
  let asked = 0;
  const clients: Socket[] = [];
  for (let at = 0; at < count; at++) {
    const next = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const client = connect(proxy.socket).on('error', () => undefined);
    clients.push(client);
    client.write('CONNECT a.example.com:443 HTTP/1.1\r\n\r\n');
    await next;
  }
  for (const client of clients) client.destroy();
  proxy.close();
  rmSync(folder, { recursive: true, force: true });
  return [...events.flatMap(({ reasons = [] }) => reasons), `${asked} asked`];
}

export const sandboxRows: readonly Row[] = [
  {
    limit: 'sandboxConnectionsMax',
    where: 'connections out of a sandbox at a time',
    at: 4,
    told: connectionsTold,
    past: /egress\.too-many/,
  },
  {
    limit: 'sandboxArchiveBytesMax',
    where: 'what an archive of a package unpacks to',
    at: 4_096,
    told(size, max) {
      const tar = Buffer.alloc(size);
      gunzipSync(tarball([['0', 'package/x', 'x']])).copy(tar);
      try {
        readPackageArchive(gzipSync(tar), max);
        return [];
      } catch (thrown) {
        return [messageOf(thrown)];
      }
    },
    past: /larger than/,
  },
  {
    limit: 'sandboxLineBytesMax',
    where: 'a line of a server',
    at: 100,
    async told(size, max) {
      const bounds = { sandboxLineBytesMax: max, gatewayErrorOutputLengthMax: 10 };
      const server = await startServer(launchOf(`console.log('x'.repeat(${size}))`), {}, portsOf([], bounds));
      const [output, { ending }] = await Promise.all([textOf(server.output), server.exited]);
      return [output.length > size ? 'read' : 'not read', ending];
    },
    past: /not read/,
  },
];
