import { invariant } from '../../base/errors.ts';
import type { Clock, Random } from '../../base/ports.ts';
import { BridgedUpstream } from '../../gateway/bridge/bridged-upstream.ts';
import type { ServerSettings } from '../../gateway/config/settings.ts';
import type { HttpPort } from '../../gateway/upstream/http-port.ts';
import { HttpUpstream } from '../../gateway/upstream/http-upstream.ts';
import type { CredentialSource } from '../../gateway/upstream/server-requests.ts';
import { sseUpstream } from '../../gateway/upstream/sse-channel.ts';
import { type ChannelPorts, ChannelUpstream } from '../../gateway/upstream/channel-upstream.ts';
import type { Upstream } from '../../gateway/upstream/upstream.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import type { ServerLaunch } from '../../sandbox/server-launch.ts';
import { errorLines } from '../error-lines.ts';
import { serverOpening, type StartPorts } from '../sandbox/start-server.ts';

export interface UpstreamParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpPort;
  /** Leave to start the servers that are programs, and what it takes; undefined where there is no such server. */
  readonly launches: ReadonlyMap<string, ServerLaunch>;
  readonly starting: StartPorts | undefined;
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** Credentials for a server behind HTTP. */
  readonly credentials: (server: string) => CredentialSource;
  readonly tell: (line: string) => void;
}

/** Makes the way to one server. */
export function upstreamOf(name: string, settings: ServerSettings, parts: UpstreamParts): Upstream {
  const { clock, random, http, tell } = parts;
  const stated = settings.eras === undefined ? undefined : new Set(settings.eras);
  const exited = (server: string, why: string): void => tell(`server ${server} ${why}`);
  if ('url' in settings) {
    const server = {
      name,
      url: new URL(settings.url),
      credentials: settings.credential.type === 'none' ? undefined : parts.credentials(name),
      headers: settings.headers,
    };
    const idle = settings['idle-seconds'];
    const bounds = idle === undefined ? {} : { gatewayCallIdleMs: idle * 1000 };
    if (settings.transport === 'sse') {
      const inner = sseUpstream(server, http, { clock, random, exited }, bounds);
      return new BridgedUpstream(inner, { clock, random }, new Set(['stateful']));
    }
    const inner = new HttpUpstream({ ...server, forwardHeaders: settings['forward-headers'] }, http, bounds);
    return new BridgedUpstream(inner, { clock, random }, stated);
  }
  const launch = parts.launches.get(name);
  const { starting } = parts;
  invariant(launch !== undefined && starting !== undefined, `\`${name}\` starts a process and was loaded`);
  const secrets = new Set<string>();
  const secret = async (reference: SecretReference): Promise<string> => {
    const value = await parts.secret(reference);
    secrets.add(value);
    return value;
  };
  const inner = new ChannelUpstream(
    { name, prepare: serverOpening(launch, secret, starting), channelPer: settings['process-per'] },
    { clock, random, exited: exitTeller(launch, secrets, tell) },
  );
  // Its files are pinned: what it speaks does not change while the gateway runs.
  return new BridgedUpstream(inner, { clock, random, verdictMs: Infinity }, stated);
}

/**
 * Tells the operator how a program ended and what it wrote last; what it wrote before as well, as one that keeps failing does, once.
 *
 * @param secrets that it was given
 */
export function exitTeller(
  { settings: { sandbox } }: Pick<ServerLaunch, 'settings'>,
  secrets: Iterable<string>,
  tell: (line: string) => void,
): NonNullable<ChannelPorts['exited']> {
  let before = '';
  return (server, why, errorOutput, hasSpoken) => {
    const lines = errorLines(errorOutput, secrets);
    const isNew = lines.join('\n') !== before;
    before = lines.join('\n');
    tell(`server ${server} ${why}${isNew && lines.length > 0 ? ' and wrote:' : ''}`);
    if (!isNew) return;
    for (const line of lines) tell(line);
    if (!hasSpoken && !('none' in sandbox))
      tell(
        '  in its sandbox it sees only its own files and what `readable` and `writable` name (docs/guide/sandbox.md)',
      );
  };
}
