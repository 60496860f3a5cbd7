import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codes, encodeFilter, type Instruction, offsets, results, seccompFilter } from './filter.ts';
import { errorNumbers, rules } from './rules.ts';
import {
  architectures,
  auditArchitecture,
  newestSyscall,
  type Syscall,
  syscallNumber,
  syscalls,
  x32Bit,
} from './syscalls.ts';

interface Call {
  readonly architecture: number;
  readonly number: number;
  readonly args?: readonly bigint[];
}

/** Runs a filter as the kernel does, from its bytes; a jump or a load out of bounds is an error. */
function run(bytes: Uint8Array, { architecture, number, args = [] }: Call): number {
  const program = Buffer.from(bytes);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, offsets.number);
  data.writeUInt32LE(architecture, offsets.architecture);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(value, offsets.argument(index));
  let accumulator = 0;
  for (let at = 0; ; at += 8) {
    const [code, jt, jf] = [program.readUInt16LE(at), program.readUInt8(at + 2), program.readUInt8(at + 3)];
    const k = program.readUInt32LE(at + 4);
    const jump = (holds: boolean): number => (holds ? jt : jf) * 8;
    switch (code) {
      case codes.load:
        accumulator = data.readUInt32LE(k);
        break;
      case codes.equal:
        at += jump(accumulator === k);
        break;
      case codes.greater:
        at += jump(accumulator > k);
        break;
      case codes.atLeast:
        at += jump(accumulator >= k);
        break;
      case codes.anyBit:
        at += jump((accumulator & k) !== 0);
        break;
      case codes.return:
        return k;
      default:
        throw new Error(`code ${code}`);
    }
  }
}

const error = (name: keyof typeof errorNumbers): number => (results.error | errorNumbers[name]) >>> 0;
const filters = Object.fromEntries(architectures.map((name) => [name, encodeFilter(seccompFilter(name))])) as Record<
  (typeof architectures)[number],
  Uint8Array
>;

describe.each(architectures)('the seccomp filter for %s', (name) => {
  const architecture = auditArchitecture[name];
  const call = (syscall: Syscall, ...args: bigint[]): number =>
    run(filters[name], { architecture, number: syscallNumber(syscall, name) ?? -1, args });
  const has = (syscall: Syscall): boolean => syscallNumber(syscall, name) !== undefined;

  it('ends a process that calls with another architecture', () => {
    for (const other of [0x4000_0003, 0xc000_003e, 0xc000_00b7, 0, 0x4000_0028])
      expect(run(filters[name], { architecture: other, number: 0 })).toBe(
        other === architecture ? results.allow : results.kill,
      );
  });

  it('refuses every call that is always refused, whatever its arguments', () => {
    const always = rules.filter(({ condition, syscall }) => condition.when === 'always' && has(syscall));
    expect(always.length).toBeGreaterThan(60);
    fc.assert(
      fc.property(
        fc.constantFrom(...always),
        fc.array(fc.bigInt(0n, 2n ** 64n - 1n), { maxLength: 6 }),
        (rule, args) => {
          expect(call(rule.syscall, ...args)).toBe(error(rule.error));
        },
      ),
    );
  });

  it('allows a new process and refuses new namespaces', () => {
    expect(call('clone', 0x0120_0011n)).toBe(results.allow);
    expect(call('clone', 0x3d0f00n)).toBe(results.allow);
    for (const flag of [0x2_0000n, 0x0200_0000n, 0x0400_0000n, 0x0800_0000n, 0x1000_0000n, 0x2000_0000n, 0x4000_0000n])
      expect(call('clone', flag | 0x11n)).toBe(error('EPERM'));
    expect(call('clone3')).toBe(error('ENOSYS'));
  });

  it('allows sockets of four families only', () => {
    for (let family = 0n; family < 64n; family++)
      expect(call('socket', family)).toBe([1n, 2n, 10n, 16n].includes(family) ? results.allow : error('EAFNOSUPPORT'));
    // AF_VSOCK leads to the hypervisor.
    expect(call('socket', 40n)).toBe(error('EAFNOSUPPORT'));
    expect(call('socketpair', 1n)).toBe(results.allow);
    expect(call('socketpair', 2n)).toBe(error('EAFNOSUPPORT'));
    // The kernel looks at an int: the upper half changes nothing.
    expect(call('socket', 0xffff_ffff_0000_0001n)).toBe(results.allow);
    expect(call('socket', 0x1_0000_0028n)).toBe(error('EAFNOSUPPORT'));
  });

  it('allows modes but those that lend rights', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 0o7777n), (mode) => {
        const told = (mode & 0o6000n) === 0n ? results.allow : error('EPERM');
        expect(call('fchmod', 3n, mode)).toBe(told);
        expect(call('fchmodat', 3n, 0n, mode)).toBe(told);
        expect(call('fchmodat2', 3n, 0n, mode)).toBe(told);
        expect(call('openat', 3n, 0n, 0x41n, mode)).toBe(told);
        expect(call('mkdirat', 3n, 0n, mode)).toBe(told);
        expect(call('mknodat', 3n, 0n, mode)).toBe(told);
      }),
    );
    expect(call('openat2')).toBe(error('ENOSYS'));
  });

  it('refuses to type into terminals, and other personalities', () => {
    expect(call('ioctl', 0n, 0x5412n)).toBe(error('EPERM'));
    expect(call('ioctl', 0n, 0x541cn)).toBe(error('EPERM'));
    expect(call('ioctl', 0n, 0xdead_0000_5412n)).toBe(error('EPERM'));
    expect(call('ioctl', 0n, 0x5401n)).toBe(results.allow);
    expect(call('personality', 0xffff_ffffn)).toBe(results.allow);
    expect(call('personality', 0x0004_0000n)).toBe(error('EPERM'));
  });

  it('lets nobody outlive the gateway', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 64n), fc.bigInt(0n, 64n), (what, signal) => {
        expect(call('prctl', what, signal)).toBe(what === 1n && signal !== 9n ? error('EPERM') : results.allow);
      }),
    );
    expect(call('prctl', 1n, 0n)).toBe(error('EPERM'));
    expect(call('prctl', 1n, 9n)).toBe(results.allow);
  });

  it('knows no call that is newer than what was looked at, and none of x32', () => {
    expect(run(filters[name], { architecture, number: newestSyscall })).toBe(results.allow);
    fc.assert(
      fc.property(fc.integer({ min: newestSyscall + 1, max: 0xffff_ffff }), (number) => {
        expect(run(filters[name], { architecture, number })).toBe(error('ENOSYS'));
      }),
    );
    expect(run(filters[name], { architecture, number: x32Bit | 59 })).toBe(error('ENOSYS'));
  });

  it('allows every other call', () => {
    const ruled = new Set(rules.flatMap(({ syscall }) => syscallNumber(syscall, name) ?? []));
    for (let number = 0; number <= newestSyscall; number++)
      if (!ruled.has(number)) expect(run(filters[name], { architecture, number })).toBe(results.allow);
  });

  it('is a program the kernel takes: short, every jump inside, a return at its end', () => {
    const filter: readonly Instruction[] = seccompFilter(name);
    // BPF_MAXINSNS (include/uapi/linux/bpf_common.h).
    expect(filter.length).toBeLessThanOrEqual(4096);
    for (const [at, { jt, jf }] of filter.entries()) {
      expect(Math.max(jt, jf)).toBeLessThanOrEqual(255);
      expect(at + 1 + Math.max(jt, jf)).toBeLessThanOrEqual(filter.length);
    }
    expect(filter.at(-1)?.code).toBe(codes.return);
  });
});

it('one rule a call, every known call in a rule, and no number twice', () => {
  expect(rules.map(({ syscall }) => syscall).sort()).toEqual(Object.keys(syscalls).sort());
  for (const name of architectures) {
    const numbers = Object.keys(syscalls).flatMap((syscall) => syscallNumber(syscall as Syscall, name) ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});
