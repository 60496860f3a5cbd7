import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { confidentialities } from '../../model/event.ts';
import { isSafeUrl } from './discovery.ts';
import { serverName } from './resource.ts';

/** Signatures that can be accepted: by key pairs only, so no public key can be taken for a shared one (RFC 8725, section 3.1). */
export const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/**
 * A name of an agent, role or run as this configuration gives it. It has no colon: `<issuer>:<client>` is how agents are called that an
 * issuer names, so that no issuer can name one of ours.
 */
export const localName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/;
export const localNameProblem = 'is not made of letters, digits, dots, underscores and hyphens (128 at most)';

const name = z.string().regex(localName, localNameProblem);
const names = z.array(name).max(limits.identityValuesMax);
/** Of a token or certificate: as others wrote it. */
const foreign = z.string().min(1).max(limits.identifierLengthMax);
/** RFC 6749, section 3.3. */
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'is not a scope: no space, quote or backslash');
const scopes = z.array(scope).max(limits.identityValuesMax);
const confidentiality = z.enum(confidentialities);

/** A claim by its name, or by the names that lead to it where it is nested. */
const claim = z
  .union([foreign, z.array(foreign).min(1).max(8)])
  .transform((path): readonly string[] => (typeof path === 'string' ? [path] : path));

const safeUrl = z
  .string()
  .refine(isSafeUrl, 'is not an https URL (http only on this machine), without user, password and fragment');

const publicOrigin = z
  .string()
  .refine(isSafeUrl, 'is not an https URL (http only on this machine)')
  .refine((text) => !URL.canParse(text) || new URL(text).origin === text, {
    message: 'is not scheme and host alone, in small letters, without a slash at the end',
  });

/** Who has a role: any of these. */
const roleHolders = z
  .strictObject({
    groups: z.array(foreign).default([]),
    /** Values of the issuer's claim of roles. */
    roles: z.array(foreign).default([]),
    /** Agents by the name they have here. */
    agents: z.array(foreign).default([]),
    /** Everybody this issuer identifies. */
    everybody: z.boolean().default(false),
  })
  .refine(({ groups, roles, agents, everybody }) => everybody || groups.length + roles.length + agents.length > 0, {
    message: 'names nobody: give `groups`, `roles`, `agents` or `everybody: true`',
  });

const issuer = z
  .strictObject({
    name,
    issuer: safeUrl,
    'jwks-uri': safeUrl.optional(),
    algorithms: z
      .array(z.enum(algorithms, 'is not an accepted algorithm: those with key pairs are'))
      .min(1)
      .default(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']),
    /** Further values of `aud` that mean this gateway, for issuers without RFC 8707. */
    audiences: z.array(foreign).default([]),
    /** Only tokens typed `at+jwt` (RFC 9068). */
    'require-type': z.boolean().default(false),
    'skew-seconds': z.int().min(0).max(limits.clockSkewSecondsMax).default(30),
    agent: z
      .strictObject({
        /** Claims that name the client, the first that is there; `act` is the actor of RFC 8693. */
        claims: z
          .array(claim)
          .min(1)
          .default([['act'], ['client_id'], ['azp'], ['appid'], ['cid']]),
        /** Client → name here. */
        names: z.record(foreign, name).default({}),
        'only-named': z.boolean().default(false),
      })
      .prefault({}),
    person: z
      .strictObject({
        claim: claim.default(['sub']),
        /** Claims of tokens that no person stands behind, with the value, or the values, they then have. */
        'none-when': z
          .record(foreign, z.union([foreign, z.array(foreign)]))
          .default({ idtyp: 'app', gty: 'client-credentials' }),
      })
      .prefault({}),
    'groups-claim': claim.default(['groups']),
    'roles-claim': claim.default(['roles']),
    roles: z.record(name, roleHolders).default({}),
  })
  .transform((value) => ({ ...value, algorithms: value.algorithms.flatMap(bothNames) }));

/** RFC 9864 calls EdDSA with Ed25519 by a name of its own. */
function bothNames(algorithm: (typeof algorithms)[number]): string[] {
  return algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm];
}

const certificate = z
  .strictObject({
    /** URI name of the certificate; `*` at its end stands for one segment. */
    uri: z
      .string()
      .regex(/^[a-z][a-z0-9+.-]*:[^\s*]{1,2000}(?:\/\*)?$/, 'is not a URI; `/*` may end it')
      .optional(),
    /** The whole subject, as `PeerCertificate.subject` has it. */
    subject: foreign.optional(),
    /** Name of the agent; the URI itself where absent. */
    agent: name.optional(),
    roles: names.default([]),
  })
  .refine(
    ({ uri, subject }) => (uri === undefined) !== (subject === undefined),
    'needs a `uri` or a `subject`, and not both',
  )
  .refine(
    ({ subject, agent }) => subject === undefined || agent !== undefined,
    'needs an `agent`: a subject names none',
  )
  .refine(({ uri, agent }) => agent === undefined || uri?.endsWith('/*') !== true, {
    message: 'would give several workloads one name: leave `agent` out, or name the whole URI',
  });

/** The part `identity` of `demarc.gateway.yaml`. Unknown keys are errors. */
export const identitySettings = z
  .strictObject({
    /** Public scheme and host of this gateway; tokens are issued for it. */
    origin: publicOrigin,
    issuers: z.array(issuer).max(limits.issuersMax).default([]),
    scopes: z
      .strictObject({
        /** Scopes every access token needs, and further ones for a server. */
        required: scopes.default([]),
        servers: z.record(z.string().regex(serverName, 'is not the name of a server'), scopes).default({}),
      })
      .prefault({}),
    clearance: z
      .strictObject({
        default: confidentiality.default('internal'),
        roles: z.record(name, confidentiality).default({}),
      })
      .prefault({}),
    'api-keys': z.strictObject({ directory: z.string().min(1).default('demarc.gateway.keys') }).optional(),
    certificates: z.array(certificate).max(limits.identityValuesMax).default([]),
    'run-tokens': z
      .strictObject({
        /** Shared by the gateways of one origin; without it the key is made at start and dies with the process. */
        'key-file': z.string().min(1).optional(),
        'ttl-minutes': z
          .int()
          .min(1)
          .max(limits.runTokenMsMax / 60_000)
          .default(60),
      })
      .prefault({}),
    /** Whoever connects from this machine without a credential. */
    anonymous: z.strictObject({ agent: name, roles: names.default([]) }).optional(),
    runs: z
      .strictObject({
        'client-named': z.boolean().default(true),
        /** Whether a client may say what its user wrote. */
        'user-words': z.enum(['ignore', 'client']).default('ignore'),
        'idle-minutes': z
          .int()
          .min(1)
          .max(24 * 60)
          .default(30),
      })
      .prefault({}),
    /** Further headers in which clients send credentials. */
    'strip-headers': z
      .array(
        z
          .string()
          .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not the name of a header')
          .toLowerCase(),
      )
      .default([]),
  })
  .superRefine((settings, context) => {
    const { issuers } = settings;
    for (const key of ['name', 'issuer'] as const)
      for (const [at, one] of issuers.entries())
        if (issuers.findIndex((other) => other[key] === one[key]) !== at)
          context.addIssue({ code: 'custom', path: ['issuers', at, key], message: `\`${one[key]}\` stands twice` });
    // A workload is called by its URI, a client by its issuer, a colon and its id: a client chooses its id.
    for (const [at, { name: prefix }] of issuers.entries())
      if (settings.certificates.some(({ uri }) => uri?.startsWith(`${prefix}:`) === true))
        context.addIssue({
          code: 'custom',
          path: ['issuers', at, 'name'],
          message: `\`${prefix}:\` begins the names of workloads in \`certificates\``,
        });
    if (issuers.length === 0 && Object.keys(settings.scopes.servers).length + settings.scopes.required.length > 0)
      context.addIssue({ code: 'custom', path: ['scopes'], message: 'nobody grants scopes: there are no `issuers`' });
    if (
      issuers.length === 0 &&
      settings['api-keys'] === undefined &&
      settings.certificates.length === 0 &&
      settings['run-tokens']['key-file'] === undefined &&
      settings.anonymous === undefined
    )
      context.addIssue({
        code: 'custom',
        message:
          'nobody could identify themselves: give `issuers`, `api-keys`, `certificates`, `run-tokens.key-file` or `anonymous`',
      });
  });

/** How clients of the gateway identify themselves, checked. */
export type IdentitySettings = z.output<typeof identitySettings>;
export type IssuerSettings = IdentitySettings['issuers'][number];
