/** What becomes of a credential when those it depends on are down, slow, or lie: an answer that says which, never a hang, never a token. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../src/base/limits.ts';
import {
  OAuthWorld,
  principalOf,
  ready,
  type Said,
  tokenOf,
  type Twist,
} from '../../src/broker/fixtures/oauth-world.ts';

let world: OAuthWorld;
beforeEach(async () => {
  world = await new OAuthWorld().listen();
  // No test waits for seconds.
  world.bounds = { brokerRequestMs: 150 };
});
afterEach(() => world.close());

const anna = principalOf('anna');
const resourcePath = '/.well-known/oauth-protected-resource/mcp';
const metadataPath = '/.well-known/oauth-authorization-server';

/** Where on the way the fault is, and how far the way is open before it. */
const places = {
  'resource metadata': { party: 'server', path: resourcePath },
  'authorization server metadata': { party: 'authorization', path: metadataPath },
  registration: { party: 'authorization', path: '/register' },
  'token endpoint': { party: 'authorization', path: '/token' },
} as const;
type Place = keyof typeof places;

function twist(place: Place, said: Twist): void {
  const { party, path } = places[place];
  world[party].twists.set(path, said);
}

/** The whole way: discovery, registration, consent, code. */
async function wholeWay(): Promise<unknown> {
  const broker = world.broker();
  const asked = await broker.connect('docs', anna);
  if (asked.kind !== 'consent') return asked;
  const completed = await broker.complete(await world.browse(asked.url), { kind: 'local' });
  return completed.kind === 'connected' ? broker.credentialFor('docs', anna) : completed;
}

const large = (bytes: number): string => JSON.stringify({ pad: 'x'.repeat(bytes - 10) });
const transient: readonly (readonly [string, Twist])[] = [
  ['hangs', () => 'hang'],
  ['closes the connection', () => 'drop'],
  ['answers 500', () => ({ status: 500 })],
  ['answers 503', () => ({ status: 503, body: 'busy' })],
  ['answers 429', () => ({ status: 429, headers: { 'retry-after': '1' } })],
  ['answers more than the limit', () => ({ body: large(limits.brokerAnswerBytesMax + 1) })],
];
const lies: readonly (readonly [string, Said])[] = [
  ['no JSON', { body: '<html>' }],
  ['an empty answer', { body: '' }],
  ['a list', { body: '[]' }],
  ['null', { body: 'null' }],
  ['an object of the wrong kind', { body: { resource: 1, issuer: [], access_token: {}, client_id: null } }],
];

describe.each(Object.keys(places) as Place[])('%s', (place) => {
  it.each(transient)('that %s: it may pass', async (_how, said) => {
    twist(place, said);
    expect(await wholeWay()).toMatchObject({ kind: 'refused', code: 'unreachable', passes: true });
    expect(world.events).toEqual([]);
    // And it does.
    world.server.twists.clear();
    world.authorization.twists.clear();
    world.nowMs += limits.brokerRetryMs;
    expect(await wholeWay()).toMatchObject({ kind: 'ready' });
  });

  it.each(lies)('that gives %s: it is refused for good', async (_what, said) => {
    twist(place, () => said);
    const outcome = await wholeWay();
    expect(outcome).toMatchObject({ kind: 'refused', passes: false });
    expect(outcome).toMatchObject({
      code: expect.stringMatching(/^(?:metadata-invalid|registration-refused|token-invalid)$/) as string,
    });
  });

  it('that is answered in full at the limit of bytes', async () => {
    twist(place, () => ({ body: large(limits.brokerAnswerBytesMax) }));
    expect(await wholeWay()).not.toMatchObject({ code: 'unreachable' });
  });
});

describe('a token answer', () => {
  const bearer = { token_type: 'Bearer', expires_in: 3600 };
  it.each<[string, Said, string]>([
    ['of another token type', { body: { access_token: 'x', token_type: 'mac' } }, 'token-invalid'],
    ['without a type', { body: { access_token: 'x' } }, 'token-invalid'],
    ['without a token', { body: bearer }, 'token-invalid'],
    ['that refuses', { status: 400, body: { error: 'invalid_grant', error_description: 'call me' } }, 'token-refused'],
    ['that refuses in prose', { status: 401, body: 'go away' }, 'token-refused'],
    ['with success and an error', { body: { error: 'x' } }, 'token-invalid'],
    ['that redirects', { status: 302, headers: { location: 'https://evil.example/' } }, 'unreachable'],
  ])('%s', async (_what, said, code) => {
    twist('token endpoint', () => said);
    const outcome = await wholeWay();
    expect(outcome).toMatchObject({ kind: 'refused', code });
    expect(JSON.stringify(outcome)).not.toMatch(/call me|go away/);
  });

  it.each([0, 1])('with a token of so many characters, and %i more', async (more) => {
    const token = 'x'.repeat(limits.brokerTokenLengthMax + more);
    twist('token endpoint', () => ({ body: { ...bearer, access_token: token } }));
    expect(await wholeWay()).toMatchObject(more === 0 ? { kind: 'ready' } : { kind: 'refused', code: 'token-invalid' });
  });

  it.each([0, -1, 'soon', 1e300, null])(
    'whose end is no time (%s) is used until the server rejects it',
    async (end) => {
      twist('token endpoint', () => ({ body: { ...bearer, access_token: 'x', expires_in: end } }));
      expect(await wholeWay()).toMatchObject({ kind: 'ready' });
    },
  );
});

describe('what was discovered', () => {
  it('is relied on for a while, then asked for again', async () => {
    world.bounds = { brokerDiscoveryMs: 1_000 };
    const broker = world.broker();
    const asks = (): number => world.server.at(resourcePath).length;
    await broker.connect('docs', anna);
    await broker.connect('docs', principalOf('bert'));
    expect(asks()).toBe(1);
    world.nowMs += 1_000;
    await broker.connect('docs', principalOf('cleo'));
    expect(asks()).toBe(2);
  });

  it('of a server without metadata of its own (2025-03-26): the origin is its authorization server', async () => {
    for (const path of [metadataPath, '/authorize', '/token', '/register'])
      world.server.twists.set(path, (heard) => {
        const said = world.authorization.twists.get('as')?.(heard);
        return said ?? { status: 404 };
      });
    world.server.twists.set(resourcePath, () => ({ status: 404 }));
    const asked = await world.broker().connect('docs', anna);
    // No metadata at all: registration is tried at its assumed place, and is not there.
    expect(asked).toMatchObject({ code: 'registration-refused' });
    world.server.twists.set('/register', () => ({ status: 201, body: { client_id: 'assumed' } }));
    const next = await world.broker().connect('docs', anna);
    if (next.kind !== 'consent') throw new TypeError(JSON.stringify(next));
    expect(next.url.startsWith(`${world.server.url}/authorize?`)).toBe(true);
    expect(new URL(next.url).searchParams.get('code_challenge_method')).toBe('S256');
    expect(new URL(next.url).searchParams.get('resource')).toBe(world.server.mcp);
  });
});

describe('the gateway itself', () => {
  it('whose store fails says so, and goes on when it works again', async () => {
    const { store } = world;
    let failing = true;
    const maybe = <T>(work: () => Promise<T>): Promise<T> => (failing ? Promise.reject(new Error('EIO')) : work());
    world.store = {
      get: (name) => maybe(() => store.get(name)),
      put: (name, value) => maybe(() => store.put(name, value)),
      remove: (name) => maybe(() => store.remove(name)),
      names: () => maybe(() => store.names()),
    };
    const broker = world.broker();
    expect(await broker.connect('docs', anna)).toMatchObject({ kind: 'refused', code: 'store-failed' });
    failing = false;
    expect(await broker.connect('docs', anna)).toMatchObject({ kind: 'consent' });
  });

  it('whose store fails while a refresh token rotates keeps the new one in memory', async () => {
    const broker = world.broker();
    const first = await world.connect(broker, anna);
    const { store } = world;
    const put = store.put.bind(store);
    world.nowMs += 3_600_000;
    store.put = () => Promise.reject(new Error('ENOSPC'));
    expect(await broker.credentialFor('docs', anna)).toMatchObject({ code: 'store-failed' });
    store.put = put;
    const second = ready(await broker.credentialFor('docs', anna));
    expect(tokenOf(second)).not.toBe(tokenOf(first));
    expect(world.authorization.at('/token')).toHaveLength(2);
  });

  it('lets a client go that does not wait, and finishes for the others', async () => {
    world.bounds = {};
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const { http } = world;
    world.http = { send: async (request) => (await opened, http.send(request)) };
    const broker = world.broker();
    const going = new AbortController();
    const gone = broker.connect('docs', anna, going.signal);
    const waits = broker.connect('docs', anna);
    going.abort();
    expect(await gone).toMatchObject({ kind: 'refused', code: 'cancelled' });
    open();
    expect(await waits).toMatchObject({ kind: 'consent' });
    expect(await broker.connect('docs', anna, AbortSignal.abort())).toMatchObject({ code: 'cancelled' });
  });

  it('knows no other server', async () => {
    expect(await world.broker().credentialFor('other', anna)).toMatchObject({
      kind: 'refused',
      code: 'unknown-server',
    });
  });
});
