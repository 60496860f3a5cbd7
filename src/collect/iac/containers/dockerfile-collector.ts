import { messageOf } from '../../../base/errors.ts';
import { folderOf, nameOf } from '../../../base/path.ts';
import type { Collected, Collector, Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import { confidenceOf } from '../../../model/confidence.ts';
import type { Resource } from '../../../model/resource.ts';
import {
  isProperties,
  type MutableProperties,
  newProperties,
  type Properties,
  type Value,
} from '../../../model/value.ts';
import { aiFactsOf } from '../../documents/ai-facts.ts';
import { argumentsOf } from '../../documents/command-line.ts';
import { endpointsOf } from '../../documents/endpoints.ts';
import type { PositionSink } from '../../documents/node.ts';
import { Unreadable } from '../../source.ts';
import { fromProperties, type Stage, stageProperties, stagesOf } from './dockerfile-stages.ts';
import { instructionsOf } from './dockerfile-syntax.ts';
import { packagesOf } from './packages.ts';

/**
 * Reads Dockerfiles and Containerfiles: one `dockerfile.image` per file, what the last stage becomes. What it takes over
 * from earlier stages is merged in; what the base image outside sets (its user, its command) is not known here.
 */
export const dockerfileCollector: Collector = {
  id: 'dockerfile',
  version: 1,
  claims: (path) => isDockerfile(nameOf(path)),
  plan: (files) => files.map((file) => ({ id: file.path, files: [file] })),
  collect: (unit, source) => {
    const resources: Resource[] = [];
    const gaps: Gap[] = [];
    for (const { path } of unit.files) {
      const collected = readDockerfile(path, source);
      resources.push(...collected.resources);
      gaps.push(...collected.gaps);
    }
    return { resources, gaps };
  },
};

/** `Dockerfile`, `Dockerfile.gpu`, `api.Dockerfile`, `Containerfile`; not ignore files and not templates of other kinds. */
function isDockerfile(name: string): boolean {
  return (
    /^(?:(?:Dockerfile|Containerfile)(?:[._-][\w.-]{1,100})?|[\w.-]{1,100}\.(?:Dockerfile|Containerfile))$/i.test(
      name,
    ) && !/\.(?:dockerignore|containerignore|md|ya?ml|json|ts|js|py|go|sh|tmpl|j2|erb)$/i.test(name)
  );
}

/** The resource id of the image a Dockerfile builds. */
export function imageId(path: string): string {
  return `${path}#image`;
}

/** Reads one Dockerfile. Never throws for what it holds. */
export function readDockerfile(path: string, source: Source): Collected {
  const location = { file: path, line: 1, column: 1 };
  let text: string;
  try {
    text = source.text(path);
  } catch (thrown) {
    return {
      resources: [],
      gaps: [{ kind: thrown instanceof Unreadable ? thrown.kind : 'unreadable', reason: messageOf(thrown), location }],
    };
  }
  const gaps: Gap[] = [];
  const { instructions, escape, truncated } = instructionsOf(text);
  if (truncated) gaps.push({ kind: 'too-large', reason: 'more instructions than the limit', location });
  const { stages, globals } = stagesOf(instructions, escape === '`' ? '`' : '\\');
  const final = stages.at(-1);
  if (final === undefined) {
    if (text.trim() !== '') gaps.push({ kind: 'syntax', reason: 'not a Dockerfile: no FROM instruction', location });
    return { resources: [], gaps };
  }
  const positions: PositionSink = {};
  const properties = imageOf(stages, final, globals, positions);
  addFacts(properties, stages, final, path, source, positions);
  const name = folderOf(path) === '' ? nameOf(path) : path;
  return {
    resources: [
      {
        id: imageId(path),
        type: 'dockerfile.image',
        name,
        dialect: 'dockerfile',
        address: 'image',
        scope: path,
        location: { ...location, line: final.line },
        properties,
        positions,
        confidence: confidenceOf(path),
      },
    ],
    gaps,
  };
}

function imageOf(
  stages: readonly Stage[],
  final: Stage,
  globals: MutableProperties,
  positions: PositionSink,
): MutableProperties {
  const properties = newProperties();
  const outermost = chainOf(final).at(-1) ?? final;
  properties['from'] = fromProperties(outermost);
  positions['from'] = [outermost.line, 1];
  const optional: Readonly<Record<string, Value | undefined>> = {
    user: final.user,
    workdir: final.workdir,
    entrypoint: final.entrypoint,
    cmd: final.cmd,
    healthcheck: final.healthcheck,
  };
  for (const key of Object.keys(optional)) {
    const value = optional[key];
    if (value !== undefined) properties[key] = value;
  }
  properties['env'] = final.env;
  properties['labels'] = final.labels;
  properties['args'] = Object.assign(newProperties(), globals, final.args);
  properties['expose'] = final.expose;
  properties['volumes'] = final.volumes;
  for (const [path, line] of final.lines) positions[path] = [line, 1];
  for (const key of ['run', 'copy', 'add'] as const) {
    const all = stages.flatMap((stage) => stage[key]);
    properties[key] = all;
    all.forEach((item, index) => {
      const line = isProperties(item) ? item['line'] : undefined;
      if (typeof line === 'number') positions[`${key}[${index}]`] = [line, 1];
    });
  }
  properties['stages'] = stages.map(stageProperties);
  stages.forEach((stage, index) => (positions[`stages[${index}]`] = [stage.line, 1]));
  return properties;
}

/** The stage and those it starts from, itself first. */
function chainOf(stage: Stage): Stage[] {
  const chain: Stage[] = [];
  for (let at: Stage | undefined = stage; at !== undefined; at = at.base) chain.push(at);
  return chain;
}

function addFacts(
  properties: MutableProperties,
  stages: readonly Stage[],
  final: Stage,
  path: string,
  source: Source,
  positions: PositionSink,
): void {
  const commands = stages
    .flatMap((stage) => stage.run)
    .flatMap((run) => (isProperties(run) && typeof run['command'] === 'string' ? [run['command']] : []));
  const base = chainOf(final).at(-1) ?? final;
  const environment: Properties = final.env;
  const ai = aiFactsOf({
    name: nameOf(folderOf(path)),
    image: base.from,
    arguments: argumentsOf([final.entrypoint, final.cmd]),
    environment,
    openEnvironment: undefined,
    packages: packagesOf(commands, path, source),
  });
  const endpoints = endpointsOf(environment);
  if (endpoints.length > 0) properties['$endpoints'] = endpoints;
  if (ai === undefined) return;
  properties['$ai'] = ai;
  positions['$ai.image'] = [base.line, 1];
  positions['$ai.arguments'] = [final.lines.get('entrypoint') ?? final.lines.get('cmd') ?? final.line, 1];
  for (const name of Object.keys(environment)) {
    const line = final.lines.get(`env.${name}`);
    if (line !== undefined) positions[`$ai.env.${name}`] = [line, 1];
  }
}
