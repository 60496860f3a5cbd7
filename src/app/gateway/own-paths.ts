import { resolve } from 'node:path';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import type { Context } from '../context.ts';
import { isShipped } from '../policy/shipped.ts';
import { gatewayStateFolder, stateFolderOf } from './state-folder.ts';

/** A configuration and where it lies. */
export interface PlacedConfig {
  readonly settings: GatewaySettings;
  /** What paths in it are relative to. */
  readonly folder: string;
  /** Its file; undefined where it is in none. */
  readonly path?: string | undefined;
}

/** What the gateway decides and records by: a server that could write there could decide for itself. */
export function ownPaths({ files, environment }: Context, { settings, folder, path }: PlacedConfig): readonly string[] {
  const { ledger, attributes, pins, policies, tls, servers } = settings;
  const named = [
    path,
    ledger,
    attributes,
    pins.file ?? lockFileName,
    isShipped(policies.set) ? undefined : policies.set,
    tls?.key,
    tls?.certificate,
    tls?.['client-authorities'],
    ...Object.values(servers).map(({ manifest }) => manifest),
  ];
  const paths = named.flatMap((one) => (one === undefined ? [] : [resolve(folder, one)]));
  const states = [stateFolderOf(environment, { settings, folder }), gatewayStateFolder(environment, undefined)];
  return [...states, ...paths].map((one) => {
    try {
      return files.real(one);
    } catch {
      // What is not there yet is where it will be.
      return one;
    }
  });
}
