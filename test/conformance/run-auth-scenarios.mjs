/**
 * Runs every `auth/*` scenario of the official conformance suite, extensions too, against the gateway's upstream client, at
 * each revision that has it, and prints what it passed. Ends with 1 when any check failed or a client did what it should not.
 *
 *   node run-auth-scenarios.mjs <node of the suite> <suite's index.js>
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const [runtime = '', suite = ''] = process.argv.slice(2);
const run = promisify(execFile);
const client = `${join(process.cwd(), 'node_modules/.bin/tsx')} ${join(process.cwd(), 'test/conformance/upstream-client.ts')}`;
const revisions = ['2025-03-26', '2025-11-25', '2026-07-28'];
const atOnce = 2;
const scratch = mkdtempSync(join(tmpdir(), 'demarc-conformance-'));

/** Scenarios and the revisions they have; extensions run at the two revisions that extensions are written for. */
async function scenarios() {
  const { stdout } = await run(runtime, [suite, 'list']);
  return [...stdout.matchAll(/^\s+- (auth\/\S+) \[(.+)\]$/gm)].flatMap(([, name, list]) => {
    const own = list === 'extension' ? ['2025-11-25', '2026-07-28'] : list.split(',').map((one) => one.trim());
    return revisions.filter((revision) => own.includes(revision)).map((revision) => ({ name, revision }));
  });
}

async function play({ name, revision }) {
  const output = join(scratch, revision, name.replace('/', '-'));
  const words = ['client', '--command', client, '--scenario', name, '--spec-version', revision, '--force', '-o', output];
  const told = await run(runtime, [suite, ...words], { cwd: scratch }).then(
    ({ stdout, stderr }) => ({ ok: true, text: `${stdout}${stderr}` }),
    ({ stdout, stderr }) => ({ ok: false, text: `${stdout}${stderr}` }),
  );
  const file = readdirSync(output, { recursive: true }).find((path) => path.endsWith('checks.json'));
  const checks = file === undefined ? [] : JSON.parse(readFileSync(join(output, file), 'utf8'));
  const count = (status) => checks.filter((check) => check.status === status).length;
  const [passed, failed, warned] = [count('SUCCESS'), count('FAILURE'), count('WARNING')];
  return { name, revision, passed, failed, warned, ok: told.ok && passed > 0 && failed + warned === 0, text: told.text };
}

const queue = await scenarios();
if (queue.length < 50) throw new Error(`the suite lists only ${queue.length} scenarios`);
const results = [];
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await play(next));
  }),
);
rmSync(scratch, { recursive: true });
for (const revision of revisions) {
  const own = results.filter((result) => result.revision === revision);
  for (const { name, passed, failed, warned, ok, text } of own.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${revision} ${name}: ${passed} passed, ${failed} failed, ${warned} warnings`);
    if (!ok) console.log(text.slice(-3000));
  }
  const sum = (key) => own.reduce((total, result) => total + result[key], 0);
  console.log(`${revision}: ${own.length} scenarios, ${sum('passed')} passed, ${sum('failed')} failed, ${sum('warned')} warnings`);
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
