import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { LaunchPlan } from '../../sandbox/launch-plan.ts';

/** A started process and the two-way descriptors of its plan. */
export interface StartedProcess {
  readonly process: ChildProcess;
  /** What bubblewrap writes about the process it started; undefined where the plan asks for none. */
  readonly info: Promise<string> | undefined;
  /** Lets it go on, where the plan makes it wait. */
  readonly goOn: () => void;
}

type Started = Pick<LaunchPlan, 'path' | 'args' | 'environment' | 'directory' | 'descriptors' | 'user'>;

/** Starts what a plan says: no shell, the plan's environment and descriptors and no others, a process group of its own. */
export function startProcess({ path, args, environment, directory, descriptors, user }: Started): StartedProcess {
  const child = spawn(path, [...args], {
    env: { ...environment },
    cwd: directory,
    ...(user === undefined ? {} : { uid: user, gid: user }),
    stdio: ['pipe', 'pipe', 'pipe', ...descriptors.map(() => 'pipe' as const)],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  let info: Promise<string> | undefined;
  let goOn = (): void => undefined;
  // Where there were no descriptors left there are no pipes, and it ends with an error.
  const pipes: readonly unknown[] | undefined = child.stdio;
  for (const [at, descriptor] of descriptors.entries()) {
    const pipe = pipes?.[at + 3];
    if (!(pipe instanceof Duplex)) continue;
    // A program that ends early reads nothing more; how it ended tells why.
    pipe.on('error', () => undefined);
    if (descriptor.kind === 'info') info = textOf(pipe);
    else pipe.resume();
    if (descriptor.kind === 'bytes') pipe.end(descriptor.bytes);
    if (descriptor.kind === 'wait') goOn = () => void pipe.end('1');
  }
  return { process: child, info, goOn };
}

async function textOf(pipe: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of pipe) {
    text += String(chunk);
    if (text.trimEnd().endsWith('}')) break;
  }
  return text;
}
