import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Unit } from '../../../model/collect.ts';
import { encodeResource } from '../../../model/encoding.ts';
import { planSource } from '../../fixtures/plan-source.ts';
import { textSource } from '../../fixtures/text-source.ts';
import { kubernetesCollector } from './kubernetes-collector.ts';

type Tree = Readonly<Record<string, string>>;

function filesOf(tree: Tree): Unit['files'] {
  return Object.keys(tree).map((path) => ({ path, size: tree[path]?.length ?? 0 }));
}

function unitsOf(tree: Tree): string[][] {
  const units = kubernetesCollector.plan(filesOf(tree), planSource(textSource(tree)));
  return units.map(({ files }) => files.map(({ path }) => path));
}

/** What is collected from units, in no order. */
async function collected(tree: Tree, units: readonly Unit[]): Promise<string[]> {
  const found: string[] = [];
  for (const unit of units) {
    const { resources, gaps } = await kubernetesCollector.collect(unit, textSource(tree));
    for (const each of [...resources.map(encodeResource), ...gaps]) found.push(JSON.stringify(each));
  }
  return found.sort();
}

const names = fc.constantFrom('a', 'b', 'c');
const namespace = fc.constantFrom('', ', namespace: one', ', namespace: two');
const labels = fc.constantFrom('{app: a}', '{app: b}', '{app: a, tier: web}', '{tier: web}', '{}');

/** A pod template that asks for all kinds of things. */
const podSpec = fc
  .record({ account: fc.option(names), config: fc.option(names), secret: fc.option(names), host: fc.option(names) })
  .map(({ account, config, secret, host }) => {
    const variables = [
      secret === null ? '' : `{name: S, valueFrom: {secretKeyRef: {name: ${secret}, key: k}}}`,
      host === null ? '' : `{name: H, value: "http://${host}.one.svc:80/x"}`,
    ].filter((text) => text !== '');
    return `{${account === null ? '' : `serviceAccountName: ${account}, `}containers: [{name: m, image: vllm/vllm-openai, env: [${variables.join(', ')}]${
      config === null ? '' : `, envFrom: [{configMapRef: {name: ${config}}}]`
    }}]}`;
  });

const manifest = fc
  .record({ name: names, namespace, labels, spec: podSpec, other: names, kind: fc.nat() })
  .map(({ name, namespace: where, labels: of, spec, other, kind }) => {
    const head = (apiVersion: string, type: string): string =>
      `apiVersion: ${apiVersion}\nkind: ${type}\nmetadata: {name: ${name}${where}}\n`;
    const kinds = [
      `${head('apps/v1', 'Deployment')}spec: {template: {metadata: {labels: ${of}}, spec: ${spec}}}\n`,
      `${head('apps/v1', 'Deployment')}spec: {template: {metadata: {labels: ${of}}, spec: ${spec}}}\n`,
      `${head('v1', 'Service')}spec: {selector: ${of}, type: LoadBalancer}\n`,
      `${head('networking.k8s.io/v1', 'Ingress')}spec: {defaultBackend: {service: {name: ${other}}}}\n`,
      `${head('networking.k8s.io/v1', 'NetworkPolicy')}spec: {podSelector: {matchLabels: ${of}}}\n`,
      `${head('networking.k8s.io/v1', 'NetworkPolicy')}spec: {podSelector: {}}\n`,
      `${head('v1', 'ConfigMap')}data: {URL: "https://${other}/v1", OTHER: "x"}\n`,
      `${head('v1', 'Secret')}stringData: {k: hunter2hunter2}\n`,
      `${head('v1', 'ServiceAccount')}`,
      `${head('rbac.authorization.k8s.io/v1', 'RoleBinding')}roleRef: {kind: ClusterRole, name: ${other}}\nsubjects: [{kind: ServiceAccount, name: ${other}}]\n`,
      `${head('rbac.authorization.k8s.io/v1', 'ClusterRole')}`,
      `${head('autoscaling/v2', 'HorizontalPodAutoscaler')}spec: {scaleTargetRef: {kind: Deployment, name: ${other}}}\n`,
      'no: manifest\n',
    ];
    // Half of them are what a workload is made of, so that chains of names come about.
    const often = [0, 2, 6].map((at) => kinds[at]);
    return (kind % 2 === 0 ? often[(kind / 2) % often.length] : kinds[kind % kinds.length]) ?? '';
  });

const place = fc
  .tuple(fc.constantFrom('k8s/one', 'k8s/two', 'k8s'), fc.integer({ min: 0, max: 2 }))
  .map(([folder, at]) => `${folder}/f${at}.yaml`);
const tree = fc
  .array(fc.tuple(place, fc.array(manifest, { minLength: 1, maxLength: 3 })), { maxLength: 7 })
  .map((files): Tree => Object.fromEntries(files.map(([path, documents]) => [path, documents.join('---\n')])));

const deployment = (name: string, more = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      containers: [{name: m, image: x${more}}]\n`;
const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}}\n`;

describe('units of manifests', () => {
  it('give what the whole set gives', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const units = kubernetesCollector.plan(filesOf(files), planSource(textSource(files)));
        const whole = { id: 'k8s', files: filesOf(files) };
        expect(await collected(files, units)).toEqual(await collected(files, [whole]));
      }),
      { numRuns: 500 },
    );
  });

  it('are the files whose manifests have to do with each other', () => {
    expect(
      unitsOf({
        'k8s/a.yaml': deployment('a'),
        'k8s/b.yaml': deployment('b', ', env: [{name: U, value: "http://a:80"}]'),
        'k8s/svc/a.yaml': service('a'),
        'k8s/c.yaml': deployment('c') + '---\n' + service('c'),
        'k8s/broken.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n',
        'other/a.yaml': service('a'),
      }),
    ).toEqual([['k8s/a.yaml', 'k8s/b.yaml', 'k8s/svc/a.yaml'], ['k8s/c.yaml'], ['k8s/broken.yaml'], ['other/a.yaml']]);
  });

  it('hold no patches of a kustomization', () => {
    expect(
      unitsOf({
        'k8s/a.yaml': deployment('a'),
        'k8s/patch.yaml': deployment('a'),
        'k8s/kustomization.yaml': 'resources: [a.yaml]\npatchesStrategicMerge: [patch.yaml]\n',
      }),
    ).toEqual([['k8s/a.yaml'], ['k8s/kustomization.yaml']]);
  });
});
