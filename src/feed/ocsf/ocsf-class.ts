import type { EventKind } from '../../model/event.ts';
import type { FeedEvent } from '../record.ts';

/** A class of OCSF 1.8.0 (https://schema.ocsf.io/1.8.0, read 2026-11-20) and the profiles events of it are given here. */
export interface OcsfClass {
  readonly uid: number;
  readonly name: string;
  readonly category: readonly [number, string];
  readonly profiles: readonly ('ai_operation' | 'security_control' | 'trace')[];
}

const system = [1, 'System Activity'] as const;
const findings = [2, 'Findings'] as const;
const iam = [3, 'Identity & Access Management'] as const;
const application = [6, 'Application Activity'] as const;

/** Authorize Session, Entity Management and the findings take no `ai_operation` in 1.8.0, only API Activity takes `trace`. */
export const classes = {
  base: { uid: 0, name: 'Base Event', category: [0, 'Uncategorized'], profiles: ['security_control'] },
  process: { uid: 1007, name: 'Process Activity', category: system, profiles: ['ai_operation', 'security_control'] },
  compliance: { uid: 2003, name: 'Compliance Finding', category: findings, profiles: ['security_control'] },
  detection: { uid: 2004, name: 'Detection Finding', category: findings, profiles: ['security_control'] },
  session: { uid: 3003, name: 'Authorize Session', category: iam, profiles: ['security_control'] },
  entity: { uid: 3004, name: 'Entity Management', category: iam, profiles: ['security_control'] },
  lifecycle: { uid: 6002, name: 'Application Lifecycle', category: application, profiles: ['security_control'] },
  api: {
    uid: 6003,
    name: 'API Activity',
    category: application,
    profiles: ['ai_operation', 'security_control', 'trace'],
  },
  datastore: {
    uid: 6005,
    name: 'Datastore Activity',
    category: application,
    profiles: ['ai_operation', 'security_control'],
  },
} as const satisfies Record<string, OcsfClass>;
export type ClassName = keyof typeof classes;

const classOfKind: Readonly<Record<EventKind, ClassName>> = {
  'run.start': 'lifecycle',
  'run.end': 'lifecycle',
  'model.request': 'api',
  'model.response': 'api',
  'tool.call': 'api',
  'tool.result': 'api',
  'data.query': 'datastore',
  decision: 'api',
  approval: 'api',
  'credential.issued': 'session',
  'credential.revoked': 'entity',
  'sandbox.start': 'process',
  'sandbox.exit': 'process',
  'config.change': 'entity',
  finding: 'compliance',
  'training.completed': 'base',
  erasure: 'entity',
  alert: 'detection',
  heartbeat: 'base',
  custom: 'base',
};

/** The class events of a kind are of. */
export function classOf(kind: EventKind): ClassName {
  return classOfKind[kind];
}

/** `activity_id` and `activity_name`; 99 is Other, with the kind as its name. */
export function activityOf(name: ClassName, event: FeedEvent): readonly [number, string] {
  const other = [99, event.kind] as const;
  switch (name) {
    case 'base':
      return other;
    case 'process':
      return event.kind === 'sandbox.start' ? [1, 'Launch'] : [2, 'Terminate'];
    case 'compliance':
    case 'detection':
      return [1, 'Create'];
    case 'session':
      return [1, 'Assign Privileges'];
    case 'entity':
      return event.kind === 'config.change' ? [3, 'Update'] : [4, 'Delete'];
    case 'lifecycle':
      return event.kind === 'run.start' ? [3, 'Start'] : [4, 'Stop'];
    case 'api':
      return event.effect === undefined ? other : apiActivities[event.effect];
    case 'datastore':
      return event.effect === undefined ? [4, 'Query'] : datastoreActivities[event.effect];
  }
}

const apiActivities = {
  read: [2, 'Read'],
  write: [3, 'Update'],
  destructive: [4, 'Delete'],
  send: [99, 'Send'],
} as const;
const datastoreActivities = {
  read: [1, 'Read'],
  write: [5, 'Write'],
  destructive: [7, 'Delete'],
  send: [99, 'Send'],
} as const;
