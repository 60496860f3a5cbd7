/**
 * Compiles `catalogue/` and `rules/` into `dist/data/*.json`, checking every reference on the way. Run by `npm run data`
 * (part of build and test). Exits 1 with every problem listed.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { DemarcError } from '../src/base/errors.ts';
import { buildCatalogue } from '../src/catalogue/build.ts';
import { serialiseCatalogue } from '../src/catalogue/catalogue.ts';
import { compileDialects } from '../src/collect/iac/terraform/dialect/compile.ts';
import { parseExpression } from '../src/evaluate/cel/parse.ts';
import { buildRule } from '../src/evaluate/rule-file.ts';
import type { Rule } from '../src/model/rule.ts';
import type { SchemaFile, Schemas, TypeSchema } from '../src/model/schema.ts';
import { SigmaEngine } from '../src/detect/sigma/engine.ts';
import { readSigmaDocument } from '../src/detect/sigma/sigma-rule.ts';

const root = new URL('..', import.meta.url).pathname;
const out = join(root, 'dist', 'data');
const problems: string[] = [];

function listFiles(folder: string, matches: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...listFiles(path, matches));
    else if (matches(entry.name)) found.push(path);
  }
  return found;
}

function readYaml(path: string): unknown {
  return parse(readFileSync(path, 'utf8'));
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof DemarcError)) throw thrown;
    problems.push(thrown.hint === undefined ? thrown.message : `${thrown.message} (${thrown.hint})`);
    return undefined;
  }
}

function compileRules(controls: ReadonlySet<string>): Rule[] {
  const rules: Rule[] = [];
  for (const path of listFiles(join(root, 'rules'), (name) => name === 'rule.yaml')) {
    const folder = relative(join(root, 'rules'), path).slice(0, -'/rule.yaml'.length);
    const rule = attempt(() => buildRule(folder, readYaml(path)));
    if (rule === undefined) continue;
    if (!controls.has(rule.control)) problems.push(`rules/${folder}: control \`${rule.control}\` does not exist`);
    rules.push(rule);
  }
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  for (const { id, within } of rules) {
    for (const wider of within) {
      const found = byId.get(wider);
      if (found === undefined) problems.push(`${id}: \`within\` names \`${wider}\`, which does not exist`);
      else if (found.within.length > 0) problems.push(`${id}: \`within\` names \`${wider}\`, which is within another`);
    }
  }
  return rules;
}

/** The Sigma documents of the detection pack, each checked by reading it. */
function compileDetections(): unknown[] {
  const documents = listFiles(join(root, 'detections'), (name) => name === 'rule.yml').flatMap((path) =>
    parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as unknown),
  );
  attempt(() => new SigmaEngine(documents.flatMap((document) => readSigmaDocument(document) ?? [])));
  return documents;
}

/** Every policy set as it stands: policies are parsed where they are loaded, against the tools they are about. */
function packPolicies(): Record<string, unknown> {
  const folder = join(root, 'policies');
  return Object.fromEntries(
    readdirSync(folder).map((set) => [
      set,
      {
        files: listFiles(join(folder, set), (name) => name.endsWith('.cedar')).map((path) => ({
          path: relative(join(folder, set), path),
          text: readFileSync(path, 'utf8'),
        })),
        cases: readYaml(join(folder, set, 'cases.yaml')),
      },
    ]),
  );
}

const digest = createHash('sha256');

function write(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  digest.update(name).update(text);
  const path = join(out, name);
  let old = '';
  try {
    old = readFileSync(path, 'utf8');
  } catch {
    // not written yet
  }
  if (old !== text) writeFileSync(path, text);
}

/** Schemas of all providers by canonical type; each digest also goes out as it is, for coercion at run time. */
function readSchemas(): Schemas {
  const folder = join(root, 'catalogue', 'schemas');
  const all: Record<string, TypeSchema> = {};
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as SchemaFile;
    write(`schemas-${name}`, file.types);
    Object.assign(all, file.types);
  }
  return all;
}

mkdirSync(out, { recursive: true });
const catalogueFolder = join(root, 'catalogue');
const documents = ['controls', 'services', 'frameworks', 'postures', 'domains'].flatMap((part) =>
  listFiles(join(catalogueFolder, part), (name) => name.endsWith('.yaml')).map((path) => ({
    path: relative(catalogueFolder, path),
    value: readYaml(path),
  })),
);
const catalogue = attempt(() => buildCatalogue(documents));
if (catalogue !== undefined) {
  const rules = compileRules(new Set(catalogue.controlsById.keys()));
  write(
    'rules.json',
    rules.map((rule) => ({
      ...rule,
      when: rule.when && JSON.stringify(rule.when),
      expect: JSON.stringify(rule.expect),
    })),
  );
  write('catalogue.json', serialiseCatalogue(catalogue));
  write(
    'meanings.json',
    catalogue.meanings.map((meaning) => ({
      ...meaning,
      when: meaning.when === undefined ? undefined : attempt(() => parseExpression(meaning.when ?? '')),
    })),
  );
  write('detections.json', compileDetections());
  write('policies.json', packPolicies());
  const dialects = listFiles(join(catalogueFolder, 'dialects', 'terraform'), (name) => name.endsWith('.yaml')).map(
    (path) => ({ path: relative(catalogueFolder, path), data: readYaml(path) }),
  );
  write('dialect-terraform.json', attempt(() => compileDialects(dialects, readSchemas())) ?? {});
}
// What a cached result depends on besides the files it was made from.
write('version.json', { digest: digest.copy().digest('hex') });
if (problems.length > 0) {
  process.stderr.write(
    `${problems.length} problem${problems.length === 1 ? '' : 's'} in the product data:\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`,
  );
  process.exitCode = 1;
}
