import type { MutableProperties } from '../../../model/value.ts';
import type { PositionSink } from '../../documents/node.ts';
import type { Names } from './names.ts';

/** One Kubernetes object, from a manifest file or another dialect, before links are resolved. */
export interface Manifest extends Names {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** API group; empty for the core group. */
  readonly group: string;
  readonly properties: MutableProperties;
  readonly positions: PositionSink;
}

/** Kinds that Kubernetes itself serves; the same kind of another group gets the group in its type. */
const builtInKinds = new Set([
  'Pod',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'Ingress',
  'ConfigMap',
  'Secret',
  'Namespace',
  'ServiceAccount',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'NetworkPolicy',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Event',
  'Node',
  'Endpoints',
]);

/** The API group of an `apiVersion`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** The canonical type of a manifest: `kubernetes.<Kind>`, with the group where a built-in kind is shadowed. */
export function typeOf(manifest: Pick<Manifest, 'kind' | 'group'>): string {
  const isOwn = manifest.group === '' || !manifest.group.includes('.') || manifest.group.endsWith('.k8s.io');
  return isOwn || !builtInKinds.has(manifest.kind)
    ? `kubernetes.${manifest.kind}`
    : `kubernetes.${manifest.kind}.${manifest.group}`;
}
