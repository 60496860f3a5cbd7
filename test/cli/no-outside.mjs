// Preloaded by a test: every way out of the process throws.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workers from 'node:worker_threads';

const refuse = (what) => () => {
  throw new Error(`outside: ${what}`);
};
for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) childProcess[name] = refuse(name);
for (const name of ['lookup', 'resolve']) dns[name] = refuse(`dns.${name}`);
for (const name of ['connect', 'createConnection', 'createServer']) net[name] = refuse(`net.${name}`);
net.Socket.prototype.connect = refuse('socket.connect');
dgram.createSocket = refuse('dgram.createSocket');
workers.Worker = refuse('worker');
globalThis.fetch = refuse('fetch');
syncBuiltinESMExports();
