import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC (include/uapi/asm-generic/fcntl.h), in the octal digits in which `fdinfo` has it. */
const closedOnStart = 0o2000000;
/** Found out while there are descriptors to do it with. */
const covers = existsSync('/proc/self/fd') ? findCovers() : [];

/**
 * What covers the descriptors that this process was started with, in `stdio` of a process it starts: whoever started the gateway may
 * have left some open, and a folder among them would lead out of every sandbox. What the gateway opens itself is never
 * handed on.
 *
 * @param from the first descriptor that the new process has no use for
 * @returns what stands at `from`, and so on
 */
export function inheritedCovers(from: number): readonly ('ignore' | number)[] {
  return covers.slice(from);
}

function findCovers(): readonly ('ignore' | number)[] {
  const inherited = new Set(readdirSync('/proc/self/fd').map(Number).filter(isHandedOn));
  if (inherited.size === 0) return [];
  const nothing = openSync('/dev/null', 'r+');
  return Array.from({ length: Math.max(...inherited) + 1 }, (_, fd) => (inherited.has(fd) ? nothing : 'ignore'));
}

function isHandedOn(fd: number): boolean {
  try {
    const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return fd > 2 && (Number.parseInt(flags, 8) & closedOnStart) === 0;
  } catch {
    // It was the one that the folder was read by.
    return false;
  }
}
