import { proxyAt, type Route, type Target } from './egress-rules.ts';

/** Where the gateway's proxy is inside the sandbox, and the program that leads there. */
export const insideFolder = '/run/demarc';
export const insideSocket = `${insideFolder}/egress.sock`;
export const insideForwarder = `${insideFolder}/forwarder.cjs`;

/** What the forwarder is told. */
export interface ForwarderSettings {
  readonly socket: string;
  readonly routes: readonly Route[];
  readonly proxy: Target;
}

/** Arguments of Node.js that start a program behind the forwarder. */
export function forwarderArguments(routes: readonly Route[], [program, ...args]: readonly string[]): readonly string[] {
  const settings: ForwarderSettings = { socket: insideSocket, routes, proxy: proxyAt };
  return [insideForwarder, JSON.stringify(settings), program ?? '', ...args];
}

/**
 * The program that runs inside the sandbox in front of the server, where it has somewhere to connect to. It needs nothing but Node.js: it
 * listens on loopback addresses, leads every connection through the socket to the gateway's proxy, then starts the server with its own
 * input and output, and ends with it. It decides nothing: whoever is inside may as well talk to the socket.
 */
export const forwarderProgram = `const { spawn } = require('node:child_process');
const { connect, createServer } = require('node:net');
const [, , text, program, ...args] = process.argv;
const { socket, routes, proxy } = JSON.parse(text);
const headBytesMax = 8192;
const join = (client, way) => {
  client.pipe(way);
  way.pipe(client);
};
const open = (client) => {
  const way = connect(socket);
  const end = () => {
    client.destroy();
    way.destroy();
  };
  for (const side of [client, way]) side.on('error', end).on('close', end);
  return way;
};
const listen = (address, port, take) =>
  new Promise((resolve, reject) => {
    createServer({ allowHalfOpen: true }, take).once('error', reject).listen(port, address, resolve);
  });
const lead = (host, port) => (client) => {
  const way = open(client);
  way.write(\`CONNECT \${host}:\${port} HTTP/1.1\\r\\nHost: \${host}:\${port}\\r\\n\\r\\n\`);
  let head = Buffer.alloc(0);
  const read = (chunk) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\\r\\n\\r\\n');
    if (end < 0 && head.length < headBytesMax) return;
    way.off('data', read);
    if (end < 0 || !/^HTTP\\/1\\.1 200 /.test(head.toString('latin1'))) return client.destroy();
    if (head.length > end + 4) client.write(head.subarray(end + 4));
    join(client, way);
  };
  way.on('data', read);
};
const start = () => {
  spawn(program, args, { stdio: 'inherit' })
    .on('error', (error) => {
      process.stderr.write(\`cannot start \${program}: \${error.message}\\n\`);
      process.exit(127);
    })
    .on('exit', (code, signal) => process.exit(signal === null ? code : 128));
};
Promise.all([
  ...routes.map(({ address, host, port }) => listen(address, port, lead(host, port))),
  listen(proxy.host, proxy.port, (client) => join(client, open(client))),
]).then(start);
`;
