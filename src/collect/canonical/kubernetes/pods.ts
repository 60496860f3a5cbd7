import { isList, isProperties, type Properties, type Value } from '../../../model/value.ts';
import type { Manifest } from './manifest.ts';

/** A pod specification inside a manifest, with the dotted path it stands at. */
export interface PodSpec {
  readonly path: string;
  readonly spec: Properties;
  /** Labels of the pods it makes. */
  readonly labels: Properties | undefined;
}

/** Paths of pod templates (objects with `metadata` and `spec`) by kind; `*` is every item of a list. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec.template'],
  StatefulSet: ['spec.template'],
  DaemonSet: ['spec.template'],
  ReplicaSet: ['spec.template'],
  ReplicationController: ['spec.template'],
  Job: ['spec.template'],
  Rollout: ['spec.template'],
  Service: ['spec.template'],
  Notebook: ['spec.template'],
  CronJob: ['spec.jobTemplate.spec.template'],
  Sandbox: ['spec.podTemplate'],
  SandboxTemplate: ['spec.podTemplate'],
  RayCluster: ['spec.headGroupSpec.template', 'spec.workerGroupSpecs.*.template'],
  RayService: ['spec.rayClusterConfig.headGroupSpec.template', 'spec.rayClusterConfig.workerGroupSpecs.*.template'],
  RayJob: ['spec.rayClusterSpec.headGroupSpec.template', 'spec.rayClusterSpec.workerGroupSpecs.*.template'],
  LeaderWorkerSet: ['spec.leaderWorkerTemplate.leaderTemplate', 'spec.leaderWorkerTemplate.workerTemplate'],
  LLMInferenceService: ['spec'],
  MCPServer: ['spec.podTemplateSpec'],
};

/** Paths of bare pod specifications by kind. */
const specPaths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  InferenceService: ['spec.predictor', 'spec.transformer', 'spec.explainer'],
  ServingRuntime: ['spec'],
  ClusterServingRuntime: ['spec'],
  SeldonDeployment: ['spec.predictors.*.componentSpecs.*.spec'],
  LLMInferenceService: ['spec.template'],
};

/** The pod specifications a manifest holds; none for kinds that run nothing. */
export function podsOf(manifest: Pick<Manifest, 'kind' | 'properties'>): PodSpec[] {
  const pods: PodSpec[] = [];
  for (const path of templatePaths[manifest.kind] ?? []) {
    for (const [at, template] of select(manifest.properties, path)) {
      const spec = template['spec'];
      const labels = member(template, 'metadata', 'labels');
      if (isProperties(spec))
        pods.push({ path: `${at}.spec`, spec, labels: isProperties(labels) ? labels : undefined });
    }
  }
  for (const path of specPaths[manifest.kind] ?? []) {
    for (const [at, spec] of select(manifest.properties, path)) {
      const labels = member(manifest.properties, 'metadata', 'labels');
      if (isList(spec['containers'])) pods.push({ path: at, spec, labels: isProperties(labels) ? labels : undefined });
    }
  }
  return pods;
}

/** Property bags at a dotted path in which `*` stands for every item of a list. */
export function select(from: Properties, path: string): (readonly [string, Properties])[] {
  let found: (readonly [string, Value])[] = [['', from]];
  for (const step of path.split('.')) {
    found = found.flatMap(([at, value]) => {
      if (step === '*') return isList(value) ? value.map((item, index) => [`${at}[${index}]`, item] as const) : [];
      const next = isProperties(value) ? value[step] : undefined;
      return next === undefined ? [] : [[at === '' ? step : `${at}.${step}`, next] as const];
    });
  }
  return found.flatMap(([at, value]) => (isProperties(value) ? [[at, value] as const] : []));
}

/** The value under a chain of keys; undefined as soon as one is missing. */
export function member(value: Value | undefined, ...keys: readonly string[]): Value | undefined {
  let current = value;
  for (const key of keys) current = isProperties(current) ? current[key] : undefined;
  return current;
}

/** The property bags in a list, with their index. */
export function bags(value: Value | undefined): (readonly [number, Properties])[] {
  return isList(value) ? value.flatMap((item, index) => (isProperties(item) ? [[index, item] as const] : [])) : [];
}

/** The text at a key, when it is one. */
export function textAt(value: Value | undefined, ...keys: readonly string[]): string | undefined {
  const found = member(value, ...keys);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
