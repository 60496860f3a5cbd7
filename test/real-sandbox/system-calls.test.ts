import { afterAll, describe, expect, it } from 'vitest';
import { rules, errorNumbers } from '../../src/sandbox/seccomp/rules.ts';
import { isArchitecture } from '../../src/sandbox/host.ts';
import { syscallNumber } from '../../src/sandbox/seccomp/syscalls.ts';
import { printed, SandboxWorld } from './world.ts';

const architecture = isArchitecture(process.arch) ? process.arch : 'x64';

describe('system calls, in the real kernel', () => {
  const world = new SandboxWorld();
  afterAll(() => world.close());

  it('that are always refused are refused, each with its error', async () => {
    const always = rules.flatMap(({ syscall, error, condition }) => {
      const number = syscallNumber(syscall, architecture);
      return condition.when === 'always' && number !== undefined ? [{ syscall, number, error }] : [];
    });
    const ran = await world.perl(
      `print '[', join(',', map { my $r = syscall($_, 0, 0, 0, 0, 0, 0); $r == -1 ? $!+0 : 0 } (${always.map(({ number }) => number).join(',')})), ']';`,
    );
    const told = printed(ran) as number[];
    expect(Object.fromEntries(always.map(({ syscall }, at) => [syscall, told[at]]))).toEqual(
      Object.fromEntries(always.map(({ syscall, error }) => [syscall, errorNumbers[error]])),
    );
    expect(always.length).toBeGreaterThan(60);
  });

  it('are refused by their arguments: namespaces, families of sockets, input of terminals, personalities, newer calls', async () => {
    const number = (name: Parameters<typeof syscallNumber>[0]): number => syscallNumber(name, architecture) ?? -1;
    const calls = [
      ...[0x1000_0000, 0x2_0000, 0x2000_0000, 0x4000_0000].map((flag) => [number('clone'), flag | 17]),
      // AF_VSOCK, AF_PACKET, AF_ALG, AF_KEY, AF_BLUETOOTH, AF_TIPC
      ...[40, 17, 38, 15, 31, 30].map((family) => [number('socket'), family, 1, 0]),
      [number('ioctl'), 0, 0x5412],
      [number('personality'), 0x40000],
      [500, 0],
      [1000, 0],
    ];
    const list = calls.map((call) => `[${call.join(',')}]`).join(',');
    const ran = await world.perl(
      `print '[', join(',', map { my @c = @$_; my $r = syscall(shift @c, @c); if ($r == 0) { exit 9 } $r == -1 ? $!+0 : 0 } (${list})), ']';`,
    );
    const { EPERM, EAFNOSUPPORT, ENOSYS } = errorNumbers;
    const families = Array.from({ length: 6 }, () => EAFNOSUPPORT);
    expect(printed(ran)).toEqual([EPERM, EPERM, EPERM, EPERM, ...families, EPERM, EPERM, ENOSYS, ENOSYS]);
  });

  it.runIf(architecture === 'x64')('of the x32 ABI do not exist', async () => {
    // getpid of x32.
    const ran = await world.perl('my $r = syscall(0x40000000 | 39); print $r == -1 ? $!+0 : "ok";');
    expect(ran.output).toBe(String(errorNumbers.ENOSYS));
  });

  it('reach no process outside: none has a number inside', async () => {
    const ran = await world.perl(
      `print '[', join(',', map { kill($_->[0], $_->[1]) ? 0 : $!+0 } ([0, ${process.pid}], [9, ${process.pid}], [0, ${process.ppid}])), ']';`,
    );
    // ESRCH. (Numbers that exist inside are 1 and 2.)
    expect(printed(ran)).toEqual([3, 3, 3]);
  });

  it('that servers need work: threads, children, sockets of their own, files, time', async () => {
    const ran = await world.run(`
      import { Worker } from 'node:worker_threads'; import { execFileSync } from 'node:child_process'; import { createServer, connect } from 'node:net';
      import { promises as fs } from 'node:fs'; import { createHash, randomBytes } from 'node:crypto';
      const worker = await new Promise((r) => new Worker("require('worker_threads').parentPort.postMessage('worker')", { eval: true }).on('message', r));
      const child = execFileSync('/bin/echo', ['child'], { encoding: 'utf8' }).trim();
      const socket = await new Promise((r) => { const s = createServer((c) => c.end('socket')).listen(0, '127.0.0.1', () => connect(s.address().port).on('data', (d) => { s.close(); r(String(d)); })); });
      const pipe = await new Promise((r) => { const s = createServer((c) => c.end('unix')).listen('/tmp/s', () => connect('/tmp/s').on('data', (d) => { s.close(); r(String(d)); })); });
      await fs.mkdir('/tmp/a/b', { recursive: true }); await fs.writeFile('/tmp/a/b/c', 'x'); await fs.cp('/tmp/a', '/tmp/d', { recursive: true });
      console.log(JSON.stringify([worker, child, socket, pipe, await fs.readFile('/tmp/d/b/c', 'utf8'), createHash('sha256').update(randomBytes(9)).digest('hex').length, new Date().getFullYear() > 2000]));`);
    expect(printed(ran)).toEqual(['worker', 'child', 'socket', 'unix', 'x', 64, true]);
  });
});
