import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../model/resource.ts';
import { isProperties, Ref, Secret, Unknown, type Value } from '../../../model/value.ts';
import { textSource } from '../../fixtures/text-source.ts';
import { kubernetesCollector } from './kubernetes-collector.ts';
import { member } from '../../canonical/kubernetes/pods.ts';
import { planSource } from '../../fixtures/plan-source.ts';

async function read(
  files: Readonly<Record<string, string>>,
): Promise<{ resources: Resource[]; gaps: { kind: string; reason: string; file: string }[] }> {
  const source = textSource(files);
  const claimed = Object.keys(files).filter((path) => kubernetesCollector.claims(path));
  const units = kubernetesCollector.plan(
    claimed.map((path) => ({ path, size: files[path]?.length ?? 0 })),
    planSource(source),
  );
  const resources: Resource[] = [];
  const gaps: { kind: string; reason: string; file: string }[] = [];
  for (const unit of units) {
    const collected = await kubernetesCollector.collect(unit, source);
    resources.push(...collected.resources);
    gaps.push(...collected.gaps.map(({ kind, reason, location }) => ({ kind, reason, file: location.file })));
  }
  return { resources, gaps };
}

async function one(files: Readonly<Record<string, string>>, address: string): Promise<Resource> {
  const { resources } = await read(files);
  const found = resources.find((resource) => resource.address === address);
  if (found === undefined)
    throw new Error(`no ${address} in ${resources.map((resource) => resource.address).join(', ')}`);
  return found;
}

function linksOf(resource: Resource): string[] {
  const links = resource.properties['$links'];
  return Array.isArray(links) ? links.map((link: Value) => (link instanceof Ref ? link.target : '?')) : [];
}

const vllm = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: vllm
  namespace: ai
spec:
  template:
    metadata:
      labels: {app: vllm}
    spec:
      serviceAccountName: vllm
      containers:
        - name: server
          image: vllm/vllm-openai:v0.11.0
          args: ["--model", "Qwen/Qwen3-8B", "--trust-remote-code"]
          env:
            - name: VLLM_API_KEY
              valueFrom: {secretKeyRef: {name: vllm-key, key: key}}
            - name: QDRANT_URL
              value: http://qdrant.ai.svc.cluster.local:6333
          envFrom:
            - configMapRef: {name: vllm-settings}
      volumes:
        - name: models
          persistentVolumeClaim: {claimName: models}
---
apiVersion: v1
kind: Service
metadata: {name: vllm, namespace: ai}
spec:
  type: LoadBalancer
  selector: {app: vllm}
  ports: [{port: 8000}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: edge, namespace: ai}
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: vllm, port: {number: 8000}}}
`;

describe('kubernetes manifests', () => {
  it('are told by apiVersion and kind, several in a file, each with its place', async () => {
    const { resources, gaps } = await read({
      'app/vllm.yaml': vllm,
      'app/values.yaml': 'replicas: 1\nimage: {tag: x}\n',
    });
    expect(gaps).toEqual([]);
    expect(resources.map(({ id, type, location }) => [id, type, location.line])).toEqual([
      ['app#Deployment/ai/vllm', 'kubernetes.Deployment', 1],
      ['app#Service/ai/vllm', 'kubernetes.Service', 27],
      ['app#Ingress/ai/edge', 'kubernetes.Ingress', 35],
    ]);
  });

  it('keep their own shape and say what their container is', async () => {
    const deployment = await one({ 'vllm.yaml': vllm }, 'Deployment/ai/vllm');
    expect(member(deployment.properties, 'spec', 'template', 'spec', 'serviceAccountName')).toBe('vllm');
    const ai = deployment.properties['$ai'];
    expect(member(ai, 'kind')).toBe('model-server');
    expect(member(ai, 'product')).toBe('vllm');
    expect(member(ai, 'image', 'tag')).toBe('v0.11.0');
    expect(member(ai, 'arguments')).toContain('--trust-remote-code');
    expect(member(ai, 'env', 'VLLM_API_KEY')).toEqual(new Ref('#Secret/ai/vllm-key', 'key'));
    expect(deployment.positions['$ai.env.VLLM_API_KEY']).toEqual([17, 15]);
  });

  it('leave a setting unknown that an unread ConfigMap may hold, and read it where the ConfigMap is there', async () => {
    const unread = vllm.replace(/ {12}- name: VLLM_API_KEY\n.*\n/, '');
    const ai = (await one({ 'vllm.yaml': unread }, 'Deployment/ai/vllm')).properties['$ai'];
    expect(member(ai, 'env', 'VLLM_API_KEY')).toBeInstanceOf(Unknown);
    expect(member(ai, 'env', 'SOMETHING_ELSE')).toBeUndefined();
    const settings =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vllm-settings, namespace: ai}\ndata: {VLLM_LOGGING_LEVEL: DEBUG}\n';
    const known = (await one({ 'vllm.yaml': unread, 'settings.yaml': settings }, 'Deployment/ai/vllm')).properties[
      '$ai'
    ];
    expect(member(known, 'env', 'VLLM_API_KEY')).toBeUndefined();
    expect(member(known, 'env', 'VLLM_LOGGING_LEVEL')).toBe('DEBUG');
  });

  it('link by name and by selector; an Ingress also to the workload behind its Service', async () => {
    const files = { 'k8s/apps/vllm.yaml': vllm, 'k8s/rbac/account.yaml': rbac, 'k8s/qdrant.yaml': qdrant };
    expect(linksOf(await one(files, 'Deployment/ai/vllm'))).toEqual([
      'k8s/rbac#ServiceAccount/ai/vllm',
      'k8s/apps#PersistentVolumeClaim/ai/models',
      'k8s/apps#ConfigMap/ai/vllm-settings',
      'k8s/apps#Secret/ai/vllm-key',
      'k8s#Service/ai/qdrant',
    ]);
    expect(linksOf(await one(files, 'Service/ai/vllm'))).toEqual(['k8s/apps#Deployment/ai/vllm']);
    expect(linksOf(await one(files, 'Ingress/ai/edge'))).toEqual([
      'k8s/apps#Service/ai/vllm',
      'k8s/apps#Deployment/ai/vllm',
    ]);
    expect(linksOf(await one(files, 'ClusterRoleBinding/-/vllm-admin'))).toEqual([
      'k8s/rbac#ClusterRole/-/cluster-admin',
      'k8s/rbac#ServiceAccount/ai/vllm',
      'k8s/apps#Deployment/ai/vllm',
    ]);
    expect(linksOf(await one(files, 'NetworkPolicy/ai/deny'))).toEqual(['k8s/apps#Deployment/ai/vllm']);
  });

  it('never carry the value of a Secret, whatever form it has', async () => {
    const value = 'correct-horse-battery';
    const encoded = Buffer.from(value).toString('base64');
    const copy = JSON.stringify({ data: { key: encoded } });
    const text = `apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n    metadata:\n      name: a\n      annotations:\n        kubectl.kubernetes.io/last-applied-configuration: '${copy}'\n        team: ml\n    data: {key: ${encoded}, blank: Y2hhbmdlbWU=}\n    stringData: {plain: ${value}, nested: {deep: ${value}}}\n`;
    const secret = await one({ 'secret.yaml': text }, 'Secret/-/a');
    expect(JSON.stringify(secret)).not.toContain(value);
    expect(JSON.stringify(secret)).not.toContain(encoded);
    expect(member(secret.properties, 'data', 'key')).toBeInstanceOf(Secret);
    expect(member(secret.properties, 'data', 'key')).toEqual(member(secret.properties, 'stringData', 'plain'));
    expect(member(secret.properties, 'data', 'blank')).toBeInstanceOf(Unknown);
    expect(member(secret.properties, 'metadata', 'annotations', 'team')).toBe('ml');
  });

  it('of AI stacks are recognised by their API group', async () => {
    const kagent =
      'apiVersion: kagent.dev/v1alpha2\nkind: Agent\nmetadata: {name: helper, namespace: kagent}\nspec:\n  type: Declarative\n  declarative:\n    modelConfig: gpt\n    tools:\n      - type: McpServer\n        mcpServer: {kind: RemoteMCPServer, name: docs}\n';
    const agent = await one({ 'a.yaml': kagent }, 'Agent/kagent/helper');
    expect(agent.type).toBe('kubernetes.Agent');
    expect(member(agent.properties['$ai'], 'kind')).toBe('agent');
    expect(linksOf(agent)).toEqual(['#ModelConfig/kagent/gpt', '#RemoteMCPServer/kagent/docs']);
    const knative =
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: chat}\nspec: {template: {spec: {containers: [{image: "ollama/ollama"}]}}}\n';
    const service = await one({ 'b.yaml': knative }, 'Service/-/chat');
    expect(service.type).toBe('kubernetes.Service.serving.knative.dev');
    expect(member(service.properties['$ai'], 'product')).toBe('ollama');
    const mcp =
      'apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: fetch}\nspec: {image: "ghcr.io/stackloklabs/gofetch/server:1.0", transport: streamable-http}\n';
    const server = (await one({ 'c.yaml': mcp }, 'MCPServer/-/fetch')).properties['$ai'];
    expect(member(server, 'kind')).toBe('mcp-server');
    expect(member(server, 'image', 'tag')).toBe('1.0');
  });

  it('of other tools are left alone', async () => {
    const { resources } = await read({
      'catalog-info.yaml': 'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n',
      'kubeconfig.yaml': 'apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: abc}}]\n',
      'Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\n',
    });
    expect(resources).toEqual([]);
  });
});

const rbac = `apiVersion: v1
kind: ServiceAccount
metadata: {name: vllm, namespace: ai}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: vllm-admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: vllm, namespace: ai}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: ai}
spec: {podSelector: {}, policyTypes: [Egress]}
`;
const qdrant =
  'apiVersion: v1\nkind: Service\nmetadata: {name: qdrant, namespace: ai}\nspec: {selector: {app: qdrant}}\n';

describe('what is not read', () => {
  it('a Helm chart is one gap, however many templates it has, and its templates are no manifests', async () => {
    const template = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n';
    const { resources, gaps } = await read({
      'chart/Chart.yaml': 'apiVersion: v2\nname: x\n',
      'chart/templates/a.yaml': template,
      'chart/templates/tests/b.yaml': template,
      'chart/crds/c.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\n',
    });
    expect(resources.map(({ type }) => type)).toEqual(['kubernetes.CustomResourceDefinition']);
    expect(gaps).toEqual([
      {
        kind: 'unsupported',
        reason: 'Helm template is not rendered: run `helm template` and assess its output',
        file: 'chart/Chart.yaml',
      },
    ]);
  });

  it('kustomize patches are a gap, and a patch file is no manifest', async () => {
    const { resources, gaps } = await read({
      'deploy/overlays/prod/kustomization.yaml':
        'resources: [../../base, "https://github.com/acme/base//x?ref=v1"]\npatches:\n  - path: patch.yaml\nimages: [{name: vllm/vllm-openai, newTag: v1}]\n',
      'deploy/overlays/prod/patch.yaml':
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: vllm}\nspec: {replicas: 3}\n',
      'deploy/base/vllm.yaml': vllm,
    });
    expect(resources.map(({ id }) => id)).toEqual([
      'deploy/base#Deployment/ai/vllm',
      'deploy/base#Service/ai/vllm',
      'deploy/base#Ingress/ai/edge',
    ]);
    expect(gaps.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([
      'unsupported: kustomize patches, images not applied: run `kustomize build` and assess its output',
      'unresolved: kustomize resources item `https://github.com/acme/base//x?ref=v1` was not read',
    ]);
  });

  it('a manifest with template placeholders and one that does not parse are gaps', async () => {
    const { gaps } = await read({
      'a.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: {{ name }} }\n  - x: [\n',
      'b.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: [unclosed\n',
    });
    expect(gaps.map(({ kind, file }) => [kind, file])).toEqual([
      ['unsupported', 'a.yaml'],
      ['syntax', 'b.yaml'],
    ]);
  });

  it('two objects of one name in a folder keep distinct ids', async () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n';
    const { resources } = await read({ 'dev.yaml': service, 'prod.yaml': service });
    expect(resources.map(({ id }) => id)).toEqual(['#Service/-/a', '#Service/-/a~2']);
  });
});

describe('hostile manifests', () => {
  it('a `__proto__` key is only a key', async () => {
    const pod = await one(
      {
        'a.json':
          '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"__proto__":{"polluted":true}}},"spec":{"containers":[]}}',
      },
      'Pod/-/a',
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(isProperties(member(pod.properties, 'metadata', 'labels'))).toBe(true);
  });

  it('alias bombs and deep nesting end as gaps or unknown values', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `  l${level}: &l${level} [${level === 0 ? 'x' : Array.from({ length: 10 }, () => `*l${level - 1}`).join(', ')}]`,
    );
    const { gaps } = await read({
      'bomb.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${levels.join('\n')}\n`,
      'deep.json': `{"apiVersion":"v1","kind":"Pod","spec":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    });
    expect(gaps.map(({ kind }) => kind)).toContain('too-large');
  });

  it('never throws, whatever values stand where Kubernetes expects others', async () => {
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.constantFrom('Secret', 'ai', 'vllm/vllm-openai:', '@', ':', 'sh -c "'),
    );
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom(
            'spec',
            'template',
            'metadata',
            'labels',
            'containers',
            'env',
            'envFrom',
            'name',
            'image',
            'args',
            'selector',
            'rules',
            'http',
            'subjects',
            'roleRef',
            'data',
            'volumes',
            'tools',
            'items',
            'jobTemplate',
            'predictor',
            '__proto__',
          ),
          tie('value'),
        ),
      ),
    })).value;
    const kind = fc.constantFrom(
      'Pod',
      'Deployment',
      'CronJob',
      'Service',
      'Ingress',
      'Secret',
      'RoleBinding',
      'NetworkPolicy',
      'Agent',
      'InferenceService',
      'RayService',
      'ConfigMapList',
      'MCPServer',
    );
    await fc.assert(
      fc.asyncProperty(kind, tree, tree, async (name, spec, rest) => {
        const manifest = {
          ...(typeof rest === 'object' && rest !== null && !Array.isArray(rest) ? rest : {}),
          apiVersion: 'v1',
          kind: name,
          spec,
        };
        const { gaps } = await read({ 'a.json': JSON.stringify(manifest) });
        expect(gaps).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
