// Published MCP servers as a corpus: each is started, listed, scanned, labelled, pinned and compared with its pins by the built program.
// No definition of theirs may raise an alarm, and no warning but the reviewed ones. Usage: check.mjs <folder with node_modules>
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [installed] = process.argv.slice(2);
const main = new URL('../../../dist/cli/main.js', import.meta.url).pathname;
const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const servers = read('./servers.json');
const reviewed = read('./reviewed.json');
const serversMin = 15;

const scratch = mkdtempSync(join(tmpdir(), 'demarc-mcp-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

function entryOf(name, { args = [], env = {} }) {
  const folder = join(installed, 'node_modules', name);
  if (!existsSync(join(folder, 'package.json'))) return undefined;
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const script = join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0]);
  return { command: process.execPath, args: [script, ...args], env: { HOME: scratch, ...env } };
}

function demarc(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'mcp', ...args], {
    cwd: scratch,
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

const entries = Object.fromEntries(
  Object.entries(servers).flatMap(([name, how]) => {
    const entry = entryOf(name, how);
    return entry === undefined ? [] : [[name, entry]];
  }),
);
writeFileSync(join(scratch, 'client.json'), JSON.stringify({ mcpServers: entries }));

const scan = demarc('scan', '--config', 'client.json', '--start', 'all', '--json', '--fail-on', 'never');
const report = JSON.parse(scan.stdout);
for (const why of report.unanswered) console.log(`skipped: ${why}`);
const answering = report.servers.map(({ name }) => name);
if (answering.length < serversMin) {
  console.log(`skipped: only ${answering.length} of ${Object.keys(servers).length} servers could be started here`);
  process.exit(0);
}

const column = (text, width) => String(text).padStart(width);
console.log(`${'server'.padEnd(46)} tools others alarms warnings notes  protocol`);
let tools = 0;
for (const { name, protocol, counts, findings } of report.servers) {
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const others = Object.entries(counts).reduce((sum, [kind, number]) => sum + (kind === 'tool' ? 0 : number), 0);
  tools += counts.tool ?? 0;
  console.log(
    `${name.padEnd(46)} ${column(counts.tool ?? 0, 5)} ${column(others, 6)} ${column(count('alarm'), 6)} ${column(count('warning'), 8)} ${column(count('note'), 5)}  ${protocol}`,
  );
  for (const { severity, code, definition, path, excerpt } of findings) {
    const isReviewed = reviewed.some((one) => one.server === name && one.definition === definition && one.code === code);
    if (severity !== 'note' && !isReviewed) fail(`${severity}: ${name}: ${definition} ${path}: ${code}: ${excerpt}`);
  }
}
for (const { code, between } of report.clashes) if (code !== 'name.shadowed') fail(`${code}: ${between.join(', ')}`);

const pinned = demarc('pin', '--config', 'client.json', '--start', answering.join(','));
if (pinned.status !== 0) fail(`pin: ${pinned.stderr}`);
// Listed anew by another process, everything is as it was pinned.
const diff = demarc('diff', '--config', 'client.json', '--start', answering.join(','), '--json');
if (diff.status !== 0) fail(`diff: ${diff.stderr}${diff.stdout.slice(0, 4_000)}`);
const compared = JSON.parse(diff.stdout).servers.flatMap(({ definitions }) => definitions);
const unstable = compared.filter(({ state }) => state !== 'unchanged');
if (unstable.length > 0) fail(`not as they were a moment before: ${JSON.stringify(unstable).slice(0, 2_000)}`);
const labels = Object.values(JSON.parse(readFileSync(join(scratch, 'demarc.mcp-lock.json'), 'utf8')).servers)
  .flatMap(({ definitions }) => definitions)
  .flatMap(({ tool }) => (tool === undefined ? [] : [tool.labels.effect]));
const effects = [...new Set(labels)].map((effect) => `${labels.filter((one) => one === effect).length} ${effect}`);
console.log(`${answering.length} servers, ${tools} tools, ${compared.length} definitions pinned and found unchanged; drafted: ${effects.join(', ')}`);
