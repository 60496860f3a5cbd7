/**
 * Measures `demarc assess` beside its peers on the same trees in the same run, and prints a table. Peers are used where they
 * are installed: `CHECKOV` and `TRIVY` name the programs (default: from PATH).
 *
 *   npx tsx bench/assess.ts [--resources 1000,10000,17000/1000,100000] [--terraform 100000] [--tree folder]
 *     [--peers] [--large-peers] [--peer-limit-seconds 1200] [--note text] [--json out.json]
 *
 * `17000/1000` is 17,000 resources in 1,000 files; without the second number a tenth as many files. `--terraform` generates
 * Terraform only. Peers are asked for generated trees of at most 2,000 files, and for larger ones of Terraform where
 * `--large-peers` says so; they are stopped at the limit. Re-scans are measured for each kind of changed file that a tree has
 * (where its folders are named like those that are generated), and once with a posture. Seconds of processor time tell what a
 * busy machine hides.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    resources: { type: 'string', default: '1000,10000,100000' },
    terraform: { type: 'string', default: '' },
    peers: { type: 'boolean', default: false },
    'large-peers': { type: 'boolean', default: false },
    'peer-limit-seconds': { type: 'string', default: '1200' },
    note: { type: 'string', default: '' },
    json: { type: 'string' },
    tree: { type: 'string', multiple: true, default: [] },
  },
});
const here = new URL('.', import.meta.url).pathname;
const main = join(here, '..', 'dist', 'cli', 'main.js');
const scratch = mkdtempSync(join(tmpdir(), 'demarc-bench-'));

interface Run {
  readonly seconds: number;
  /** Null for a program that was stopped: what its children used is not known. */
  readonly cpuSeconds: number | null;
  readonly peakMb: number | null;
}

interface Row extends Run {
  readonly tree: string;
  readonly tool: string;
  readonly files: number;
  readonly resources: number | null;
  readonly note: string;
}

/** What is changed before a re-scan: the kind of file, how it is told in the trees of bench/corpus, and a first line for it. */
const changes: readonly (readonly [kind: string, pattern: RegExp, line: string])[] = [
  ['Terraform', /(?:^terraform\/(?!modules\/)|^stacks\/).*\.tf$/, '# touched\n'],
  ['module', /^(?:terraform\/)?modules\/.*\.tf$/, '# touched\n'],
  ['template', /^cloudformation\/.*\.yaml$/, '# touched\n'],
  ['manifest', /^clusters\/.*\.yaml$/, '# touched\n'],
  ['Compose', /compose\.yaml$/, '# touched\n'],
  ['Python', /\.py$/, '# touched\n'],
  ['TypeScript', /\.ts$/, '// touched\n'],
  ['agent settings', /\.claude\/settings\.json$/, '\n'],
  ['tool servers', /\.mcp\.json$/, '\n'],
];

/** The status with which `timeout` (GNU coreutils) ends when it had to stop the program. */
const stopped = 124;

/** Runs a program under GNU time and reads its wall-clock and processor seconds and its peak resident set. */
function timed(
  command: readonly string[],
  env: Record<string, string> = {},
  limitSeconds = 1800,
): Run & { stdout: string; status: number | null } {
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync(
    '/usr/bin/time',
    ['-f', 'used %M %U %S', 'timeout', String(limitSeconds), ...command],
    { encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, ...env } },
  );
  const [, peak, user, system] = /used (\d+) ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: status === stopped ? null : Number(user ?? 0) + Number(system ?? 0),
    peakMb: status === stopped ? null : Number(peak ?? 0) / 1024,
    stdout,
    status,
  };
}

function countFiles(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function demarc(tree: string, args: readonly string[]): Run & { resources: number; gaps: number } {
  const out = join(scratch, 'report.txt');
  const result = timed(
    [process.execPath, main, 'assess', tree, '--output', out, '--fail-on', 'never', '--quiet', ...args],
    { XDG_CACHE_HOME: join(scratch, 'cache') },
  );
  if (result.status !== 0) throw new Error(`demarc ended with ${result.status}`);
  const text = readFileSync(out, 'utf8');
  rmSync(out);
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  return { ...result, resources: number(/, (\d+) resources?,/), gaps: number(/^GAPS {2}(\d+)/m) };
}

function find(program: string, variable: string): string | undefined {
  const named = process.env[variable];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  const found = spawnSync('which', [program], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function measure(name: string, tree: string, withPeers: boolean, rows: Row[]): void {
  const files = countFiles(tree);
  const add = (tool: string, run: Run, resources: number | null, note = ''): void => {
    const { seconds, cpuSeconds, peakMb } = run;
    rows.push({ tree: name, tool, files, resources, seconds, cpuSeconds, peakMb, note });
    process.stdout.write(
      `${name.padEnd(28)} ${tool.padEnd(30)} ${String(files).padStart(6)} files ${String(resources ?? '').padStart(7)} ${seconds.toFixed(2).padStart(8)} s ${(cpuSeconds?.toFixed(2) ?? '?').padStart(8)} s cpu ${(peakMb?.toFixed(0) ?? '?').padStart(6)} MB  ${note}\n`,
    );
  };
  const addPeer = (tool: string, run: Run & { status: number | null }): void =>
    add(tool, run, null, run.status === stopped ? `stopped at ${values['peer-limit-seconds']} s` : '');
  const cold = demarc(tree, ['--no-cache']);
  add('demarc', cold, cold.resources, `${cold.gaps} gaps`);
  const again = (args: readonly string[], kinds: typeof changes): void => {
    demarc(tree, args);
    for (const [kind, pattern, line] of kinds) {
      if (!touchFirst(tree, pattern, line)) continue;
      const warm = demarc(tree, args);
      add(`demarc, ${kind} changed`, warm, warm.resources, args.join(' '));
    }
  };
  again([], changes);
  again(['--posture', 'controlled'], changes.slice(0, 1));
  if (!withPeers) return;
  const limit = Number(values['peer-limit-seconds']);
  const checkov = find('checkov', 'CHECKOV');
  if (checkov !== undefined)
    addPeer(
      'checkov',
      timed(
        [
          checkov,
          '-d',
          tree,
          '--framework',
          'terraform',
          'cloudformation',
          'kubernetes',
          'dockerfile',
          '--quiet',
          '--compact',
          '--soft-fail',
          '--skip-download',
          '-o',
          'json',
        ],
        { LOG_LEVEL: 'ERROR', BC_SKIP_MAPPING: 'TRUE' },
        limit,
      ),
    );
  const trivy = find('trivy', 'TRIVY');
  if (trivy !== undefined)
    addPeer(
      'trivy config',
      timed(
        [trivy, 'config', '--quiet', '--format', 'json', '--skip-check-update', '--exit-code', '0', tree],
        {},
        limit,
      ),
    );
}

/** Generates a tree and measures it. */
function generated(spec: string, args: readonly string[], name: string, rows: Row[]): void {
  const [count = 0, files = Math.max(10, Math.round(count / 10))] = spec.split('/').map(Number);
  const tree = join(scratch, `${name.replaceAll(' ', '-')}-${count}`);
  const size = ['--files', String(files), '--resources', String(count), '--seed', '1'];
  const made = spawnSync('npx', ['tsx', join(here, 'corpus', 'generate.ts'), tree, ...size, ...args], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
  // A peer that needs minutes for a thousand files is not asked for ten thousand unless that is wanted.
  const isLarge = files > 2000 && !(values['large-peers'] && args.length > 0);
  measure(`${name} ${count}`, tree, values.peers && !isLarge, rows);
  rmSync(tree, { recursive: true });
}

/** Puts a line before all others of the first file whose path fits: everything in it stands elsewhere then. */
function touchFirst(tree: string, pattern: RegExp, line: string): boolean {
  const paths = readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort();
  const found = paths.find((path) => pattern.test(path));
  if (found !== undefined) writeFileSync(join(tree, found), line + readFileSync(join(tree, found), 'utf8'));
  return found !== undefined;
}

const rows: Row[] = [];
const machine = `${cpus().length} x ${cpus()[0]?.model ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
process.stdout.write(`${machine}\n`);
try {
  const startUp = [1, 2, 3, 4, 5]
    .map(
      () =>
        demarc(join(here, '..', 'rules', 'aws', 'bedrock', 'agent-guardrail-missing', 'fires'), ['--no-cache']).seconds,
    )
    .sort((a, b) => a - b)[2]!;
  const bare = [1, 2, 3, 4, 5].map(() => timed([process.execPath, '-e', '0']).seconds).sort((a, b) => a - b)[2]!;
  process.stdout.write(
    `one file, start to end: ${(startUp * 1000).toFixed(0)} ms (bare node ${(bare * 1000).toFixed(0)} ms)\n`,
  );
  const specs = (text: string): string[] => text.split(',').filter((spec) => spec !== '');
  for (const spec of specs(values.resources)) generated(spec, [], 'generated', rows);
  for (const spec of specs(values.terraform)) generated(spec, ['--kind', 'terraform'], 'generated Terraform', rows);
  for (const path of values.tree) {
    const copy = join(scratch, `tree-${rows.length}`);
    cpSync(path, copy, { recursive: true });
    measure(path.split('/').filter(Boolean).at(-1) ?? path, copy, false, rows);
  }
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine, note: values.note, startUpSeconds: startUp, bareNodeSeconds: bare, rows }, null, 2)}\n`,
    );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
