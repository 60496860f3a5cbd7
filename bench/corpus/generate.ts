/**
 * Writes a mixed, realistic tree to measure assessments on: mostly Terraform with modules and `for_each`, beside it
 * CloudFormation, Kubernetes, Compose, Python and TypeScript with AI SDKs, and settings of coding agents.
 *
 * `tsx bench/corpus/generate.ts <directory> --files 10000 --resources 100000 --seed 1`
 *
 * `--kind terraform` writes files of that kind only. The same arguments give the same bytes. Time and memory are linear in the number of files.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writersByKind } from './writers.ts';
import { newRandom } from './random.ts';

/** Share of files of each kind, out of 100. */
const shares: readonly (readonly [kind: string, share: number])[] = [
  ['terraform', 80],
  ['cloudformation', 4],
  ['kubernetes', 5],
  ['compose', 2],
  ['python', 4],
  ['typescript', 3],
  ['agent', 2],
];

export interface CorpusSize {
  readonly files: number;
  readonly resources: number;
  readonly seed: number;
  /** Files of this kind only. */
  readonly kind?: string | undefined;
}

/** What was written: files, resources (instances of `for_each` counted one by one) and bytes. */
export interface CorpusReport {
  readonly files: number;
  readonly resources: number;
  readonly bytes: number;
}

/**
 * Generates the corpus and hands every file to `write`. Files of a kind come in blocks of a hundred, so that a smaller
 * corpus has the same mixture. The number of resources is met within two per cent.
 *
 * @param write receives a path relative to the corpus and its text
 */
export function generateCorpus(size: CorpusSize, write: (path: string, text: string) => void): CorpusReport {
  const random = newRandom(size.seed);
  const kinds = shares.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));
  let resources = 0;
  let bytes = 0;
  for (let index = 0; index < size.files; index++) {
    // Sharing out what is left over the files that are left keeps the total exact without a second pass.
    const wanted = Math.max(1, Math.round((size.resources - resources) / (size.files - index)));
    const kind = size.kind ?? kinds[(index * 37) % kinds.length] ?? 'terraform';
    const writer = writersByKind[kind];
    if (writer === undefined) throw new Error(`no writer for ${kind}`);
    const file = writer({ index, wanted, random });
    write(file.path, file.text);
    resources += file.resources;
    bytes += Buffer.byteLength(file.text);
  }
  return { files: size.files, resources, bytes };
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      files: { type: 'string' },
      resources: { type: 'string' },
      seed: { type: 'string' },
      kind: { type: 'string' },
    },
  });
  const [directory] = positionals;
  if (directory === undefined)
    throw new Error('usage: generate.ts <directory> [--files n] [--resources n] [--seed n] [--kind k]');
  const made = new Set<string>();
  const size = {
    files: Number(values.files ?? 10_000),
    resources: Number(values.resources ?? 100_000),
    seed: Number(values.seed ?? 1),
    kind: values.kind,
  };
  const report = generateCorpus(size, (path, text) => {
    const target = join(directory, path);
    const folder = dirname(target);
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    writeFileSync(target, text);
  });
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
