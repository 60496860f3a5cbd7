import { asJsonObject, isJsonObject } from '../../base/json-object.ts';
import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import { isLoopbackHost } from '../../base/public-address.ts';
import { findSecrets } from '../../base/secrets.ts';
import { handOn, readSettings, unknownKeysOf } from '../../base/settings.ts';
import { type BrokerSettings, brokerSettings, upstreamCredential } from '../../broker/settings.ts';
import { startsProcess } from '../../sandbox/server-program.ts';
import { launchProblem, launchShape } from '../../sandbox/settings.ts';
import { approvalSettings, issuersIn } from '../../store/approvals/settings.ts';
import { budgetSettings } from '../../store/budgets/settings.ts';
import { serverName } from '../identify/resource.ts';
import { type IdentitySettings, identitySettings } from '../identify/settings.ts';

const path = z.string().min(1);
/** Read by itself, with what the others say. */
const part = z.record(z.string(), z.unknown());
const hostAndPort = z
  .string()
  .regex(/^(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+):\d{1,5}$/i, 'is not `host:port`')
  .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535, 'has a port above 65535');
const seconds = z.int().min(1).max(3_600);
const plainText = z
  .string()
  .regex(/^[\t\x20-\x7e]*$/, 'is not made of printable ASCII')
  .refine((text) => findSecrets(text).length === 0, 'is a secret in clear');
/** A field that neither proves who somebody is nor is about the connection or the message. */
const ownHeader =
  /^(?!(?:accept|authorization|connection|content-.*|cookie|expect|host|keep-alive|last-event-id|mcp-.*|origin|proxy-.*|te|trailer|transfer-encoding|upgrade)$)[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** How a server is treated, whatever policies say about its tools. */
const terms = {
  /** A file of labels, as `demarc mcp draft-manifest` prints them: those a person approved go before drafts. */
  manifest: path.optional(),
  /** Credentials in arguments of tools that send out. */
  'secrets-in-arguments': z.enum(['deny', 'redact', 'allow']).default('deny'),
  'secrets-in-results': z.enum(['redact', 'deny', 'allow']).default('redact'),
  /** Whether the server may ask the client's model (sampling). */
  sampling: z.boolean().default(false),
  /** Whether the server may ask the person for input; never for what has the name of a secret. */
  elicitation: z.boolean().default(true),
  /** What the server speaks; found out where absent. */
  eras: z
    .array(z.enum(['stateful', 'stateless']))
    .min(1)
    .optional(),
};

const remoteShape = z.strictObject({
  url: z
    .string()
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'is not an http or https URL'),
  /** `sse` for a server of revision 2024-11-05 that knows HTTP+SSE only, whose stream is at the URL. */
  transport: z.enum(['streamable-http', 'sse']).default('streamable-http'),
  credential: upstreamCredential.default({ type: 'none' }),
  /** Fields sent with every request; never a secret (see `credential`), and none that is the gateway's own to say. */
  headers: z.record(z.string().toLowerCase().regex(ownHeader, 'is no field to set'), plainText).default({}),
  /** Fields of a client's request that go to this server. */
  'forward-headers': z.array(z.string().toLowerCase()).default([]),
  /** How long the server may say nothing. */
  'idle-seconds': seconds.optional(),
  ...terms,
});

const remote = remoteShape.superRefine(({ transport, eras, 'forward-headers': forwarded }, context) => {
  if (transport !== 'sse') return;
  if (eras?.includes('stateless') === true)
    context.addIssue({ code: 'custom', path: ['eras'], message: 'HTTP+SSE is of the era `stateful` only' });
  if (forwarded.length > 0)
    context.addIssue({
      code: 'custom',
      path: ['forward-headers'],
      message: 'HTTP+SSE has none: its stream is opened once for a session',
    });
});

const localShape = {
  ...launchShape,
  'process-per': z.enum(['session', 'principal']).default('session'),
  ...terms,
};

const local = z.strictObject(localShape).superRefine((entry, context) => {
  const problem = launchProblem(entry);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const serverKeys = [...new Set([...Object.keys(remoteShape.shape), ...Object.keys(localShape)])];

export type RemoteServerSettings = z.output<typeof remote>;
export type LocalServerSettings = z.output<typeof local>;
export type ServerSettings = RemoteServerSettings | LocalServerSettings;

const server = z.unknown().transform((value, context): ServerSettings => {
  if (isJsonObject(value) && !startsProcess(value) && value['url'] === undefined) {
    const unknown = Object.keys(value).filter((key) => !serverKeys.includes(key));
    if (unknown.length > 0) handOn([unknownKeysOf(unknown, serverKeys)], context);
    else context.addIssue({ code: 'custom', message: 'needs `url`, `command` or `package`' });
    return z.NEVER;
  }
  const read = startsProcess(value) ? readSettings(local, value) : readSettings(remote, value);
  if (read.problems === undefined) return read.data;
  handOn(read.problems, context);
  return z.NEVER;
});

/** `demarc.gateway.yaml`. Unknown keys are errors, so that a misspelt rule is never silence. */
export const gatewaySettings = z
  .strictObject({
    version: z.literal(1),
    listen: hostAndPort.default('127.0.0.1:8931'),
    /** PEM files. With `client-authorities`, clients may prove themselves with certificates. */
    tls: z.strictObject({ key: path, certificate: path, 'client-authorities': path.optional() }).optional(),
    /** Further `Host` values that mean this gateway. */
    hosts: z.array(z.string().toLowerCase()).default([]),
    /** Origins of web pages that may talk to it; none by default. */
    origins: z.array(z.string().toLowerCase()).default([]),
    identity: part.nullish(),
    /** A file that says which trainings people and agents have completed, and which posture an agent's environment holds. */
    attributes: path.optional(),
    /** Folder of everything the gateway keeps; the user's state folder where absent. */
    state: path.optional(),
    /** Folder of the ledger; made where there is none. In the state folder where absent. */
    ledger: path.optional(),
    /** Whether uses that only read go on while the ledger takes no events; everything else never does. */
    'reads-without-record': z.enum(['deny', 'allow']).default('deny'),
    /** `shadow` decides and records, and lets everything pass. */
    mode: z.enum(['enforce', 'shadow']).default('enforce'),
    /** A shipped set by its name, or a folder. */
    policies: z
      .union([path.transform((set) => ({ set })), z.strictObject({ set: path, key: z.string().optional() })])
      .default({ set: 'provenance' }),
    approvals: part.nullish(),
    /** What was approved of the servers' definitions, as `demarc mcp pin` writes it, and what holds for servers that are not in it. */
    pins: z
      .strictObject({
        file: path.optional(),
        unpinned: z.enum(['first-seen', 'refuse']).default('first-seen'),
        /** Pins count only where this verifier key signed them. */
        key: z.string().optional(),
      })
      .prefault({}),
    budgets: budgetSettings.prefault({}),
    credentials: brokerSettings.prefault({}),
    servers: z
      .record(z.string(), server)
      .superRefine((servers, context) => {
        for (const name of Object.keys(servers))
          if (!serverName.test(name))
            context.addIssue({
              code: 'custom',
              path: [name],
              message: 'is not made of small letters, digits, `_` and `-`',
            });
      })
      .refine((servers) => Object.keys(servers).length > 0, 'names no server')
      .refine(
        (servers) => Object.keys(servers).length <= limits.gatewayServersMax,
        `names more than ${limits.gatewayServersMax}`,
      ),
  })
  .transform((settings, context) => {
    const origin = `${settings.tls === undefined ? 'http' : 'https'}://${settings.listen}`;
    const named = asJsonObject(settings.identity ?? localIdentity);
    const isElsewhere = URL.canParse(origin) && !isLoopbackHost(new URL(origin).hostname);
    if (settings.tls === undefined && named['origin'] === undefined && isElsewhere) {
      const message = 'has to say what clients call the gateway, since `listen` is not of this machine alone';
      context.addIssue({ code: 'custom', path: ['identity', 'origin'], message });
      return z.NEVER;
    }
    const identity = readSettings(identitySettings, { origin, ...named });
    const url = `${identity.problems === undefined ? identity.data.origin : origin}/approvals`;
    const approvals = readSettings(approvalSettings, { url, ...asJsonObject(settings.approvals) });
    handOn(identity.problems ?? [], context, ['identity']);
    handOn(approvals.problems ?? [], context, ['approvals']);
    if (identity.problems !== undefined || approvals.problems !== undefined) return z.NEVER;
    // By another spelling they would be other people to whoever compares: an approver with the person who asked.
    const issuers = new Set(['local', ...identity.data.issuers.map((one) => one.issuer)]);
    for (const { path: at, issuer } of issuersIn(approvals.data))
      if (!issuers.has(issuer))
        context.addIssue({
          code: 'custom',
          path: ['approvals', ...at],
          message: `\`${issuer}\` is neither an issuer of \`identity.issuers\` nor \`local\``,
        });
    const { anonymous, scopes } = identity.data;
    // The server that was meant would be used without them.
    for (const name of Object.keys(scopes.servers))
      if (!Object.hasOwn(settings.servers, name))
        context.addIssue({
          code: 'custom',
          path: ['identity', 'scopes', 'servers', name],
          message: 'is no server of `servers`',
        });
    if (anonymous !== undefined && !isLoopbackHost(settings.listen.replace(/:\d+$/, '')))
      context.addIssue({
        code: 'custom',
        path: ['identity', 'anonymous'],
        message: 'is for gateways that listen on this machine only',
      });
    for (const [name, entry] of Object.entries(settings.servers)) {
      const problem = 'url' in entry ? credentialProblem(entry, identity.data, settings.credentials) : undefined;
      if (problem !== undefined)
        context.addIssue({ code: 'custom', path: ['servers', name, 'credential'], message: problem });
    }
    return { ...settings, identity: identity.data, approvals: approvals.data };
  });

export type GatewaySettings = z.output<typeof gatewaySettings>;

/** Why the credential of a server could never be had as the rest of the settings stands. */
function credentialProblem(
  { credential }: RemoteServerSettings,
  { issuers, origin }: IdentitySettings,
  { administrators }: BrokerSettings,
): string | undefined {
  switch (credential.type) {
    case 'token-exchange':
      return knows(issuers, credential['subject-issuer'] ?? credential.issuer);
    case 'enterprise-managed':
      return knows(issuers, credential['identity-provider'].issuer);
    case 'authorization-code':
      return credential.identity !== 'shared' || administrators.length > 0 || isLoopbackHost(new URL(origin).hostname)
        ? undefined
        : 'somebody consents for everybody: `credentials.administrators` has to say by which role';
    case 'client-credentials':
    case 'workload-identity':
    case 'static':
    case 'none':
      return undefined;
  }
}

function knows(issuers: IdentitySettings['issuers'], wanted: string): string | undefined {
  if (issuers.some(({ issuer }) => issuer === wanted)) return undefined;
  return `exchanges tokens of ${wanted}, which is none of \`identity.issuers\`: nobody could show one`;
}

/** Without a word on identity, whoever connects from this machine is one agent; who answers approvals needs a key. */
const localIdentity = { anonymous: { agent: 'local' }, 'api-keys': {} };
