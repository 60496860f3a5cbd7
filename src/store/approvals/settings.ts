import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { isLoopbackHost } from '../../base/public-address.ts';
import { matchesWildcard } from '../../base/wildcard.ts';
import type { AccessDecision } from '../../model/access.ts';
import { secretReference } from '../../model/secret-reference.ts';
import type { ApprovalKind, ApproverRule } from './approval.ts';
import { approverScope, type KnownPeople } from './approver.ts';

const httpsUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.password === '' && url.hash === '';
  return isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)));
}, 'is not an https URL without user, password and fragment');
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not made of small letters, digits and hyphens (63 at most)');
const roles = z.array(z.string().min(1)).min(1);
const lifetimeMs = z
  .int()
  .min(1_000)
  .max(7 * 24 * 60 * 60 * 1000);
const payload = z.enum(['withhold', 'include']).default('withhold');

const subject = z.string().min(1).max(limits.subjectLengthMax);
const names = z
  .record(z.string(), subject.nullable())
  .refine((subjects) => Object.keys(subjects).length > 1, {
    message: 'says who somebody is at one issuer only',
    abort: true,
  })
  .transform((subjects): KnownPeople[number] => new Map(Object.entries(subjects)));

const notify = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('slack'),
    name,
    url: secretReference,
    payload,
    buttons: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('webhook'), name, url: httpsUrl, secret: secretReference, payload }),
]);

/** `approvals` in the gateway's settings. */
export const approvalSettings = z
  .strictObject({
    /** Where people reach the approvals of this gateway. */
    url: httpsUrl.refine((text) => !text.includes('?'), 'takes no query').transform((text) => text.replace(/\/+$/, '')),
    /** Who may answer, where `policies` say nothing else. */
    roles: roles.default(['approver']),
    /** What a token has to be for, that somebody may answer with it (`approverOf`). */
    scope: z.string().min(1).default(approverScope),
    'four-eyes': z.boolean().default(true),
    /** Whoever approves says why; a declassification needs it always. */
    reason: z.boolean().default(false),
    'expires-ms': lifetimeMs.default(10 * 60 * 1000),
    /** How long a call that is tried again is held for an answer. */
    'wait-ms': z.int().min(0).max(120_000).default(25_000),
    /** Whether an approval is good for the run it was asked in only. */
    'per-run': z.boolean().default(true),
    /** For calls that these policies ask about; `*` stands for any characters of an id, the first that fits holds. */
    policies: z
      .array(
        z.strictObject({
          policies: z.array(z.string().min(1)).min(1),
          roles: roles.optional(),
          'four-eyes': z.boolean().optional(),
          reason: z.boolean().optional(),
          'expires-ms': lifetimeMs.optional(),
        }),
      )
      .default([]),
    /** People who have names at several issuers: of each the subject by issuer, null where they have none there. */
    people: z.array(names).max(10_000).default([]),
    notify: z.array(notify).max(16).default([]),
    /** Buttons in Slack. */
    slack: z
      .strictObject({
        'signing-secret': secretReference,
        people: z.array(
          z.strictObject({
            id: z.string().min(1),
            issuer: z.string().min(1),
            subject,
            roles,
          }),
        ),
      })
      .optional(),
    /** Systems that answer for people. */
    callbacks: z
      .array(z.strictObject({ name, secret: secretReference, issuer: z.string().min(1), roles }))
      .max(16)
      .default([]),
  })
  .superRefine((settings, context) => {
    for (const key of ['notify', 'callbacks'] as const) {
      const names = settings[key].map((one) => one.name);
      if (new Set(names).size < names.length)
        context.addIssue({ code: 'custom', path: [key], message: 'names two alike' });
    }
    const identities = settings.people.flatMap((one) => [...one].filter(([, name]) => name !== null));
    if (new Set(identities.map((one) => JSON.stringify(one))).size < identities.length)
      context.addIssue({ code: 'custom', path: ['people'], message: 'names somebody twice' });
    if (settings.slack === undefined && settings.notify.some((one) => one.kind === 'slack' && one.buttons))
      context.addIssue({ code: 'custom', path: ['slack'], message: 'is needed for buttons' });
  });

export type ApprovalSettings = z.infer<typeof approvalSettings>;

/** The issuers whose people the settings name, and where they do. */
export function issuersIn({
  slack,
  callbacks,
  people,
}: ApprovalSettings): readonly { readonly path: readonly (string | number)[]; readonly issuer: string }[] {
  return [
    ...(slack?.people ?? []).map(({ issuer }, at) => ({ path: ['slack', 'people', at, 'issuer'], issuer })),
    ...callbacks.map(({ issuer }, at) => ({ path: ['callbacks', at, 'issuer'], issuer })),
    ...people.flatMap((one, at) => [...one.keys()].map((issuer) => ({ path: ['people', at], issuer }))),
  ];
}

/**
 * Who may answer what these policies ask, and until when: the strictest of what is set for each. An approver has a role for
 * every one of them.
 */
export function approverRule(
  settings: ApprovalSettings,
  { policies }: Pick<AccessDecision, 'policies'>,
  kind: ApprovalKind,
): { readonly rule: ApproverRule; readonly lifetimeMs: number } {
  const asked = policies.map((policy) =>
    settings.policies.find((entry) => entry.policies.some((pattern) => matchesWildcard(pattern, policy))),
  );
  const each = asked.length === 0 ? [undefined] : asked;
  const groups = each.map((entry) => entry?.roles ?? settings.roles);
  return {
    rule: {
      roles: [...new Map(groups.map((group) => [JSON.stringify([...group].sort()), group])).values()],
      fourEyes: each.some((entry) => entry?.['four-eyes'] ?? settings['four-eyes']),
      reasonRequired: kind === 'declassification' || each.some((entry) => entry?.reason ?? settings.reason),
    },
    lifetimeMs: Math.min(...each.map((entry) => entry?.['expires-ms'] ?? settings['expires-ms'])),
  };
}
