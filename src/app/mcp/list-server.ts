import { DemarcError } from '../../base/errors.ts';
import type { Clock, Random } from '../../base/ports.ts';
import { isSecretName } from '../../base/secrets.ts';
import type { ChildPort } from '../../gateway/upstream/child-port.ts';
import { sseUpstream } from '../../gateway/upstream/sse-channel.ts';
import type { HttpPort } from '../../gateway/upstream/http-port.ts';
import { HttpUpstream } from '../../gateway/upstream/http-upstream.ts';
import { ChannelUpstream } from '../../gateway/upstream/channel-upstream.ts';
import type { Upstream } from '../../gateway/upstream/upstream.ts';
import type { Listing } from '../../integrity/definition.ts';
import { errorLines } from '../error-lines.ts';
import { nodeChildren } from '../gateway/node-child.ts';
import { undiciHttp } from '../gateway/undici-http.ts';
import { cryptoRandom } from '../ledger/place.ts';
import { nodeClock } from '../node-ports.ts';
import { fetchListing, type ListBounds } from './fetch-listing.ts';
import type { NamedServer, ServerWay } from './named-servers.ts';

export interface ListPorts {
  readonly children: ChildPort;
  readonly http: () => HttpPort;
  readonly clock: Clock;
  readonly random: Random;
}

const nodePorts = (): ListPorts => ({
  children: nodeChildren(),
  http: undiciHttp,
  clock: nodeClock,
  random: cryptoRandom,
});

/** What a named server lists. Its program is started for this and ended with all it started. @throws DemarcError `DMC_MCP_LIST` */
export async function listServer(
  { name, way }: NamedServer,
  bounds: Partial<ListBounds> = {},
  ports: ListPorts = nodePorts(),
): Promise<Listing> {
  if (way.kind === 'listing') return way.listing;
  if (way.kind === 'none') throw way.error;
  let wrote: readonly string[] = [];
  const secrets =
    way.kind === 'start'
      ? Object.entries(way.environment).flatMap(([key, value]) => (isSecretName(key) ? [value] : []))
      : [];
  const upstream = upstreamOf(name, way, ports, (errorOutput) => (wrote = errorLines(errorOutput, secrets)));
  try {
    return await fetchListing(name, upstream, bounds);
  } catch (thrown) {
    if (!(thrown instanceof DemarcError) || wrote.length === 0) throw thrown;
    throw new DemarcError(thrown.code, thrown.message, { hint: `it wrote:\n${wrote.join('\n')}`, cause: thrown });
  } finally {
    await upstream.close();
  }
}

function upstreamOf(
  name: string,
  way: Exclude<ServerWay, { kind: 'listing' | 'none' }>,
  ports: ListPorts,
  wrote: (errorOutput: string) => void,
): Upstream {
  if (way.kind === 'ask') {
    const { url, headers } = way;
    const http = ports.http();
    const server = { name, url, headers };
    return way.sse ? sseUpstream(server, http, ports) : new HttpUpstream(server, http);
  }
  const { path, args, environment, directory } = way;
  return new ChannelUpstream(
    { name, prepare: () => () => ports.children.start({ path, args, environment, directory }), channelPer: 'session' },
    { ...ports, exited: (_server, _why, errorOutput) => wrote(errorOutput) },
  );
}
