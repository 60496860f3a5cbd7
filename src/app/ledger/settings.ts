import { z } from 'zod';
import { DemarcError } from '../../base/errors.ts';

/** Where a ledger's tiles are and who holds its lease, when that is not its own folder: `ledger.json` in it. */
const settingsSchema = z.strictObject({
  store: z
    .strictObject({
      kind: z.literal('s3'),
      bucketUrl: z.url({ protocol: /^https?$/ }),
      region: z.string().min(1),
      /** Begins each object key; empty, or with a slash at its end. */
      prefix: z.string().regex(/^$|\/$/),
      retention: z
        .strictObject({ mode: z.enum(['COMPLIANCE', 'GOVERNANCE']), days: z.int().min(1).max(36_500) })
        .optional(),
    })
    .optional(),
  lease: z.enum(['file', 'postgres']).optional(),
});

export type LedgerSettings = z.infer<typeof settingsSchema>;

/** The name of the file of settings in a ledger's folder. */
export const settingsFile = 'ledger.json';

/** @throws DemarcError `DMC_CONFIG_INVALID` */
export function parseLedgerSettings(text: string, path: string): LedgerSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DemarcError('DMC_CONFIG_INVALID', `\`${path}\` is not JSON`);
  }
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DemarcError('DMC_CONFIG_INVALID', `\`${path}\`: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/**
 * Settings of a new ledger from what the command was given.
 *
 * @param given.store `s3://<bucket>/<prefix>`
 * @param given.retention `compliance:<days>` or `governance:<days>`
 * @throws DemarcError `DMC_USAGE`
 */
export function newLedgerSettings(given: {
  readonly store?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly retention?: string | undefined;
  readonly lease?: 'file' | 'postgres' | undefined;
}): LedgerSettings {
  const lease = given.lease === undefined ? {} : { lease: given.lease };
  if (given.store === undefined) {
    if (given.retention !== undefined) throw usage('--retention needs a --store that can lock objects');
    return lease;
  }
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(given.store) ?? [];
  if (bucket === undefined) throw usage(`\`${given.store}\` is no store`, 's3://bucket/prefix');
  if (given.region === undefined) throw usage('a store needs its region', '--region eu-central-1');
  const prefix = path.replace(/\/*$/, '');
  return {
    ...lease,
    store: {
      kind: 's3',
      bucketUrl:
        given.endpoint === undefined
          ? `https://${bucket}.s3.${given.region}.amazonaws.com`
          : `${given.endpoint.replace(/\/+$/, '')}/${bucket}`,
      region: given.region,
      prefix: prefix === '' ? '' : `${prefix}/`,
      ...(given.retention === undefined ? {} : { retention: parseRetention(given.retention) }),
    },
  };
}

function parseRetention(text: string): { mode: 'COMPLIANCE' | 'GOVERNANCE'; days: number } {
  const [, mode, days] = /^(compliance|governance):(\d{1,5})$/.exec(text.toLowerCase()) ?? [];
  if (mode === undefined) throw usage(`\`${text}\` is no retention`, 'compliance:365 or governance:30');
  return { mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', days: Number(days) };
}

function usage(message: string, hint?: string): DemarcError {
  return new DemarcError('DMC_USAGE', message, hint === undefined ? {} : { hint });
}
