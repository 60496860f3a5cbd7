import type { HostFacts } from './host.ts';
import type { ConfinedSettings } from './settings.ts';

const mebibyte = 1_048_576;
/** What is beyond `memory.max` would be swapped, not refused. A kernel that does not swap has no such file. */
export const swapLimit = 'memory.swap.max';

/** A control group, version 2, that is made for one process and removed after it. */
export interface ControlGroupPlan {
  /** The folder it is made in. */
  readonly parent: string;
  readonly name: string;
  /** Controllers the parent has to hand on. */
  readonly controllers: readonly string[];
  /** What is written to which of its files (docs.kernel.org/admin-guide/cgroup-v2.html). */
  readonly values: Readonly<Record<string, string>>;
}

/** Limits that hold for all processes of a server together. */
export function controlGroupPlan(sandbox: ConfinedSettings, parent: string, name: string): ControlGroupPlan {
  const percent = sandbox['cpu-percent'];
  return {
    parent,
    name,
    controllers: ['memory', 'pids', ...(percent === undefined ? [] : ['cpu'])],
    values: {
      'memory.max': String(sandbox['memory-mib'] * mebibyte),
      [swapLimit]: '0',
      'memory.oom.group': '1',
      'pids.max': String(sandbox.processes),
      ...(percent === undefined ? {} : { 'cpu.max': `${percent * 1_000} 100000` }),
    },
  };
}

/**
 * The command that sets limits and becomes what follows it: `prlimit` of util-linux, inside the sandbox, so that processes are counted in
 * the sandbox's own user namespace (since Linux 5.14; before, all of the user's count). Without a control group the limit of memory
 * is one of private writable memory, for each process: address space is no measure, since JavaScript engines reserve far more than they use.
 */
export function processLimits(sandbox: ConfinedSettings, host: HostFacts): readonly string[] {
  if (host.prlimit === undefined) return [];
  const seconds = sandbox['cpu-seconds'];
  return [
    host.prlimit,
    '--core=0',
    `--nofile=${sandbox['open-files']}`,
    `--fsize=${sandbox['file-mib'] * mebibyte}`,
    `--nproc=${sandbox.processes}`,
    ...(host.controlGroups === undefined ? [`--data=${sandbox['memory-mib'] * mebibyte}`] : []),
    ...(seconds === undefined ? [] : [`--cpu=${seconds}`]),
    '--',
  ];
}
