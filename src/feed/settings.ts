import { z } from 'zod';
import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { isLoopbackHost } from '../base/public-address.ts';
import { findSecrets, isSecretName } from '../base/secrets.ts';
import { ocsfVersions } from './ocsf/ocsf-event.ts';

/** Where a secret is, never the secret. */
export type SecretReference = { readonly env: string } | { readonly file: string };

const literalHint =
  'write where it is, not what it is: `{ env: NAME }` for an environment variable, `{ file: path }` for a file';

/** A reference to a secret; a literal one gets a message of its own. */
const secret = z.unknown().transform((value, context): SecretReference => {
  const parsed = z
    .union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })])
    .safeParse(value);
  if (parsed.success) return parsed.data;
  context.addIssue(
    typeof value === 'string'
      ? { code: 'custom', message: 'is a secret in clear', params: { literal: true } }
      : { code: 'custom', message: 'is neither `{ env: NAME }` nor `{ file: path }`' },
  );
  return z.NEVER;
});

const httpUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (
    url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.hash === ''
  );
}, 'is not an http or https URL without user, password and fragment');
/** Scheme, host and perhaps a path, to which a path is added. */
const baseUrl = httpUrl
  .refine((text) => !text.includes('?'), 'takes no query')
  .transform((text) => text.replace(/\/+$/, ''));
/** Header values: those that may be credentials only by reference. */
const headers = z
  .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.union([z.string().regex(/^[\t\x20-\x7e]*$/), secret]))
  .default({})
  .superRefine((values, context) => {
    for (const [name, value] of Object.entries(values))
      if (typeof value === 'string' && (isSecretName(name) || /authorization|cookie|key|token|secret/i.test(name)))
        context.addIssue({ code: 'custom', path: [name], message: 'is a secret in clear', params: { literal: true } });
  });

/** What every feed has. */
const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not made of small letters, digits and hyphens (63 at most)'),
  payload: z.enum(['withhold', 'include']).default('withhold'),
  batch: z
    .strictObject({
      events: z.int().min(1).max(limits.feedBatchEventsMax).default(500),
      bytes: z
        .int()
        .min(1)
        .max(limits.feedBatchBytesMax)
        .default(1024 * 1024),
      'age-ms': z.int().min(0).max(600_000).default(1_000),
    })
    .prefault({}),
  'timeout-ms': z.int().min(100).max(300_000).default(15_000),
};
const overHttp = { ...common, 'allow-http': z.boolean().default(false) };
/** `-` is standard output. */
const file = z.string().min(1);

const feed = z.discriminatedUnion('sink', [
  z.strictObject({
    ...overHttp,
    sink: z.literal('ocsf'),
    version: z.enum(ocsfVersions).default('1.8.0'),
    url: httpUrl.optional(),
    file: file.optional(),
    headers,
  }),
  z.strictObject({ ...overHttp, sink: z.literal('otlp'), url: httpUrl, headers }),
  z.strictObject({ ...common, sink: z.literal('json-lines'), file }),
  z.strictObject({ ...common, sink: z.literal('cef'), file }),
  z.strictObject({
    ...overHttp,
    sink: z.literal('splunk-hec'),
    url: baseUrl,
    token: secret,
    index: z.string().min(1).optional(),
    host: z.string().min(1).optional(),
    sourcetype: z.string().min(1).default('demarc:ledger'),
    /** UUID of the channel, where the token has indexer acknowledgement. */
    channel: z.guid().optional(),
  }),
  z.strictObject({
    ...overHttp,
    sink: z.literal('elastic-bulk'),
    url: baseUrl,
    index: z.string().min(1).default('logs-demarc.ledger-default'),
    'api-key': secret.optional(),
    username: z.string().min(1).optional(),
    password: secret.optional(),
  }),
  z.strictObject({
    ...overHttp,
    sink: z.literal('sentinel'),
    url: baseUrl,
    rule: z.string().regex(/^dcr-[0-9a-z]+$/i, 'is not the immutable id of a data collection rule (`dcr-…`)'),
    stream: z.string().regex(/^(?:Custom|Microsoft)-\w+$/, 'is not the name of a stream (`Custom-…`)'),
    tenant: z.string().min(1),
    'client-id': z.string().min(1),
    'client-secret': secret,
    authority: baseUrl.default('https://login.microsoftonline.com'),
    scope: z.string().min(1).default('https://monitor.azure.com/.default'),
  }),
]);

const settingsFile = z.strictObject({ feeds: z.array(feed).min(1).max(limits.feedsMax) });

/** One feed as it is set up, checked. */
export type FeedSettings = z.infer<typeof feed>;
export type SinkName = FeedSettings['sink'];

/**
 * Checks a feeds' settings file.
 *
 * @param value the document as plain JSON
 * @param name its name, for messages
 * @throws DemarcError `DMC_FEED` naming the first problem and where it is; a secret in clear is one, and not repeated
 */
export function parseFeedSettings(value: unknown, name: string): readonly FeedSettings[] {
  const literal = findLiteral(value, '');
  if (literal !== undefined) throw feedError(name, literal, 'is a secret in clear', literalHint);
  const parsed = settingsFile.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const isLiteral = issue?.code === 'custom' && issue.params?.['literal'] === true;
    throw feedError(
      name,
      issue?.path.join('.') ?? '',
      (issue?.message ?? 'is wrong').split('\n', 1)[0] ?? '',
      isLiteral ? literalHint : 'docs/guide/feeds.md describes every key',
    );
  }
  const { feeds } = parsed.data;
  for (const [at, settings] of feeds.entries()) checkFeed(settings, feeds.slice(0, at), name);
  return feeds;
}

/** What spans several keys or several feeds. */
function checkFeed(settings: FeedSettings, before: readonly FeedSettings[], name: string): void {
  const fail = (message: string, hint?: string): never => {
    throw feedError(name, settings.name, message, hint);
  };
  if (before.some((other) => other.name === settings.name)) fail('names two feeds');
  if (settings.sink === 'ocsf' && (settings.url === undefined) === (settings.file === undefined))
    fail('needs a `url` or a `file`, and not both');
  if (settings.sink === 'elastic-bulk' && (settings.username === undefined) !== (settings.password === undefined))
    fail('needs both `username` and `password`, or an `api-key`');
  const target = fileOf(settings);
  if (target !== undefined && before.some((other) => fileOf(other) === target))
    fail(`writes to \`${target}\`, as another feed does`);
  if (!('allow-http' in settings) || settings['allow-http']) return;
  for (const url of settings.sink === 'sentinel' ? [settings.url, settings.authority] : [settings.url])
    if (url !== undefined && url.startsWith('http:') && !isLoopbackHost(new URL(url).hostname))
      fail('would send over http, in clear', 'use https, or set `allow-http: true` where the network is trusted');
}

/** The file a feed writes to. */
export function fileOf(settings: FeedSettings): string | undefined {
  return 'file' in settings ? settings.file : undefined;
}

/** Path of the first text that has the shape of a credential, or of a credential in a URL's query. */
function findLiteral(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return findSecrets(value).length > 0 || hasSecretQuery(value) ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = findLiteral(item, path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasSecretQuery(text: string): boolean {
  return URL.canParse(text) && [...new URL(text).searchParams.keys()].some(isSecretName);
}

function feedError(file: string, where: string, message: string, hint?: string): DemarcError {
  return new DemarcError(
    'DMC_FEED',
    `${file}: ${where === '' ? '' : `\`${where}\`: `}${message}`,
    hint === undefined ? {} : { hint },
  );
}
