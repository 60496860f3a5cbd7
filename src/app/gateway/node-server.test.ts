import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type RunningServer, serveNode } from './node-server.ts';

let server: RunningServer | undefined;
afterEach(() => server?.close(0));

it('a body of a client that went away before anybody asked for it fails', async () => {
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const read = new Promise<string>((resolve) => {
    void serveNode({
      host: '127.0.0.1',
      port: 0,
      handle: async (exchange) => {
        await asked;
        await exchange.body(100).then(
          () => resolve('read'),
          (thrown: unknown) => resolve(String(thrown)),
        );
      },
    }).then((running) => {
      server = running;
      const client = connect(running.port, '127.0.0.1', () => {
        client.write('POST /mcp HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
        setTimeout(() => client.destroy(), 50);
        setTimeout(ask, 150);
      });
    });
  });
  const silence = new Promise<string>((resolve) => setTimeout(() => resolve('nothing'), 3_000));
  expect(await Promise.race([read, silence])).toContain('aborted');
});
