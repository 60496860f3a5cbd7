import { isList, isProperties, newProperties, type Properties, Ref, type Value } from '../../../model/value.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestIndex } from './manifest-index.ts';
import { bags, member, podsOf, select, textAt } from './pods.ts';

/**
 * Objects a manifest names or selects. What stands in front of a workload (an Ingress, a binding of its service
 * account) links to the workload too, so that one step leads from the one to the other.
 *
 * @param endpoints hosts that the workload's environment names
 */
export function linksOf(manifest: Manifest, index: ManifestIndex, endpoints: readonly Properties[]): Ref[] {
  const found = new Map<string, Ref>();
  const add = (ref: Ref): void => {
    if (ref.target !== index.id(manifest)) found.set(ref.target, ref);
  };
  const linker = new Linker(manifest, index, add);
  linker.pods();
  linker.selectors();
  linker.routes();
  linker.bindings();
  linker.others();
  for (const endpoint of endpoints) linker.host(endpoint['host']);
  return [...found.values()];
}

/** Where kinds that select pods keep their labels. */
const selectorPaths: Readonly<Record<string, readonly string[]>> = {
  Service: ['spec', 'selector'],
  NetworkPolicy: ['spec', 'podSelector', 'matchLabels'],
  CiliumNetworkPolicy: ['spec', 'endpointSelector', 'matchLabels'],
  AuthorizationPolicy: ['spec', 'selector', 'matchLabels'],
  RequestAuthentication: ['spec', 'selector', 'matchLabels'],
  InferencePool: ['spec', 'selector', 'matchLabels'],
  PodMonitor: ['spec', 'selector', 'matchLabels'],
};

/** Where kinds that route traffic name a service. */
const backendPaths: Readonly<Record<string, readonly (readonly [list: string, ...name: string[]])[]>> = {
  Ingress: [
    ['spec.rules.*.http.paths.*', 'backend', 'service', 'name'],
    ['spec.rules.*.http.paths.*', 'backend', 'serviceName'],
    ['spec', 'defaultBackend', 'service', 'name'],
  ],
  HTTPRoute: [['spec.rules.*.backendRefs.*', 'name']],
  GRPCRoute: [['spec.rules.*.backendRefs.*', 'name']],
  TCPRoute: [['spec.rules.*.backendRefs.*', 'name']],
  IngressRoute: [['spec.routes.*.services.*', 'name']],
  Route: [['spec', 'to', 'name']],
  VirtualService: [
    ['spec.http.*.route.*', 'destination', 'host'],
    ['spec.tcp.*.route.*', 'destination', 'host'],
  ],
};

class Linker {
  readonly #manifest: Manifest;
  readonly #index: ManifestIndex;
  readonly #add: (ref: Ref) => void;

  constructor(manifest: Manifest, index: ManifestIndex, add: (ref: Ref) => void) {
    this.#manifest = manifest;
    this.#index = index;
    this.#add = add;
  }

  #to(kind: string, name: string | undefined): void {
    if (name !== undefined) this.#add(this.#index.refTo(kind, name, this.#manifest));
  }

  /** Only where the object was read: for names that could also be something outside. */
  #toKnown(kind: string, name: string | undefined): boolean {
    const found = name === undefined ? undefined : this.#index.find(kind, name, this.#manifest);
    if (found !== undefined) this.#add(new Ref(this.#index.id(found)));
    return found !== undefined;
  }

  pods(): void {
    for (const { spec } of podsOf(this.#manifest)) {
      this.#to('ServiceAccount', textAt(spec, 'serviceAccountName') ?? textAt(spec, 'serviceAccount'));
      for (const [, volume] of bags(spec['volumes'])) {
        this.#to('PersistentVolumeClaim', textAt(volume, 'persistentVolumeClaim', 'claimName'));
        this.#to('ConfigMap', textAt(volume, 'configMap', 'name'));
        this.#to('Secret', textAt(volume, 'secret', 'secretName'));
        for (const [, source] of bags(member(volume, 'projected', 'sources'))) {
          this.#to('ConfigMap', textAt(source, 'configMap', 'name'));
          this.#to('Secret', textAt(source, 'secret', 'name'));
        }
      }
      for (const list of ['containers', 'initContainers'])
        for (const [, container] of bags(spec[list])) this.#container(container);
    }
  }

  #container(container: Properties): void {
    for (const [, source] of bags(container['envFrom'])) {
      this.#to('ConfigMap', textAt(source, 'configMapRef', 'name'));
      this.#to('Secret', textAt(source, 'secretRef', 'name'));
    }
    for (const [, entry] of bags(container['env'])) {
      this.#to('ConfigMap', textAt(entry, 'valueFrom', 'configMapKeyRef', 'name'));
      this.#to('Secret', textAt(entry, 'valueFrom', 'secretKeyRef', 'name'));
    }
  }

  selectors(): void {
    const { kind, properties } = this.#manifest;
    const path = selectorPaths[kind];
    if (path === undefined) return;
    const labels = member(properties, ...path);
    // Only a policy with an empty selector means every pod; a Service without one has its endpoints elsewhere.
    const selectsAll = kind.endsWith('Policy') && member(properties, 'spec') !== undefined;
    const expressions = member(properties, ...path.slice(0, -1), 'matchExpressions');
    if (!isProperties(labels) && (!selectsAll || (isList(expressions) && expressions.length > 0))) return;
    const chosen = isProperties(labels) ? labels : newProperties();
    if (Object.keys(chosen).length === 0 && !selectsAll) return;
    for (const workload of this.#index.selectedBy(chosen, this.#manifest)) this.#add(new Ref(this.#index.id(workload)));
  }

  routes(): void {
    for (const [list, ...name] of backendPaths[this.#manifest.kind] ?? []) {
      for (const [, bag] of select(this.#manifest.properties, list))
        this.#service(textAt(bag, ...name), textAt(bag, 'kind'));
    }
  }

  #service(host: string | undefined, kind = 'Service'): void {
    const name = host?.split('.', 1)[0];
    if (name === undefined) return;
    const target = /^[A-Z]\w{1,60}$/.test(kind) && kind !== 'Rule' ? kind : 'Service';
    this.#to(target, name);
    const service = this.#index.find(target, name, this.#manifest);
    const labels =
      selectorPaths[target] === undefined ? undefined : member(service?.properties, ...(selectorPaths[target] ?? []));
    if (service === undefined || !isProperties(labels) || Object.keys(labels).length === 0) return;
    for (const workload of this.#index.selectedBy(labels, service)) this.#add(new Ref(this.#index.id(workload)));
  }

  bindings(): void {
    const { kind, properties } = this.#manifest;
    if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') return;
    this.#to(textAt(properties, 'roleRef', 'kind') ?? 'Role', textAt(properties, 'roleRef', 'name'));
    for (const [, subject] of bags(properties['subjects'])) {
      const name = textAt(subject, 'name');
      if (subject['kind'] !== 'ServiceAccount' || name === undefined) continue;
      const namespace = textAt(subject, 'namespace') ?? this.#manifest.namespace;
      this.#add(this.#index.refTo('ServiceAccount', name, this.#manifest, namespace));
      for (const workload of this.#index.runningAs(name, this.#manifest, namespace))
        this.#add(new Ref(this.#index.id(workload)));
    }
  }

  /** Scaling targets, and what agents as custom resources name. */
  others(): void {
    const { kind, properties } = this.#manifest;
    const scaled = member(properties, 'spec', 'scaleTargetRef');
    if (isProperties(scaled)) this.#to(textAt(scaled, 'kind') ?? 'Deployment', textAt(scaled, 'name'));
    if (kind === 'InferenceService')
      this.#toKnown('ServingRuntime', textAt(properties, 'spec', 'predictor', 'model', 'runtime'));
    if (kind === 'InferenceService')
      this.#to('ServiceAccount', textAt(properties, 'spec', 'predictor', 'serviceAccountName'));
    if (kind !== 'Agent') return;
    const declared = member(properties, 'spec', 'declarative') ?? member(properties, 'spec');
    this.#to('ModelConfig', textAt(declared, 'modelConfig'));
    for (const [, tool] of bags(member(declared, 'tools'))) {
      const server = member(tool, 'mcpServer');
      this.#to(textAt(server, 'kind') ?? 'RemoteMCPServer', textAt(server, 'name') ?? textAt(server, 'toolServer'));
      this.#to('Agent', textAt(tool, 'agent', 'name') ?? textAt(tool, 'agent', 'ref'));
    }
  }

  /** `qdrant`, `qdrant.ai`, `qdrant.ai.svc.cluster.local` name a Service of the cluster. */
  host(host: Value | undefined): void {
    if (typeof host !== 'string') return;
    const [name, namespace, svc] = host.split('.');
    if (name === undefined || (namespace !== undefined && svc !== undefined && svc !== 'svc')) return;
    const found = this.#index.find('Service', name, this.#manifest, namespace ?? this.#manifest.namespace);
    if (found !== undefined) this.#add(new Ref(this.#index.id(found)));
  }
}
