/**
 * Compares a plan with the configuration it was made of, through the product's own collector: the same resources, every value
 * the plan knows, and the same references. Prints what was compared; throws for any difference.
 *
 *   tsx test/real/terraform-plan/compare.ts <folder with plan.json>
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectFiles } from '../../../src/collect/iac/terraform/fixtures/collect-files.ts';
import { Interpolated, isList, isProperties, Ref, Unknown, type Value } from '../../../src/model/value.ts';

const [folder = '.'] = process.argv.slice(2);
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const configuration = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tf'));
const fromFiles = collectFiles(Object.fromEntries(configuration.map((path) => [path, read(path)])));
const fromPlan = collectFiles({ 'plan.json': read('plan.json') });

const seen = { values: 0, references: 0, planOnly: 0, filesOnly: 0 };
const differences: string[] = [];

function compare(where: string, planned: Value | undefined, configured: Value | undefined): void {
  if (planned instanceof Unknown || configured instanceof Unknown || configured instanceof Interpolated) {
    if (!(planned instanceof Unknown)) seen.planOnly++;
    else if (!(configured instanceof Unknown)) seen.filesOnly++;
    return;
  }
  // What `jsonencode` gives is kept as the tree it encodes.
  if (typeof planned === 'string' && (isList(configured) || isProperties(configured)))
    return compare(where, JSON.parse(planned) as Value, configured);
  if (planned instanceof Ref && configured instanceof Ref) {
    seen.references++;
    const [a, b] = [planned, configured].map(({ target }) => target.slice(target.indexOf('#') + 1));
    if (a !== b) differences.push(`${where}: ${a} in the plan, ${b} in the files`);
  } else if (isList(planned) && isList(configured) && planned.length === configured.length) {
    planned.forEach((item, index) => compare(`${where}[${index}]`, item, configured[index]));
  } else if (isProperties(planned) && isProperties(configured)) {
    for (const key of new Set([...Object.keys(planned), ...Object.keys(configured)]))
      compare(`${where}.${key}`, planned[key], configured[key]);
  } else {
    seen.values++;
    if (planned !== configured)
      differences.push(`${where}: ${JSON.stringify(planned)} in the plan, ${JSON.stringify(configured)} in the files`);
  }
}

const addresses = (found: typeof fromPlan): string[] => [...found.byId.values()].map(({ address }) => address).sort();
if (JSON.stringify(addresses(fromPlan)) !== JSON.stringify(addresses(fromFiles)))
  differences.push(`addresses: ${addresses(fromPlan).join(' ')} and ${addresses(fromFiles).join(' ')}`);
const byAddress = new Map([...fromFiles.byId.values()].map((resource) => [resource.address, resource]));
for (const { address, attributes } of fromPlan.byId.values())
  for (const key of ['input', 'triggers_replace'])
    compare(`${address}.${key}`, attributes[key], byAddress.get(address)?.attributes[key]);

process.stdout.write(
  `${fromPlan.byId.size} resources, ${seen.values} values and ${seen.references} references agree; known to the plan only: ${seen.planOnly}, to the files only: ${seen.filesOnly}\n`,
);
if (differences.length > 0) throw new Error(differences.join('\n'));
if (seen.values < 30 || seen.references < 10) throw new Error('too little was compared');
