import type { Directory } from '../../gateway/definitions/directory.ts';
import type { Integrity } from '../../gateway/pipeline/parts.ts';
import type { Pins } from './pins.ts';
import type { ServerLists } from './server-lists.ts';

/** What servers offer, held to what was approved of it. */
export function integrityOf(directory: Directory, pins: Pins, lists: ServerLists): Integrity {
  return {
    list: (server, principal, feature, definitions) => directory.list(server, principal, feature, definitions),
    get: (server, principal, feature, name) => directory.get(server, principal, feature, name),
    unlisted: (server, feature, name) => pins.unlisted(server, feature, name),
    instructions: (server, text) => pins.instructions(server, text),
    listed: (of, feature, name) =>
      directory.knows(of.server, of.principal, feature, name) ? undefined : lists.fill(directory, of),
  };
}
