import { z } from 'zod';
import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { clientLevels, keyOf, type LockedClient, machineScopes, policyDigest } from './posture-lock.ts';

const client = z
  .strictObject({
    client: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'is no client'),
    level: z.enum(clientLevels),
    folder: z.string().max(4_096).refine(isFolder, 'is no folder below the lock').optional(),
    posture: z.enum(['lockdown', 'controlled', 'open']).optional(),
    open: z
      .array(z.string().regex(/^[a-z0-9.-]{1,128}$/, 'is no rule'))
      .max(limits.lockedSettingsMax)
      .optional(),
    read: z.array(z.enum(machineScopes)).max(machineScopes.length),
    digest: z.string(),
    settings: z
      .custom<object>((value) => typeof value === 'object' && value !== null && !Object.hasOwn(value, '__proto__'))
      .pipe(
        z.record(
          z.string().regex(/^[A-Za-z][\w.:-]{0,127}$/, 'is no setting'),
          z.string().regex(/^(?:[0-9a-f]{64}|unset|unknown)$/, 'is no digest'),
        ),
      )
      .refine((settings) => Object.keys(settings).length <= limits.lockedSettingsMax, {
        message: `more than ${limits.lockedSettingsMax} settings`,
      })
      .transform((settings) => new Map(Object.entries(settings))),
  })
  // Runs only when every part is what it should be; a refinement would run on the parts that are not.
  .transform(({ digest, ...entry }, context): LockedClient => {
    const problem =
      entry.level === 'project' && entry.folder === undefined
        ? 'a project has a folder'
        : digest !== policyDigest(entry)
          ? '`digest` is not that of the settings'
          : undefined;
    if (problem === undefined) return entry;
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
const file = z
  .strictObject({
    lock: z.literal(1),
    clients: z.array(client).max(limits.lockedClientsMax, `more than ${limits.lockedClientsMax} clients`),
  })
  .transform(({ clients }, context): readonly LockedClient[] => {
    if (new Set(clients.map(keyOf)).size < clients.length)
      context.addIssue({ code: 'custom', path: ['clients'], message: 'a client stands twice' });
    return clients;
  });

/** No way out of the lock's folder, and one way to write each place: a lock is read wherever its folder lies. */
function isFolder(text: string): boolean {
  if (text === '.') return true;
  return text.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** @param what the file's name, for messages. @throws DemarcError `DMC_POSTURE_LOCK` */
export function parsePostureLock(text: string, what: string): readonly LockedClient[] {
  const hint = '`demarc posture lock` writes this file; do not edit it';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DemarcError('DMC_POSTURE_LOCK', `\`${what}\` is no JSON`, { cause, hint });
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = `${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'invalid'}`;
  // A key may be as long as the file.
  throw new DemarcError('DMC_POSTURE_LOCK', `\`${what}\`: ${problem.slice(0, 200)}`, { hint });
}

/** The file's text: clients by place, one setting a line, so that a change of one shows as one line (and one digest). */
export function formatPostureLock(clients: readonly LockedClient[]): string {
  const entries = [...clients]
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((entry) => {
      const { client, level, folder, posture, open, read, settings } = entry;
      const sorted = [...settings].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        client,
        level,
        folder,
        posture,
        open: open === undefined || open.length === 0 ? undefined : open,
        read,
        digest: policyDigest(entry),
        settings: Object.fromEntries(sorted),
      };
    });
  return `${JSON.stringify({ lock: 1, clients: entries }, null, 2)}\n`;
}
