/** A front over this program's standard input and output. Usage: front-program.ts <URL of the gateway> | local */
import { StdioFront } from '../../src/gateway/front/stdio-front.ts';
import { localSend } from '../../src/gateway/front/local-answer.ts';
import { Relay } from '../../src/gateway/relay.ts';
import { undiciHttp } from '../../src/app/gateway/undici-http.ts';
import { clock, passThrough, principal, random, stdioServer } from './gateway.ts';

const target = process.argv[2] ?? '';
const http = undiciHttp();
const relay = new Relay({
  identify: async () => principal(),
  interceptor: passThrough,
  servers: new Map([
    ['one', stdioServer('one', new URL('../conformance/fixture-stdio.ts', import.meta.url), 'session')],
  ]),
  rules: { hosts: new Set(['local']), origins: new Set() },
  clock,
  random,
});
const { origin, pathname } = target === 'local' ? { origin: '', pathname: '/mcp/one' } : new URL(target);
await new StdioFront({
  send:
    target === 'local'
      ? localSend((exchange) => relay.handle(exchange), 'local', pathname)
      : (call) => http.send({ ...call, origin, path: pathname, idleMs: 0 }),
  headers: async () => ({ 'x-agent': 'front' }),
  input: process.stdin,
  write: (line) => new Promise((resolve) => process.stdout.write(line, () => resolve())),
}).run();
await relay.close();
await http.close();
