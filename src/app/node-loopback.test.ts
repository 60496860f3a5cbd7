import { request as requestHttp } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RedirectListener, listenForRedirect } from './node-loopback.ts';

let listener: RedirectListener;
let heard: string[];
beforeEach(async () => {
  heard = [];
  listener = await listenForRedirect(0, (query) => {
    heard.push(query.toString());
    if (query.has('fail')) return Promise.reject(new Error('secret detail'));
    return Promise.resolve({ status: 200, text: 'Connected.' });
  });
});
afterEach(() => listener.close());

/** One request to the listener, as given: nothing of it is put right. */
function ask(method: string, target: string, host?: string): Promise<{ status: number; text: string; csp: string }> {
  const { hostname, port } = new URL(listener.redirectUri);
  return new Promise((resolve, reject) => {
    const headers = { host: host ?? `${hostname}:${port}` };
    const outgoing = requestHttp({ hostname, port, method, path: target, headers, agent: false }, (incoming) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          text: Buffer.concat(pieces).toString(),
          csp: String(incoming.headers['content-security-policy']),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('a listener for the browser that comes back', () => {
  it('gives the query on, and says what came of it', async () => {
    expect(await ask('GET', '/callback?code=a%20b&state=s')).toMatchObject({ status: 200, text: 'Connected.\n' });
    expect(heard).toEqual(['code=a+b&state=s']);
    expect((await ask('GET', '/callback')).csp).toContain("frame-ancestors 'none'");
  });

  it.each([
    ['POST', '/callback?code=a', undefined],
    ['GET', '/other?code=a', undefined],
    ['GET', '/callback/?code=a', undefined],
    ['GET', '//callback?code=a', undefined],
    ['GET', '/callback?code=a', 'evil.example'],
    ['GET', '/callback?code=a', 'localhost:1'],
  ])('hears no %s %s for %s', async (method, target, host) => {
    expect(await ask(method, target, host)).toMatchObject({ status: 404 });
    expect(heard).toEqual([]);
  });

  it('tells the browser nothing of a failure', async () => {
    const { status, text } = await ask('GET', '/callback?fail=1');
    expect([status, text]).toEqual([500, 'This did not work. The gateway says why.\n']);
  });

  it('bounds what it reads, and is gone when it is closed', async () => {
    expect(await ask('GET', `/callback?code=${'x'.repeat(20_000)}`)).toMatchObject({ status: 431 });
    await listener.close();
    await expect(ask('GET', '/callback')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    listener = await listenForRedirect(0, () => Promise.resolve({ status: 200, text: '' }));
  });
});
