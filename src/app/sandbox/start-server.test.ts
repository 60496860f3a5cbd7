import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../store/log/fixtures/test-log.ts';
import type { EventInput } from '../../model/event.ts';
import { readSecretReference } from '../../model/secret-reference.ts';
import type { ServerLaunch } from '../../sandbox/server-launch.ts';
import { launchOf, portsOf, textOf } from './fixtures/unconfined.ts';
import { serverOpening, startServer, type StartBounds } from './start-server.ts';

const bounds: StartBounds = { sandboxLineBytesMax: 100, gatewayErrorOutputLengthMax: 10 };

describe('a server without a sandbox', () => {
  it('has no environment but its own, and its start and exit are recorded', async () => {
    const events: EventInput[] = [];
    const server = await startServer(
      launchOf('console.log(JSON.stringify(process.env)); console.error("0123456789abc"); process.exitCode = 3'),
      { A: '1' },
      portsOf(events, bounds),
    );
    const [output] = await Promise.all([textOf(server.output), textOf(server.errors)]);
    expect(JSON.parse(output)).toEqual({ PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', A: '1' });
    expect(await server.exited).toEqual({ ending: 'exited', code: 3 });
    expect(await server.ended).toBe('exited with 3');
    expect(events.map(({ kind, reasons }) => [kind, reasons])).toEqual([
      ['sandbox.start', ['sandbox.none']],
      ['sandbox.exit', ['sandbox.exited']],
    ]);
    expect(events[1]).toMatchObject({ exitCode: 3, outcome: 'error', payload: { errorOutput: '456789abc\n' } });
    expect(events[0]?.reference).toBe(events[1]?.reference);
  });

  it('does not start where that cannot be recorded', async () => {
    const folder = scratchFolder('demarc-start-');
    const full = () => Promise.reject(new Error('the disk is full'));
    const launch = launchOf(`require('node:fs').writeFileSync(${JSON.stringify(`${folder}/ran`)}, '')`);
    await expect(startServer(launch, {}, { ...portsOf([]), record: full })).rejects.toThrow('the disk is full');
    // Time in which a program that was started would have run.
    await (await startServer(launchOf('0'), {}, portsOf([]))).ended;
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('is written to, ends when its input ends, and that is no failure', async () => {
    const events: EventInput[] = [];
    const server = await startServer(launchOf('process.stdin.pipe(process.stdout)'), {}, portsOf(events));
    const output = textOf(server.output);
    await server.write('hello\n');
    await server.end(5_000);
    expect(await output).toBe('hello\n');
    expect(events[1]).toMatchObject({ reasons: ['sandbox.closed'], outcome: 'ok' });
  });

  it('ends at once when it is told to', async () => {
    const events: EventInput[] = [];
    const launch = launchOf('setInterval(() => 0, 1000)');
    const server = await startServer(launch, {}, portsOf(events));
    server.kill();
    expect(await server.exited).toEqual({ ending: 'closed', signal: 'SIGKILL' });
    expect(events[1]).toMatchObject({ reasons: ['sandbox.closed', 'signal.SIGKILL'] });
  });

  it('has ended when it ends, also where something it left behind in a session of its own holds its output', async () => {
    const events: EventInput[] = [];
    const server = await startServer(
      launchOf(
        `const { spawn } = require('node:child_process'); const stdio = ['ignore', 'inherit', 'inherit'];
        const left = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 30_000)'], { detached: true, stdio });
        left.unref(); console.log(left.pid);`,
      ),
      {},
      portsOf(events),
    );
    const startMs = Date.now();
    const [output] = await Promise.all([textOf(server.output), textOf(server.errors), server.end(100)]);
    process.kill(Number(output), 'SIGKILL');
    expect(Date.now() - startMs).toBeLessThan(20_000);
    expect(events.map(({ kind }) => kind)).toEqual(['sandbox.start', 'sandbox.exit']);
  });

  it('is ended when a line is too long, and not when many lines are', async () => {
    const events: EventInput[] = [];
    const short = await startServer(
      launchOf('for (let i = 0; i < 99; i++) console.log("x".repeat(99))'),
      {},
      portsOf(events, bounds),
    );
    expect((await textOf(short.output)).length).toBe(9_900);
    expect(await short.exited).toEqual({ ending: 'exited', code: 0 });
    const long = await startServer(
      launchOf('process.stdout.write("x".repeat(101)); setInterval(() => 0, 1000)'),
      {},
      portsOf(events, bounds),
    );
    expect(await textOf(long.output)).toBe('');
    expect((await long.exited).ending).toBe('line-too-long');
    expect(await long.ended).toContain('line-too-long');
  });

  it('G8: starts by a loaded configuration only', async () => {
    const launch = launchOf('0');
    await expect(startServer(Object.assign({}, launch) as ServerLaunch, {}, portsOf([]))).rejects.toThrow(
      'loaded configuration only',
    );
  });

  it('starts for the relay with its secrets filled in', async () => {
    const events: EventInput[] = [];
    const launch = launchOf('console.log(process.env.TOKEN)', { env: { TOKEN: { secret: 'env:TOKEN' } } });
    const prepare = serverOpening(
      launch,
      async (reference) => (reference.store === 'env' ? `value of ${reference.name}` : ''),
      portsOf(events),
    );
    const child = await (await prepare())();
    expect(await textOf(child.output)).toBe('value of TOKEN\n');
    await child.ended;
    expect(readSecretReference('env:TOKEN')).toEqual({ store: 'env', name: 'TOKEN' });
  });
});

it('what a server wrote last is recorded without the secrets it was given, and without others', async () => {
  const events: EventInput[] = [];
  const token = ['gh', 'p_', 'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD1234'].join('');
  const server = await startServer(
    launchOf(`console.error(process.env.TOKEN + ', not refused, and ${token}' + process.env.EMPTY)`, {
      env: { TOKEN: { secret: 'env:TOKEN' }, EMPTY: { secret: 'env:EMPTY' }, MODE: 'refused' },
    }),
    { TOKEN: 'correct horse', EMPTY: '', MODE: 'refused' },
    portsOf(events),
  );
  await Promise.all([textOf(server.output), textOf(server.errors)]);
  await server.ended;
  const recorded = JSON.stringify(events[1]?.payload);
  expect(recorded).toContain('[secret], not refused');
  for (const secret of [token, 'correct horse']) expect(recorded).not.toContain(secret);
});

it('a server for which there are no descriptors left cannot be started, and that is all', () => {
  const program = new URL('fixtures/no-descriptors.ts', import.meta.url).pathname;
  const command = `ulimit -n 100 && exec "$0" --import tsx "$1"`;
  const printed = execFileSync('/bin/sh', ['-c', command, process.execPath, program], { encoding: 'utf8' });
  const why = `spawn ${process.execPath} EMFILE`;
  expect(JSON.parse(printed)).toEqual([
    [`cannot be started: ${why}`, `cannot be started: ${why}`, why],
    [['sandbox.none'], ['sandbox.not-started']],
  ]);
});

it.runIf(process.platform === 'linux')('a server has none of the descriptors that the gateway was started with', () => {
  const program = new URL('fixtures/inherited.ts', import.meta.url).pathname;
  const command = `exec 4</usr 40</etc "$0" --import tsx "$1"`;
  const printed = execFileSync('/bin/bash', ['-c', command, process.execPath, program], { encoding: 'utf8' });
  const paths = JSON.parse(printed) as string[];
  expect(paths.filter((path) => path.startsWith('/') && !/^\/(?:dev\/null|proc\/.*)$/.test(path))).toEqual([]);
});

it('a server that needs a sandbox is not started where there is none', async () => {
  const events: EventInput[] = [];
  const launch = launchOf('0', { sandbox: {} });
  await expect(startServer(launch, {}, portsOf(events))).rejects.toThrow(/no sandbox on win32/);
  expect(events).toEqual([]);
});
