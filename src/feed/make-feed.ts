import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { cefLines } from './cef/cef-sink.ts';
import type { Feed, LineOutput } from './deliver.ts';
import { elasticBulk } from './elastic-bulk/elastic-bulk-sink.ts';
import { jsonLines } from './json-lines/json-lines-sink.ts';
import { ocsfHttp, ocsfLines } from './ocsf/ocsf-sink.ts';
import { otlp } from './otlp/otlp-sink.ts';
import { sentinel } from './sentinel/sentinel-sink.ts';
import { type FeedSettings, fileOf, type SecretReference } from './settings.ts';
import { splunkHec } from './splunk-hec/splunk-hec-sink.ts';

/** What making a feed needs from outside. */
export interface FeedMaker {
  readonly productVersion: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Content of a file a setting names, or undefined. */
  readonly readFile: (path: string) => Promise<Uint8Array | undefined>;
  /** Where lines for a file go; `-` is standard output. */
  readonly output: (file: string) => LineOutput;
  /** Folder of a feed's state. */
  readonly folder: (feed: string) => string;
  readonly now: () => number;
}

/**
 * Makes a feed of its settings.
 *
 * @throws DemarcError `DMC_FEED` when a secret is not where the settings say it is
 */
export async function makeFeed(settings: FeedSettings, maker: FeedMaker): Promise<Feed> {
  const { name, payload, batch } = settings;
  return {
    name,
    payload,
    batch: { events: batch.events, bytes: batch.bytes, ageMs: batch['age-ms'] },
    timeoutMs: settings['timeout-ms'],
    folder: maker.folder(name),
    target: await targetOf(settings, maker),
  };
}

/** The one place that knows which sinks there are. */
async function targetOf(settings: FeedSettings, maker: FeedMaker): Promise<Feed['target']> {
  const { productVersion } = maker;
  const resolve = (reference: SecretReference): Promise<string> => resolveSecret(reference, settings.name, maker);
  const output = (): LineOutput => maker.output(fileOf(settings) ?? '-');
  switch (settings.sink) {
    case 'ocsf': {
      const ocsf = { ocsfVersion: settings.version, productVersion };
      if (settings.url === undefined) return { sink: ocsfLines(ocsf), output: output() };
      return { sink: ocsfHttp({ ...ocsf, url: settings.url, headers: await headersOf(settings.headers, resolve) }) };
    }
    case 'otlp':
      return { sink: otlp({ url: settings.url, headers: await headersOf(settings.headers, resolve), productVersion }) };
    case 'json-lines':
      return { sink: jsonLines, output: output() };
    case 'cef':
      return { sink: cefLines(productVersion), output: output() };
    case 'splunk-hec':
      return { sink: splunkHec({ ...settings, token: await resolve(settings.token) }) };
    case 'elastic-bulk':
      return { sink: elasticBulk({ ...settings, authorization: await elasticAuthorization(settings, resolve) }) };
    case 'sentinel':
      return {
        sink: sentinel(
          {
            url: settings.url,
            rule: settings.rule,
            stream: settings.stream,
            credentials: {
              authority: settings.authority,
              tenant: settings.tenant,
              clientId: settings['client-id'],
              clientSecret: await resolve(settings['client-secret']),
              scope: settings.scope,
            },
          },
          maker.now,
        ),
      };
  }
}

type Resolve = (reference: SecretReference) => Promise<string>;

async function elasticAuthorization(
  settings: Extract<FeedSettings, { sink: 'elastic-bulk' }>,
  resolve: Resolve,
): Promise<string | undefined> {
  if (settings['api-key'] !== undefined) return `ApiKey ${await resolve(settings['api-key'])}`;
  if (settings.username === undefined || settings.password === undefined) return undefined;
  return `Basic ${Buffer.from(`${settings.username}:${await resolve(settings.password)}`).toString('base64')}`;
}

async function headersOf(
  headers: Readonly<Record<string, string | SecretReference>>,
  resolve: Resolve,
): Promise<Readonly<Record<string, string>>> {
  const resolved = await Promise.all(
    Object.entries(headers).map(
      async ([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : await resolve(value)] as const,
    ),
  );
  return Object.fromEntries(resolved);
}

/** The secret a reference leads to, without white space around it. */
async function resolveSecret(
  reference: SecretReference,
  feed: string,
  { variables, readFile }: FeedMaker,
): Promise<string> {
  const fail = (what: string): never => {
    throw new DemarcError('DMC_FEED', `\`${feed}\`: ${what}`, { hint: 'secrets are read when the command starts' });
  };
  let text: string;
  if ('env' in reference)
    text = variables[reference.env] ?? fail(`the environment variable \`${reference.env}\` is not set`);
  else {
    const data = (await readFile(reference.file)) ?? fail(`the file \`${reference.file}\` cannot be read`);
    if (data.length > limits.feedSecretBytesMax) fail(`the file \`${reference.file}\` is too large to hold a secret`);
    text = Buffer.from(data).toString('utf8');
  }
  const value = text.trim();
  // It goes into a header: a line break in it would be a header of its own.
  if (!/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value)) fail('the secret is empty or holds characters a header cannot');
  return value;
}
