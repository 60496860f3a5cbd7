import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlGroup } from '../../src/app/sandbox/control-groups.ts';
import type { StartPorts } from '../../src/app/sandbox/start-server.ts';
import { processesWith, SandboxWorld, textOf } from './world.ts';

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
