import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * Digest of CloudFormation types from `@aws-cdk/aws-service-spec` (the database behind the CDK's L1 classes).
 * @param {string} root folder with node_modules
 * @param {{services: string[], types: string[]}} scope service names taken whole, and single types
 */
export async function cloudformation(root, scope) {
  const require = createRequire(join(root, 'package.json'));
  const { loadAwsServiceSpecSync } = require('@aws-cdk/aws-service-spec');
  const db = loadAwsServiceSpecSync();
  const wanted = new Set(scope.types.map((type) => `AWS::${type}`));
  const services = new Set(scope.services);
  const types = {};
  for (const resource of db.all('resource')) {
    const type = resource.cloudFormationType;
    if (!wanted.has(type) && !services.has(type.split('::')[1])) continue;
    wanted.delete(type);
    types[type] = shape(db, resource.properties, [resource.$id]);
  }
  if (wanted.size > 0) console.error('not in the service spec:', [...wanted].join(' '));
  return types;
}

function shape(db, properties, stack) {
  const out = {};
  for (const [name, property] of Object.entries(properties)) out[name] = typeOf(db, property.type, stack);
  return out;
}

function typeOf(db, type, stack) {
  switch (type.type) {
    case 'string':
      return type.allowedValues?.length ? { $enum: type.allowedValues } : 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'date-time':
      return 'string';
    case 'tag':
      return { Key: 'string', Value: 'string' };
    case 'array':
      return [typeOf(db, type.element, stack)];
    case 'map':
      return { '*': typeOf(db, type.element, stack) };
    case 'ref': {
      // Recursive types (a WAF statement in a statement) are cut where they repeat.
      const id = type.reference.$ref;
      if (stack.includes(id)) return 'json';
      return shape(db, db.get('typeDefinition', id).properties, [...stack, id]);
    }
    case 'union': {
      const found = type.types.map((item) => typeOf(db, item, stack));
      return found.find((item) => typeof item === 'object') ?? found.find((item) => item === 'json') ?? found[0];
    }
    default:
      return 'json';
  }
}
