import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlGroup } from '../../src/app/sandbox/control-groups.ts';
import type { StartPorts } from '../../src/app/sandbox/start-server.ts';
import { printed, processesWith, SandboxWorld, textOf } from './world.ts';

/** A mount of control groups, version 2, in which groups can be made. */
const mount = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => {
  try {
    accessSync(path, constants.W_OK);
    return existsSync(join(path, 'cgroup.controllers'));
  } catch {
    return false;
  }
});
const controllers =
  mount === undefined ? [] : readFileSync(join(mount, 'cgroup.controllers'), 'utf8').trim().split(' ');
const hasAll = ['memory', 'pids'].every((name) => controllers.includes(name));

describe.skipIf(mount === undefined)('control groups', () => {
  const world = new SandboxWorld();
  const parent = join(mount ?? '', `demarc-test-${process.pid}`);
  beforeAll(() => {
    mkdirSync(parent);
  });
  afterAll(() => {
    rmdirSync(parent);
    world.close();
  });
  const inGroups = async (
    makeGroup: NonNullable<StartPorts['makeGroup']>,
  ): Promise<Parameters<SandboxWorld['start']>[2]> => ({
    host: { ...(await world.host()), controlGroups: parent },
    makeGroup,
  });

  it('hold every process of a server before it starts, and end them all', async () => {
    const marker = `demarc-marker-${process.pid}-group`;
    // Without the controllers, where this machine gives them to an older hierarchy: the rest is the same.
    const make: NonNullable<StartPorts['makeGroup']> = (plan) =>
      ControlGroup.make(hasAll ? plan : { ...plan, controllers: [], values: {} });
    const server = await world.start(
      {
        command: '/usr/bin/perl',
        args: ['-e', `fork(); setpgrp(0, 0); $| = 1; print "up\n"; sleep 100 while 1`, marker],
      },
      {},
      await inGroups(make),
    );
    for await (const _chunk of server.output) break;
    const folder = join(parent, server.reference);
    const members = readFileSync(join(folder, 'cgroup.procs'), 'utf8').trim().split('\n');
    const inside = processesWith(marker);
    expect(inside.length).toBeGreaterThan(1);
    expect(members).toEqual(expect.arrayContaining(inside));
    expect(members).toContain(String(server.pid));
    if (hasAll) expect(readFileSync(join(folder, 'pids.max'), 'utf8').trim()).toBe('128');
    server.kill();
    await server.ended;
    await expect.poll(() => processesWith(marker)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it.runIf(hasAll)('bound the memory of all processes together, in swap too, and end them all', async () => {
    const fill = `my $kept = 'x' x (64 << 20); sleep 60`;
    const ran = await world.perl(
      `for (1..6) { fork() or do { ${fill}; exit } } sleep 60`,
      { sandbox: { 'memory-mib': 256, processes: 20 } },
      await inGroups((plan) => ControlGroup.make(plan)),
    );
    expect(ran.exit.code ?? ran.exit.signal).not.toBe(0);
    expect(ran.events().at(-1)).toMatchObject({ kind: 'sandbox.exit', outcome: 'error' });
  });

  it.runIf(hasAll)('bound what no limit of a process bounds: memory that is shared', async () => {
    const ran = await world.perl(
      `my $fd = syscall(319, my $name = 'kept', 0); open(my $file, '>&=', $fd) or die; my $mib = 0;
      while ($mib < 512) { syswrite($file, 'x' x 1048576) or last; $mib++ } print $mib`,
      { sandbox: { 'memory-mib': 128 } },
      await inGroups((plan) => ControlGroup.make(plan)),
    );
    expect(ran.output).toBe('');
  });

  it.runIf(hasAll)('bound processes', async () => {
    const ran = await world.perl(
      `my ($made, $error) = (0, 0);
      for (1..200) { my $pid = fork(); if (!defined $pid) { $error = $!+0; last } if ($pid == 0) { sleep 60; exit } $made++ }
      print "[$made,$error]";`,
      { sandbox: { processes: 30 } },
      await inGroups((plan) => ControlGroup.make(plan)),
    );
    const [made, error] = printed(ran) as number[];
    expect(error).toBe(11);
    expect(made).toBeLessThan(30);
  });

  it('that cannot be made keep the server from starting', async () => {
    const server = await world.start(
      { command: '/usr/bin/perl', args: ['-e', 'print "started\n"'] },
      {},
      await inGroups((plan) => ControlGroup.make({ ...plan, values: { 'no.such.file': '1' } })),
    );
    const [output] = await Promise.all([textOf(server.output), textOf(server.errors)]);
    expect(output).toBe('');
    expect((await server.exited).ending).toBe('not-started');
    await server.ended;
    expect(world.events.at(-1)).toMatchObject({
      kind: 'sandbox.exit',
      reasons: expect.arrayContaining(['sandbox.not-started']),
      outcome: 'error',
    });
    expect(JSON.stringify(world.events.at(-1)?.payload)).toContain('cannot be limited');
  });
});
