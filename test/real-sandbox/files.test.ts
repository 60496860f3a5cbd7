import { existsSync, lstatSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printed, SandboxWorld } from './world.ts';

/** A function for probes: what an attempt comes to. */
const attempt = `const attempt = (work) => { try { return String(work()).slice(0, 200); } catch (e) { return e.code ?? e.message; } };
import * as fs from 'node:fs';
`;

describe('files', () => {
  const world = new SandboxWorld();
  beforeAll(() => {
    world.write('given/a.txt', 'given');
    writeFileSync(world.path('secret.txt'), 'secret of the host');
    process.env['DEMARC_TEST_SECRET'] = 'sk-of-the-gateway';
  });
  afterAll(() => {
    delete process.env['DEMARC_TEST_SECRET'];
    world.close();
  });
  const given = (): Readonly<Record<string, unknown>> => ({
    sandbox: { readable: [world.path('given')], writable: [world.path('writable')] },
  });

  it('of the host are not there: homes, keys, passwords, the folders beside its own', async () => {
    const paths = [
      '/root',
      '/root/.ssh',
      '/home',
      '/etc/shadow',
      '/etc/ssh',
      '/var/lib',
      '/run/docker.sock',
      '/sys',
      '/boot',
    ];
    const ran = await world.run(
      `${attempt} const paths = ${JSON.stringify([...paths, world.path('secret.txt'), world.path('sockets'), process.cwd()])};
      console.log(JSON.stringify(paths.map((p) => attempt(() => fs.statSync(p) && 'there'))));`,
      given(),
    );
    expect(printed(ran)).toEqual(Array.from({ length: paths.length + 3 }, () => 'ENOENT'));
    expect(existsSync('/etc/shadow')).toBe(true);
  });

  it('that it was given are readable and no more; what it may write it writes', async () => {
    const ran = await world.run(
      `${attempt} const root = ${JSON.stringify(world.folder)};
      console.log(JSON.stringify({
        read: attempt(() => fs.readFileSync(root + '/given/a.txt', 'utf8')),
        overwrite: attempt(() => fs.writeFileSync(root + '/given/a.txt', 'x')),
        program: attempt(() => fs.writeFileSync(root + '/program/probe.mjs', 'x')),
        beside: attempt(() => fs.writeFileSync(root + '/b.txt', 'x')),
        write: attempt(() => fs.writeFileSync(root + '/writable/b.txt', 'written')),
        tmp: attempt(() => fs.writeFileSync('/tmp/demarc-sandbox-probe', 'x')),
        system: ['/x', '/usr/x', '/usr/bin/node', '/etc/x', '/etc/passwd', '/dev/x', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/run/x']
          .map((p) => attempt(() => fs.writeFileSync(p, 'x'))),
      }));`,
      given(),
    );
    const told = printed(ran) as Record<string, unknown>;
    expect(told).toMatchObject({ read: 'given', write: 'undefined', tmp: 'undefined' });
    for (const refused of [told['overwrite'], told['program'], told['beside'], ...(told['system'] as string[])])
      expect(refused).toMatch(/^(?:EROFS|EACCES|EPERM|ENOENT)$/);
    expect(readFileSync(world.path('writable/b.txt'), 'utf8')).toBe('written');
    expect(readFileSync(world.path('given/a.txt'), 'utf8')).toBe('given');
    expect(existsSync('/tmp/demarc-sandbox-probe')).toBe(false);
  });

  it('do not come by links: what a link leads to is what is inside', async () => {
    symlinkSync(world.path('secret.txt'), world.path('writable/planted'));
    const ran = await world.run(
      `${attempt} const root = ${JSON.stringify(world.folder)}; const w = root + '/writable';
      console.log(JSON.stringify({
        planted: attempt(() => fs.readFileSync(w + '/planted', 'utf8')),
        own: attempt(() => { fs.symlinkSync('/etc/shadow', w + '/own'); return fs.readFileSync(w + '/own'); }),
        up: attempt(() => { fs.symlinkSync('../../../../../../root', w + '/up'); return fs.readdirSync(w + '/up'); }),
        hard: attempt(() => fs.linkSync(root + '/given/a.txt', w + '/hard')),
        hardSystem: attempt(() => fs.linkSync('/usr/bin/node', w + '/node')),
        replace: attempt(() => { fs.renameSync(w, w + '2'); }),
        remove: attempt(() => { fs.rmdirSync(w); }),
        proc: ['/proc/1/root/root', '/proc/self/root/../root', '/proc/1/root/home', '/proc/1/cwd/../root'].map((p) => attempt(() => fs.readdirSync(p))),
        dots: attempt(() => fs.readFileSync(w + '/../secret.txt')),
      }));`,
      given(),
    );
    const { proc, ...told } = printed(ran) as Record<string, unknown>;
    expect(told).toMatchObject({ planted: 'ENOENT', own: 'ENOENT', up: 'ENOENT', dots: 'ENOENT' });
    expect(told['hard']).toMatch(/^(?:EXDEV|EPERM)$/);
    expect(told['hardSystem']).toMatch(/^(?:EXDEV|EPERM)$/);
    expect(told['replace']).toMatch(/^(?:EBUSY|EROFS|EXDEV)$/);
    expect(told['remove']).toMatch(/^(?:EBUSY|EROFS|ENOTEMPTY)$/);
    for (const one of proc as string[]) expect(one).toMatch(/^(?:EACCES|ENOENT|EPERM)$/);
  });

  it('with rights to lend are not made', async () => {
    const ran = await world.perl(
      `my $w = '${world.path('writable')}'; open(F, '>', "$w/s"); close F; my @r;
      for my $mode (04755, 02755, 06711, 0755) { push @r, chmod($mode, "$w/s") ? 'ok' : $!+0; }
      use Fcntl; push @r, sysopen(G, "$w/t", O_CREAT|O_WRONLY, 04755) ? 'ok' : $!+0;
      push @r, mkdir("$w/d", 02777) ? 'ok' : $!+0;
      print '[', join(',', map { /ok/ ? '"ok"' : $_ } @r), ']';`,
      given(),
    );
    expect(printed(ran)).toEqual([1, 1, 1, 'ok', 1, 1]);
    for (const name of readdirSync(world.path('writable')))
      expect(lstatSync(world.path('writable', name)).mode & 0o6000).toBe(0);
  });

  it('of the system that lend rights lend none', async () => {
    const ran = await world.perl(`
      my @found = grep { -u $_ } glob('/usr/bin/*'); print STDERR "@found";
      my $ids = \`/usr/bin/id -u; /usr/bin/su -c 'id -u' 2>&1; /usr/bin/mount -t tmpfs none /tmp 2>&1\`;
      open(S, '/proc/self/status'); my @nnp = grep { /^(NoNewPrivs|CapEff|CapBnd|Seccomp):/ } <S>;
      print $ids, @nnp;`);
    expect(ran.output).toContain('NoNewPrivs:\t1');
    expect(ran.output).toContain('CapEff:\t0000000000000000');
    expect(ran.output).toContain('CapBnd:\t0000000000000000');
    expect(ran.output).toContain('Seccomp:\t2');
    expect(ran.output.split('\n')[0]).toBe('65534');
    expect(ran.output.split('\n')).not.toContain('0');
  });

  it('in /proc tell of its own processes only; its environment is its own', async () => {
    const ran = await world.run(
      `${attempt} const pids = fs.readdirSync('/proc').filter((n) => /^[0-9]+$/.test(n));
      const all = pids.map((pid) => ['environ', 'cmdline'].map((f) => attempt(() => fs.readFileSync('/proc/' + pid + '/' + f, 'utf8'))).join(' ')).join(' ');
      console.log(JSON.stringify({
        pids: pids.length, parent: process.ppid, env: Object.keys(process.env).sort(), all,
        fds: fs.readdirSync('/proc/self/fd').map((fd) => attempt(() => fs.readlinkSync('/proc/self/fd/' + fd))).filter((l) => l.startsWith('/')),
        first: fs.readFileSync('/proc/1/status', 'utf8').match(/^(?:CapEff|NoNewPrivs|Seccomp|Uid):.*/gm), kernel: attempt(() => fs.openSync('/proc/kcore', 'r')),
        host: fs.readFileSync('/proc/sys/kernel/hostname', 'utf8').trim(),
      }));`,
      { ...given(), env: { TOKEN: { secret: 'env:TOKEN' } } },
      { TOKEN: 'sk-of-the-server' },
    );
    const { all, ...told } = printed(ran) as Record<string, unknown>;
    expect(told).toEqual({
      pids: 2,
      parent: 1,
      env: ['HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR', 'TOKEN'],
      fds: expect.not.arrayContaining([expect.stringContaining(process.cwd())]),
      // Its first process is of the same user, so a server can take it over: it gains nothing by that.
      first: ['Uid:\t65534\t65534\t65534\t65534', 'CapEff:\t0000000000000000', 'NoNewPrivs:\t1', 'Seccomp:\t2'],
      kernel: expect.stringMatching(/^(?:EACCES|EPERM|ENOENT)$/),
      host: 'sandbox',
    });
    expect(all).not.toContain('sk-of-the-gateway');
    expect(JSON.stringify(ran.events())).not.toContain('sk-of-the-server');
  });
});
