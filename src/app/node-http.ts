import { lookup } from 'node:dns';
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Environment, Http, HttpRequest, HttpResponse } from '../base/ports.ts';

const socketsPerHostMax = 8;

/**
 * Requests over the real network: HTTP/1.1, connections are kept, no redirect is followed, the answer is bounded, one time-out
 * covers it all. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (either case) are honoured; trust is that of Node.js
 * (`NODE_EXTRA_CA_CERTS` adds to it).
 */
export function nodeHttp(variables: Environment['variables']): Http {
  const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: socketsPerHostMax });
  const httpsAgent = new HttpsAgent({ keepAlive: true, maxSockets: socketsPerHostMax });
  return {
    async send(request) {
      const url = new URL(request.url);
      const signal = AbortSignal.timeout(request.timeoutMs);
      const { method, headers, allowsAddress } = request;
      const proxy = proxyFor(url, variables);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (allowsAddress !== undefined && isIP(host) !== 0 && !allowsAddress(host))
        return Promise.reject(addressRefused(url.hostname));
      // A kept connection may be one that nobody asked about.
      const guarded = allowsAddress === undefined ? undefined : { agent: false, lookup: lookupAllowed(allowsAddress) };
      if (url.protocol === 'http:' && proxy === undefined)
        return answer(requestHttp(url, { method, headers, agent: httpAgent, signal, ...guarded }), request);
      if (url.protocol === 'http:' && proxy !== undefined)
        return answer(
          requestHttp(proxy, {
            method,
            path: url.href,
            headers: { host: url.host, ...headers, ...proxyAuthorization(proxy) },
            agent: httpAgent,
            signal,
          }),
          request,
        );
      if (url.protocol !== 'https:')
        return Promise.reject(new Error(`\`${url.protocol}\` is not a protocol for requests`));
      if (proxy === undefined)
        return answer(requestHttps(url, { method, headers, agent: httpsAgent, signal, ...guarded }), request);
      const tunnel = await throughProxy(url, proxy, signal).catch(withTimeout(url, request));
      return answer(
        requestHttps(url, {
          method,
          headers: { ...headers, connection: 'close' },
          createConnection: () => tunnel,
          signal,
        }),
        request,
      );
    },
  };
}

/** Looks a name up as the platform does, and gives only addresses that are allowed. */
function lookupAllowed(allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first, ...rest] = error === null ? addresses.filter(({ address }) => allows(address)) : [];
      if (first === undefined) callback(error ?? addressRefused(hostname), '');
      else if (options.all === true) callback(null, [first, ...rest]);
      else callback(null, first.address, first.family);
    });
}

function addressRefused(host: string): Error {
  return Object.assign(new Error(`\`${host}\` stands for an address that is not allowed`), { code: 'EACCES' });
}

/** Sends the body and collects the answer. */
function answer(outgoing: ClientRequest, request: HttpRequest): Promise<HttpResponse> {
  return new Promise<HttpResponse>((resolve, reject) => {
    // Every error, not the first: one that comes after the answer was refused has nobody else to go to.
    outgoing.on('error', reject);
    outgoing.once('response', (incoming) => collect(incoming, request, resolve, reject));
    outgoing.end(request.body);
  }).catch(withTimeout(new URL(request.url), request));
}

function collect(
  incoming: IncomingMessage,
  { responseBytesMax }: HttpRequest,
  resolve: (answer: HttpResponse) => void,
  reject: (thrown: Error) => void,
): void {
  const pieces: Buffer[] = [];
  let bytes = 0;
  incoming.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= responseBytesMax) pieces.push(piece);
    else incoming.destroy(new Error(`the answer is larger than ${responseBytesMax} bytes`));
  });
  // `aborted` is how Node.js says that the other side closed the connection.
  incoming.on('error', (thrown) =>
    reject(thrown.message === 'aborted' ? new Error('the connection was closed in the middle of the answer') : thrown),
  );
  incoming.once('end', () =>
    resolve({
      status: incoming.statusCode ?? 0,
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.join(', ') : (value ?? ''),
        ]),
      ),
      body: Buffer.concat(pieces),
    }),
  );
}

/** What a time-out says in the platform's words, in ours: who did not answer, and for how long. */
function withTimeout(url: URL, { timeoutMs }: HttpRequest): (thrown: unknown) => never {
  return (thrown) => {
    const { name, code } = thrown as { name?: unknown; code?: unknown };
    if (name === 'AbortError' || name === 'TimeoutError' || code === 'ABORT_ERR')
      throw Object.assign(new Error(`\`${url.host}\` did not answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
    throw thrown;
  };
}

/** A TLS connection to a host through a proxy's CONNECT (RFC 9110, 9.3.6). */
function throughProxy(url: URL, proxy: URL, signal: AbortSignal): Promise<TLSSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const target = `${url.hostname}:${url.port === '' ? '443' : url.port}`;
  return new Promise((resolve, reject) => {
    const request = requestHttp(proxy, {
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
      signal,
    });
    request.on('error', reject);
    request.once('response', ({ statusCode }) =>
      reject(new Error(`the proxy answers CONNECT with ${statusCode ?? 0}`)),
    );
    request.once('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy answers CONNECT with ${statusCode ?? 0}`));
        return;
      }
      const secure = connectTls({
        socket,
        host,
        ...(isAddress(host) ? {} : { servername: host }),
        ALPNProtocols: ['http/1.1'],
      });
      secure.once('secureConnect', () => resolve(secure));
      secure.on('error', reject);
      signal.addEventListener('abort', () => secure.destroy(new Error('aborted')), { once: true });
    });
    request.end();
  });
}

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);

function proxyAuthorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/**
 * The proxy for a URL as environment variables set it: `NO_PROXY` is a list of hosts, of domains (`.example.com` or
 * `example.com`, which both hold for what is below) or `*`, each perhaps with a port.
 */
export function proxyFor(url: URL, variables: Environment['variables']): URL | undefined {
  const get = (name: string): string => variables[name.toLowerCase()] ?? variables[name] ?? '';
  const text = get(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (text === '' || excepts(get('NO_PROXY'), url)) return undefined;
  const proxy = text.includes('://') ? text : `http://${text}`;
  return URL.canParse(proxy) ? new URL(proxy) : undefined;
}

function excepts(list: string, url: URL): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return list
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .some((item) => {
      const [, name = '', only] = /^(.*?)(?::(\d+))?$/.exec(item) ?? [];
      if (name === '' || (only !== undefined && only !== port)) return false;
      const domain = name.replace(/^\*?\./, '');
      return name === '*' || url.hostname === domain || url.hostname.endsWith(`.${domain}`);
    });
}
