import { limits } from '../../base/limits.ts';
import type { Timer } from '../../base/ports.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import type { EventInput } from '../../model/event.ts';
import type { Kill } from './kill.ts';
import type { KillFolder } from './kill-folder.ts';

/** Why a call is stopped; stable reason codes. `kill.unreadable`: whether it is to be stopped cannot be told. */
export type KillReason = 'kill.all' | 'kill.run' | 'kill.agent' | 'kill.unreadable';

export interface KillSwitchParts {
  readonly folder: Pick<KillFolder, 'names' | 'read'>;
  /** Told of every kill that comes into force or is lifted, after it took effect: to be recorded. Must not throw. */
  readonly onChange: (event: EventInput) => void;
}

/** A call in flight. */
export interface InFlight {
  /** Aborted, with the reason code, when the run is stopped. */
  readonly signal: StopSignal;
  /** Called once, when the call is over. */
  readonly leave: () => void;
}

/** Whose calls are in flight. */
export interface Running {
  /** Its id, as the gateway names runs. */
  readonly run: string;
  readonly agent: string;
  /** What the client calls it: an operator who reads the agent's own log knows no other name. */
  readonly named?: string | undefined;
}

interface RunInFlight {
  readonly running: Running;
  readonly stop: Stop;
  calls: number;
}

/** Looks in a row that failed until everything is stopped: one may fail for want of a file handle. */
const failuresMax = 3;
/** How often the folder is looked at. */
export const killPollMs = 250;

/**
 * The kill switch as the gateway has it in memory: asked at every call, brought up to date from the folder. It begins
 * stopped: until the folder was read once, nothing may go out.
 */
export class KillSwitch {
  readonly #parts: KillSwitchParts;
  #kills = new Map<string, Kill>();
  #failures = failuresMax;
  #unreadable = true;
  #all = false;
  #runs: ReadonlySet<string> = new Set();
  #agents: ReadonlySet<string> = new Set();
  readonly #inFlight = new Map<string, RunInFlight>();

  constructor(parts: KillSwitchParts) {
    this.#parts = parts;
  }

  /** Why a call must not go out; undefined where it may. */
  check({ run, agent, named }: Running): KillReason | undefined {
    if (this.#unreadable) return 'kill.unreadable';
    if (this.#all) return 'kill.all';
    if (this.#runs.size > 0 && (this.#runs.has(run) || (named !== undefined && this.#runs.has(named))))
      return 'kill.run';
    return this.#agents.size > 0 && this.#agents.has(agent) ? 'kill.agent' : undefined;
  }

  /** A call goes out. Its signal is aborted at once where it must not. */
  enter(running: Running): InFlight {
    const key = JSON.stringify([running.run, running.agent, running.named]);
    let entry = this.#inFlight.get(key);
    const reason = this.check(running);
    // A run whose kill was lifted begins anew; its calls that were stopped stay stopped.
    if (entry === undefined || (entry.stop.aborted && reason === undefined)) {
      entry = { running, stop: new Stop(), calls: 0 };
      this.#inFlight.set(key, entry);
    }
    if (reason !== undefined) entry.stop.abort(reason);
    entry.calls++;
    const mine = entry;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      if (--mine.calls === 0 && this.#inFlight.get(key) === mine) this.#inFlight.delete(key);
    };
    return { signal: mine.stop, leave };
  }

  /** Looks at the folder until told to stop. */
  async run(timer: Timer, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.refresh();
      await timer.wait(killPollMs, stop);
    }
  }

  /** Brings the switch up to date. A folder that cannot be read stops everything, after a few attempts. */
  async refresh(): Promise<void> {
    let next: Map<string, Kill>;
    try {
      next = await this.#read();
    } catch {
      this.#failures++;
      if (this.#failures >= failuresMax && !this.#unreadable) this.#apply(this.#kills, true);
      return;
    }
    this.#failures = 0;
    this.#apply(next, false);
  }

  async #read(): Promise<Map<string, Kill>> {
    const names = await this.#parts.folder.names();
    const kills = new Map<string, Kill>();
    for (const name of names.slice(0, limits.killsMax)) {
      const known = this.#kills.get(name);
      // A file that was no kill may have been half written.
      const kill = known !== undefined && known.at !== '' ? known : await this.#parts.folder.read(name);
      if (kill !== undefined) kills.set(name, kill);
    }
    if (names.length > limits.killsMax)
      kills.set('', { scope: 'all', name: '', reason: `more than ${limits.killsMax} kills`, by: '', at: '' });
    return kills;
  }

  #apply(next: Map<string, Kill>, unreadable: boolean): void {
    const before = this.#kills;
    const became = unreadable !== this.#unreadable;
    this.#kills = next;
    this.#unreadable = unreadable;
    const kills = [...next.values()];
    this.#all = kills.some(({ scope }) => scope === 'all');
    this.#runs = namesOf(kills, 'run');
    this.#agents = namesOf(kills, 'agent');
    for (const { running, stop } of this.#inFlight.values()) {
      const reason = this.check(running);
      if (reason !== undefined && !stop.aborted) stop.abort(reason);
    }
    for (const [name, kill] of next) if (before.get(name)?.at !== kill.at) this.#parts.onChange(killEvent(kill, true));
    for (const [name, kill] of before) if (!next.has(name)) this.#parts.onChange(killEvent(kill, false));
    if (unreadable && became) this.#parts.onChange(unreadableEvent);
  }
}

function namesOf(kills: readonly Kill[], wanted: Kill['scope']): ReadonlySet<string> {
  return new Set(kills.filter(({ scope }) => scope === wanted).map(({ name }) => name));
}

/** The event of a kill that comes into force, or was in force when the gateway started, or is lifted. */
function killEvent({ scope, name, reason, by, at }: Kill, inForce: boolean): EventInput {
  return {
    kind: 'config.change',
    source: 'gateway',
    reference: 'kill-switch',
    decision: inForce ? 'deny' : 'allow',
    reasons: [`kill.${scope}`],
    severity: 'high',
    ...(scope === 'run' ? { run: name } : {}),
    ...(scope === 'agent' ? { agent: name } : {}),
    ...(by === '' ? {} : { alsoAbout: [by] }),
    payload: { reason, by, at },
  };
}

const unreadableEvent: EventInput = {
  kind: 'config.change',
  source: 'gateway',
  reference: 'kill-switch',
  decision: 'deny',
  reasons: ['kill.unreadable'],
  severity: 'critical',
};
