import { folderOf, joinInside } from '../../../base/path.ts';
import type { Collected, Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import { isProperties, newProperties, type Properties, type Value } from '../../../model/value.ts';
import { child, type DocNode, type PositionSink } from '../../documents/node.ts';
import { assetTemplate, constructPath } from './cdk.ts';
import type { CloudFormationOptions } from './cloudformation-collector.ts';
import { type Declaration, declarationsOf } from './declarations.ts';
import { Evaluator, newPositions } from './evaluator.ts';
import type { Given } from './parameters.ts';
import { mergeGlobals } from './sam/globals.ts';
import { generatedIds, isServerless, translate } from './sam/translate.ts';
import type { Template } from './template.ts';

const knownTransforms = /^AWS::(?:Serverless-|LanguageExtensions$|SecretsManager-|CodeDeployBlueGreen$|ServiceCatalog)/;

/** A template that another deploys as a nested stack, with the parameters it passes. */
export interface Nested {
  readonly path: string;
  readonly given: Given;
}

/**
 * The resources of one template, evaluated, and what could not be.
 *
 * @param given what the parent stack passes, for a template that is nested in another
 */
export function resourcesOf(
  template: Template,
  source: Source,
  options: CloudFormationOptions,
  given: Given = new Map(),
): Collected & { readonly nested: readonly Nested[] } {
  const nested: Nested[] = [];
  const gaps: Gap[] = [];
  const { file } = template;
  const gap = (kind: Gap['kind'], reason: string, at: DocNode): void => {
    gaps.push({ kind, reason, location: { file, line: at.line, column: at.column } });
  };
  for (const { name, node } of template.transforms) {
    if (!knownTransforms.test(name))
      gap('unsupported', `macro \`${name}\` may change the template when it is deployed`, node);
  }
  const declared = new Map<string, string>();
  const evaluator = new Evaluator(template, declared, (reason, node) => gap('unsupported', reason, node), given);
  const declarations = declarationsOf(evaluator, (reason, node) => gap('unresolved', reason, node));
  for (const { logicalId } of declarations) declared.set(logicalId, `${file}#${logicalId}`);
  for (const declaration of declarations) {
    for (const id of generatedIds(declaration)) if (!declared.has(id)) declared.set(id, `${file}#${id}`);
  }
  const resources = new Map<string, Resource>();
  for (const declaration of declarations) {
    for (const made of evaluate(evaluator, declaration, options, gap)) {
      if (!options.isRelevant(made.type) || resources.has(made.id)) continue;
      resources.set(made.id, { ...made, properties: options.canonicalise(made.type, made.properties) });
    }
    const stack = nestedOf(declaration, evaluator, source, gap);
    if (stack !== undefined) nested.push(stack);
  }
  if (evaluator.exhausted) gap('too-large', 'the template expands past the limit', template.root);
  return { resources: [...resources.values()], gaps, nested };
}

type Report = (kind: Gap['kind'], reason: string, at: DocNode) => void;

function evaluate(
  evaluator: Evaluator,
  declaration: Declaration,
  options: CloudFormationOptions,
  gap: Report,
): Resource[] {
  const { logicalId, type, entry } = declaration;
  const serverless = isServerless(type);
  if (!serverless && !options.isRelevant(type)) return [];
  const { file } = evaluator.template;
  const base = {
    name: constructPath(entry.node) ?? logicalId,
    dialect: 'cloudformation',
    scope: file,
    location: { file, line: entry.line, column: entry.column },
    confidence: 'active',
  } as const;
  const written = child(entry.node, 'Properties');
  const body = serverless ? mergeGlobals(evaluator.template.globals, type, written) : written;
  const positions = newPositions();
  const properties = propertiesOf(evaluator, body, declaration, positions);
  if (!serverless) {
    return [{ ...base, id: `${file}#${logicalId}`, type, address: `Resources.${logicalId}`, properties, positions }];
  }
  const made = translate({ logicalId, type, properties, positions, file, template: evaluator.template });
  if (made === undefined) {
    gap('unsupported', `\`${type}\` is not evaluated`, entry.node);
    return [];
  }
  return made.map((resource) => {
    const own = resource.logicalId === logicalId;
    const name = own ? base.name : resource.logicalId;
    const address = `Resources.${resource.logicalId}`;
    const { type: into, properties: shaped, positions: moved } = resource;
    return {
      ...base,
      name,
      id: `${file}#${resource.logicalId}`,
      type: into,
      address,
      properties: shaped,
      positions: moved,
    };
  });
}

function propertiesOf(
  evaluator: Evaluator,
  node: DocNode | undefined,
  declaration: Declaration,
  positions: PositionSink,
): Properties {
  if (node === undefined) return newProperties();
  const value: Value | undefined = evaluator.value(node, { locals: declaration.locals, positions });
  return isProperties(value) ? value : newProperties();
}

/** The nested stack a resource deploys, when its template is among the files; otherwise what it deploys is a gap. */
function nestedOf(declaration: Declaration, evaluator: Evaluator, source: Source, gap: Report): Nested | undefined {
  const property = nestedTemplateProperty(declaration.type);
  if (property === undefined) return undefined;
  const { entry, locals } = declaration;
  const properties = child(entry.node, 'Properties');
  const written = child(properties, property);
  const frame = { locals, positions: newPositions() };
  const url = written === undefined ? undefined : evaluator.value(written, frame);
  const folder = folderOf(evaluator.template.file);
  const value = assetTemplate(entry.node, url, folder, source) ?? url;
  const isPath = typeof value === 'string' && !value.includes('://');
  const path = isPath ? joinInside(folder, value) : undefined;
  if (path !== undefined && source.has(path)) {
    const passed = child(properties, 'Parameters');
    const parameters = passed === undefined ? undefined : evaluator.value(passed, frame);
    return { path, given: new Map(isProperties(parameters) ? Object.entries(parameters) : []) };
  }
  const what = isPath ? `\`${value.slice(0, 200)}\` is not among the files` : 'is not a local file';
  gap('unresolved', `the template of nested stack \`${declaration.logicalId}\` ${what}`, written ?? entry.node);
  return undefined;
}

function nestedTemplateProperty(type: string): string | undefined {
  if (type === 'AWS::CloudFormation::Stack') return 'TemplateURL';
  return type === 'AWS::Serverless::Application' ? 'Location' : undefined;
}
