import { afterAll, describe, expect, it } from 'vitest';
import { processesWith, printed, SandboxWorld } from './world.ts';

describe('limits', () => {
  const world = new SandboxWorld();
  afterAll(() => world.close());

  it('bound processes: a fork bomb stops at its limit, and only for itself', async () => {
    const ran = await world.perl(
      `$SIG{CHLD} = 'DEFAULT'; my ($made, $error) = (0, 0);
      for (1..500) { my $pid = fork(); if (!defined $pid) { $error = $!+0; last } if ($pid == 0) { sleep 60; exit } $made++ }
      print "[$made,$error]";`,
      { sandbox: { processes: 40 } },
    );
    const [made, error] = printed(ran) as number[];
    // EAGAIN. The first processes of the sandbox count, too.
    expect(error).toBe(11);
    expect(made).toBeGreaterThan(20);
    expect(made).toBeLessThan(40);
    expect((await world.perl('print 1')).output).toBe('1');
  });

  it('bound the count of each sandbox, not of all together', async () => {
    const first = await world.start({
      command: '/usr/bin/perl',
      args: ['-e', 'for (1..30) { fork() or do { sleep 60; exit } } print "up\n"; $|=1; sleep 60'],
      sandbox: { processes: 40 },
    });
    const ran = await world.perl(
      'my $made = 0; for (1..30) { defined(my $p = fork()) or last; if (!$p) { sleep 60; exit } $made++ } print $made',
      {
        sandbox: { processes: 40 },
      },
    );
    expect(ran.output).toBe('30');
    first.kill();
    await first.ended;
  });

  it('bound memory: of a process, and of the folders in memory', async () => {
    const hungry = await world.run('const kept = []; for (;;) kept.push(Buffer.alloc(16 << 20, 1));', {
      sandbox: { 'memory-mib': 256 },
    });
    expect(hungry.exit.code ?? hungry.exit.signal).not.toBe(0);
    expect(hungry.output).toBe('');
    const fill = (path: string): string =>
      `open(F, '>', '${path}') or die; my $mib = 0; while ($mib < 200) { syswrite(F, 'x' x 1048576) or last; $mib++ } push @r, $mib, $!+0; close F;`;
    const ran = await world.perl(`my @r; ${fill('/tmp/a')} ${fill('/dev/shm/a')} print '[', join(',', @r), ']'`, {
      sandbox: { 'temporary-mib': 20 },
    });
    // ENOSPC.
    expect(printed(ran)).toEqual([20, 28, 20, 28]);
  });

  it('bound files: their size, and how many are open', async () => {
    const ran = await world.perl(
      `$SIG{XFSZ} = 'IGNORE'; my @r; open(F, '>', '${world.path('writable')}/a'); my $mib = 0; while ($mib < 20) { (syswrite(F, 'x' x 1048576) // 0) == 1048576 or last; $mib++ } push @r, $mib, $!+0;
      my @f; while (@f < 500) { open(my $g, '<', '/dev/null') or last; push @f, $g } push @r, scalar(@f) < 100 ? 1 : 0, $!+0; print '[', join(',', @r), ']'`,
      { sandbox: { writable: [world.path('writable')], 'file-mib': 5, 'open-files': 64 } },
    );
    // EFBIG, EMFILE.
    expect(printed(ran)).toEqual([5, 27, 1, 24]);
  });

  it('cannot be raised from inside', async () => {
    const ran = await world.perl(
      `print \`/usr/bin/prlimit --nproc=9999 /bin/echo raised 2>&1\`, \`/usr/bin/prlimit --data=unlimited /bin/echo raised 2>&1\``,
    );
    expect(ran.output).not.toContain('raised\n');
  });

  it('bound processor time', async () => {
    const ran = await world.perl('while (1) {}', { sandbox: { 'cpu-seconds': 1 } });
    expect(ran.exit.code === undefined ? ran.exit.signal : ran.exit.code).not.toBe(0);
    expect(ran.events().at(-1)?.kind).toBe('sandbox.exit');
  });

  it('bound how long it lasts', async () => {
    const ran = await world.perl('sleep 60', { sandbox: { 'lifetime-seconds': 1 } });
    expect(ran.exit.ending).toBe('lifetime');
    expect(ran.events().at(-1)).toMatchObject({
      kind: 'sandbox.exit',
      outcome: 'timeout',
      reasons: ['sandbox.lifetime', 'signal.SIGKILL'],
    });
  });

  it('bound a line of output', async () => {
    const ran = await world.run(
      "process.stdout.write('x'.repeat(2000)); setInterval(() => 0, 1000)",
      {},
      {},
      {
        startBounds: { sandboxLineBytesMax: 1_000, gatewayErrorOutputLengthMax: 100 },
      },
    );
    expect(ran.exit.ending).toBe('line-too-long');
    expect(processesWith('probe.mjs')).toEqual([]);
  });
});
