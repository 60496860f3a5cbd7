import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeHttp, proxyFor } from './node-http.ts';

const open: { close(): unknown; closeAllConnections?(): void }[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    server.close();
  }
});

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
const serve = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(listener))}`;
const request = { method: 'GET', headers: {}, timeoutMs: 5_000, responseBytesMax: 1_000 } as const;
const http = nodeHttp({});

describe('the real Http port', () => {
  it('sends method, headers and body and gives status, lower-case headers and bytes', async () => {
    const url = await serve((incoming, outgoing) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => {
        outgoing.writeHead(418, { 'X-Answer': 'yes', 'Set-Cookie': ['a=1', 'b=2'] });
        outgoing.end(
          `${incoming.method} ${incoming.url} ${String(incoming.headers['x-question'])} ${incoming.headers['content-length']} ${Buffer.concat(pieces).toString()}`,
        );
      });
    });
    const answer = await http.send({
      ...request,
      method: 'POST',
      url: `${url}/a?b=c`,
      headers: { 'x-question': 'why' },
      body: Buffer.from('äö'),
    });
    expect(answer.status).toBe(418);
    expect(answer.headers).toMatchObject({ 'x-answer': 'yes', 'set-cookie': 'a=1, b=2' });
    expect(Buffer.from(answer.body).toString()).toBe('POST /a?b=c why 4 äö');
  });

  it('follows no redirect', async () => {
    let asked = 0;
    const url = await serve((_incoming, outgoing) => {
      asked++;
      outgoing.writeHead(307, { location: '/elsewhere' });
      outgoing.end();
    });
    expect(await http.send({ ...request, url })).toMatchObject({ status: 307, headers: { location: '/elsewhere' } });
    expect(asked).toBe(1);
  });

  it('takes an answer of exactly the limit and refuses one byte more', async () => {
    const url = await serve((incoming, outgoing) => outgoing.end('x'.repeat(Number(incoming.url?.slice(1)))));
    expect((await http.send({ ...request, url: `${url}/1000` })).body).toHaveLength(1000);
    await expect(http.send({ ...request, url: `${url}/1001` })).rejects.toThrow('larger than 1000 bytes');
  });

  it('rejects when there is no answer in time, and when it stops in the middle', async () => {
    const silent = await serve(() => undefined);
    await expect(http.send({ ...request, timeoutMs: 50, url: silent })).rejects.toThrow(/did not answer within 50 ms/);
    const trickling = await serve((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '100' });
      outgoing.write('half');
    });
    await expect(http.send({ ...request, timeoutMs: 50, url: trickling })).rejects.toThrow(
      /did not answer within 50 ms/,
    );
    const breaking = await serve((_incoming, outgoing) => {
      outgoing.writeHead(200, { 'content-length': '100' });
      outgoing.write('half', () => outgoing.destroy());
    });
    await expect(http.send({ ...request, url: breaking })).rejects.toThrow('closed in the middle of the answer');
    const closing = await serve((incoming) => incoming.destroy());
    await expect(http.send({ ...request, url: closing })).rejects.toThrow();
  });

  it('rejects when nobody listens, and for other protocols', async () => {
    const port = await listen(createTcpServer());
    open.pop()?.close();
    await expect(http.send({ ...request, url: `http://127.0.0.1:${port}` })).rejects.toThrow('ECONNREFUSED');
    await expect(http.send({ ...request, url: 'ftp://127.0.0.1/' })).rejects.toThrow('ftp:');
  });

  it('sends plain requests to a proxy whole, with its credentials', async () => {
    const proxy = await serve((incoming, outgoing) =>
      outgoing.end(`${incoming.url} ${incoming.headers.host} ${incoming.headers['proxy-authorization']}`),
    );
    const proxied = nodeHttp({ http_proxy: proxy.replace('://', '://user:p%40ss@') });
    const { body } = await proxied.send({ ...request, url: 'http://sink.example/x?y' });
    expect(Buffer.from(body).toString()).toBe(
      `http://sink.example/x?y sink.example Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    );
  });
});

describe('TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demarc-http-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=sink.example',
      '-addext',
      'subjectAltName=DNS:sink.example,DNS:localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  ); // prettier-ignore
  const identity = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(key);

  it('does not talk to a server it does not trust', async () => {
    const port = await listen(createTlsServer(identity, (_incoming, outgoing) => outgoing.end('secret')));
    await expect(http.send({ ...request, url: `https://localhost:${port}/` })).rejects.toThrow(/self-signed/);
  });

  it('reaches a trusted server directly and through CONNECT of a proxy', async () => {
    const asked: string[] = [];
    const port = await listen(createTlsServer(identity, (incoming, outgoing) => outgoing.end(`hello ${incoming.url}`)));
    const proxy = createServer();
    proxy.on('connect', (incoming, socket) => {
      asked.push(incoming.url ?? '');
      const through = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        through.pipe(socket).pipe(through);
      });
      through.on('error', () => socket.destroy());
      socket.on('error', () => through.destroy());
    });
    const proxyPort = await listen(proxy);
    const script = `
      import { nodeHttp } from ${JSON.stringify(new URL('./node-http.ts', import.meta.url).href)};
      const request = { method: 'GET', headers: {}, timeoutMs: 5000, responseBytesMax: 1000 };
      const direct = await nodeHttp({}).send({ ...request, url: 'https://localhost:${port}/direct' });
      const tunnel = await nodeHttp({ HTTPS_PROXY: 'http://127.0.0.1:${proxyPort}' }).send({ ...request, url: 'https://sink.example/tunnel' });
      console.log(Buffer.from(direct.body).toString() + '|' + Buffer.from(tunnel.body).toString());
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: cert },
      },
    );
    expect(stdout.trim()).toBe('hello /direct|hello /tunnel');
    expect(asked).toEqual(['sink.example:443']);
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what a proxy that refuses answers', async () => {
    const proxy = createServer();
    proxy.on('connect', (_incoming, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const port = await listen(proxy);
    await expect(
      nodeHttp({ https_proxy: `127.0.0.1:${port}` }).send({ ...request, url: 'https://sink.example/' }),
    ).rejects.toThrow('the proxy answers CONNECT with 407');
  });
});

describe('the proxy for a URL', () => {
  const variables = {
    HTTPS_PROXY: 'http://proxy.example:3128',
    NO_PROXY: 'localhost, .internal.example,other.example:8443',
  };
  it.each([
    ['https://sink.example/', true],
    ['http://sink.example/', false],
    ['https://localhost:8088/', false],
    ['https://a.internal.example/', false],
    ['https://internal.example.evil/', true],
    ['https://other.example/', true],
    ['https://other.example:8443/', false],
    ['https://a.other.example:8443/', false],
  ])('%s', (url, proxied) => {
    expect(proxyFor(new URL(url), variables)?.host).toBe(proxied ? 'proxy.example:3128' : undefined);
  });
  it('is none for everything', () => {
    expect(proxyFor(new URL('https://sink.example/'), { ...variables, no_proxy: '*' })).toBeUndefined();
  });
});
