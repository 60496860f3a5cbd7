import { asJsonObject, isJsonObject } from '../../base/json-object.ts';
import { messageOf } from '../../base/errors.ts';
import type { ListedTool } from '../../gateway/definitions/directory.ts';
import { isSameServer, type ServerIdentity } from '../../integrity/identity.ts';
import { readManifest } from '../../provenance/manifest/tools-list.ts';
import { KeptFile } from './kept-file.ts';
import { identityOf, type KeptServersParts } from './kept-servers.ts';

/**
 * The tools of all servers as policies knew them last, in a file of the state folder: a gateway starts with policies that name the
 * tools of a server which is down. A server with another command, package or address is another one, of which nothing is known.
 */
export class KnownTools {
  readonly #servers: ReadonlyMap<string, ServerIdentity>;
  readonly #before: ReadonlyMap<string, readonly ListedTool[]>;
  readonly #file: KeptFile;
  #tools: readonly ListedTool[] = [];

  private constructor(parts: KeptServersParts, before: ReadonlyMap<string, readonly ListedTool[]>) {
    this.#servers = new Map(Object.entries(parts.servers).map(([name, settings]) => [name, identityOf(settings)]));
    this.#before = before;
    this.#file = new KeptFile({ ...parts, text: () => this.#text() });
  }

  /** A file that cannot be read is as none: servers that are up say again what it held. */
  static async open(parts: KeptServersParts): Promise<KnownTools> {
    const bytes = await parts.files.read(parts.path);
    let before: ReadonlyMap<string, readonly ListedTool[]> = new Map();
    try {
      if (bytes !== undefined) before = read(JSON.parse(Buffer.from(bytes).toString('utf8')), parts);
    } catch (thrown) {
      parts.tell(`tools that servers listed before are not known: ${messageOf(thrown)}`);
    }
    return new KnownTools(parts, before);
  }

  /** What a server listed when it was asked last. */
  of(server: string): readonly ListedTool[] {
    return this.#before.get(server) ?? [];
  }

  keep(tools: readonly ListedTool[]): void {
    this.#tools = tools;
    this.#file.changed();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #text(): string {
    const servers = Array.from(this.#servers, ([name, identity]) => {
      const own = this.#tools.filter(({ server }) => server === name);
      const manifest = { manifest: 1, tools: own.map(({ labels }) => labels) };
      const schemas = own.map(({ inputSchema, outputSchema }) => ({ inputSchema, outputSchema }));
      return [name, { identity, manifest, schemas }];
    });
    return `${JSON.stringify({ tools: 1, servers: Object.fromEntries(servers) as object })}\n`;
  }
}

/** @throws DemarcError `DMC_MANIFEST` */
function read(json: unknown, { path, servers }: KeptServersParts): ReadonlyMap<string, readonly ListedTool[]> {
  const kept = isJsonObject(json) && json['tools'] === 1 ? asJsonObject(json['servers']) : {};
  return new Map(
    Object.entries(servers).flatMap(([server, settings]) => {
      const { identity, manifest, schemas } = asJsonObject(kept[server]);
      if (!isJsonObject(identity) || !isSameServer(identity, identityOf(settings))) return [];
      return [
        [
          server,
          readManifest(manifest, path).map((labels, at): ListedTool => {
            const { inputSchema, outputSchema } = asJsonObject(Array.isArray(schemas) ? schemas[at] : undefined);
            return { server, name: labels.name, inputSchema, outputSchema, labels };
          }),
        ] as const,
      ];
    }),
  );
}
