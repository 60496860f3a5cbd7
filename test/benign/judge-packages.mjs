// Compares the reports of .ci/suites/benign-packages.sh, `<folder>/<package>.json`, with reviewed-packages.yaml.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const folder = process.argv[2];
const { packages, reviewed } = parse(readFileSync(new URL('./reviewed-packages.yaml', import.meta.url), 'utf8'));
const problems = [];
const occurred = new Set();
for (const name of packages) {
  const report = JSON.parse(readFileSync(join(folder, `${name.replaceAll('/', '__')}.json`), 'utf8'));
  const { files, resources, durationMs } = report.summary;
  console.log(`${name}: ${files} files, ${resources} resources, ${report.gaps.length} gaps, ${durationMs} ms`);
  for (const { rule, location } of report.findings) {
    const entry = reviewed.find((row) => row.rule === rule && row.package === name.replace(/@[^@]*$/, ''));
    if (entry === undefined) problems.push(`${name}: ${rule} at ${location.file}:${location.line}`);
    else occurred.add(entry);
  }
  for (const gap of report.gaps)
    if (gap.kind !== 'too-large') problems.push(`${name}: gap ${gap.reason} at ${gap.location.file}`);
  if (durationMs > 60_000) problems.push(`${name}: took ${durationMs} ms`);
}
for (const entry of reviewed)
  if (!occurred.has(entry)) problems.push(`${entry.package}: ${entry.rule} is reviewed and does not occur`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
