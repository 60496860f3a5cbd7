import { dirname, resolve } from 'node:path';
import { type GatewaySettings, gatewaySettings } from '../../gateway/config/settings.ts';
import { DemarcError, messageOf } from '../../base/errors.ts';
import type { Context } from '../context.ts';
import { plainYaml } from '../plain-yaml.ts';

/**
 * Reads the configuration that a command names.
 *
 * @returns the settings, and the folder that paths in them are relative to
 * @throws DemarcError `DMC_CONFIG_UNREADABLE`, `DMC_CONFIG_INVALID`
 */
export function readGatewayConfig(
  context: Context,
  file: string,
): { readonly settings: GatewaySettings; readonly folder: string } {
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
  return { settings: parseGatewayConfig(text, file), folder: dirname(path) };
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
export function parseGatewayConfig(text: string, file: string): GatewaySettings {
  const parsed = gatewaySettings.safeParse(plainYaml(text, file, 'DMC_CONFIG_INVALID') ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new DemarcError(
    'DMC_CONFIG_INVALID',
    `${file}: ${where === '' ? '' : `\`${where}\` `}${issue?.message ?? ''}`,
    {
      hint: 'docs/guide/gateway.md describes every key; `demarc gateway init` writes a configuration',
    },
  );
}
