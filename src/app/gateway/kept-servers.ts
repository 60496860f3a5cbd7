import type { DurableFiles } from '../../base/ports.ts';
import type { ServerSettings } from '../../gateway/config/settings.ts';
import { commandIdentity, type ServerIdentity, urlIdentity } from '../../integrity/identity.ts';

/** What a file of the state folder about the servers is opened with. */
export interface KeptServersParts {
  readonly files: Pick<DurableFiles, 'read' | 'replace'>;
  /** Absolute. */
  readonly path: string;
  readonly servers: Readonly<Record<string, ServerSettings>>;
  readonly tell: (line: string) => void;
}

/** What makes a server of the configuration the one it was before. */
export function identityOf(settings: ServerSettings): ServerIdentity {
  if ('url' in settings) return urlIdentity(settings.url);
  const { command, package: from, args } = settings;
  const program = from === undefined ? command : 'npm' in from ? from.npm : from.pypi;
  return commandIdentity([program ?? '', ...args]);
}
