import { resolve } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { Inspect } from '../../gateway/definitions/directory.ts';
import type { DefinitionKind } from '../../integrity/definition.ts';
import { type FirstSeen, ListWatch } from '../../integrity/list-watch.ts';
import { type LockFile, parseLockFile } from '../../integrity/lock-file.ts';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import type { Context } from '../context.ts';
import { verifyPins } from '../mcp/lock.ts';
import { draft } from '../mcp/draft-labels.ts';

/** What was approved of the servers' definitions, and the watch over what they list. */
export class Pins {
  readonly #context: Context;
  readonly #path: string;
  readonly #watch: ListWatch;
  readonly #key: string | undefined;
  readonly #servers: readonly string[];
  #lock: LockFile = new Map();

  /** @throws DemarcError `DMC_MCP_LOCK` when there is a lock file that is none, or pins are missing or not signed by the key that is configured */
  constructor(context: Context, folder: string, { pins, servers }: GatewaySettings, first: FirstSeen) {
    this.#context = context;
    this.#path = resolve(folder, pins.file ?? lockFileName);
    this.#key = pins.key;
    this.#servers = Object.keys(servers);
    this.#watch = new ListWatch({ pins: (server) => this.#lock.get(server), unpinned: pins.unpinned, draft, first });
    this.reload();
  }

  /** Reads the lock file again. A file that is none leaves what was known. @throws DemarcError `DMC_MCP_LOCK` */
  reload(): void {
    const text = this.#read();
    const key = this.#key;
    if (key !== undefined && text === undefined)
      throw new DemarcError('DMC_MCP_LOCK', `there is no \`${this.#path}\`, and its pins have to be signed`, {
        hint: '`demarc mcp pin --key <file>` writes it',
      });
    const lock: LockFile = text === undefined ? new Map() : parseLockFile(text, this.#path);
    // A server whose pins were taken out of the file would count as one that nobody pinned.
    const names = new Set([...lock.keys(), ...this.#servers]);
    if (key !== undefined) for (const name of names) verifyPins(name, lock.get(name), key);
    this.#lock = lock;
  }

  /** The whole page at once: two definitions of one name are seen only beside each other. */
  readonly inspect: Inspect = (server, _principal, feature, definitions) => {
    const kindOf = (definition: object): Exclude<DefinitionKind, 'instructions'> =>
      feature === 'resource' && 'uriTemplate' in definition ? 'template' : feature;
    const blocked = new Map<object, readonly string[]>();
    for (const kind of new Set(definitions.map(kindOf))) {
      const entries = definitions.filter((definition) => kindOf(definition) === kind);
      const judged = this.#watch.inspect(server, kind, entries);
      for (const [at, entry] of entries.entries()) blocked.set(entry, judged[at]?.blocked ?? ['definition.malformed']);
    }
    return definitions.map((definition) => blocked.get(definition) ?? ['definition.malformed']);
  };

  /** What a server says of itself as a whole. @returns reason codes for which it is not passed on */
  instructions(server: string, text: string): readonly string[] {
    return this.#watch.inspectInstructions(server, text).blocked;
  }

  #read(): string | undefined {
    try {
      return Buffer.from(this.#context.files.read(this.#path)).toString('utf8');
    } catch (thrown) {
      if ((thrown as { code?: unknown }).code === 'ENOENT') return undefined;
      throw thrown;
    }
  }
}
