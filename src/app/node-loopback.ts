import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the person reads in the browser: plain text. */
export interface RedirectAnswer {
  readonly status: 200 | 400;
  readonly text: string;
}

/** A place on this machine that an authorization server sends the browser back to. */
export interface RedirectListener {
  readonly redirectUri: string;
  close(): Promise<void>;
}

const path = '/callback';
const targetLengthMax = 16_384;

/**
 * Listens on 127.0.0.1 for a browser that comes back from an authorization server (RFC 8252, 7.3). Only a GET of `/callback`
 * under this very name is heard: a page that points another name at this machine reaches nothing.
 *
 * @param port a fixed port, where the client is registered with it; 0 for any
 * @param answer gets the query of the redirect
 */
export async function listenForRedirect(
  port: number,
  answer: (query: URLSearchParams) => Promise<RedirectAnswer>,
): Promise<RedirectListener> {
  const server = createServer({ maxHeaderSize: targetLengthMax, requestTimeout: 10_000 }, (incoming, outgoing) => {
    const query = queryOf(incoming, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    if (query === undefined) {
      say(outgoing, 404, 'There is nothing here.');
      return;
    }
    answer(query).then(
      ({ status, text }) => say(outgoing, status, text),
      () => say(outgoing, 500, 'This did not work. The gateway says why.'),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function queryOf({ method, url = '', headers }: IncomingMessage, host: string): URLSearchParams | undefined {
  const [target = '', query = ''] = url.split('?', 2);
  return method === 'GET' && target === path && headers.host === host ? new URLSearchParams(query) : undefined;
}

function say(outgoing: ServerResponse, status: number, text: string): void {
  outgoing.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  outgoing.end(`${text}\n`);
}
