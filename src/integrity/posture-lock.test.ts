import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { differingSettings, type LockedClient, machineScopes, policyDigest } from './posture-lock.ts';
import { formatPostureLock, parsePostureLock } from './posture-lock-file.ts';

const hex = (digit: string): string => digit.repeat(64);
const client = (more: Partial<LockedClient> = {}): LockedClient => ({
  client: 'claude-code',
  level: 'project',
  folder: '.',
  read: [],
  settings: new Map([
    ['permissions.defaultMode', hex('a')],
    ['permissions.allow', 'unset'],
    ['permissions.deny', 'unknown'],
  ]),
  ...more,
});
const read = (text: string): readonly LockedClient[] => parsePostureLock(text, 'x.json');

/** The text of a lock in which one thing is otherwise. */
function written(change: (entry: Record<string, unknown>) => void): string {
  const file = JSON.parse(formatPostureLock([client()])) as { lock: unknown; clients: Record<string, unknown>[] };
  for (const entry of file.clients) change(entry);
  return JSON.stringify(file);
}

describe('the lock', () => {
  it('is read as it was written, whatever order it was written from', () => {
    const entries = [
      client({ posture: 'controlled', open: ['agents.permissions.bare-shell'] }),
      client({ folder: 'apps/web', read: ['managed', 'user'] }),
      client({ level: 'managed', folder: undefined, read: ['managed'] }),
      client({ client: 'codex', level: 'user', folder: undefined, read: ['user'] }),
    ];
    const text = formatPostureLock(entries);
    expect(formatPostureLock(read(text))).toBe(text);
    const reversed = entries.map((entry) => ({ ...entry, settings: new Map([...entry.settings].reverse()) })).reverse();
    expect(formatPostureLock(reversed)).toBe(text);
    expect(text.split('\n').filter((line) => line.includes('"permissions.deny"'))).toHaveLength(entries.length);
  });

  it('an empty one', () => {
    expect(read(formatPostureLock([]))).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /is no JSON/],
    ['a list', '[]', /x\.json/],
    ['a newer format', '{"lock":2,"clients":[]}', /lock/],
    ['a format that is a text', '{"lock":"1","clients":[]}', /lock/],
    ['another key', '{"lock":1,"clients":[],"more":1}', /more/],
    ['another key of a client', written((entry) => (entry['more'] = 1)), /more/],
    ['a prototype of the file', '{"lock":1,"clients":[],"__proto__":{"lock":1}}', /__proto__/],
    ['clients that are no list', '{"lock":1,"clients":{"length":1}}', /clients/],
    ['a client that is none', written((entry) => (entry['client'] = '../x')), /is no client/],
    ['a level that is none', written((entry) => (entry['level'] = 'constructor')), /level/],
    ['a posture that is none', written((entry) => (entry['posture'] = 'loose')), /posture/],
    ['a scope that is none', written((entry) => (entry['read'] = ['everything'])), /read/],
    ['a rule that is none', written((entry) => (entry['open'] = ['<b>'])), /is no rule/],
    ['a way out', written((entry) => (entry['folder'] = 'a/../../b')), /is no folder/],
    ['an absolute folder', written((entry) => (entry['folder'] = '/etc')), /is no folder/],
    ['an empty folder', written((entry) => (entry['folder'] = '')), /is no folder/],
    ['a project without a folder', written((entry) => delete entry['folder']), /a project has a folder/],
    ['settings that are a list', written((entry) => (entry['settings'] = ['a'])), /settings/],
    ['settings that are nothing', written((entry) => (entry['settings'] = null)), /settings/],
    ['a setting that is none', written((entry) => (entry['settings'] = { _x: 'unset' })), /Invalid key/],
    ['a value in place of a digest', written((entry) => (entry['settings'] = { a: true })), /settings/],
    ['a short digest', written((entry) => (entry['settings'] = { a: 'abc' })), /is no digest/],
    ['an edited setting', written((entry) => (entry['settings'] = { a: hex('b') })), /`digest` is not that/],
    ['an edited digest', written((entry) => (entry['digest'] = hex('b'))), /`digest` is not that/],
    ['no digest', written((entry) => delete entry['digest']), /digest/],
    ['a client twice', formatPostureLock([client(), client()]), /stands twice/],
  ])('%s is refused', (_what, text, why) => {
    expect(() => read(text)).toThrow(why);
    expect(() => read(text)).toThrow(DemarcError);
  });

  it('refuses a prototype among the settings, which is no prototype of anything', () => {
    const text = written(() => undefined).replace('"settings":{', '"settings":{"__proto__":{"polluted":"unset"},');
    expect(() => read(text)).toThrow(/settings/);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('says why in one short line, however long what it holds is', () => {
    const long = 'x'.repeat(1_000_000);
    for (const text of [`{"lock":1,"clients":[],"${long}":1}`, written((entry) => (entry['settings'] = { [long]: 1 }))])
      expect(() => read(text)).toThrow(/^.{1,250}$/);
  });

  it.each([0, 1])('clients: limit + %i', (more) => {
    const many = Array.from({ length: limits.lockedClientsMax + more }, (_, at) =>
      client({ folder: `a${at}`, settings: new Map() }),
    );
    const parse = (): unknown => read(formatPostureLock(many));
    if (more === 0) expect(parse).not.toThrow();
    else expect(parse).toThrow(`more than ${limits.lockedClientsMax} clients`);
  });

  it.each([0, 1])('settings: limit + %i', (more) => {
    const settings = new Map(Array.from({ length: limits.lockedSettingsMax + more }, (_, at) => [`s${at}`, 'unset']));
    const parse = (): unknown => read(formatPostureLock([client({ settings })]));
    if (more === 0) expect(parse).not.toThrow();
    else expect(parse).toThrow(`more than ${limits.lockedSettingsMax} settings`);
  });

  it('whatever it holds, it is read or refused with an error that has a code', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('clients', 'settings', 'lock'), (value, at) => {
        const file = JSON.parse(formatPostureLock([client()])) as { [key: string]: unknown; clients: object[] };
        const text =
          at === 'settings'
            ? JSON.stringify({ ...file, clients: [{ ...file.clients[0], settings: value }] })
            : JSON.stringify({ ...file, [at]: value });
        try {
          read(text);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(DemarcError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the digest of a policy', () => {
  it('is over the client, the files and every setting, in no order', () => {
    const digest = policyDigest(client());
    expect(policyDigest(client({ settings: new Map([...client().settings].reverse()) }))).toBe(digest);
    expect(policyDigest(client({ folder: 'elsewhere', posture: 'open' }))).toBe(digest);
    const others = [
      client({ client: 'codex' }),
      client({ read: [...machineScopes] }),
      client({ settings: new Map([...client().settings, ['x', 'unset']]) }),
      client({ settings: new Map([...client().settings, ['permissions.allow', hex('b')]]) }),
    ];
    expect(new Set([digest, ...others.map(policyDigest)]).size).toBe(others.length + 1);
  });

  it('names what differs', () => {
    const after = client({
      settings: new Map([
        ['permissions.defaultMode', hex('b')],
        ['permissions.deny', 'unknown'],
        ['sandbox.enabled', 'unset'],
      ]),
    });
    expect(differingSettings(client(), client())).toEqual([]);
    expect(differingSettings(client(), after)).toEqual([
      'permissions.allow',
      'permissions.defaultMode',
      'sandbox.enabled',
    ]);
  });
});
