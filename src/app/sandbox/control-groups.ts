import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ControlGroupPlan, swapLimit } from '../../sandbox/resource-limits.ts';

const mountPoint = '/sys/fs/cgroup';
const needed = ['memory', 'pids'];
/** Milliseconds until a group that is still in use is tried again, and how often. */
const removeAgainMs = 20;
const removalsMax = 50;

/**
 * The folder in which control groups for servers can be made: the one above the gateway's own, where it was delegated to the gateway. So it
 * is for a service of systemd with `Delegate=` and `DelegateSubgroup=`. Slices are systemd's own and left alone.
 *
 * @returns undefined where there is none
 */
export function delegatedControlGroups(): string | undefined {
  try {
    const own = /^0::(\/.+)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    if (own === undefined) return undefined;
    const parent = dirname(join(mountPoint, own));
    if (!/\.(?:service|scope)$/.test(parent)) return undefined;
    const controllers = readFileSync(join(parent, 'cgroup.controllers'), 'utf8').trim().split(' ');
    for (const file of ['.', 'cgroup.procs', 'cgroup.subtree_control']) accessSync(join(parent, file), constants.W_OK);
    return needed.every((name) => controllers.includes(name)) ? parent : undefined;
  } catch {
    return undefined;
  }
}

/** A control group that was made for one process. */
export class ControlGroup {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes it with its limits. @throws the platform's error */
  static make({ parent, name, controllers, values }: ControlGroupPlan): ControlGroup {
    for (const controller of controllers) writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`);
    const folder = join(parent, name);
    mkdirSync(folder);
    const group = new ControlGroup(folder);
    try {
      for (const [file, value] of Object.entries(values))
        if (file !== swapLimit || existsSync(join(folder, file))) writeFileSync(join(folder, file), value);
    } catch (thrown) {
      rmdirSync(folder);
      throw thrown;
    }
    return group;
  }

  /** @throws the platform's error */
  add(pid: number): void {
    writeFileSync(join(this.#folder, 'cgroup.procs'), String(pid));
  }

  /** Ends every process in it (`cgroup.kill`, since Linux 5.14). */
  kill(): void {
    try {
      writeFileSync(join(this.#folder, 'cgroup.kill'), '1');
    } catch {
      // Gone, or an older kernel: the end of its first process ends the others, too.
    }
  }

  /** Removes it. For a moment after its last process ended the kernel still holds it; one that stays is empty of meaning. */
  async remove(): Promise<void> {
    for (let tried = 0; tried < removalsMax; tried++)
      try {
        return rmdirSync(this.#folder);
      } catch {
        await wait(removeAgainMs);
      }
  }
}
