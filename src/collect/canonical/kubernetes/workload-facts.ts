import { isProperties, type MutableProperties, newProperties, type Properties } from '../../../model/value.ts';
import { aiFactsOfAll, aiFactsOfCustomResource, type ContainerFacts } from '../../documents/ai-facts.ts';
import { argumentsOf } from '../../documents/command-line.ts';
import { endpointsOf } from '../../documents/endpoints.ts';
import { type ContainerEnvironment, environmentOf } from './environment.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestIndex } from './manifest-index.ts';
import { bags, podsOf, textAt } from './pods.ts';

interface Container {
  readonly path: string;
  readonly facts: ContainerFacts;
  readonly environment: ContainerEnvironment;
}

/**
 * Adds `$ai` and `$endpoints` to a workload or a custom resource of an AI product, and where their parts stand.
 *
 * @returns the endpoints, for links to the Services behind them
 */
export function addFacts(manifest: Manifest, index: ManifestIndex<Manifest>): readonly Properties[] {
  const { properties, positions } = manifest;
  const containers = podsOf(manifest).flatMap((pod) =>
    bags(pod.spec['containers']).map(([at, container]) =>
      readContainer(container, `${pod.path}.containers[${at}]`, manifest, index),
    ),
  );
  const endpoints = containers.flatMap(({ facts }) => endpointsOf(facts.environment));
  if (endpoints.length > 0) properties['$endpoints'] = endpoints;
  const resource = aiFactsOfCustomResource(manifest.kind, manifest.group);
  const ofContainers = aiFactsOfAll(containers.map(({ facts }) => facts));
  const ai = resource === undefined ? ofContainers : mergeFacts(resource, ofContainers ?? customImage(manifest));
  if (ai === undefined) return endpoints;
  properties['$ai'] = ai;
  const main = containers.find(({ facts }) => facts.name === ai['container']);
  const place = (path: string, from: string): void => {
    const found = positions[from];
    if (found !== undefined) positions[path] = found;
  };
  if (main === undefined) return endpoints;
  place('$ai', main.path);
  place('$ai.image', `${main.path}.image`);
  place('$ai.arguments', positions[`${main.path}.args`] === undefined ? `${main.path}.command` : `${main.path}.args`);
  place('$ai.env', `${main.path}.env`);
  for (const [name, at] of main.environment.entries) place(`$ai.env.${name}`, `${main.path}.env[${at}]`);
  return endpoints;
}

/** The kind and product of the custom resource, with what its container says besides. */
function mergeFacts(resource: Properties, container: Properties | undefined): MutableProperties {
  return Object.assign(newProperties(), container, resource);
}

/** Custom resources of tool servers name their image at `spec.image` or `spec.deployment.image`. */
function customImage(manifest: Manifest): Properties | undefined {
  const spec = manifest.properties['spec'];
  const image = textAt(spec, 'image') ?? textAt(spec, 'deployment', 'image');
  if (image === undefined || !isProperties(spec)) return undefined;
  const environment = newProperties();
  for (const [, entry] of bags(spec['env'])) {
    const name = textAt(entry, 'name');
    if (name !== undefined) environment[name] = entry['value'] ?? null;
  }
  // A name that says "mcp" makes any image recognised; the custom resource decides the kind anyway.
  return aiFactsOfAll([
    {
      name: manifest.name,
      image,
      arguments: ['mcp-proxy', ...argumentsOf([spec['args']])],
      environment,
      openEnvironment: undefined,
    },
  ]);
}

function readContainer(
  container: Properties,
  path: string,
  manifest: Manifest,
  index: ManifestIndex<Manifest>,
): Container {
  const environment = environmentOf(container, manifest, index);
  const facts: ContainerFacts = {
    name: textAt(container, 'name') ?? '',
    image: container['image'],
    arguments: argumentsOf([container['command'], container['args']]),
    environment: environment.values,
    openEnvironment: environment.open,
    mounts: bags(container['volumeMounts']).map(([, mount]) => mount['mountPath'] ?? null),
  };
  return { path, facts, environment };
}
