import { invariant, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Random } from '../../base/ports.ts';
import type { Channel } from '../../gateway/upstream/channel.ts';
import type { Opening } from '../../gateway/upstream/channel-upstream.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import type { HostFacts } from '../../sandbox/host.ts';
import { type LaunchPlan, launchPlan } from '../../sandbox/launch-plan.ts';
import type { ControlGroupPlan } from '../../sandbox/resource-limits.ts';
import { type Ending, sandboxExited, type SandboxExit, sandboxStarted } from '../../sandbox/sandbox-events.ts';
import { ServerLaunch } from '../../sandbox/server-launch.ts';
import { withoutSecrets } from '../error-lines.ts';
import { NodeChild } from '../gateway/node-child.ts';
import { ControlGroup } from './control-groups.ts';
import { EgressProxy, type EgressPorts } from './egress-proxy.ts';
import { type StartedProcess, startProcess } from './start-process.ts';

export type StartBounds = Readonly<Record<'sandboxLineBytesMax' | 'gatewayErrorOutputLengthMax', number>>;

export interface StartPorts extends EgressPorts {
  readonly random: Random;
  readonly host: HostFacts;
  readonly startBounds?: StartBounds | undefined;
  /** Makes a control group with its limits. */
  readonly makeGroup?: ((plan: ControlGroupPlan) => ControlGroup) | undefined;
}

/** A running server. */
export interface StartedServer extends Channel {
  /** Of bubblewrap, or of the program where there is no sandbox; undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Names this process in events. */
  readonly reference: string;
  readonly exited: Promise<SandboxExit>;
  /** Ends it and everything it started, at once. */
  kill(): void;
}

/**
 * Starts a server as its launch says, in its sandbox, once that is recorded, and records how it ends.
 *
 * @param environment the variables of its entry, secrets filled in
 * @throws DemarcError `DMC_SANDBOX` when this machine cannot hold it; what `ports.record` throws
 */
export async function startServer(
  launch: ServerLaunch,
  environment: Readonly<Record<string, string>>,
  ports: StartPorts,
): Promise<StartedServer> {
  invariant(ServerLaunch.isOne(launch), 'a process is started by a loaded configuration only');
  const reference = `sandbox-${Buffer.from(ports.random.bytes(8)).toString('hex')}`;
  const { sandbox } = launch.settings;
  const proxy =
    'none' in sandbox || sandbox.egress.length === 0
      ? undefined
      : new EgressProxy(
          {
            server: launch.name,
            reference,
            rules: sandbox.egress,
            user: ports.host.user === 0 ? sandbox.user : undefined,
          },
          ports,
        );
  try {
    const plan = launchPlan(launch, ports.host, { environment, socket: proxy?.socket, group: reference });
    const secrets = Object.entries(launch.settings.env).flatMap(([name, value]) =>
      typeof value === 'string' ? [] : (environment[name] ?? []),
    );
    await ports.record(sandboxStarted(launch, plan, reference));
    return new RunningServer({ launch, plan, reference, secrets }, proxy, ports);
  } catch (thrown) {
    proxy?.close();
    throw thrown;
  }
}

interface Start {
  readonly launch: ServerLaunch;
  readonly plan: LaunchPlan;
  readonly reference: string;
  /** That it was given. */
  readonly secrets: readonly string[];
}

class RunningServer implements StartedServer {
  readonly pid: number | undefined;
  readonly reference: string;
  readonly output: AsyncIterable<Uint8Array>;
  readonly errors: AsyncIterable<Uint8Array>;
  readonly ended: Promise<string>;
  readonly exited: Promise<SandboxExit>;
  readonly #child: NodeChild;
  readonly #bounds: StartBounds;
  #group: ControlGroup | undefined;
  /** Why it ends, where that is not its own doing. */
  #ending: Exclude<Ending, 'exited'> | undefined;
  #errorOutput = '';

  constructor({ launch, plan, reference, secrets }: Start, proxy: EgressProxy | undefined, ports: StartPorts) {
    this.reference = reference;
    this.#bounds = ports.startBounds ?? limits;
    const startMs = ports.clock.monotonic();
    const started = startProcess(plan);
    const child = new NodeChild(started.process, started.first);
    this.pid = started.process.pid;
    this.#child = child;
    this.output = this.#lines(child.output);
    this.errors = this.#errors(child.errors);
    const timer = plan.lifetimeMs === undefined ? undefined : setTimeout(() => this.#stop('lifetime'), plan.lifetimeMs);
    this.exited = new Promise((resolve) => {
      started.process.once('error', () => this.#fail('not-started'));
      started.process.once('close', (code, signal) => {
        resolve({
          ending: this.#ending ?? 'exited',
          ...(code === null || code < 0 ? {} : { code }),
          ...(signal === null ? {} : { signal }),
        });
      });
    });
    this.ended = this.exited.then(async (exit) => {
      clearTimeout(timer);
      proxy?.close();
      this.#group?.kill();
      const errorOutput = withoutSecrets(this.#errorOutput, secrets);
      const exited = sandboxExited(launch.name, reference, exit, ports.clock.monotonic() - startMs, errorOutput);
      void ports.record(exited).catch(() => undefined);
      await this.#group?.remove();
      const why = await child.ended;
      return exit.ending === 'lifetime' || exit.ending === 'line-too-long' ? `${why}: ${exit.ending}` : why;
    });
    const { controlGroup } = plan;
    const makeGroup = ports.makeGroup ?? ((group) => ControlGroup.make(group));
    if (controlGroup !== undefined) void this.#limit(() => makeGroup(controlGroup), started);
  }

  write(text: string): Promise<void> {
    return this.#child.write(text);
  }

  async end(graceMs: number): Promise<void> {
    this.#fail('closed');
    await this.#child.end(graceMs);
    await this.ended;
  }

  kill(): void {
    this.#stop('closed');
  }

  #fail(ending: Exclude<Ending, 'exited'>): void {
    this.#ending ??= ending;
  }

  #stop(ending: Exclude<Ending, 'exited'>): void {
    this.#fail(ending);
    this.#group?.kill();
    this.#child.kill();
  }

  /** Puts it into its control group before it goes on; what cannot be limited is not started. */
  async #limit(make: () => ControlGroup, { process, first, goOn }: StartedProcess): Promise<void> {
    try {
      this.#group = make();
      for (const one of [process.pid, await first]) {
        if (one === undefined) throw new RangeError('it did not start');
        this.#group.add(one);
      }
      goOn();
    } catch (thrown) {
      this.#keepError(`cannot be limited: ${messageOf(thrown)}\n`);
      this.#stop('not-started');
    }
  }

  /** Its output, until a line is too long: a server that never ends one would fill the memory of whoever reads it. */
  async *#lines(output: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let bytes = 0;
    for await (const chunk of output) {
      const end = chunk.lastIndexOf(0x0a);
      const first = chunk.indexOf(0x0a);
      if (bytes + (first < 0 ? chunk.length : first) > this.#bounds.sandboxLineBytesMax)
        return this.#stop('line-too-long');
      bytes = end < 0 ? bytes + chunk.length : chunk.length - end - 1;
      yield chunk;
    }
  }

  async *#errors(errors: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of errors) {
      this.#keepError(Buffer.from(chunk).toString('utf8'));
      yield chunk;
    }
  }

  #keepError(text: string): void {
    this.#errorOutput = (this.#errorOutput + text).slice(-this.#bounds.gatewayErrorOutputLengthMax);
  }
}

/** What the relay (`ChannelUpstream`) starts a server by: with the secrets of its environment as they are then. */
export function serverOpening(
  launch: ServerLaunch,
  secret: (reference: SecretReference) => Promise<string>,
  ports: StartPorts,
): () => Promise<Opening> {
  return async () => {
    const environment: Record<string, string> = {};
    for (const [name, value] of Object.entries(launch.settings.env))
      environment[name] = typeof value === 'string' ? value : await secret(value.secret);
    return () => startServer(launch, environment, ports);
  };
}
