/**
 * The official conformance suite against a fixture made with the official SDK, alone and behind the relay: every check of every
 * scenario must come out alike. Usage: run.ts <folder with the suite> <node 22 or newer>
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Upstream } from '../../src/gateway/upstream/upstream.ts';
import { httpServer, startGateway, stdioServer } from '../gateway/gateway.ts';

const [folder = '', node = ''] = process.argv.slice(2);
const suite = join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const revisions = ['2025-11-25', '2026-07-28'] as const;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** `scenario/check` and its status, sorted. */
  readonly checks: readonly string[];
}

async function startFixture(): Promise<{ readonly process: ChildProcess; readonly url: URL }> {
  const script = new URL('fixture-server.ts', import.meta.url).pathname;
  const process = spawn('npx', ['tsx', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const [port] = (await once(process.stdout, 'data')) as [Buffer];
  return { process, url: new URL(`http://127.0.0.1:${String(port).trim()}/mcp`) };
}

/** The outcome of one run of the suite; its own exit status only says whether something that is scored failed. */
async function runSuite(url: URL, revision: string): Promise<Outcome> {
  const out = mkdtempSync(join(tmpdir(), 'demarc-conformance-'));
  try {
    await new Promise<void>((resolve) => {
      const args = [suite, 'server', '--url', url.href, '--requirements', revision, '-o', out];
      execFile(node, args, { maxBuffer: 64 * 1024 * 1024 }, () => resolve());
    });
    const checks = readdirSync(out).flatMap((run) => {
      const scenario = run.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
      const found = JSON.parse(readFileSync(join(out, run, 'checks.json'), 'utf8')) as { id: string; status: string }[];
      return found.filter(({ status }) => status !== 'INFO').map(({ id, status }) => `${scenario}/${id} ${status}`);
    });
    const count = (status: string): number => checks.filter((check) => check.endsWith(` ${status}`)).length;
    return { passed: count('SUCCESS'), failed: count('FAILURE'), checks: checks.sort() };
  } finally {
    rmSync(out, { recursive: true });
  }
}

const fixture = await startFixture();
const stdio = new URL('fixture-stdio.ts', import.meta.url);
const gateway = await startGateway(
  new Map<string, Upstream>([
    ['fixture', httpServer('fixture', fixture.url)],
    ['stdio', stdioServer('stdio', stdio, 'session')],
    ['shared', stdioServer('shared', stdio, 'principal')],
  ]),
);
let wrong = 0;
try {
  for (const revision of revisions) {
    const alone = await runSuite(fixture.url, revision);
    const behind = await runSuite(new URL('/mcp/fixture', gateway.url), revision);
    console.log(`${revision} alone: ${alone.passed} passed, ${alone.failed} failed`);
    console.log(`${revision} behind the relay: ${behind.passed} passed, ${behind.failed} failed`);
    const lost = alone.checks.filter((check) => !behind.checks.includes(check));
    const won = behind.checks.filter((check) => !alone.checks.includes(check));
    for (const check of lost) console.log(`  only alone:  ${check}`);
    for (const check of won) console.log(`  only behind: ${check}`);
    // Over standard input and output there are no streams to take up again; nothing that is checked may fail.
    for (const name of ['stdio', 'shared']) {
      const { passed, failed, checks } = await runSuite(new URL(`/mcp/${name}`, gateway.url), revision);
      console.log(`${revision} ${name}: ${passed} passed, ${failed} failed`);
      const fails = checks.filter((check) => check.endsWith(' FAILURE') && !alone.checks.includes(check));
      for (const check of fails) console.log(`  only over standard input and output: ${check}`);
      wrong += fails.length;
    }
    const rebinding = behind.checks.filter((check) => check.startsWith('dns-rebinding-protection/'));
    const isGuarded = rebinding.length > 0 && rebinding.every((check) => check.endsWith(' SUCCESS'));
    console.log(`${revision} dns-rebinding-protection behind the relay: ${isGuarded ? 'passed' : 'FAILED'}`);
    if (alone.passed < 80 || lost.length + won.length > 0 || alone.checks.length !== behind.checks.length || !isGuarded)
      wrong++;
  }
} finally {
  await gateway.close();
  if (fixture.process.pid !== undefined) process.kill(-fixture.process.pid);
}
process.exitCode = wrong === 0 ? 0 : 1;
