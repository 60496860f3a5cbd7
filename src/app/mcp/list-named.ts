import type { Listing } from '../../integrity/definition.ts';
import type { Context } from '../context.ts';
import { sayingSo } from '../saying-so.ts';
import { listServer } from './list-server.ts';
import type { NamedServer } from './named-servers.ts';

/** What a named server lists; one that says nothing is told of on a terminal. @throws DemarcError `DMC_MCP_LIST` */
export function listNamed({ process: { stderr } }: Context, server: NamedServer): Promise<Listing> {
  const say = (): void => stderr.write(`waiting for server ${server.name}, which has said nothing yet\n`);
  return sayingSo(listServer(server), stderr.isTTY === true ? say : () => undefined);
}
