/**
 * Random policy sets on our evaluator and on cedar-wasm: `npx tsx run.ts --seed <n> --requests <n>`. Exits 1 with the seed and
 * the first sets that disagree. Each set is asked as often as keeps both parsing and asking a good part of the time.
 */
import { parseArgs } from 'node:util';
import { compare } from '../../../test/cedar/differential.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, requests: { type: 'string' } } });
const { disagreements, ...counts } = compare(Number(values.seed), Number(values.requests), 100);
console.log(JSON.stringify({ seed: values.seed, ...counts, disagreements: disagreements.length }));
for (const disagreement of disagreements) console.log(JSON.stringify(disagreement, null, 1));
if (disagreements.length > 0) process.exitCode = 1;
