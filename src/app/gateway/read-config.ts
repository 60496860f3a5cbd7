import { dirname, resolve } from 'node:path';
import { type GatewaySettings, gatewaySettings } from '../../gateway/config/settings.ts';
import { DemarcError, messageOf } from '../../base/errors.ts';
import type { Context } from '../context.ts';
import { type PlacedYaml, yamlSettings } from '../plain-yaml.ts';
import { signaturePathOf } from './servers-signature.ts';

/** A configuration that was checked, and its servers as they were written: that is what is signed. */
export interface GatewayConfig extends GatewaySettings {
  readonly written: Readonly<Record<string, unknown>>;
  readonly placeOf: PlacedYaml['placeOf'];
}

/**
 * Reads something that a part of the configuration names.
 *
 * @param path of that part
 * @throws DemarcError what reading it throws, with where in the configuration that part is
 */
export function readNamed<T>({ placeOf }: Pick<GatewayConfig, 'placeOf'>, path: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof DemarcError)) throw thrown;
    const { code, message, hint } = thrown;
    const told = `${placeOf(path)}: \`${path.join('.')}\`: ${message}`;
    throw new DemarcError(code, told, { cause: thrown, ...(hint === undefined ? {} : { hint }) });
  }
}

/** A configuration as it lies on disk. */
export interface NamedConfig {
  readonly settings: GatewayConfig;
  /** The signed statement about its servers that are programs. */
  readonly signature: string | undefined;
  /** Absolute. */
  readonly path: string;
  /** What paths in it are relative to. */
  readonly folder: string;
}

/**
 * Reads the configuration that a command names.
 *
 * @throws DemarcError `DMC_CONFIG_UNREADABLE`, `DMC_CONFIG_INVALID`
 */
export function readGatewayConfig(context: Context, file: string): NamedConfig {
  const path = resolve(context.environment.workingDirectory, file);
  let text: string;
  try {
    text = Buffer.from(context.files.read(path)).toString('utf8');
  } catch (thrown) {
    throw new DemarcError('DMC_CONFIG_UNREADABLE', `\`${file}\` cannot be read: ${messageOf(thrown)}`, {
      hint: '`demarc gateway init` writes a configuration from the MCP servers your agents use',
      cause: thrown,
    });
  }
  const signature = readIfThere(context, signaturePathOf(path));
  return { settings: parseGatewayConfig(text, file), signature, path, folder: dirname(path) };
}

/** The text of a file; undefined when there is none. */
function readIfThere(context: Context, path: string): string | undefined {
  try {
    return Buffer.from(context.files.read(path)).toString('utf8');
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** @param listen `host:port`; the host of an IPv6 address comes without its brackets */
export function hostAndPort(listen: string): readonly [host: string, port: number] {
  const at = listen.lastIndexOf(':');
  return [listen.slice(0, at).replace(/^\[|\]$/g, ''), Number(listen.slice(at + 1))];
}

/**
 * Reads `demarc.gateway.yaml`.
 *
 * @param file its name, for messages
 * @throws DemarcError `DMC_CONFIG_INVALID`, which names the first problem and where it is
 */
export function parseGatewayConfig(text: string, file: string): GatewayConfig {
  const hint = 'docs/guide/gateway.md describes every key; `demarc gateway init` writes a configuration';
  const { settings, value, placeOf } = yamlSettings(gatewaySettings, text, file, hint);
  return { ...settings, written: (value as { servers: GatewayConfig['written'] }).servers, placeOf };
}
