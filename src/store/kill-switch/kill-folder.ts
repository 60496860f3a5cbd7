import { DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { DurableFiles } from '../../base/ports.ts';
import { formatKill, type Kill, killFileName, parseKill } from './kill.ts';

export type KillFiles = Pick<DurableFiles, 'list' | 'read' | 'replace' | 'remove'>;

/**
 * The kills in force: files in one folder, each replaced atomically. Nothing else is needed to stop an agent: no database,
 * no gateway that answers.
 */
export class KillFolder {
  readonly #files: KillFiles;
  readonly #folder: string;

  /** @param folder absolute path, in the state folder of the gateway */
  constructor(files: KillFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Puts a kill in force; durable when it resolves. @throws DemarcError `DMC_KILL_SWITCH` */
  async set(kill: Kill): Promise<void> {
    const bytes = formatKill(kill);
    // What is read as no order stops everything.
    if (parseKill(bytes).scope !== kill.scope)
      throw new DemarcError('DMC_KILL_SWITCH', `the kill has ${bytes.length} bytes`, {
        hint: `at most ${limits.killFileBytesMax}, and 1024 characters of a name: give a shorter reason`,
      });
    await this.#doing('written', () => this.#files.replace(`${this.#folder}/${killFileName(kill)}`, bytes, 0o600));
  }

  /** Lifts one kill, or all there are. @returns what was lifted @throws DemarcError `DMC_KILL_SWITCH` */
  async lift(target?: Pick<Kill, 'scope' | 'name'>): Promise<readonly Kill[]> {
    const names = (await this.names()).filter((name) => target === undefined || name === killFileName(target));
    const lifted = await this.#readAll(names);
    for (const name of names) await this.#doing('removed', () => this.#files.remove(`${this.#folder}/${name}`));
    return lifted;
  }

  /** Names of the files in the folder. A temporary file is a kill that somebody is about to give. */
  async names(): Promise<readonly string[]> {
    const names = await this.#doing('listed', () => this.#files.list(this.#folder));
    return names.filter((name) => !name.endsWith('.tmp'));
  }

  /** The kill in a file; undefined where the file is gone. What is listed and cannot be opened is a kill like any that is none. */
  async read(name: string): Promise<Kill | undefined> {
    const bytes = await this.#doing('read', () => this.#files.read(`${this.#folder}/${name}`));
    return bytes === undefined && !(await this.names()).includes(name) ? undefined : parseKill(bytes);
  }

  async list(): Promise<readonly Kill[]> {
    return this.#readAll(await this.names());
  }

  async #readAll(names: readonly string[]): Promise<readonly Kill[]> {
    return (await Promise.all(names.map((name) => this.read(name)))).filter((kill) => kill !== undefined);
  }

  async #doing<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw new DemarcError('DMC_KILL_SWITCH', `\`${this.#folder}\` cannot be ${what}: ${messageOf(thrown)}`, {
        hint: 'the gateway and the command need the same state folder, and the right to write it',
        cause: thrown,
      });
    }
  }
}
