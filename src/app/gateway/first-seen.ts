import { DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Clock } from '../../base/ports.ts';
import { keyOf } from '../../integrity/definition.ts';
import { isSameServer } from '../../integrity/identity.ts';
import type { FirstSeen } from '../../integrity/list-watch.ts';
import { KeptFile } from './kept-file.ts';
import { identityOf, type KeptServersParts } from './kept-servers.ts';
import { formatLockFile, type LockFile, parseLockFile } from '../../integrity/lock-file.ts';
import type { PinnedDefinition, ServerPins } from '../../integrity/pins.ts';

export interface FirstSeenParts extends KeptServersParts {
  readonly clock: Clock;
}

interface Kept {
  readonly pins: ServerPins;
  readonly byKey: Map<string, PinnedDefinition>;
}

/**
 * What servers without pins were seen to list first, in a file of the state folder: a restart is no way for a server to be believed
 * anew. It is a lock file that nobody signed. A server with another command, package or address in the configuration is another server, and begins anew.
 */
export class FirstSeenFile implements FirstSeen {
  readonly known: ReadonlyMap<string, readonly PinnedDefinition[]>;
  readonly #servers: ReadonlyMap<string, Kept>;
  readonly #file: KeptFile;

  private constructor(parts: FirstSeenParts, lock: LockFile) {
    const time = new Date(parts.clock.now()).toISOString();
    this.#servers = new Map(
      Object.entries(parts.servers).map(([name, settings]) => {
        const identity = identityOf(settings);
        const before = lock.get(name);
        const pins =
          before === undefined || !isSameServer(before.identity, identity)
            ? { identity, time, definitions: [] }
            : before;
        return [name, { pins, byKey: new Map(pins.definitions.map((one) => [keyOf(one), one])) }];
      }),
    );
    this.#file = new KeptFile({ ...parts, text: () => formatLockFile(this.#lock()) });
    this.known = new Map([...this.#lock()].map(([name, { definitions }]) => [name, definitions]));
  }

  /** @throws DemarcError `DMC_MCP_LOCK` when there is such a file and it cannot be read */
  static async open(parts: FirstSeenParts): Promise<FirstSeenFile> {
    const bytes = await parts.files.read(parts.path);
    try {
      const lock = bytes === undefined ? new Map() : parseLockFile(Buffer.from(bytes).toString('utf8'), parts.path);
      return new FirstSeenFile(parts, lock);
    } catch (cause) {
      throw new DemarcError('DMC_MCP_LOCK', messageOf(cause), {
        cause,
        hint: 'the gateway keeps in it what servers listed first; without it, what they list next counts as that',
      });
    }
  }

  add(server: string, definition: PinnedDefinition): void {
    const byKey = this.#servers.get(server)?.byKey;
    const key = keyOf(definition);
    if (byKey === undefined || (!byKey.has(key) && byKey.size >= limits.lockDefinitionsMax)) return;
    byKey.set(key, definition);
    this.#file.changed();
  }

  #lock(): LockFile {
    return new Map(
      [...this.#servers].map(([name, { pins, byKey }]) => [name, { ...pins, definitions: [...byKey.values()] }]),
    );
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
