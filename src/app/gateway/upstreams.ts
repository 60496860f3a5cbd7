import { resolve } from 'node:path';
import type { Clock, Random } from '../../base/ports.ts';
import { BridgedUpstream } from '../../gateway/bridge/bridged-upstream.ts';
import type { LocalServerSettings, ServerSettings } from '../../gateway/config/settings.ts';
import type { ChildCommand, ChildPort } from '../../gateway/upstream/child-port.ts';
import type { HttpPort } from '../../gateway/upstream/http-port.ts';
import { type CredentialSource, HttpUpstream } from '../../gateway/upstream/http-upstream.ts';
import { StdioUpstream } from '../../gateway/upstream/stdio-upstream.ts';
import type { Upstream } from '../../gateway/upstream/upstream.ts';
import type { SecretReference } from '../../model/secret-reference.ts';

export interface UpstreamParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpPort;
  readonly children: ChildPort;
  /** Folder of the configuration: paths are relative to it. */
  readonly folder: string;
  readonly secret: (reference: SecretReference) => Promise<string>;
  /** Credentials for a server behind HTTP. */
  readonly credentials: (server: string) => CredentialSource;
  readonly tell: (line: string) => void;
}

/** Makes the way to one server. */
export function upstreamOf(name: string, settings: ServerSettings, parts: UpstreamParts): Upstream {
  const { clock, random, http, children, tell } = parts;
  const stated = settings.eras === undefined ? undefined : new Set(settings.eras);
  if ('url' in settings) {
    const inner = new HttpUpstream(
      {
        name,
        url: new URL(settings.url),
        forwardHeaders: settings['forward-headers'],
        headers: settings.headers,
        credentials: settings.credential.type === 'none' ? undefined : parts.credentials(name),
      },
      http,
      settings['idle-seconds'] === undefined ? {} : { gatewayCallIdleMs: settings['idle-seconds'] * 1000 },
    );
    return new BridgedUpstream(inner, { clock, random }, stated);
  }
  const inner = new StdioUpstream(
    { name, command: () => commandOf(settings, parts), processPer: settings['process-per'] },
    { children, clock, random, exited: (server, why) => tell(`server ${server} ${why}`) },
  );
  return new BridgedUpstream(inner, { clock, random }, stated);
}

/** What is started: the path as it was written, no shell, and no variable but those of the configuration. */
async function commandOf(settings: LocalServerSettings, { folder, secret }: UpstreamParts): Promise<ChildCommand> {
  const textOf = async (value: LocalServerSettings['args'][number]): Promise<string> =>
    typeof value === 'string' ? value : secret(value.secret);
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.env)) environment[name] = await textOf(value);
  const args: string[] = [];
  for (const value of settings.args) args.push(await textOf(value));
  return {
    path: resolve(folder, settings.command),
    args,
    environment,
    ...(settings.cwd === undefined ? {} : { directory: resolve(folder, settings.cwd) }),
  };
}
