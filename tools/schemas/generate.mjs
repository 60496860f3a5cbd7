/**
 * Writes catalogue/schemas/*.json. Run from a scratch install (see README of catalogue/schemas):
 *   node tools/schemas/generate.mjs <scratch> <output>
 * where <scratch> holds node_modules, `arm.json` (output of arm.py) and `discovery/` (the discovery documents).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atlas } from './atlas.mjs';
import { cloudformation } from './cloudformation.mjs';
import { derive } from './derive.mjs';
import { google } from './google.mjs';
import { kubernetes } from './kubernetes.mjs';
import { terraform } from './terraform.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [scratch, output] = process.argv.slice(2);
if (scratch === undefined || output === undefined) throw new Error('usage: generate.mjs <scratch> <output>');
const scope = JSON.parse(readFileSync(join(here, 'scope.json'), 'utf8'));
const modules = join(scratch, 'node_modules');
const cdktf = {
  aws_: '@cdktf/provider-aws',
  azurerm_: '@cdktf/provider-azurerm',
  google_: '@cdktf/provider-google-beta',
  mongodbatlas_: '@cdktf/provider-mongodbatlas',
};

const tf = {};
for (const [prefix, name] of Object.entries(cdktf)) Object.assign(tf, terraform(join(modules, name), prefix));
writeFileSync(join(scratch, 'terraform.json'), JSON.stringify(tf));

const version = (name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;
const npm = (name, read = scope.read) => ({ package: `npm:${name}`, version: version(name), read });
const pypi = (name, versionText) => ({ package: `pypi:${name}`, version: versionText, read: scope.read });
const derived = (accept) =>
  derive(tf, Object.fromEntries(Object.entries(scope.derived).filter(([type]) => accept(type))));

write('aws', [npm('@aws-cdk/aws-service-spec'), npm(cdktf['aws_'])], {
  ...(await cloudformation(scratch, scope.aws)),
  ...derived((type) => type.startsWith('AWS::')),
});
write(
  'azure',
  Object.entries(scope.pypi.azure).map(([name, text]) => pypi(name, text)),
  JSON.parse(readFileSync(join(scratch, 'arm.json'), 'utf8')),
);
write('google', [pypi('google-api-python-client', scope.pypi.google), npm(cdktf['google_'])], {
  ...google(join(scratch, 'discovery'), scope.google),
  ...derived((type) => type.includes('.googleapis.com/')),
});
write('mongodbatlas', [npm('awscdk-resources-mongodbatlas'), npm(cdktf['mongodbatlas_'])], {
  ...atlas(join(modules, 'awscdk-resources-mongodbatlas')),
  ...derived((type) => type.startsWith('MongoDB::')),
});
write(
  'kubernetes',
  [npm('@kubernetes/client-node', scope.kubernetes.read)],
  await kubernetes(join(modules, '@kubernetes/client-node'), scope.kubernetes.kinds, scope.kubernetes.cut),
);

/** One type a line, sorted, so that a newer package gives a readable difference. `extra` of scope.json is merged in. */
function write(provider, source, types) {
  for (const [type, extra] of Object.entries(scope.extra[provider] ?? {})) types[type] = merge(types[type], extra);
  const lines = Object.keys(types)
    .sort()
    .map((type) => `${JSON.stringify(type)}: ${JSON.stringify(types[type])}`);
  const text = `{"source": ${JSON.stringify(source)},\n"types": {\n${lines.join(',\n')}\n}}\n`;
  writeFileSync(join(output, `${provider}.json`), text);
  console.log(provider, lines.length, 'types', text.length, 'bytes');
}

function merge(known, extra) {
  const plain = (value) => typeof value === 'object' && !Array.isArray(value) && value.$enum === undefined;
  if (Array.isArray(known) && Array.isArray(extra)) return [merge(known[0], extra[0])];
  if (known === undefined || !plain(known) || !plain(extra)) return extra;
  return {
    ...known,
    ...Object.fromEntries(Object.entries(extra).map(([name, value]) => [name, merge(known[name], value)])),
  };
}
