/** A server that ignores the end of its input and every request to terminate, and has started a program that does the same. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 1_000);
{
  const script = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000)";
  const child = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id } = JSON.parse(line) as { id: number };
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { pids: [process.pid, child.pid] } }));
  });
}
