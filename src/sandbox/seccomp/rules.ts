import type { Syscall } from './syscalls.ts';

/** Error numbers, the same on every architecture here (include/uapi/asm-generic/errno*.h). */
export const errorNumbers = { EPERM: 1, EINVAL: 22, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;
export type ErrorName = keyof typeof errorNumbers;

/**
 * When a call is refused: always, or by the lower 32 bits of one argument (all the kernel looks at in those that are named here):
 * when it has any of some bits, is one of some values, or is none of them; or by two, when one is a value and the other is not.
 */
export type Condition =
  | { readonly when: 'always' }
  | { readonly when: 'has-bits'; readonly argument: number; readonly bits: number }
  | { readonly when: 'is-one-of'; readonly argument: number; readonly values: readonly number[] }
  | { readonly when: 'is-none-of'; readonly argument: number; readonly values: readonly number[] }
  | { readonly when: 'is-but-not'; readonly is: ArgumentValue; readonly not: ArgumentValue };

export interface ArgumentValue {
  readonly argument: number;
  readonly value: number;
}

export interface Rule {
  readonly syscall: Syscall;
  readonly error: ErrorName;
  readonly condition: Condition;
}

const always: Condition = { when: 'always' };

/** What a server of tools has no use for, and an attacker has: most of it needs privileges it lacks anyway. */
const refused: readonly Syscall[] = Object.values({
  otherProcesses: ['ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'pidfd_getfd', 'process_madvise'],
  mounts: ['mount', 'umount2', 'pivot_root', 'chroot', 'mount_setattr', 'name_to_handle_at', 'open_by_handle_at'],
  newerMounts: ['move_mount', 'open_tree', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'sysfs', 'ustat'],
  namespaces: ['unshare', 'setns'],
  programsInTheKernel: ['bpf', 'perf_event_open', 'userfaultfd', 'kexec_load', 'kexec_file_load', 'lookup_dcookie'],
  modules: ['init_module', 'finit_module', 'delete_module', 'create_module', 'query_module', 'get_kernel_syms'],
  // They are not separate for each namespace.
  keyrings: ['keyctl', 'add_key', 'request_key'],
  clock: ['settimeofday', 'clock_settime', 'clock_adjtime', 'adjtimex'],
  machine: ['reboot', 'swapon', 'swapoff', 'acct', 'quotactl', 'quotactl_fd', 'syslog', 'vhangup'],
  names: ['sethostname', 'setdomainname'],
  processor: ['iopl', 'ioperm', 'modify_ldt'],
  watching: ['fanotify_init', 'fanotify_mark', 'lsm_set_self_attr'],
  placingOfMemory: ['mbind', 'move_pages', 'migrate_pages', 'get_mempolicy'],
  placingOfMemoryByDefault: ['set_mempolicy', 'set_mempolicy_home_node'],
  // Shared memory of System V counts for no limit of a process.
  sharedMemory: ['shmget'],
  leftOver: ['_sysctl', 'afs_syscall', 'nfsservctl', 'security', 'uselib', 'vserver'],
} satisfies Readonly<Record<string, readonly Syscall[]>>).flat();

/**
 * Calls that are answered as if the kernel had none, so that libraries take the older way: what their arguments ask for lies in
 * memory, where no filter can look. io_uring goes around the filter altogether.
 */
const absent: readonly Syscall[] = ['clone3', 'openat2', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (include/uapi/linux/sched.h). */
const newNamespaces = 0x7e02_0000;
/** S_ISUID and S_ISGID (include/uapi/linux/stat.h): a file that lends its owner's rights would outlive the sandbox. */
const lendsRights = 0o6000;
/** TIOCSTI types into a terminal, TIOCLINUX into a console (include/uapi/asm-generic/ioctls.h). */
const terminalInput = [0x5412, 0x541c];
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Others, such as AF_VSOCK, are not separate for each namespace. */
const socketFamilies = [1, 2, 10, 16];
/** PER_LINUX, and the question what it is (personality(2)). */
const personalities = [0, 0xffff_ffff];

/**
 * PR_SET_PDEATHSIG but for SIGKILL (include/uapi/linux/prctl.h): what ends a sandbox with its gateway stays, even where a server takes over
 * the first process of its sandbox.
 */
const outliving: Condition = { when: 'is-but-not', is: { argument: 0, value: 1 }, not: { argument: 1, value: 9 } };

const modeArguments: readonly (readonly [Syscall, number])[] = [
  ['chmod', 1],
  ['fchmod', 1],
  ['fchmodat', 2],
  ['fchmodat2', 2],
  ['open', 2],
  ['openat', 3],
  ['creat', 1],
  ['mkdir', 1],
  ['mkdirat', 2],
  ['mknod', 1],
  ['mknodat', 2],
];

/** What the filter of every sandbox refuses. Anything else is allowed, up to the newest call that is known here. */
export const rules: readonly Rule[] = [
  ...refused.map((syscall): Rule => ({ syscall, error: 'EPERM', condition: always })),
  ...absent.map((syscall): Rule => ({ syscall, error: 'ENOSYS', condition: always })),
  { syscall: 'clone', error: 'EPERM', condition: { when: 'has-bits', argument: 0, bits: newNamespaces } },
  { syscall: 'ioctl', error: 'EPERM', condition: { when: 'is-one-of', argument: 1, values: terminalInput } },
  { syscall: 'socket', error: 'EAFNOSUPPORT', condition: { when: 'is-none-of', argument: 0, values: socketFamilies } },
  { syscall: 'socketpair', error: 'EAFNOSUPPORT', condition: { when: 'is-none-of', argument: 0, values: [1] } },
  { syscall: 'personality', error: 'EPERM', condition: { when: 'is-none-of', argument: 0, values: personalities } },
  { syscall: 'prctl', error: 'EPERM', condition: outliving },
  ...modeArguments.map(
    ([syscall, argument]): Rule => ({
      syscall,
      error: 'EPERM',
      condition: { when: 'has-bits', argument, bits: lendsRights },
    }),
  ),
];
