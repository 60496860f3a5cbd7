import { describe, expect, it } from 'vitest';
import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { settingsOf, variables, World } from './fixtures/world.ts';
import { parseFeedSettings } from './settings.ts';

const parse = (...feeds: readonly unknown[]): ReturnType<typeof parseFeedSettings> =>
  parseFeedSettings({ feeds }, 'demarc.feeds.yaml');

function failure(work: () => unknown): DemarcError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof DemarcError) return thrown;
    throw thrown;
  }
  throw new TypeError('nothing was thrown');
}

const splunk = settingsOf.splunk('https://splunk.example:8088');

describe('settings of feeds', () => {
  it('have defaults that let no payload out', () => {
    expect(parse(splunk)).toMatchObject([
      {
        payload: 'withhold',
        batch: { events: 500, bytes: 1024 * 1024, 'age-ms': 1000 },
        'timeout-ms': 15_000,
        sourcetype: 'demarc:ledger',
      },
    ]);
  });

  it.each(Object.entries(settingsOf))('of %s are taken', (_name, make) => {
    expect(parse(make('https://sink.example/'))).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['a token', { ...splunk, token: 'hec-literal-token' }],
    ['a password', { name: 'e', sink: 'elastic-bulk', url: 'https://e.example', username: 'u', password: 'hunter-22' }],
    ['an API key', { name: 'e', sink: 'elastic-bulk', url: 'https://e.example', 'api-key': 'hunter-22' }],
    ['a client secret', { ...settingsOf.sentinel('https://a.example'), 'client-secret': 'hunter-22' }],
    ['a header', { ...settingsOf.otlp('https://o.example'), headers: { Authorization: 'Basic hunter-22' } }],
    ['another header', { ...settingsOf.otlp('https://o.example'), headers: { 'x-honeycomb-team-key': 'hunter-22' } }],
    ['a key by its shape', { ...splunk, index: `sk-ant-${'api03'}-${'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'.repeat(3)}AA` }],
    ['a query', { ...settingsOf.otlp('https://o.example/v1/logs?api_key=hunter-22') }],
    ['a reference that is one', { ...splunk, token: { value: 'hunter-22' } }],
  ])('refuse %s in clear, and do not repeat it', (_what, settings) => {
    const error = failure(() => parse(settings));
    expect(error.code).toBe('DMC_FEED');
    expect(error.hint).toBeDefined();
    expect(`${error.message} ${error.hint}`).not.toMatch(/hunter-22|hec-literal|sk-ant/);
  });

  it('say how a secret is named', () => {
    const error = failure(() => parse({ ...splunk, token: 'hec-literal-token' }));
    expect(error.message).toBe('demarc.feeds.yaml: `feeds.0.token`: is a secret in clear');
    expect(error.hint).toContain('{ env: NAME }');
  });

  it.each<[string, readonly unknown[], RegExp]>([
    ['no feeds', [], /feeds/],
    ['an unknown sink', [{ name: 'a', sink: 'fax' }], /sink/],
    ['an unknown key', [{ ...splunk, payloads: 'include' }], /payloads/],
    ['a name twice', [splunk, splunk], /names two feeds/],
    ['a name that is a path', [{ ...splunk, name: '../x' }], /small letters/],
    ['http over a network', [{ ...splunk, url: 'http://splunk.example:8088' }], /in clear/],
    [
      'an authority over http',
      [{ ...settingsOf.sentinel('https://a.example'), authority: 'http://login.example' }],
      /in clear/,
    ],
    ['a password in a URL', [{ ...splunk, url: 'https://u:p@splunk.example' }], /.*/],
    ['another protocol', [{ ...splunk, url: 'file:///etc/passwd' }], /http or https/],
    ['a query where a path is added', [{ ...splunk, url: 'https://s.example/?x=y' }], /takes no query/],
    ['OCSF to nowhere', [{ name: 'a', sink: 'ocsf' }], /`url` or a `file`/],
    ['OCSF to two places', [{ name: 'a', sink: 'ocsf', url: 'https://x.example', file: 'x' }], /not both/],
    [
      'one file for two feeds',
      [
        { name: 'a', sink: 'cef', file: 'x' },
        { name: 'b', sink: 'json-lines', file: 'x' },
      ],
      /as another feed does/,
    ],
    [
      'a user without a password',
      [{ name: 'e', sink: 'elastic-bulk', url: 'https://e.example', username: 'u' }],
      /both/,
    ],
    ['a rule that is none', [{ ...settingsOf.sentinel('https://a.example'), rule: 'my-rule' }], /immutable id/],
    [
      'a header with a line break',
      [{ ...settingsOf.otlp('https://o.example'), headers: { 'x-a': 'b\r\nx-c: d' } }],
      /.*/,
    ],
  ])('refuse %s', (_what, feeds, message) => {
    const error = failure(() => parse(...feeds));
    expect(error.code).toBe('DMC_FEED');
    expect(error.message).toMatch(message);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('take http on this machine, and elsewhere where they say so', () => {
    for (const url of ['http://localhost:4318/v1/logs', 'http://127.0.0.1/', 'http://[::1]/'])
      expect(parse({ ...settingsOf.otlp(''), url })).toHaveLength(1);
    expect(parse({ ...settingsOf.otlp(''), url: 'http://collector/v1/logs', 'allow-http': true })).toHaveLength(1);
  });

  it('keep within their limits, at n and n + 1', () => {
    const feeds = (count: number): readonly object[] =>
      Array.from({ length: count }, (_, at) => ({ ...splunk, name: `s${at}` }));
    expect(parse(...feeds(limits.feedsMax))).toHaveLength(limits.feedsMax);
    expect(() => parse(...feeds(limits.feedsMax + 1))).toThrow(DemarcError);
    const batch = (most: object): unknown => parse({ ...splunk, batch: most });
    expect(batch({ events: limits.feedBatchEventsMax, bytes: limits.feedBatchBytesMax })).toHaveLength(1);
    expect(() => batch({ events: limits.feedBatchEventsMax + 1 })).toThrow(DemarcError);
    expect(() => batch({ bytes: limits.feedBatchBytesMax + 1 })).toThrow(DemarcError);
  });
});

describe('secrets', () => {
  const token = (world: World, reference: object): Promise<unknown> => world.feeds([{ ...splunk, token: reference }]);

  it('come from the environment or a file, without white space around them', async () => {
    const world = new World();
    world.files.contents.set('/run/secrets/hec', Buffer.from(`${variables.TOKEN}\n`));
    for (const reference of [{ env: 'TOKEN' }, { file: '/run/secrets/hec' }]) {
      const [feed] = await world.feeds([{ ...splunk, token: reference }]);
      const { sink } = feed!.target;
      expect(sink.transport === 'http' && sink.authorise).toBeUndefined();
      await expect(token(world, reference)).resolves.toBeDefined();
    }
  });

  it('that are missing, empty, too large or no header value are refused by name', async () => {
    const world = new World();
    world.files.contents.set('/empty', Buffer.from(' \n'));
    world.files.contents.set('/two', Buffer.from('a\r\nx-b: c'));
    world.files.contents.set('/fits', Buffer.alloc(limits.feedSecretBytesMax, 0x61));
    world.files.contents.set('/large', Buffer.alloc(limits.feedSecretBytesMax + 1, 0x61));
    await expect(token(world, { file: '/fits' })).resolves.toBeDefined();
    for (const reference of [
      { env: 'MISSING' },
      { file: '/missing' },
      { file: '/empty' },
      { file: '/two' },
      { file: '/large' },
    ])
      await expect(token(world, reference)).rejects.toMatchObject({
        code: 'DMC_FEED',
        message: expect.stringContaining('splunk') as string,
      });
  });
});
