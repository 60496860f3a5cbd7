import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Processes } from '../store/log/file-lease.ts';

/** Processes of this machine, from /proc where there is one. */
export function nodeProcesses(): Processes {
  const read = (make: () => string): string => {
    try {
      return make().trim();
    } catch {
      return '';
    }
  };
  // Process ids are relative to a container's namespace; containers of one machine tell each other apart by it.
  const namespace = read(() => readlinkSync('/proc/self/ns/pid'));
  const machine = read(() => readFileSync('/etc/machine-id', 'utf8')) || hostname();
  return {
    self: {
      pid: process.pid,
      started: startedIn(read(() => readFileSync('/proc/self/stat', 'utf8'))),
      host: [machine, namespace].filter((part) => part !== '').join(' '),
      boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    },
    async startOf(pid) {
      if (namespace === '') return isAlive(pid) ? '' : undefined;
      try {
        return startedIn(await readFile(`/proc/${pid}/stat`, 'utf8'));
      } catch {
        return undefined;
      }
    },
  };
}

/** Field 22 of /proc/<pid>/stat (proc(5)): start in clock ticks since boot. The name, field 2, may hold anything. */
function startedIn(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
