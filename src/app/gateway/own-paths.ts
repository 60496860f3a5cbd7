import { basename, dirname, join, resolve } from 'node:path';
import { asJsonObject } from '../../base/json-object.ts';
import type { Files } from '../../base/ports.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import type { Context } from '../context.ts';
import { isShipped } from '../policy/shipped.ts';
import { programFolder } from '../version.ts';
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
  const { ledger, attributes, pins, policies, tls, servers, identity } = settings;
  const named = [
    path,
    ledger,
    attributes,
    pins.file ?? lockFileName,
    isShipped(policies.set) ? undefined : policies.set,
    tls?.key,
    tls?.certificate,
    tls?.['client-authorities'],
    identity['api-keys']?.directory,
    identity['run-tokens']['key-file'],
    ...Object.values(servers).map(({ manifest }) => manifest),
    ...secretFiles(settings),
  ];
  const paths = named.flatMap((one) => (one === undefined ? [] : [resolve(folder, one)]));
  const states = [stateFolderOf(environment, { settings, folder }), gatewayStateFolder(environment, undefined)];
  return [...states, ...paths, programFolder].map((one) => placeOf(files, one));
}

/** The files of all secrets that lie in files. */
function secretFiles(settings: unknown): readonly string[] {
  if (typeof settings !== 'object' || settings === null) return [];
  const { store, path } = asJsonObject(settings);
  return store === 'file' && typeof path === 'string' ? [path] : Object.values(settings).flatMap(secretFiles);
}

/** Where a path leads behind all links; what is not there yet is where it will be. */
function placeOf(files: Pick<Files, 'real'>, path: string): string {
  try {
    return files.real(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(placeOf(files, above), basename(path));
  }
}
