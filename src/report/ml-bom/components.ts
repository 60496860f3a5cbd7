import type { Node } from '../../model/graph.ts';
import { isList, isProperties, type Properties, type Value } from '../../model/value.ts';
import { visibleLine } from '../visible-text.ts';

export interface Property {
  readonly name: string;
  readonly value: string;
}

/** A CycloneDX component, as far as Demarc writes one. */
export interface Part {
  readonly type: 'application' | 'library' | 'machine-learning-model' | 'data';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly data?: readonly object[];
  readonly properties: readonly Property[];
}

/** Where a resource type names its model: provider property names (CloudFormation, ARM, REST) and those of code. */
const modelPaths: readonly (readonly string[])[] = [
  ['models'],
  ['model'],
  ['FoundationModel'],
  ['ModelId'],
  ['BaseModelIdentifier'],
  ['ModelArn'],
  ['properties', 'model', 'name'],
  ['$ai', 'models'],
];

const nameMax = 300;

/** The models a resource names. One that uses a model without saying which is a component whose name says so. */
export function modelsOf(node: Node): readonly Part[] {
  const { resource } = node;
  const names = [...new Set(modelPaths.flatMap((path) => textsAt(resource.properties, path)))];
  const known = names.map((name) => modelPart(name, node, versionOf(resource.properties, name)));
  if (known.length > 0 || !node.traits.has('model')) return known;
  return [
    {
      type: 'machine-learning-model',
      'bom-ref': `resource:${resource.id}`,
      name: visibleLine(resource.name, nameMax),
      properties: [{ name: 'demarc:model', value: 'unknown' }, ...placeOf(node)],
    },
  ];
}

function modelPart(name: string, node: Node, version: string | undefined): Part {
  return {
    type: 'machine-learning-model',
    'bom-ref': `model:${name}`,
    name: visibleLine(name, nameMax),
    ...(version === undefined ? {} : { version }),
    properties: placeOf(node),
  };
}

/** ARM keeps the version beside the name (`properties.model.version`). */
function versionOf(properties: Properties, name: string): string | undefined {
  return textsAt(properties, ['properties', 'model', 'name']).includes(name)
    ? textsAt(properties, ['properties', 'model', 'version'])[0]
    : undefined;
}

/** The AI libraries an application declares. */
export function librariesOf({ resource }: Node): readonly Part[] {
  const list = resource.type === 'code.application' ? resource.properties['dependencies'] : undefined;
  if (!isList(list)) return [];
  const language = textsAt(resource.properties, ['language'])[0] ?? resource.dialect;
  return list.flatMap((item): Part[] => {
    if (!isProperties(item)) return [];
    const [name] = textsAt(item, ['name']);
    if (name === undefined) return [];
    const [version] = textsAt(item, ['version']);
    const purl = purlOf(language, name, version);
    const [specifier, category] = [textsAt(item, ['specifier'])[0], textsAt(item, ['category'])[0]];
    return [
      {
        type: 'library',
        'bom-ref': `library:${purl ?? `${name}@${version ?? ''}`}`,
        name: visibleLine(name, nameMax),
        ...(version === undefined ? {} : { version: visibleLine(version, nameMax) }),
        ...(purl === undefined ? {} : { purl }),
        properties: [
          ...(category === undefined ? [] : [{ name: 'demarc:category', value: category }]),
          ...(specifier === undefined || specifier === ''
            ? []
            : [{ name: 'demarc:specifier', value: visibleLine(specifier, nameMax) }]),
          { name: 'demarc:declared-in', value: visibleLine(resource.location.file, nameMax) },
        ],
      },
    ];
  });
}

const purlTypes: Readonly<Record<string, string>> = {
  python: 'pypi',
  typescript: 'npm',
  javascript: 'npm',
  go: 'golang',
  java: 'maven',
  csharp: 'nuget',
};

/** A package URL (ECMA-427): `pkg:npm/%40scope/name@1.2.3`. */
export function purlOf(language: string, name: string, version: string | undefined): string | undefined {
  const type = purlTypes[language];
  if (type === undefined || /[\ud800-\udfff]/u.test(name + (version ?? ''))) return undefined;
  const normal =
    type === 'pypi' ? name.toLowerCase().replaceAll('_', '-') : type === 'maven' ? name.replace(':', '/') : name;
  const path = normal
    .split('/')
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/');
  return path === ''
    ? undefined
    : `pkg:${type}/${path}${version === undefined ? '' : `@${encodeURIComponent(version)}`}`;
}

/** An application, an agent or an agent client. */
export function applicationOf(node: Node): Part | undefined {
  if (!['application', 'agent', 'client'].some((trait) => node.traits.has(trait as 'agent'))) return undefined;
  return {
    type: 'application',
    'bom-ref': `resource:${node.resource.id}`,
    name: visibleLine(node.resource.name, nameMax) || node.resource.type,
    properties: placeOf(node),
  };
}

/** A store of data that the workload reads or writes. Its classification is not known from configuration. */
export function dataOf(node: Node): Part | undefined {
  if (!['data-store', 'knowledge', 'memory', 'prompt-log'].some((trait) => node.traits.has(trait as 'memory')))
    return undefined;
  const name = visibleLine(node.resource.name, nameMax) || node.resource.type;
  return {
    type: 'data',
    'bom-ref': `resource:${node.resource.id}`,
    name,
    data: [{ type: 'dataset', name }],
    properties: placeOf(node),
  };
}

/** Where it was found, and what it is in its own dialect. */
export function placeOf({ resource, service, traits }: Node): readonly Property[] {
  return [
    { name: 'demarc:resource', value: visibleLine(resource.id, 1000) },
    { name: 'demarc:type', value: visibleLine(resource.type, nameMax) },
    { name: 'demarc:location', value: visibleLine(`${resource.location.file}:${resource.location.line}`, 1000) },
    { name: 'demarc:confidence', value: resource.confidence },
    ...(service === undefined ? [] : [{ name: 'demarc:service', value: service }]),
    ...[...traits].map((trait) => ({ name: 'demarc:trait', value: trait })),
  ];
}

/** The known texts at a path: a string, or the strings of a list. */
export function textsAt(properties: Properties, path: readonly string[]): readonly string[] {
  let value: Value | undefined = properties;
  for (const key of path) value = isProperties(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  const all = isList(value) ? value : [value];
  return all.filter((item): item is string => typeof item === 'string' && item !== '');
}
