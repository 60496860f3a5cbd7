import { z } from 'zod';
import type { Config } from './config.ts';
import { yamlSettings } from './plain-yaml.ts';

const severity = z.enum(['critical', 'high', 'medium', 'low', 'info']);

/** `demarc.yaml`: unknown keys are errors, so that a misspelt suppression is never silence. */
const configFile = z.strictObject({
  paths: z.array(z.string().min(1)).default([]),
  exclude: z.array(z.string().min(1)).default([]),
  posture: z.enum(['lockdown', 'controlled', 'open']).optional(),
  'fail-on': severity.optional(),
  rules: z
    .record(
      z.string(),
      z.union([z.strictObject({ severity }), z.strictObject({ enabled: z.literal(false), reason: z.string().min(8) })]),
    )
    .default({}),
  suppress: z
    .array(
      z.strictObject({
        rule: z.string().min(1),
        path: z.string().optional(),
        resource: z.string().optional(),
        reason: z.string().min(8),
        owner: z.string().min(2),
        expires: z.iso.date(),
      }),
    )
    .default([]),
});

/**
 * Reads `demarc.yaml`.
 *
 * @param text content of the file
 * @param file its name, for messages
 * @throws DemarcError `DMC_CONFIG_INVALID` naming the first problem and where it is
 */
export function parseConfig(text: string, file: string): Config {
  const hint = 'docs/guide/configuration.md describes every key; a suppression needs rule, reason, owner and expires';
  const { settings: data } = yamlSettings(configFile, text, file, hint);
  const rules = Object.entries(data.rules);
  return {
    paths: data.paths,
    exclude: data.exclude,
    posture: data.posture,
    failOn: data['fail-on'] ?? 'high',
    severities: new Map(
      rules.flatMap(([id, change]) => ('severity' in change ? [[id, change.severity] as const] : [])),
    ),
    disabled: new Set(rules.flatMap(([id, change]) => ('enabled' in change ? [id] : []))),
    suppressions: data.suppress,
  };
}
