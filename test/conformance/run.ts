/**
 * The official conformance suite against a fixture made with the official SDK: alone and behind the relay, where every check of
 * every scenario must come out alike; and with the era bridge between a client of one era and the fixture in the other only.
 * Usage: run.ts <folder with the suite> <node 22 or newer>
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { BridgedUpstream } from '../../src/gateway/bridge/bridged-upstream.ts';
import type { Upstream } from '../../src/gateway/upstream/upstream.ts';
import { clock, type Gateway, httpServer, random, startGateway, stdioServer } from '../gateway/gateway.ts';
import { absentFor, type Checks, judge } from './cross-era.ts';

const [folder = '', node = ''] = process.argv.slice(2);
const suite = join(folder, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const revisions = ['2025-11-25', '2026-07-28'] as const;
type Revision = (typeof revisions)[number];
/** The era a client of a revision does not speak. */
const otherEra: Readonly<Record<Revision, string>> = { '2025-11-25': 'stateless', '2026-07-28': 'stateful' };

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** `scenario/check` and its status, sorted. */
  readonly checks: readonly string[];
  readonly byScenario: Checks;
}

const children: ChildProcess[] = [];

/** @param era the only one it speaks */
async function startFixture(...era: readonly string[]): Promise<URL> {
  const script = new URL('fixture-server.ts', import.meta.url).pathname;
  const args = ['--import', 'tsx', script, ...era];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return new URL(`http://127.0.0.1:${String(port).trim()}/mcp`);
}

/** The outcome of one run of the suite; its own exit status only says whether something that is scored failed. */
async function runSuite(url: URL, revision: Revision): Promise<Outcome> {
  const out = mkdtempSync(join(scratch, 'run-'));
  try {
    await new Promise<void>((resolve) => {
      const args = [suite, 'server', '--url', url.href, '--requirements', revision, '-o', out];
      execFile(node, args, { maxBuffer: 64 * 1024 * 1024 }, () => resolve());
    });
    const byScenario = new Map<string, readonly string[]>();
    for (const run of readdirSync(out)) {
      const scenario = run.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
      const found = JSON.parse(readFileSync(join(out, run, 'checks.json'), 'utf8')) as { id: string; status: string }[];
      const told = found.map(({ id, status }) => `${id} ${status}`);
      byScenario.set(scenario, told);
    }
    const checks = [...byScenario]
      .flatMap(([scenario, told]) => told.map((check) => `${scenario}/${check}`))
      .filter((check) => !check.endsWith(' INFO'));
    const count = (status: string): number => checks.filter((check) => check.endsWith(` ${status}`)).length;
    return { passed: count('SUCCESS'), failed: count('FAILURE'), checks: checks.sort(), byScenario };
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Alone and behind the relay. @returns how much is wrong, and what the fixture does alone */
async function inOneEra(fixture: URL, gateway: Gateway, revision: Revision): Promise<[wrong: number, alone: Outcome]> {
  const alone = await runSuite(fixture, revision);
  const behind = await runSuite(new URL('/mcp/fixture', gateway.url), revision);
  console.log(`${revision} alone: ${alone.passed} passed, ${alone.failed} failed`);
  console.log(`${revision} behind the relay: ${behind.passed} passed, ${behind.failed} failed`);
  const lost = alone.checks.filter((check) => !behind.checks.includes(check));
  const won = behind.checks.filter((check) => !alone.checks.includes(check));
  for (const check of lost) console.log(`  only alone:  ${check}`);
  for (const check of won) console.log(`  only behind: ${check}`);
  const rebinding = behind.checks.filter((check) => check.startsWith('dns-rebinding-protection/'));
  const isGuarded = rebinding.length > 0 && rebinding.every((check) => check.endsWith(' SUCCESS'));
  console.log(`${revision} dns-rebinding-protection behind the relay: ${isGuarded ? 'passed' : 'FAILED'}`);
  const isWrong =
    alone.passed < 80 || lost.length + won.length > 0 || alone.checks.length !== behind.checks.length || !isGuarded;
  return [isWrong ? 1 : 0, alone];
}

/** Over standard input and output there are no streams to take up again; nothing that is checked may fail. */
function wrongOverStdio(name: string, revision: Revision, behind: Outcome, alone: Outcome): number {
  console.log(`${revision} ${name}: ${behind.passed} passed, ${behind.failed} failed`);
  const fails = behind.checks.filter((check) => check.endsWith(' FAILURE') && !alone.checks.includes(check));
  for (const check of fails) console.log(`  only over standard input and output: ${check}`);
  return fails.length;
}

function wrongAcrossEras(revision: Revision, crossed: Outcome, alone: Outcome): number {
  const verdicts = judge(alone.byScenario, crossed.byScenario, absentFor(revision));
  const of = (wanted: string): typeof verdicts => verdicts.filter(({ verdict }) => verdict === wanted);
  console.log(
    `${revision} client, ${otherEra[revision]} server: ${verdicts.length} scenarios, ${of('passed').length} passed, ` +
      `${of('absent').length} absent in the other era, ${of('failed').length} failed`,
  );
  for (const { scenario, verdict, why } of verdicts) {
    console.log(`  ${verdict.padEnd(6)} ${scenario}`);
    if (verdict === 'failed') for (const check of why) console.log(`         ${check}`);
  }
  return of('failed').length;
}

/** The fixture as one plain file: it is started for each of many sessions. */
async function bundledFixture(): Promise<URL> {
  const outfile = join(scratch, 'fixture-stdio.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const entryPoints = [new URL('fixture-stdio.ts', import.meta.url).pathname];
  await build({ entryPoints, outfile, banner, bundle: true, platform: 'node', format: 'esm' });
  return pathToFileURL(outfile);
}

const scratch = mkdtempSync(join(tmpdir(), 'demarc-conformance-'));
let gateway: Gateway | undefined;
try {
  const [fixture, ...others] = await Promise.all([
    startFixture(),
    ...revisions.map((revision) => startFixture(otherEra[revision])),
  ]);
  const stdio = await bundledFixture();
  const servers = new Map<string, Upstream>([
    ['fixture', httpServer('fixture', fixture)],
    ['stdio', stdioServer('stdio', stdio, 'session')],
    ['shared', stdioServer('shared', stdio, 'principal')],
  ]);
  for (const [at, revision] of revisions.entries()) {
    const inner = httpServer('crossed', others[at] ?? fixture);
    servers.set(`crossed-${revision}`, new BridgedUpstream(inner, { clock, random }));
  }
  const started = (gateway = await startGateway(servers));
  const run = (name: string, revision: Revision): Promise<Outcome> =>
    runSuite(new URL(`/mcp/${name}`, started.url), revision);
  for (const revision of revisions) {
    // Never two against one server at a time: it tells everybody of its changes.
    const [[wrong, alone], programs, crossed] = await Promise.all([
      inOneEra(fixture, started, revision),
      (async () => ({ stdio: await run('stdio', revision), shared: await run('shared', revision) }))(),
      run(`crossed-${revision}`, revision),
    ]);
    let count = wrong;
    for (const [name, behind] of Object.entries(programs)) count += wrongOverStdio(name, revision, behind, alone);
    count += wrongAcrossEras(revision, crossed, alone);
    if (count > 0) process.exitCode = 1;
  }
} finally {
  await gateway?.close();
  for (const child of children) child.kill();
  rmSync(scratch, { recursive: true });
}
