import type { Gap } from '../../../../model/gap.ts';
import { isProperties } from '../../../../model/value.ts';
import type { TerraformSource } from './source.ts';

/**
 * Charts that run no AI workload: what clusters commonly have installed. Names as their projects publish them
 * (https://artifacthub.io, read 2026-11-28).
 */
const otherCharts = new Set(
  `argo-cd argocd-apps aws-cloudwatch-metrics aws-ebs-csi-driver aws-efs-csi-driver aws-for-fluent-bit aws-load-balancer-controller
  aws-node-termination-handler azure-workload-identity calico cert-manager cilium cluster-autoscaler consul coredns crossplane
  csi-secrets-store-provider-aws datadog descheduler elasticsearch external-dns external-secrets falco flannel fluent-bit fluentd flux2
  gatekeeper grafana haproxy-ingress ingress-nginx istio-base istio-ingressgateway istiod base gateway jaeger karpenter karpenter-crd
  keda keycloak kibana kong kube-prometheus-stack kube-state-metrics kubernetes-dashboard kyverno linkerd-control-plane linkerd-crds loki
  loki-stack longhorn mariadb memcached metallb metrics-server mimir-distributed minio mysql nats nfs-subdir-external-provisioner
  nginx nginx-ingress node-exporter oauth2-proxy opentelemetry-collector opentelemetry-operator prometheus prometheus-adapter
  prometheus-node-exporter promtail rabbitmq reloader rook-ceph rook-ceph-cluster sealed-secrets secrets-store-csi-driver strimzi-kafka-operator tempo
  tigera-operator traefik trivy-operator vault vault-secrets-operator velero vertical-pod-autoscaler`.split(/\s+/),
);

/** What a Terraform resource deploys that is not read, as a gap: a chart, or a manifest that is not known. */
export function unreadOf(source: TerraformSource): Gap | undefined {
  if (source.mode === 'data') return undefined;
  const gap = (reason: string): Gap => ({ kind: 'unsupported', reason, location: source.location });
  if (source.type === 'helm_release') {
    const { chart } = source.attributes;
    const name = typeof chart === 'string' ? chart.slice(chart.lastIndexOf('/') + 1) : undefined;
    if (name !== undefined && otherCharts.has(name)) return undefined;
    const what = name === undefined ? `of \`${source.address}\`` : `\`${name.slice(0, 80)}\``;
    return gap(`the Helm chart ${what} is not rendered: run \`helm template\` with its values and assess the output`);
  }
  if (source.type === 'kubernetes_manifest' && !isProperties(source.attributes['manifest']))
    return gap(`the manifest of \`${source.address}\` is known only where it is applied`);
  return undefined;
}
