import { folderOf, joinInside } from '../../../base/path.ts';
import type { Collected, Collector, Source } from '../../../model/collect.ts';
import { confidenceOf } from '../../../model/confidence.ts';
import type { Resource } from '../../../model/resource.ts';
import {
  isList,
  isProperties,
  type MutableProperties,
  newProperties,
  type Properties,
  Ref,
  type Value,
} from '../../../model/value.ts';
import { aiFactsOf } from '../../documents/ai-facts.ts';
import { argumentsOf } from '../../documents/command-line.ts';
import { endpointsOf } from '../../documents/endpoints.ts';
import { ComposeReader, type ComposeElement, isComposeFile } from './compose-file.ts';
import { imageId, readDockerfile } from './dockerfile-collector.ts';

/**
 * Reads Compose files, each for itself (an override file is not merged into its base): `compose.service`,
 * `compose.network`, `compose.volume`, `compose.secret`, `compose.config`, `compose.model`.
 */
export const composeCollector: Collector = {
  id: 'compose',
  version: 1,
  claims: isComposeFile,
  plan: (files) => files.map((file) => ({ id: file.path, files: [file] })),
  collect: (unit, source) => {
    const reader = new ComposeReader(source);
    for (const { path } of unit.files) reader.read(path);
    const scope = unit.id;
    const known = new Set(reader.elements.map((element) => `${element.section}.${element.name}`));
    return {
      resources: reader.elements.map((element) => toResource(element, scope, known, source)),
      gaps: reader.gaps,
    } satisfies Collected;
  },
};

const typeOfSection: Readonly<Record<string, string>> = {
  services: 'service',
  networks: 'network',
  volumes: 'volume',
  secrets: 'secret',
  configs: 'config',
  models: 'model',
};

function toResource(element: ComposeElement, scope: string, known: ReadonlySet<string>, source: Source): Resource {
  const { section, name, file, line, column, properties, positions } = element;
  const address = `${section}.${name}`;
  if (section === 'services') addFacts(element, scope, known, source);
  if (section === 'models')
    properties['$ai'] = Object.assign(newProperties(), {
      kind: 'model-server',
      product: 'docker-model-runner',
      basis: 'resource',
    });
  return {
    id: `${scope}#${address}`,
    type: `compose.${typeOfSection[section] ?? section}`,
    name,
    dialect: 'compose',
    address,
    scope,
    location: { file, line, column },
    properties,
    positions,
    confidence: confidenceOf(file),
  };
}

function addFacts(element: ComposeElement, scope: string, known: ReadonlySet<string>, source: Source): void {
  const { properties, positions } = element;
  const dockerfile = dockerfileOf(properties['build'], element.file, source);
  const built = dockerfile === undefined ? undefined : readDockerfile(dockerfile, source).resources[0]?.properties;
  const own = isProperties(properties['environment']) ? properties['environment'] : newProperties();
  const environment: Properties = Object.assign(newProperties(), built?.['env'], own);
  const endpoints = endpointsOf(environment);
  if (endpoints.length > 0) properties['$endpoints'] = endpoints;
  const links = linksOf(element, scope, known, endpoints);
  if (dockerfile !== undefined) links.push(new Ref(imageId(dockerfile)));
  if (links.length > 0) properties['$links'] = links;
  const ai = factsOf(element, environment, built) ?? modelUser(properties);
  if (ai === undefined) return;
  properties['$ai'] = ai;
  const place = (path: string, from: string): void => {
    const found = positions[from];
    if (found !== undefined) positions[path] = found;
  };
  place('$ai.image', 'image');
  place('$ai.arguments', positions['command'] === undefined ? 'entrypoint' : 'command');
  place('$ai.env', 'environment');
  for (const variable of Object.keys(own)) place(`$ai.env.${variable}`, `environment.${variable}`);
}

/** The facts of the service itself; where it is built here and its own values say nothing, those of its Dockerfile. */
function factsOf(
  element: ComposeElement,
  environment: Properties,
  built: Properties | undefined,
): Properties | undefined {
  const { properties, name } = element;
  const builtFacts = built?.['$ai'];
  const from = isProperties(built?.['from']) ? built['from']['image'] : undefined;
  const files = properties['env_file'];
  const openEnvironment =
    isList(files) && files.length > 0 ? 'it may be set in an `env_file`, which is not read' : undefined;
  const command = properties['command'] ?? (properties['entrypoint'] === undefined ? built?.['cmd'] : undefined);
  const facts = aiFactsOf({
    name,
    image: built === undefined ? properties['image'] : from,
    arguments: argumentsOf([properties['entrypoint'] ?? built?.['entrypoint'], command]),
    environment,
    openEnvironment,
    mounts: [
      ...textsAt(properties['volumes'], 'target'),
      ...textsAt(properties['configs'], 'target'),
      ...textsAt(built?.['copy'], 'destination'),
    ],
  });
  if (!isProperties(builtFacts) || (facts !== undefined && facts['basis'] !== 'environment')) return facts;
  const merged: MutableProperties = Object.assign(newProperties(), builtFacts, {
    container: name,
    env: facts?.['env'] ?? environment,
  });
  return merged;
}

/** A service that is given a model of the `models` section calls it (https://docs.docker.com/ai/compose/models-and-compose/). */
function modelUser(properties: Properties): Properties | undefined {
  if (properties['models'] === undefined) return undefined;
  return Object.assign(newProperties(), {
    kind: 'application',
    product: 'custom',
    basis: 'resource',
    env: properties['environment'] ?? newProperties(),
  });
}

/** Path of the Dockerfile a service is built from, when it is among the files. */
function dockerfileOf(build: Value | undefined, file: string, source: Source): string | undefined {
  if (!isProperties(build) || typeof build['context'] !== 'string' || build['context'].includes('://'))
    return undefined;
  const context = joinInside(folderOf(file), build['context']);
  const named = build['dockerfile'] ?? 'Dockerfile';
  const path = context === undefined || typeof named !== 'string' ? undefined : joinInside(context, named);
  return path !== undefined && source.has(path) ? path : undefined;
}

/** Services it waits for or names by host, networks, volumes, secrets, configurations and models it uses. */
function linksOf(
  element: ComposeElement,
  scope: string,
  known: ReadonlySet<string>,
  endpoints: readonly Properties[],
): Ref[] {
  const { properties, name } = element;
  const targets = new Set<string>();
  const add = (section: string, target: Value | undefined): void => {
    if (typeof target === 'string' && known.has(`${section}.${target}`) && target !== name)
      targets.add(`${scope}#${section}.${target}`);
    else if (typeof target === 'string' && known.has(`${section}.${target}`) && section !== 'services')
      targets.add(`${scope}#${section}.${target}`);
  };
  for (const key of ['depends_on', 'links'])
    for (const item of namesIn(properties[key])) add('services', item.split(':', 1)[0]);
  const mode = properties['network_mode'];
  if (typeof mode === 'string' && mode.startsWith('service:')) add('services', mode.slice('service:'.length));
  for (const endpoint of endpoints) add('services', endpoint['host']);
  for (const network of namesIn(properties['networks'])) add('networks', network);
  for (const volume of listOf(properties['volumes']))
    if (isProperties(volume) && volume['type'] === 'volume') add('volumes', volume['source']);
  for (const section of ['secrets', 'configs', 'models']) {
    const value = properties[section];
    for (const item of listOf(value)) add(section, isProperties(item) ? item['source'] : item);
    if (isProperties(value)) for (const key of Object.keys(value)) add(section, key);
  }
  return [...targets].map((target) => new Ref(target));
}

function listOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

function textsAt(list: Value | undefined, key: string): Value[] {
  return listOf(list).map((item) => (isProperties(item) ? (item[key] ?? null) : null));
}

function namesIn(value: Value | undefined): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
