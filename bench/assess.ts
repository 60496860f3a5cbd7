/**
 * Measures `demarc assess` beside its peers on the same trees in the same run, and prints a table. Peers are used where they
 * are installed: `CHECKOV` and `TRIVY` name the programs (default: from PATH).
 *
 *   npx tsx bench/assess.ts [--resources 1000,10000,17000/1000,100000] [--peers] [--json out.json]
 *
 * `17000/1000` is 17,000 resources in 1,000 files; without the second number a tenth as many files.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    resources: { type: 'string', default: '1000,10000,100000' },
    peers: { type: 'boolean', default: false },
    json: { type: 'string' },
    tree: { type: 'string', multiple: true, default: [] },
  },
});
const here = new URL('.', import.meta.url).pathname;
const main = join(here, '..', 'dist', 'cli', 'main.js');
const scratch = mkdtempSync(join(tmpdir(), 'demarc-bench-'));

interface Row {
  readonly tree: string;
  readonly tool: string;
  readonly files: number;
  readonly resources: number | null;
  readonly seconds: number;
  readonly peakMb: number;
  readonly note: string;
}

/** Runs a program under GNU time and reads its wall-clock seconds and peak resident set. */
function timed(
  command: readonly string[],
  env: Record<string, string> = {},
): { seconds: number; peakMb: number; stdout: string; status: number | null } {
  const started = performance.now();
  const { stdout, stderr, status } = spawnSync('/usr/bin/time', ['-f', 'peak-kb %M', ...command], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, ...env },
    timeout: 1_800_000,
  });
  const peak = /peak-kb (\d+)/.exec(stderr)?.[1];
  return { seconds: (performance.now() - started) / 1000, peakMb: Number(peak ?? 0) / 1024, stdout, status };
}

function countFiles(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function demarc(
  tree: string,
  args: readonly string[],
): { seconds: number; peakMb: number; resources: number; gaps: number } {
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

function measure(name: string, tree: string, rows: Row[]): void {
  const files = countFiles(tree);
  const add = (tool: string, run: { seconds: number; peakMb: number }, resources: number | null, note = ''): void => {
    rows.push({ tree: name, tool, files, resources, seconds: run.seconds, peakMb: run.peakMb, note });
    const last = rows.at(-1)!;
    process.stdout.write(
      `${last.tree.padEnd(22)} ${last.tool.padEnd(24)} ${String(last.files).padStart(6)} files ${String(last.resources ?? '').padStart(7)} ${last.seconds.toFixed(2).padStart(8)} s ${last.peakMb.toFixed(0).padStart(6)} MB  ${last.note}\n`,
    );
  };
  const cold = demarc(tree, ['--no-cache']);
  add('demarc', cold, cold.resources, `${cold.gaps} gaps`);
  demarc(tree, []);
  touchOne(tree);
  const warm = demarc(tree, []);
  add('demarc, one file changed', warm, warm.resources);
  // A peer that needs minutes for a thousand files is not asked for ten thousand.
  if (!values.peers || files > 2000) return;
  const checkov = find('checkov', 'CHECKOV');
  if (checkov !== undefined)
    add(
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
      ),
      null,
    );
  const trivy = find('trivy', 'TRIVY');
  if (trivy !== undefined)
    add(
      'trivy config',
      timed([trivy, 'config', '--quiet', '--format', 'json', '--skip-check-update', '--exit-code', '0', tree]),
      null,
    );
}

/** Appends a comment to the first Terraform file of the tree. */
function touchOne(tree: string): void {
  const found = readdirSync(tree, { recursive: true, withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name.endsWith('.tf'),
  );
  if (found !== undefined) appendFileSync(join(found.parentPath, found.name), '# touched\n');
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
  for (const spec of values.resources.split(',').filter((text) => text !== '')) {
    const [count = 0, files = Math.max(10, Math.round(count / 10))] = spec.split('/').map(Number);
    const tree = join(scratch, `generated-${count}`);
    const made = spawnSync(
      'npx',
      [
        'tsx',
        join(here, 'corpus', 'generate.ts'),
        tree,
        '--files',
        String(files),
        '--resources',
        String(count),
        '--seed',
        '1',
      ],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(made.stderr);
    measure(`generated ${count}`, tree, rows);
  }
  for (const path of values.tree) {
    const copy = join(scratch, `tree-${rows.length}`);
    cpSync(path, copy, { recursive: true });
    measure(path.split('/').filter(Boolean).at(-1) ?? path, copy, rows);
  }
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine, startUpSeconds: startUp, bareNodeSeconds: bare, rows }, null, 2)}\n`,
    );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
