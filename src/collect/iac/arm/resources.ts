import type { Collected, Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import { newProperties, Ref } from '../../../model/value.ts';
import type { DocNode, MapNode } from '../../documents/node.ts';
import type { ArmOptions } from './arm-collector.ts';
import { type Declaration, Declarations } from './declarations.ts';
import { Evaluator } from './evaluator.ts';
import { scopeOf } from './extension.ts';
import { newPositions } from './frame.ts';
import { displayName } from './names.ts';
import type { Given } from './scope.ts';

/** Keys of a resource in a template that are not part of the resource's body. */
const notBody: ReadonlySet<string> = new Set([
  'type',
  'name',
  'dependsOn',
  'copy',
  'condition',
  'resources',
  'comments',
  'existing',
  'import',
  'metadata',
]);

/** The resources of one template, evaluated, and what could not be. */
export function resourcesOf(
  template: MapNode,
  file: string,
  given: ReadonlyMap<string, Given>,
  source: Source,
  options: ArmOptions & { readonly known: ReadonlyMap<string, string> },
): Collected {
  const gaps: Gap[] = [];
  const gap = (kind: Gap['kind'], reason: string, at: DocNode): void => {
    gaps.push({ kind, reason, location: { file, line: at.line, column: at.column } });
  };
  const evaluator = new Evaluator((reason, node) => gap('syntax', reason, node));
  const declarations = new Declarations(evaluator, file, source, options.known, gap);
  declarations.root(template, given);
  // Names were evaluated before all resources were declared; from here on references resolve.
  for (const scope of declarations.scopes) scope.forget();
  const resources: Resource[] = [];
  for (const declaration of declarations.found) {
    if (options.isRelevant(declaration.type)) resources.push(resourceOf(evaluator, declaration, file, options));
  }
  if (evaluator.exhausted) gap('too-large', 'the template expands past the limit', template);
  return { resources, gaps };
}

function resourceOf(evaluator: Evaluator, declaration: Declaration, file: string, options: ArmOptions): Resource {
  const { id, address, type, name, entry, scope, frame } = declaration;
  const positions = newPositions();
  const body = newProperties();
  body.name = name;
  const nested = evaluator.deployments.has(id);
  for (const [key, part] of entry.node.entries) {
    positions[key] = [part.line, part.column];
    if (notBody.has(key) || (nested && key === 'properties')) continue;
    body[key] = evaluator.value(part.node, scope, { ...frame, positions }, key);
  }
  const { on } = declaration;
  const extended = on === undefined ? undefined : evaluator.registry.find(on.type, on.name);
  if (extended !== undefined) body.scope = new Ref(extended, 'id');
  else if (body.scope !== undefined) body.scope = scopeOf(body.scope, evaluator.registry);
  const parent = evaluator.registry.parentOf(type, name);
  if (parent !== undefined && body.parent === undefined) body.parent = new Ref(parent, 'id');
  return {
    id,
    type,
    name: displayName(name),
    dialect: 'arm',
    address,
    scope: file,
    location: { file, line: entry.line, column: entry.column },
    properties: options.canonicalise(type, body),
    positions,
    confidence: 'active',
  };
}
