import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { asJsonObject } from '../../base/json-object.ts';
import type { LaunchPlan } from '../../sandbox/launch-plan.ts';
import { inheritedCovers } from './inherited-descriptors.ts';

/** A started process and the two-way descriptors of its plan. */
export interface StartedProcess {
  readonly process: ChildProcess;
  /** Id of the first process of the sandbox, as bubblewrap writes it; undefined where there is none. Never rejects. */
  readonly first: Promise<number | undefined>;
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
    stdio: [
      'pipe',
      'pipe',
      'pipe',
      ...descriptors.map(() => 'pipe' as const),
      ...inheritedCovers(3 + descriptors.length),
    ],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  let first: StartedProcess['first'] = Promise.resolve(undefined);
  let goOn = (): void => undefined;
  // Where there were no descriptors left there are no pipes, and it ends with an error.
  const pipes: readonly unknown[] | undefined = child.stdio;
  for (const [at, descriptor] of descriptors.entries()) {
    const pipe = pipes?.[at + 3];
    if (!(pipe instanceof Duplex)) continue;
    // A program that ends early reads nothing more; how it ended tells why.
    pipe.on('error', () => undefined);
    if (descriptor.kind === 'info')
      first = textOf(pipe)
        .then(firstProcess)
        .catch(() => undefined);
    else pipe.resume();
    if (descriptor.kind === 'bytes') pipe.end(descriptor.bytes);
    if (descriptor.kind === 'wait') goOn = () => void pipe.end('1');
  }
  return { process: child, first, goOn };
}

async function textOf(pipe: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of pipe) {
    text += String(chunk);
    if (text.trimEnd().endsWith('}')) break;
  }
  return text;
}

function firstProcess(info: string): number | undefined {
  const id = asJsonObject(JSON.parse(info))['child-pid'];
  return typeof id === 'number' ? id : undefined;
}
