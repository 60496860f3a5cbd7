import { basename, dirname, join } from 'node:path';
import type { Context } from '../../context.ts';
import { configurationId } from '../configuration-id.ts';
import { serveNode } from '../node-server.ts';
import { gatewayStateFolder } from '../state-folder.ts';

/** Where a gateway listens and keeps what it keeps, as its configuration has it. */
export interface OwnPlace {
  readonly listen: string;
  readonly state: string;
}

/** Ports below those that systems give to connections and to whoever asks for any. */
const [firstPort, ports] = [10_000, 20_000];

/**
 * An address and a state folder for a new configuration. Both are made of where it lies, so that gateways of several configurations can run
 * at once and no agent reaches the servers of another project, whichever was there first and whether it runs or not.
 *
 * @param configuration absolute path
 */
export async function ownPlace({ files, environment }: Context, configuration: string): Promise<OwnPlace> {
  const folder = files.real(dirname(configuration));
  const id = configurationId(files, folder);
  const name = `${basename(folder).replace(/[^A-Za-z0-9_-]+/g, '-')}-${id.slice(0, 12)}`;
  const state = join(gatewayStateFolder(environment, undefined), 'configurations', name);
  for (let at = parseInt(id.slice(0, 8), 16); ; at++) {
    const port = firstPort + (at % ports);
    if (await isFree(port)) return { listen: `127.0.0.1:${port}`, state };
  }
}

async function isFree(port: number): Promise<boolean> {
  try {
    const server = await serveNode({ handle: () => Promise.resolve(), host: '127.0.0.1', port });
    await server.close(0);
    return true;
  } catch {
    return false;
  }
}
