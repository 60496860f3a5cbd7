import type { EventInput } from '../model/event.ts';
import { formatTarget, type Target } from './egress-rules.ts';
import type { LaunchPlan } from './launch-plan.ts';
import type { ServerLaunch } from './server-launch.ts';

/** Why a server's process ended, where the gateway had a hand in it. */
export const endings = ['exited', 'closed', 'lifetime', 'line-too-long', 'not-started'] as const;
export type Ending = (typeof endings)[number];

/** How a process ended. */
export interface SandboxExit {
  readonly ending: Ending;
  /** Exit code; undefined when a signal ended it. */
  readonly code?: number | undefined;
  readonly signal?: string | undefined;
}

/** The event of a start. @param reference names this one process, in its exit and its connections too */
export function sandboxStarted(launch: ServerLaunch, plan: LaunchPlan, reference: string): EventInput {
  const { confinement } = plan;
  const { sandbox, env } = launch.settings;
  const reasons =
    confinement.kind === 'none' ? ['sandbox.none'] : ['sandbox.bubblewrap', `sandbox.limits.${confinement.limits}`];
  return {
    kind: 'sandbox.start',
    server: launch.name,
    reference,
    reasons,
    payload: {
      program: [launch.program.path, ...launch.program.args, ...launch.settings.args],
      entry: launch.entry,
      pinned: launch.pinned,
      variables: Object.keys(env),
      sandbox,
      ...(confinement.kind === 'none' ? {} : { bubblewrap: confinement.sandbox }),
    },
  };
}

/** The event of an end. */
export function sandboxExited(
  server: string,
  reference: string,
  { ending, code, signal }: SandboxExit,
  durationMs: number,
  errorOutput: string,
): EventInput {
  return {
    kind: 'sandbox.exit',
    server,
    reference,
    durationMs,
    reasons: [`sandbox.${ending}`, ...(signal === undefined ? [] : [`signal.${signal}`])],
    outcome:
      ending === 'closed' || (ending === 'exited' && code === 0) ? 'ok' : ending === 'lifetime' ? 'timeout' : 'error',
    ...(code === undefined ? {} : { exitCode: code }),
    ...(errorOutput === '' ? {} : { payload: { errorOutput } }),
  };
}

/** Why a connection was not let out: not on the list, no host and port, an address that may not be reached, too many at a time. */
export type EgressRefusal = 'egress.not-allowed' | 'egress.malformed' | 'egress.address' | 'egress.too-many';
/** Why one that was let out failed: the name has no address, or nobody answers there. */
export type EgressFailure = 'egress.unresolved' | 'egress.unreachable';

/** A connection out of a sandbox: whose, and where to; undefined where what was asked for is no host and port. */
export interface Connection {
  readonly server: string;
  readonly reference: string;
  readonly target: Target | undefined;
}

/** The event of a connection that is let out, or not; the first comes before it is made. */
export function sandboxConnects(connection: Connection, refusal?: EgressRefusal): EventInput {
  return {
    kind: 'custom',
    operation: 'sandbox.egress',
    ...placeOf(connection),
    decision: refusal === undefined ? 'allow' : 'deny',
    ...(refusal === undefined ? {} : { reasons: [refusal], outcome: 'denied' }),
  };
}

/** The event of a connection's end. @param ended.bytes sent and received together */
export function sandboxDisconnected(
  connection: Connection,
  ended: { readonly bytes: number; readonly durationMs: number; readonly failure?: EgressFailure | undefined },
): EventInput {
  return {
    kind: 'custom',
    operation: 'sandbox.egress-end',
    ...placeOf(connection),
    outcome: ended.failure === undefined ? 'ok' : 'error',
    ...(ended.failure === undefined ? {} : { reasons: [ended.failure] }),
    bytes: ended.bytes,
    durationMs: ended.durationMs,
  };
}

function placeOf({ server, reference, target }: Connection): Pick<EventInput, 'server' | 'reference' | 'destination'> {
  return { server, reference, ...(target === undefined ? {} : { destination: formatTarget(target) }) };
}

/** What of a server's sandbox a posture looks at. */
export interface SandboxPosture {
  readonly server: string;
  readonly sandbox: 'bubblewrap' | 'none';
  /** Why there is none. */
  readonly reason?: string | undefined;
  /** Where it may connect to. */
  readonly egress: readonly string[];
}

/** How the servers of a configuration are held, for posture and the operator. */
export function sandboxPosture(launches: Iterable<ServerLaunch>): readonly SandboxPosture[] {
  return [...launches].map(({ name, settings: { sandbox } }) =>
    'none' in sandbox
      ? { server: name, sandbox: 'none', reason: sandbox.none, egress: ['*'] }
      : { server: name, sandbox: 'bubblewrap', egress: sandbox.egress.map(formatTarget) },
  );
}
