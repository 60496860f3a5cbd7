import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { processesWith, SandboxWorld, textOf } from './world.ts';

const stubborn = `$SIG{$_} = 'IGNORE' for qw(HUP TERM INT PIPE); fork(); fork(); setpgrp(0, 0); $| = 1; print "up\n"; sleep 100 while 1`;

describe('a server', () => {
  const world = new SandboxWorld();
  afterAll(() => world.close());

  it('ends with everything it started, however stubborn', async () => {
    for (const how of ['end', 'kill'] as const) {
      const marker = `demarc-marker-${process.pid}-${how}`;
      const server = await world.start({ command: '/usr/bin/perl', args: ['-e', stubborn, marker] });
      for await (const _chunk of server.output) break;
      expect(processesWith(marker).length).toBeGreaterThan(1);
      if (how === 'end') await server.end(50);
      else server.kill();
      await server.ended;
      await expect.poll(() => processesWith(marker)).toEqual([]);
    }
  });

  it('ends also when it is told to while its sandbox is made', async () => {
    const marker = `demarc-marker-${process.pid}-early`;
    for (let delayMs = 0; delayMs < 40; delayMs++) {
      const server = await world.start({ command: '/usr/bin/perl', args: ['-e', 'sleep 600', marker] });
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      server.kill();
      await server.ended;
    }
    await expect.poll(() => processesWith(marker)).toEqual([]);
  });

  it('leaves no child behind when it ends itself', async () => {
    const marker = `demarc-marker-${process.pid}-own`;
    const server = await world.start({
      command: '/usr/bin/perl',
      args: [
        '-e',
        `if (!fork()) { close STDOUT; close STDERR; close STDIN; setpgrp(0, 0); sleep 100 while 1 } print "bye\n"`,
        marker,
      ],
    });
    expect(await textOf(server.output)).toBe('bye\n');
    await server.ended;
    await expect.poll(() => processesWith(marker)).toEqual([]);
  });

  it('ends with a gateway that is killed, even when it tries to stay', async () => {
    const marker = `demarc-marker-${process.pid}-doomed`;
    const gateway = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('doomed.ts', import.meta.url).pathname, marker],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let folder = '';
    for await (const chunk of gateway.stdout) {
      folder += String(chunk);
      if (folder.includes('\n')) break;
    }
    const inside = (): string[] => processesWith(marker).filter((pid) => pid !== String(gateway.pid));
    expect(inside().length).toBeGreaterThan(1);
    gateway.kill('SIGKILL');
    await expect.poll(inside, { timeout: 10_000 }).toEqual([]);
    rmSync(folder.trim(), { recursive: true, force: true });
  });

  it('that cannot be held is told by bubblewrap, and recorded', async () => {
    const launch = world.script('0', { sandbox: { readable: [world.path('given')] } });
    const server = await world.start(
      launch,
      {},
      { host: { ...(await world.host()), etc: [], rootFolders: { '/bin': 'folder', '/nonexistent': 'folder' } } },
    );
    const [, errors] = await Promise.all([textOf(server.output), textOf(server.errors)]);
    expect(errors).toContain('bwrap: ');
    expect((await server.exited).code).toBe(1);
    await server.ended;
    expect(world.events.at(-1)).toMatchObject({ kind: 'sandbox.exit', outcome: 'error', exitCode: 1 });
  });

  it('has no descriptor but its three streams, nor has the first process of its sandbox one that leads out', async () => {
    const list = 'for my $id (1, $$) { print join(" ", map { readlink } glob("/proc/$id/fd/*")), "\\n" }';
    for (const sandbox of [{}, { egress: ['a.example.com'] }]) {
      const [first = '', own = ''] = (await world.perl(list, { sandbox })).output.split('\n');
      const others = (fds: string): string[] =>
        fds.split(' ').filter((fd) => !/^$|^socket:|^\/dev\/null$|^\/proc\/\d+\/fd$/.test(fd));
      expect(own.match(/socket:/g)).toHaveLength(3);
      expect(others(own)).toEqual([]);
      expect(others(first)).toEqual(['anon_inode:[eventfd]']);
      expect((first.match(/socket:\[\d+\]/g) ?? []).filter((fd) => !own.includes(fd))).toEqual([]);
    }
  });

  it('leaves no socket behind', async () => {
    const server = await world.start(world.script('0', { sandbox: { egress: ['a.example.com'] } }));
    await textOf(server.output);
    await server.ended;
    expect(readdirSync(world.path('sockets'))).toEqual([]);
  });
});
