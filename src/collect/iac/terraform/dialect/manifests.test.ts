import { describe, expect, it } from 'vitest';
import { makeCollectors } from '../../../../app/wire.ts';
import type { Collected } from '../../../../model/collect.ts';
import { Secret } from '../../../../model/value.ts';
import { member } from '../../../canonical/kubernetes/pods.ts';
import { planSource } from '../../../fixtures/plan-source.ts';
import { memorySource } from '../fixtures/collect-files.ts';

const [terraform] = makeCollectors();

/** What the product's own Terraform collector makes of one file. */
async function collect(text: string): Promise<Collected> {
  const source = memorySource({ 'main.tf': text });
  const [unit] = terraform?.plan([{ path: 'main.tf', size: text.length }], planSource(source)) ?? [];
  if (terraform === undefined || unit === undefined) throw new Error('nothing to collect');
  return terraform.collect(unit, source);
}

const agent = `
resource "kubernetes_namespace_v1" "ai" {
  metadata { name = "ai" }
}
resource "kubernetes_service_account_v1" "agent" {
  metadata {
    name      = "agent"
    namespace = kubernetes_namespace_v1.ai.metadata[0].name
  }
}
resource "kubernetes_config_map" "settings" {
  metadata { name = "settings" }
  data = { VLLM_ALLOW_INSECURE_SERIALIZATION = "1" }
}
resource "kubernetes_deployment" "model" {
  metadata {
    name      = "model"
    namespace = kubernetes_namespace_v1.ai.metadata.0.name
    labels    = { app = "model" }
  }
  spec {
    template {
      metadata { labels = { app = "model" } }
      spec {
        service_account_name = kubernetes_service_account_v1.agent.metadata[0].name
        container {
          name  = "model"
          image = "vllm/vllm-openai:v0.11.0"
          env_from {
            config_map_ref { name = kubernetes_config_map.settings.metadata[0].name }
          }
          security_context { run_as_user = "0" }
        }
      }
    }
  }
}
resource "kubernetes_service" "model" {
  metadata { name = "model" }
  spec {
    selector = { app = kubernetes_deployment.model.metadata[0].labels.app }
    port {
      port        = 80
      target_port = "http"
    }
  }
}
resource "kubernetes_ingress_v1" "model" {
  metadata { name = "model" }
  spec {
    rule {
      http {
        path {
          backend {
            service {
              name = kubernetes_service.model.metadata[0].name
              port { number = 80 }
            }
          }
        }
      }
    }
  }
}
`;

describe('the Kubernetes provider of Terraform', () => {
  it('gives manifests, with the facts and links of manifests', async () => {
    const { resources, gaps } = await collect(agent);
    expect(gaps).toEqual([]);
    const byId = new Map(resources.map((resource) => [resource.id, resource]));
    const model = byId.get('.#kubernetes_deployment.model');
    expect(model).toMatchObject({
      type: 'kubernetes.Deployment',
      dialect: 'terraform',
      properties: {
        kind: 'Deployment',
        spec: { template: { spec: { containers: [{ securityContext: { runAsUser: 0 } }] } } },
        $ai: { product: 'vllm', env: { VLLM_ALLOW_INSECURE_SERIALIZATION: '1' } },
        $links: [{ target: '.#kubernetes_service_account_v1.agent' }, { target: '.#kubernetes_config_map.settings' }],
      },
    });
    expect(model?.positions['spec.template.spec.containers[0].image']).toEqual([28, 11]);
    expect(byId.get('.#kubernetes_service.model')?.properties).toMatchObject({
      spec: { ports: [{ port: 80, targetPort: 'http' }] },
      $links: [{ target: '.#kubernetes_deployment.model' }],
    });
    expect(byId.get('.#kubernetes_ingress_v1.model')?.properties).toMatchObject({
      $links: [{ target: '.#kubernetes_service.model' }, { target: '.#kubernetes_deployment.model' }],
    });
  });

  it('holds plain texts in the data of a secret, and never in clear', async () => {
    const { resources } = await collect(
      'resource "kubernetes_secret_v1" "keys" {\n  metadata { name = "keys" }\n  data = { KEY = "plain-8f3kd92mz7qw" }\n}\n',
    );
    expect(member(resources[0]?.properties, 'stringData', 'KEY')).toBeInstanceOf(Secret);
    expect(JSON.stringify(resources)).not.toContain('8f3kd92mz7qw');
  });

  it('reads a whole manifest as what it is', async () => {
    const { resources } = await collect(`resource "kubernetes_manifest" "tools" {
  manifest = {
    apiVersion = "toolhive.stacklok.dev/v1alpha1"
    kind       = "MCPServer"
    metadata   = { name = "tools" }
    spec       = { image = "ghcr.io/acme/mcp:1" }
  }
}
resource "kubernetes_manifest" "other" {
  manifest = { apiVersion = "serving.knative.dev/v1", kind = "Service", metadata = { name = "s" } }
}
`);
    expect(resources.map(({ type }) => type)).toEqual([
      'kubernetes.MCPServer',
      'kubernetes.Service.serving.knative.dev',
    ]);
    expect(resources[0]?.properties['$ai']).toMatchObject({ kind: 'mcp-server' });
    expect(resources[0]?.positions['spec.image']).toEqual([6, 20]);
  });

  it.each([
    ['kubernetes_manifest', 'manifest = yamldecode(file("x.yaml"))', /known only where it is applied/],
    ['helm_release', 'chart = "qdrant"', /chart `qdrant` is not rendered/],
    ['helm_release', 'chart = "oci://ghcr.io/acme/charts/support-agent"', /chart `support-agent` is not rendered/],
    ['helm_release', 'chart = data.x.y.z', /chart of `helm_release.it` is not rendered/],
  ])('%s with %s is a gap', async (type, body, reason) => {
    const { gaps } = await collect(`resource "${type}" "it" {\n  ${body}\n}\n`);
    expect(gaps.filter((gap) => reason.test(gap.reason)).map(({ kind }) => kind)).toEqual(['unsupported']);
  });

  it('a chart of the cluster itself is none', async () => {
    expect((await collect('resource "helm_release" "it" {\n  chart = "cert-manager"\n}\n')).gaps).toEqual([]);
  });
});
