import { type GatewaySettings, gatewaySettings } from '../../gateway/config/settings.ts';
import { DemarcError } from '../../base/errors.ts';
import { plainYaml } from '../plain-yaml.ts';

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
