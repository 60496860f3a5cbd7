import { resolve } from 'node:path';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { Inspect } from '../../gateway/definitions/directory.ts';
import { ListWatch } from '../../integrity/list-watch.ts';
import { type LockFile, parseLockFile } from '../../integrity/lock-file.ts';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import type { Context } from '../context.ts';
import { draft } from '../mcp/draft-labels.ts';

/** What was approved of the servers' definitions, and the watch over what they list. */
export class Pins {
  readonly #context: Context;
  readonly #path: string;
  readonly #watch: ListWatch;
  #lock: LockFile = new Map();

  /** @throws DemarcError `DMC_MCP_LOCK` when there is a lock file that is none */
  constructor(context: Context, folder: string, { pins }: GatewaySettings) {
    this.#context = context;
    this.#path = resolve(folder, pins.file ?? lockFileName);
    this.#watch = new ListWatch({ pins: (server) => this.#lock.get(server), unpinned: pins.unpinned, draft });
    this.reload();
  }

  /** Reads the lock file again. A file that is none leaves what was known. @throws DemarcError `DMC_MCP_LOCK` */
  reload(): void {
    const text = this.#read();
    this.#lock = text === undefined ? new Map() : parseLockFile(text, this.#path);
  }

  readonly inspect: Inspect = (server, _principal, feature, definitions) =>
    definitions.flatMap((definition) => {
      const kind = feature === 'resource' && 'uriTemplate' in definition ? 'template' : feature;
      return this.#watch.inspect(server, kind, [definition]).map(({ blocked }) => blocked);
    });

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
