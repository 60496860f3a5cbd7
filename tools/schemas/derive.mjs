/**
 * Shapes for types that the provider's own template language lacks, from the Terraform schema by the provider's
 * naming rules: PascalCase for CloudFormation-like types, camelCase for Google Cloud.
 * @param {Record<string, object>} terraform Terraform types
 * @param {Record<string, string>} scope canonical type to Terraform type
 */
export function derive(terraform, scope) {
  const types = {};
  for (const [type, from] of Object.entries(scope)) {
    if (type === 'comment') continue;
    if (terraform[from] === undefined) {
      console.error('no Terraform type', from);
      continue;
    }
    const pascal = type.includes('::');
    types[type] = rename(terraform[from], pascal);
    for (const name of ['tagsAll', 'TagsAll', 'region', 'Region', 'id', 'Id']) delete types[type][name];
  }
  return types;
}

function rename(schema, pascal) {
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return [rename(schema[0], pascal)];
  if (schema['*'] !== undefined) return { '*': rename(schema['*'], pascal) };
  return Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [cased(name, pascal), rename(single(name, value), pascal)]),
  );
}

/** The plugin framework makes every block a list; one whose name is singular stands once. */
function single(name, value) {
  const block = Array.isArray(value) && typeof value[0] === 'object';
  return block && (!name.endsWith('s') || name.endsWith('settings')) ? value[0] : value;
}

function cased(name, pascal) {
  const camel = name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
  return (pascal ? camel[0].toUpperCase() + camel.slice(1) : camel).replace('Cloudwatch', 'CloudWatch');
}
