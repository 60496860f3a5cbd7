import { type Condition, errorNumbers, type Rule, rules } from './rules.ts';
import { type Architecture, auditArchitecture, newestSyscall, syscallNumber, x32Bit } from './syscalls.ts';

/** One instruction of classic BPF: `struct sock_filter` (include/uapi/linux/filter.h). */
export interface Instruction {
  readonly code: number;
  /** Instructions to skip when the comparison holds, and when it does not. */
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** Instruction codes that are used (include/uapi/linux/bpf_common.h): load a word, compare with a constant, return one. */
export const codes = { load: 0x20, equal: 0x15, greater: 0x25, atLeast: 0x35, anyBit: 0x45, return: 0x06 } as const;

/** Results of a filter (include/uapi/linux/seccomp.h). The lower 16 bits of an error are its number. */
export const results = { allow: 0x7fff_0000, error: 0x0005_0000, kill: 0x8000_0000 } as const;

/** Where things lie in `struct seccomp_data`: the number, the architecture, six arguments of 64 bits (little endian). */
export const offsets = { number: 0, architecture: 4, argument: (index: number): number => 16 + 8 * index } as const;

const step = (code: number, k: number, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k });
const allow = step(codes.return, results.allow);
const refuse = (error: keyof typeof errorNumbers): Instruction =>
  step(codes.return, results.error | errorNumbers[error]);

/**
 * The filter of a sandbox: another architecture ends the process, the x32 ABI and calls that are newer than what is known here do
 * not exist, and each rule refuses its call with its error. Everything else is allowed.
 */
export function seccompFilter(architecture: Architecture): readonly Instruction[] {
  return [
    step(codes.load, offsets.architecture),
    step(codes.equal, auditArchitecture[architecture], 1, 0),
    step(codes.return, results.kill),
    step(codes.load, offsets.number),
    ...(architecture === 'x64' ? [step(codes.atLeast, x32Bit, 0, 1), refuse('ENOSYS')] : []),
    step(codes.greater, newestSyscall, 0, 1),
    refuse('ENOSYS'),
    ...rules.flatMap((rule) => {
      const number = syscallNumber(rule.syscall, architecture);
      if (number === undefined) return [];
      const block = blockOf(rule);
      return [step(codes.equal, number, 0, block.length), ...block];
    }),
    allow,
  ];
}

/** What follows when the number is that of the rule: ends in a return on every way. */
function blockOf({ condition, error }: Rule): readonly Instruction[] {
  if (condition.when === 'always') return [refuse(error)];
  return [...comparisons(condition), allow, refuse(error)];
}

const loadArgument = (index: number): Instruction => step(codes.load, offsets.argument(index));

/** Falls through to *allow*, or jumps over it to *refuse*. */
function comparisons(condition: Exclude<Condition, { when: 'always' }>): readonly Instruction[] {
  switch (condition.when) {
    case 'has-bits':
      return [loadArgument(condition.argument), step(codes.anyBit, condition.bits, 1, 0)];
    case 'is-one-of':
      return [
        loadArgument(condition.argument),
        ...condition.values.map((value, at, { length }) => step(codes.equal, value, length - at, 0)),
      ];
    case 'is-none-of':
      // The last comparison refuses what was none of them.
      return [
        loadArgument(condition.argument),
        ...condition.values.map((value, at, { length }) =>
          step(codes.equal, value, length - at - 1, at === length - 1 ? 1 : 0),
        ),
      ];
    case 'is-but-not':
      return [
        loadArgument(condition.is.argument),
        step(codes.equal, condition.is.value, 0, 2),
        loadArgument(condition.not.argument),
        step(codes.equal, condition.not.value, 0, 1),
      ];
  }
}

/** The filter as the kernel takes it: eight bytes an instruction, in the byte order of both architectures. */
export function encodeFilter(filter: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(filter.length * 8);
  for (const [at, { code, jt, jf, k }] of filter.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(jt, at * 8 + 2);
    bytes.writeUInt8(jf, at * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, at * 8 + 4);
  }
  return bytes;
}
