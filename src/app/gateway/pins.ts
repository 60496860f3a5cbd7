import { resolve } from 'node:path';
import type { JsonObject } from '../../base/json-object.ts';
import type { ApprovedLabels } from '../../model/tool-labels.ts';
import { DemarcError } from '../../base/errors.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { Inspect } from '../../gateway/definitions/directory.ts';
import type { DefinitionKind } from '../../integrity/definition.ts';
import type { Feature } from '../../model/access.ts';
import { type FirstSeen, ListWatch } from '../../integrity/list-watch.ts';
import { type LockFile, parseLockFile } from '../../integrity/lock-file.ts';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import type { Context } from '../context.ts';
import { verifyPins } from '../mcp/lock.ts';
import { draft } from '../mcp/draft-labels.ts';
import type { Signed } from './signed-times.ts';

/** What was approved of the servers' definitions, and the watch over what they list. */
export class Pins {
  readonly #context: Context;
  readonly #path: string;
  readonly #watch: ListWatch;
  readonly #key: string | undefined;
  readonly #servers: readonly string[];
  /** The configuration names the file: it has to be there. */
  readonly #isNamed: boolean;
  readonly #refuses: boolean;
  readonly #tell: (line: string) => void;
  readonly #signed: Signed | undefined;
  /** Servers without pins that the operator was told of. */
  readonly #told = new Set<string>();
  #lock: LockFile = new Map();

  /**
   * @param more.tell one line for the operator
   * @param more.signed when pins that held were signed
   * @throws DemarcError `DMC_MCP_LOCK` when there is a lock file that is none, the one that is named is not there, or pins are missing or
   *   not signed by the key that is configured, or before those that held
   */
  constructor(
    context: Context,
    folder: string,
    { pins, servers }: GatewaySettings,
    first: FirstSeen,
    more: { readonly tell?: (line: string) => void; readonly signed?: Signed } = {},
  ) {
    this.#context = context;
    this.#path = resolve(folder, pins.file ?? lockFileName);
    this.#key = pins.key;
    this.#servers = Object.keys(servers);
    this.#isNamed = pins.file !== undefined;
    this.#refuses = pins.unpinned === 'refuse';
    this.#tell = more.tell ?? (() => undefined);
    this.#signed = more.signed;
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
    if (this.#isNamed && text === undefined)
      throw new DemarcError('DMC_MCP_LOCK', `there is no \`${this.#path}\`, which \`pins.file\` names`, {
        hint: `\`demarc mcp pin --lock ${this.#path}\` writes it`,
      });
    const lock: LockFile = text === undefined ? new Map() : parseLockFile(text, this.#path);
    // A server whose pins were taken out of the file would count as one that nobody pinned.
    const names = new Set([...lock.keys(), ...this.#servers]);
    if (key !== undefined) this.#verify(names, lock, key);
    this.#lock = lock;
  }

  #verify(names: ReadonlySet<string>, lock: LockFile, key: string): void {
    const times = Array.from(names, (name) => {
      const signedMs = verifyPins(name, lock.get(name), key);
      const whyNot = this.#signed?.whyNot(`pins of ${name}`, signedMs);
      if (whyNot !== undefined)
        throw new DemarcError('DMC_MCP_LOCK', `the pins of \`${name}\` are ${whyNot}`, {
          hint: '`demarc mcp pin --key <file>` pins what the server lists now',
        });
      return [name, signedMs] as const;
    });
    for (const [name, signedMs] of times) this.#signed?.note(`pins of ${name}`, signedMs);
  }

  /** The whole page at once: two definitions of one name are seen only beside each other. */
  readonly inspect: Inspect = (server, _principal, feature, definitions) => {
    if (this.#refuses && definitions.length > 0 && !this.#lock.has(server))
      this.#tellOf(server, feature, definitions.length);
    const kindOf = (definition: object): Exclude<DefinitionKind, 'instructions'> =>
      feature === 'resource' && 'uriTemplate' in definition ? 'template' : feature;
    // What is both would be looked at as one and used as the other.
    const clear = definitions.filter((definition) => !(kindOf(definition) === 'template' && 'uri' in definition));
    const blocked = new Map<object, readonly string[]>();
    for (const kind of new Set(clear.map(kindOf))) {
      const entries = clear.filter((definition) => kindOf(definition) === kind);
      const judged = this.#watch.inspect(server, kind, entries);
      for (const [at, entry] of entries.entries()) blocked.set(entry, judged[at]?.blocked ?? ['definition.malformed']);
    }
    return definitions.map((definition) => blocked.get(definition) ?? ['definition.malformed']);
  };

  /** Labels that a tool which has changed was approved or first seen with. */
  approved(server: string, name: string, definition: JsonObject): ApprovedLabels | undefined {
    return this.#watch.approved(server, name, definition);
  }

  /** @returns reason codes for which a name that no list had is not used */
  unlisted(server: string, feature: Feature, name: string): readonly string[] {
    return this.#watch.unlisted(server, feature, name);
  }

  /** What a server says of itself as a whole. @returns reason codes for which it is not passed on */
  instructions(server: string, text: string): readonly string[] {
    return this.#watch.inspectInstructions(server, text).blocked;
  }

  /** Once for a server: else its list is empty and nobody knows why. */
  #tellOf(server: string, feature: string, count: number): void {
    if (this.#told.has(server)) return;
    this.#told.add(server);
    const what = `${count} ${feature}${count === 1 ? ' is' : 's are'}`;
    this.#tell(
      `server ${server}: ${what} not offered, nor is anything else of it: never approved; \`demarc mcp pin --name ${server} --lock ${this.#path}\` approves (docs/guide/tool-integrity.md#pins)`,
    );
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
