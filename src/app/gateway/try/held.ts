import { chmodSync, chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type HostFacts, sandboxProblem } from '../../../sandbox/host.ts';

/** Who a server runs as in its sandbox when this program is root (src/sandbox/settings.ts, `user`). */
const nobody = 65_534;

/** How the servers of a trial are held: in the gateway's sandbox where the machine has one. */
export class TrialSandbox {
  readonly #host: HostFacts;
  /** Why this machine holds none of them; undefined when it can. */
  readonly problem: string | undefined;

  constructor(host: HostFacts) {
    this.#host = host;
    this.problem = sandboxProblem(host)?.message;
  }

  /**
   * The entry of a server's sandbox. As root it is another user there, who has to come to the program and own what it writes.
   *
   * @param program the files it consists of @param writable folders
   */
  entryFor(program: string, writable: readonly string[]): object {
    const closed = this.#isOther ? [program, ...writable].find((path) => !isReachable(path)) : undefined;
    const problem =
      this.problem ?? (closed === undefined ? undefined : 'its files are closed to the user it would run as');
    if (problem !== undefined) return { none: `a trial with made-up data; ${problem}` };
    return { writable };
  }

  /** Lets the user of the sandbox into a folder of the trial. */
  open(folder: string, writable: readonly string[]): void {
    if (!this.#isOther || this.problem !== undefined) return;
    chmodSync(folder, 0o711);
    for (const path of writable) chownSync(path, nobody, nobody);
  }

  get #isOther(): boolean {
    return this.#host.user === 0;
  }
}

/** Whether everybody may come to a path. */
function isReachable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
