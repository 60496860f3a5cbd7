import { type GatewaySettings, gatewaySettings } from '../../gateway/config/settings.ts';
import { DemarcError } from '../../base/errors.ts';
import { plainYaml } from '../plain-yaml.ts';

/** A configuration that was checked, and its servers as they were written: that is what is signed. */
export interface GatewayConfig extends GatewaySettings {
  readonly written: Readonly<Record<string, unknown>>;
}

/**
 * Reads `demarc.gateway.yaml`.
 *
 * @param file its name, for messages
 * @throws DemarcError `DMC_CONFIG_INVALID`, which names the first problem and where it is
 */
export function parseGatewayConfig(text: string, file: string): GatewayConfig {
  const written = plainYaml(text, file, 'DMC_CONFIG_INVALID') ?? {};
  const parsed = gatewaySettings.safeParse(written);
  if (parsed.success) return { ...parsed.data, written: (written as { servers: GatewayConfig['written'] }).servers };
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
