import { fingerprintOf } from '../../../base/secrets.ts';
import { seal } from '../../../model/seal.ts';
import { isList, isProperties, type Properties, type Value } from '../../../model/value.ts';
import { endpointsOf } from '../../documents/endpoints.ts';
import { bags, member, podsOf, select, textAt } from './pods.ts';

/**
 * Something a manifest looks for in its set; a namespace that is null is its own.
 * - `name`: an object, whether or not it is there
 * - `behind`: the same, and the pods that it selects itself
 * - `known`: an object, where it is there
 * - `labels`: the workloads whose pods carry all of the labels
 * - `account`: the workloads that run under a service account
 */
export type Ask =
  | readonly [how: 'name' | 'behind' | 'known', kind: string, name: string, namespace: string | null]
  | readonly [how: 'labels', labels: readonly string[]]
  | readonly [how: 'account', name: string, namespace: string | null];

/** By what the pods of a template are found: their service account, and their labels where they have some. */
export type PodNames = readonly [account: string, labels: readonly string[] | null];

/** All that ties a manifest to others of its set. */
export interface Names {
  readonly kind: string;
  readonly name: string;
  /** Undefined when the manifest leaves it to whoever applies it. */
  readonly namespace: string | undefined;
  readonly pods: readonly PodNames[];
  readonly asks: readonly Ask[];
  /** Services that values of its environment name, or of the environment of whoever uses this ConfigMap. */
  readonly hosts: readonly Ask[];
}

/** The names of a manifest. */
export function namesOf(of: Pick<Names, 'kind' | 'name' | 'namespace'> & { readonly properties: Properties }): Names {
  const { kind, name, namespace, properties } = of;
  const pods = podsOf(of).map(({ spec, labels }): PodNames => {
    const account = spec['serviceAccountName'] ?? spec['serviceAccount'];
    return [typeof account === 'string' ? account : 'default', labels === undefined ? null : labelsOf(labels)];
  });
  const asker = new Asker(kind, properties);
  asker.pods();
  asker.selectors();
  asker.routes();
  asker.bindings();
  asker.others();
  return { kind, name, namespace, pods, asks: asker.asks, hosts: hostsOf(of) };
}

/** Names as plain JSON. */
export type EncodedNames = readonly [
  kind: string,
  name: string,
  namespace: string | null,
  pods: readonly PodNames[],
  asks: readonly Ask[],
  hosts: readonly Ask[],
];

export function encodeNames({ kind, name, namespace, pods, asks, hosts }: Names): EncodedNames {
  return [kind, name, namespace ?? null, pods, asks, hosts];
}

export function decodeNames([kind, name, namespace, pods, asks, hosts]: EncodedNames): Names {
  return { kind, name, namespace: namespace ?? undefined, pods, asks, hosts };
}

/** `qdrant`, `qdrant.ai`, `qdrant.ai.svc.cluster.local` name a Service of the cluster. */
export function hostAsks(host: Value | undefined): readonly Ask[] {
  if (typeof host !== 'string') return [];
  const [name, namespace, svc] = host.split('.');
  if (name === undefined || (namespace !== undefined && svc !== undefined && svc !== 'svc')) return [];
  return [['known', 'Service', name, namespace ?? null]];
}

function hostsOf(of: { readonly kind: string; readonly properties: Properties }): Ask[] {
  const environments =
    of.kind === 'ConfigMap'
      ? [of.properties['data'], of.properties['stringData']]
      : podsOf(of).flatMap(({ spec }) =>
          bags(spec['containers']).flatMap(([, container]) =>
            bags(container['env']).map(([, { value = null }]) => ({ value })),
          ),
        );
  return environments.flatMap(endpointsOf).flatMap(({ host }) => hostAsks(host));
}

/** Labels as texts that are equal where the labels are. A number or boolean stands for its text; a secret is not kept. */
function labelsOf(labels: Properties): string[] {
  return Object.keys(labels).map((key) => {
    const value = labels[key] ?? null;
    if (typeof value === 'object') return `${key}=\u0000`;
    const text = String(value);
    return typeof seal(text, key) === 'string' ? `${key}=${text}` : `${key}#${fingerprintOf(text)}`;
  });
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

/** Reads what a manifest asks for, in the order of its links. */
class Asker {
  readonly asks: Ask[] = [];
  readonly #kind: string;
  readonly #properties: Properties;

  constructor(kind: string, properties: Properties) {
    this.#kind = kind;
    this.#properties = properties;
  }

  #named(kind: string, name: string | undefined, how: 'name' | 'behind' | 'known' = 'name'): void {
    if (name !== undefined) this.asks.push([how, kind, name, null]);
  }

  pods(): void {
    for (const { spec } of podsOf({ kind: this.#kind, properties: this.#properties })) {
      this.#named('ServiceAccount', textAt(spec, 'serviceAccountName') ?? textAt(spec, 'serviceAccount'));
      for (const [, volume] of bags(spec['volumes'])) {
        this.#named('PersistentVolumeClaim', textAt(volume, 'persistentVolumeClaim', 'claimName'));
        this.#named('ConfigMap', textAt(volume, 'configMap', 'name'));
        this.#named('Secret', textAt(volume, 'secret', 'secretName'));
        for (const [, source] of bags(member(volume, 'projected', 'sources'))) {
          this.#named('ConfigMap', textAt(source, 'configMap', 'name'));
          this.#named('Secret', textAt(source, 'secret', 'name'));
        }
      }
      for (const list of ['containers', 'initContainers'])
        for (const [, container] of bags(spec[list])) this.#container(container);
    }
  }

  #container(container: Properties): void {
    for (const [, source] of bags(container['envFrom'])) {
      this.#named('ConfigMap', textAt(source, 'configMapRef', 'name'));
      this.#named('Secret', textAt(source, 'secretRef', 'name'));
    }
    for (const [, entry] of bags(container['env'])) {
      this.#named('ConfigMap', textAt(entry, 'valueFrom', 'configMapKeyRef', 'name'));
      this.#named('Secret', textAt(entry, 'valueFrom', 'secretKeyRef', 'name'));
    }
  }

  selectors(): void {
    const path = selectorPaths[this.#kind];
    if (path === undefined) return;
    const labels = member(this.#properties, ...path);
    // Only a policy with an empty selector means every pod; a Service without one has its endpoints elsewhere.
    const selectsAll = this.#kind.endsWith('Policy') && member(this.#properties, 'spec') !== undefined;
    const expressions = member(this.#properties, ...path.slice(0, -1), 'matchExpressions');
    if (!isProperties(labels) && (!selectsAll || (isList(expressions) && expressions.length > 0))) return;
    const chosen = isProperties(labels) ? labelsOf(labels) : [];
    if (chosen.length > 0 || selectsAll) this.asks.push(['labels', chosen]);
  }

  routes(): void {
    for (const [list, ...path] of backendPaths[this.#kind] ?? []) {
      for (const [, bag] of select(this.#properties, list)) {
        const kind = textAt(bag, 'kind') ?? 'Service';
        const target = /^[A-Z]\w{1,60}$/.test(kind) && kind !== 'Rule' ? kind : 'Service';
        this.#named(target, textAt(bag, ...path)?.split('.', 1)[0], 'behind');
      }
    }
  }

  bindings(): void {
    const properties = this.#properties;
    if (this.#kind !== 'RoleBinding' && this.#kind !== 'ClusterRoleBinding') return;
    this.#named(textAt(properties, 'roleRef', 'kind') ?? 'Role', textAt(properties, 'roleRef', 'name'));
    for (const [, subject] of bags(properties['subjects'])) {
      const name = textAt(subject, 'name');
      if (subject['kind'] !== 'ServiceAccount' || name === undefined) continue;
      const namespace = textAt(subject, 'namespace') ?? null;
      this.asks.push(['name', 'ServiceAccount', name, namespace], ['account', name, namespace]);
    }
  }

  /** Scaling targets, and what agents as custom resources name. */
  others(): void {
    const properties = this.#properties;
    const scaled = member(properties, 'spec', 'scaleTargetRef');
    if (isProperties(scaled)) this.#named(textAt(scaled, 'kind') ?? 'Deployment', textAt(scaled, 'name'));
    if (this.#kind === 'InferenceService') {
      // A runtime may also be one of the cluster that nobody wrote down.
      this.#named('ServingRuntime', textAt(properties, 'spec', 'predictor', 'model', 'runtime'), 'known');
      this.#named('ServiceAccount', textAt(properties, 'spec', 'predictor', 'serviceAccountName'));
    }
    if (this.#kind !== 'Agent') return;
    const declared = member(properties, 'spec', 'declarative') ?? member(properties, 'spec');
    this.#named('ModelConfig', textAt(declared, 'modelConfig'));
    for (const [, tool] of bags(member(declared, 'tools'))) {
      const server = member(tool, 'mcpServer');
      this.#named(textAt(server, 'kind') ?? 'RemoteMCPServer', textAt(server, 'name') ?? textAt(server, 'toolServer'));
      this.#named('Agent', textAt(tool, 'agent', 'name') ?? textAt(tool, 'agent', 'ref'));
    }
  }
}
