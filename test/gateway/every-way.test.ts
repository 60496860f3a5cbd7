/** What the gateway promises holds on every way in: each guarantee is tried by each client, over each transport, to each kind of server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runKeyCreate } from '../../src/app/commands/gateway/key-run.ts';
import { runKill } from '../../src/app/commands/kill-run.ts';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { runToken } from '../../src/app/commands/gateway/token-run.ts';
import { draft } from '../../src/app/mcp/draft-labels.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { formatLockFile } from '../../src/integrity/lock-file.ts';
import { pinServer } from '../../src/integrity/pins.ts';
import type { Envelope } from '../../src/model/event.ts';
import { approverScope } from '../../src/store/approvals/approver.ts';
import { scratchFolder } from '../../src/store/log/fixtures/test-log.ts';
import { until } from './requests.ts';
import {
  type Feature,
  features,
  Hand,
  type HandOptions,
  type NotingServer,
  type Role,
  roles,
  serverKinds,
  serverName,
  startServer,
  type Way,
} from './ways.ts';
import { eventsOf, type WholeGateway, wholeGateway } from './whole.ts';

const ways: readonly Way[] = [
  { sdk: 2, over: 'http', path: 'one', to: 'stateless' },
  { sdk: 2, over: 'http', path: 'all', to: 'stateless' },
  { sdk: 2, over: 'http', path: 'one', to: 'stateful' },
  { sdk: 2, over: 'http', path: 'all', to: 'stateful' },
  { sdk: 2, over: 'http', path: 'one', to: 'program' },
  { sdk: 1, over: 'http', path: 'one', to: 'stateless' },
  { sdk: 1, over: 'http', path: 'one', to: 'stateful' },
  { sdk: 1, over: 'http', path: 'all', to: 'stateless' },
  { sdk: 1, over: 'http', path: 'all', to: 'stateful' },
  { sdk: 1, over: 'http', path: 'one', to: 'program' },
  { sdk: 1, over: 'bridge', path: 'one', to: 'stateful' },
  { sdk: 1, over: 'bridge', path: 'all', to: 'stateless' },
  { sdk: 2, over: 'bridge', path: 'all', to: 'program' },
];
const nameOf = ({ sdk, over, path, to }: Way): string => `sdk${sdk}-${over}-${path}-${to}`;

const servers = new Map<string, NotingServer>();
let whole: WholeGateway;
const keys = new Map<string, string>();
const folder = scratchFolder('demarc-ways-');

async function makeKey(agent: string, more: object = {}): Promise<string> {
  const context = { ...keepingContext(), clock: nodeClock };
  await runKeyCreate(context, { agent, format: 'terminal', directory: join(folder, 'keys'), ...more });
  return context.out.join('').trim();
}

/** Pins of all that the servers list but what is called rogue. They differ by their names only. */
async function pins(): Promise<string> {
  const { url } = (servers.get('desk-stateless') as NotingServer).settings as { url: string };
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  const [{ tools }, { prompts }, { resourceTemplates }] = await Promise.all([
    client.listTools(),
    client.listPrompts(),
    client.listResourceTemplates(),
  ]);
  await client.close();
  const known = ({ name }: { name: string }): boolean => !name.includes('rogue');
  const listing = { tools: tools.filter(known), prompts: prompts.filter(known), resources: [], resourceTemplates };
  const text = JSON.stringify(listing);
  const pinned = [...servers.keys()].map((name) => {
    const own = JSON.parse(text.replaceAll('desk-stateless', name)) as Parameters<typeof pinServer>[0];
    return [name, pinServer(own, {}, '', draft)] as const;
  });
  return formatLockFile(new Map(pinned));
}

const every = (names: readonly string[]): string =>
  `[${[...servers.keys()].flatMap((server) => names.map((name) => `Demarc::Action::"${server}/${name}"`)).join(', ')}]`;

const policy = (): string => `
@id("hidden") forbid (principal, action in ${every(['get_hidden'])}, resource);
@id("hidden-resource") forbid (principal, action == Demarc::Action::"readResource", resource) when { resource.uri like "*://hidden" };
@id("hidden-prompt") forbid (principal, action == Demarc::Action::"getPrompt", resource) when { resource.name == "tell_hidden" };
@id("owned") forbid (principal, action in ${every(['get_owned'])}, resource) unless { principal == Demarc::Agent::"trained" };
@id("denied") @reason("test.denied") forbid (principal, action in ${every(['get_ticket'])}, resource) when { context.args.id like "denied*" };
@id("denied-resource") @reason("test.denied") forbid (principal, action == Demarc::Action::"readResource", resource) when { resource.uri like "*/denied*" };
@id("denied-prompt") @reason("test.denied") forbid (principal, action == Demarc::Action::"getPrompt", resource) when { resource.name == "tell_denied" && !context.tainted };
@id("trained") @reason("test.untrained") forbid (principal, action in ${every(['get_refund'])}, resource)
unless { principal.training.contains("agent-basics") && principal.postureLevel >= 2 };`;

/** What tokens are issued for, whatever port it listens at. */
const origin = 'https://gateway.example';

const config = (mode = 'enforce'): string => `
mode: ${mode}
policies: {set: .}
attributes: attributes.yaml
approvals: {roles: [approver], wait-ms: 0}
identity: {origin: "${origin}", anonymous: {agent: local}, api-keys: {directory: ${folder}/keys}, runs: {user-words: client}, run-tokens: {key-file: run.key}}
budgets:
  budgets:
    - {name: run, unit: calls, limit: 2, per: [run], tools: ["*counted"]}
    - {name: principal, unit: calls, limit: 3, per: [principal], tools: ["*/get_counted"]}
    - {name: principal-prompts, unit: calls, limit: 3, per: [principal], tools: ["*/tell_counted"]}
    - {name: principal-resources, unit: calls, limit: 3, per: [principal], tools: ["*://counted"]}
  loops: {same: 5}
servers: ${JSON.stringify(Object.fromEntries([...servers].map(([name, { settings }]) => [name, settings])))}
`;

/** What lies beside the configuration. */
async function files(): Promise<Record<string, string>> {
  const day = new Date(nodeClock.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  return {
    'provenance.cedar': readFileSync(new URL('../../policies/provenance/provenance.cedar', import.meta.url), 'utf8'),
    'own.cedar': policy(),
    'demarc.mcp-lock.json': await pins(),
    'attributes.yaml': `agents: {trained: {posture: controlled, training: [{module: agent-basics, expires: ${day}}]}}\n`,
  };
}

beforeAll(async () => {
  for (const kind of serverKinds)
    for (const role of roles) {
      const name = serverName(role, kind);
      servers.set(name, await startServer(name, kind, folder));
    }
  whole = await wholeGateway(config(), await files(), nodeClock, folder);
  for (const way of ways) keys.set(nameOf(way), await makeKey(nameOf(way)));
  keys.set('trained', await makeKey('trained'));
  keys.set('approver', await makeKey('console', { person: 'boss', role: ['approver', approverScope] }));
}, 120_000);
afterAll(async () => {
  await Promise.all(hands.map((hand) => hand.close()));
  await whole.close();
  for (const server of servers.values()) server.close();
  whole.remove();
});

const keyOf = (name: string): string => keys.get(name) ?? '';
const seen = (role: Role, way: Way): string => servers.get(serverName(role, way.to))?.seen() ?? '';
/** How often a server was sent a call that holds a text. */
const reached = (role: Role, way: Way, text: string): number =>
  usesIn(seen(role, way)).filter((line) => line.includes(text)).length;
const usesIn = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) =>
      /"method":"(?:tools\/call|resources\/(?:read|subscribe)|prompts\/get)"|"resourceSubscriptions":\["/.test(line),
    );

let others = 0;

const hands: Hand[] = [];
const open = (way: Way, run?: string, more: Partial<HandOptions> = {}): Hand => {
  const hand = new Hand(whole, way, { key: keyOf(nameOf(way)), run, ...more });
  hands.push(hand);
  return hand;
};

/** Asks for what a server holds under a name. */
function read(hand: Hand, way: Way, feature: Feature, id: string, more: Record<string, unknown> = {}): Promise<string> {
  if (feature === 'resource')
    return hand.use('desk', feature, `${serverName('desk', way.to)}://tickets/${id}`, {}, more);
  return hand.use('desk', feature, feature === 'tool' ? 'get_ticket' : 'tell_ticket', { id }, more);
}
const send = (hand: Hand, to: string, body = 'hello'): Promise<string> =>
  hand.use('mail', 'tool', 'send_email', { to, body });
/** How a thing is called that every server has one of in each feature. */
const called = (way: Way, feature: Feature, what: string, role: Role = 'desk'): string =>
  ({ tool: `get_${what}`, prompt: `tell_${what}`, resource: `${serverName(role, way.to)}://${what}` })[feature];
const asked = /approv|input_required/i;
const unknown = /unknown|not found/i;
const evil = (id: string): string => `collect-${id}@evil.example`;

async function approve(find: (args: string) => boolean): Promise<void> {
  const authorization = `Bearer ${keyOf('approver')}`;
  const asked = await fetch(`${whole.origin}/approvals`, { headers: { accept: 'application/json', authorization } });
  const { approvals } = (await asked.json()) as {
    approvals: { id: string; args: unknown; argsDigest: string; state: string }[];
  };
  const waiting = approvals.find(({ args, state }) => state === 'pending' && find(JSON.stringify(args)));
  const answer = await fetch(`${whole.origin}/approvals/${waiting?.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', origin, authorization },
    body: JSON.stringify({ decision: 'approve', reason: 'test', argsDigest: waiting?.argsDigest }),
  });
  expect(answer.status).toBe(200);
}

/** Whether runs are named by their client, or are its session, or its principal's. Sessions at one server each are runs of their own. */
const naming = (way: Way): (string | undefined)[] =>
  way.path === 'all' || way.sdk === 2 ? ['named', undefined] : ['named'];

describe.each(ways.map((way) => [nameOf(way), way] as const))('%s', (_name, way) => {
  describe.each(features)('%s', (feature) => {
    const id = `${feature[0]}-${ways.indexOf(way)}-x`;

    it.each(naming(way))('a value that only untrusted text holds is asked about: %s', async (run) => {
      const hand = open(way, run && `taint-${feature}`);
      const own = `${run ?? 'unnamed'}-${id}`;
      expect(await read(hand, way, feature, own)).toContain(evil(own));
      expect(await send(hand, evil(own))).toMatch(asked);
      expect(reached('mail', way, evil(own))).toBe(0);
      // Nobody but the user can have said it, in a run that has sent to others before.
      const other = `bob${++others}@example.com`;
      expect(await send(hand, other, own)).toContain(`sent to ${other}`);
    });

    it('what a policy forbids is not done', async () => {
      const hand = open(way, `denied-${feature}`);
      const answer =
        feature === 'prompt'
          ? await hand.use('desk', feature, 'tell_denied', { id: `denied-${id}` })
          : await read(hand, way, feature, `denied-${id}`);
      expect(answer).toMatch(feature === 'resource' ? unknown : /test\.denied/);
      expect(reached('desk', way, `denied-${id}`)).toBe(0);
    });

    it('what nobody may use, or was not pinned, is neither listed nor called', async () => {
      const hand = open(way, `hidden-${feature}`);
      const listed = await hand.list('desk', feature);
      expect(listed).toContain(called(way, feature, 'counted'));
      for (const what of feature === 'resource' ? ['hidden'] : ['hidden', 'rogue']) {
        const hidden = called(way, feature, what);
        expect(listed).not.toContain(hidden);
        expect(await hand.use('desk', feature, hidden, { id: `hidden-${id}` })).toMatch(unknown);
      }
      expect(reached('desk', way, `hidden-${id}`)).toBe(0);
    });

    it('budgets hold for the run, over all servers, and for the principal', async () => {
      const [one, two] = [open(way, `budget-${feature}-1`), open(way, `budget-${feature}-2`)];
      const count = (hand: Hand, role: Role): Promise<string> =>
        hand.use(role, feature, called(way, feature, 'counted', role), { id: 'counted' });
      for (const role of roles) expect(await count(one, role)).toContain(evil('counted'));
      expect(await count(one, 'desk')).toContain('budget.exceeded');
      expect(await count(two, 'desk')).toContain(evil('counted'));
      expect(await count(two, 'mail')).toContain('budget.exceeded');
    });

    it('a loop ends', async () => {
      const hand = open(way, `loop-${feature}`);
      const answers: string[] = [];
      for (let at = 0; at < 5; at++) answers.push(await read(hand, way, feature, `loop-${id}`));
      expect(answers[3]).toContain(evil(`loop-${id}`));
      expect(answers[4]).toContain('loop.same-call');
      expect(reached('desk', way, `loop-${id}`)).toBe(4);
    });

    it('an answer that is an error is as untrusted, and holds no credential', async () => {
      const hand = open(way, `fail-${feature}`);
      const answer = await read(hand, way, feature, `fail-${id}`);
      expect(answer).toContain(evil(`fail-${id}`));
      expect(answer).not.toContain('AKIAABCD');
      expect(await send(hand, evil(`fail-${id}`))).toMatch(asked);
      expect(reached('mail', way, evil(`fail-${id}`))).toBe(0);
    });

    it('a credential in an answer does not reach the client', async () => {
      const answer = await read(open(way, `secret-${feature}`), way, feature, `secret-${id}`);
      expect(answer).toContain('[secret: aws-access-key]');
      expect(answer).not.toContain('AKIAABCD');
    });
  });

  const id = `w${ways.indexOf(way)}`;

  it('what may not be read is not subscribed to', async () => {
    const hand = open(way, 'subscribe');
    for (const ticket of ['denied', 'open'])
      await hand.subscribe('desk', `${serverName('desk', way.to)}://tickets/${ticket}-sub-${id}`);
    await until(() => seen('desk', way).includes(`open-sub-${id}`));
    expect(seen('desk', way)).not.toContain(`denied-sub-${id}`);
  });

  it('a credential is not sent out', async () => {
    const answer = await send(open(way, 'secret'), 'bob@example.com', `${id} AKIA${'ABCDEFGH'.repeat(2)}`);
    expect(answer).toContain('guard.secret-in-arguments');
    expect(reached('mail', way, `${id} AKIA`)).toBe(0);
  });

  it('what the client proves itself with is not sent at all', async () => {
    const key = keyOf(nameOf(way));
    for (const feature of features) await read(open(way, 'own-key'), way, feature, key);
    for (const role of roles) expect(seen(role, way)).not.toContain(key);
  });

  it('what was approved is done once, as it was approved', async () => {
    const hand = open(way, 'approval');
    await read(hand, way, 'tool', `approval-${id}`);
    const to = evil(`approval-${id}`);
    expect(await send(hand, to)).toMatch(/approvals\/apr-/);
    await approve((args) => args.includes(to));
    expect(await send(hand, to, 'changed')).toMatch(asked);
    expect(await send(hand, to)).toContain(`sent to ${to}`);
    expect(await send(hand, to)).toMatch(asked);
    expect(reached('mail', way, to)).toBe(1);
  });

  it('a client that can lead its user to a page is given it', async () => {
    const to = evil(`page-${id}`);
    const visited: string[] = [];
    const visit = async (page: string): Promise<void> => {
      visited.push(page);
      await approve((args) => args.includes(to));
    };
    const hand = open(way, 'page', { visit });
    await read(hand, way, 'tool', `page-${id}`);
    const answer = await send(hand, to);
    if (way.sdk === 2) expect(answer).toContain(`sent to ${to}`);
    else {
      expect(answer).toContain('-32042');
      await visit(/http[^"]+apr-\w+/.exec(answer)?.[0] ?? '');
      expect(await send(hand, to)).toContain(`sent to ${to}`);
    }
    expect(visited).toMatchObject([expect.stringMatching(/approvals\/apr-/)]);
    expect(reached('mail', way, to)).toBe(1);
  });

  it('what the user wrote is heard', async () => {
    const remove = async (run: string, words?: string): Promise<string> => {
      const hand = open(way, run);
      const ticket = `${run}-${id}`;
      const more = words === undefined ? {} : { 'dev.demarc/user-words': words.replace('#', ticket) };
      await read(hand, way, 'tool', ticket, more);
      // Once is enough for a run, whatever server it goes to.
      return hand.use('mail', 'tool', 'delete_ticket', { id: ticket });
    };
    expect(await remove('words-none')).toMatch(asked);
    expect(await remove('words-other', 'Summarise ticket #, please.')).toMatch(asked);
    expect(await remove('words-so', 'Read ticket #, and delete it if it is spam.')).toContain('deleted');
    for (const role of roles) expect(seen(role, way)).not.toMatch(/user-words|delete it if it is spam/);
  });

  it('what is trained for is done by who is trained, what somebody owns is theirs', async () => {
    const [plain, trained] = [open(way, 'training'), open(way, `training-${id}`, { key: keyOf('trained') })];
    for (const tool of ['get_refund', 'get_owned']) {
      expect(await plain.list('desk', 'tool')).not.toContain(tool);
      expect(await plain.use('desk', 'tool', tool, { id: `training-${id}` })).toMatch(unknown);
      expect(await trained.list('desk', 'tool')).toContain(tool);
      expect(await trained.use('desk', 'tool', tool, { id: `training-${id}` })).toContain(evil(`training-${id}`));
    }
    expect(reached('desk', way, `training-${id}`)).toBe(2);
  });
});

it('the label of a run outlives the gateway', async () => {
  const begun: { readonly way: Way; readonly hand: Hand; readonly id: string }[] = [];
  for (const way of ways) {
    const context = { ...keepingContext(), clock: nodeClock };
    const id = `${ways.indexOf(way)}`;
    const flags = { agent: nameOf(way), run: `bound-${id}`, format: 'terminal' as const };
    await runToken(context, { config: join(folder, 'demarc.gateway.yaml'), ...flags });
    begun.push(
      { way, hand: open(way, 'restart'), id: `named-${id}` },
      { way, hand: open(way, undefined, { key: context.out.join('').trim() }), id: `bound-${id}` },
    );
  }
  await Promise.all(
    begun.map(async ({ hand, way, id }) => expect(await read(hand, way, 'tool', id)).toContain(evil(id))),
  );
  // A bridge whose gateway has gone becomes it.
  await Promise.all(hands.splice(0).map((hand) => hand.close()));
  await whole.close();
  whole = await wholeGateway(config(), {}, nodeClock, folder);
  await Promise.all(
    begun.map(async ({ hand: before, way, id }) => {
      const hand = before.at(whole);
      hands.push(hand);
      expect(await send(hand, evil(id)), `${nameOf(way)} ${id}`).toMatch(asked);
      expect(reached('mail', way, evil(id))).toBe(0);
    }),
  );
}, 60_000);

const kill = (scope: 'run' | 'agent' | 'all', name: string, lift = false): Promise<number> =>
  runKill(
    { ...keepingContext(), clock: nodeClock },
    { format: 'terminal', reason: '', lift, state: join(folder, 'state') },
    scope,
    name,
  );

/** A client with calls under way. */
interface Stoppable {
  readonly hand: Hand;
  readonly calls: readonly Promise<string>[];
  readonly what: string;
  readonly run: string | undefined;
}

/** The run of an agent that its client did not name, as an operator reads it in the ledger. @param since when it made a call */
async function unnamedRun(of: string, since: number): Promise<string> {
  const isIt = ({ agent, run = '', time }: Envelope): boolean =>
    agent === of && /^(?:session|idle)\./.test(run) && Date.parse(time) >= since;
  return vi.waitFor(async () => {
    const found = (await eventsOf(folder)).find(isIt);
    expect(found).toBeDefined();
    return found?.run ?? '';
  }, 10_000);
}

it.concurrent.each(ways.map((way) => [nameOf(way), way] as const))(
  '%s: who is stopped is stopped',
  async (name, way) => {
    const id = `${ways.indexOf(way)}`;
    const begin = async (what: string, run?: string): Promise<Stoppable> => {
      const hand = open(way, run);
      expect(await read(hand, way, 'tool', `before-${what}-${id}`)).toContain('@evil.example');
      const calls = features.map((feature) => read(hand, way, feature, `slow-${feature}-${what}-${id}`));
      const isSlow = (feature: Feature): boolean => reached('desk', way, `slow-${feature}-${what}-${id}`) === 1;
      await until(() => features.every(isSlow) && hand.streams > 0);
      return { hand, calls, what, run };
    };
    const expectStopped = async ({ hand, calls, what, run }: Stoppable, scope: string): Promise<void> => {
      // A client that cannot begin says in its own words that it did not.
      const why = new RegExp(`stopped by the operator \\(kill\\.${scope}\\)|negotiation failed`, 'i');
      for (const call of calls) expect(await call).toMatch(why);
      // Another session is another run, unless its client says that it is the same.
      const isSame = run !== undefined || way.sdk === 2 || scope === 'agent';
      for (const feature of features) {
        await until(() => seen('desk', way).includes(`aborted slow-${feature}-${what}-${id}`));
        for (const again of isSame ? [hand, open(way, run)] : [hand])
          expect(await read(again, way, feature, `after-${what}-${id}`)).toMatch(why);
      }
      expect(reached('desk', way, `after-${what}-${id}`)).toBe(0);
      // A stream without an end says nothing of a run that its client names beside its messages.
      if (way.over === 'http' || run === undefined) await until(() => hand.streams === 0);
    };
    const named = await begin('name', `kill-name-${id}`);
    const since = nodeClock.now();
    const unnamed = await begin('id');
    const other = await begin('agent', `kill-agent-${id}`);
    await kill('run', `kill-name-${id}`);
    await expectStopped(named, 'run');
    const unnamedId = await unnamedRun(name, since);
    await kill('run', unnamedId);
    await expectStopped(unnamed, 'run');
    if (way.over === 'http') expect(other.hand.streams).toBeGreaterThan(0);
    await kill('agent', name);
    await expectStopped(other, 'agent');
    await kill('run', unnamedId, true);
    await kill('agent', name, true);
    await vi.waitFor(
      async () => expect(await read(open(way, `lifted-${id}`), way, 'tool', 'lifted')).toContain(evil('lifted')),
      10_000,
    );
  },
);

it('all are stopped, and those that begin anew', async () => {
  const begun = ways.map((way) => {
    const hand = open(way, 'kill-all');
    return { way, hand, answer: read(hand, way, 'tool', `slow-all-${ways.indexOf(way)}`) };
  });
  const isBegun = ({ way }: { way: Way }): boolean => reached('desk', way, `slow-all-${ways.indexOf(way)}"`) === 1;
  await until(() => begun.every(isBegun));
  await kill('all', '');
  for (const { way, hand, answer } of begun) {
    expect(await answer).toMatch(/stopped by the operator \(kill\.all\)/i);
    expect(await read(open(way, 'anew'), way, 'tool', 'anew')).toMatch(/stopped by the operator|negotiation failed/i);
    await until(() => hand.streams === 0);
  }
  await kill('all', '', true);
});

it('everything that was sent was recorded, and everything that came', async () => {
  await Promise.all(hands.splice(0).map((hand) => hand.close()));
  await whole.close();
  const events = await eventsOf(folder);
  for (const [name, server] of servers) {
    const calls = events.filter(({ kind, server: of }) => kind === 'tool.call' && of === name);
    expect(usesIn(server.seen()), name).toHaveLength(calls.length);
    for (const { call } of calls) {
      const kinds = events.filter((event) => event.call === call).map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind.startsWith('tool.'))).toEqual(['tool.call', 'tool.result']);
    }
    for (const key of keys.values()) expect(server.seen()).not.toContain(key);
  }
  for (const { payload: _payload, ...clear } of events)
    expect(JSON.stringify(clear)).not.toMatch(/evil\.example|AKIAABCD/);
});

it('in shadow mode all pass, and what would have been is recorded', async () => {
  const shadow = await wholeGateway(config('shadow'), await files());
  const pass = async (way: Way): Promise<void> => {
    const hand = new Hand(shadow, way, { key: keyOf(nameOf(way)), run: 'shadow' });
    for (const feature of features) {
      const id = `${feature}-shadow-${ways.indexOf(way)}`;
      expect(await read(hand, way, feature, id)).toContain(evil(id));
      const hidden = called(way, feature, 'hidden');
      expect(await hand.list('desk', feature)).toContain(hidden);
      expect(await hand.use('desk', feature, hidden, { id: 'hidden' })).toContain(evil('hidden'));
    }
    const to = evil(`tool-shadow-${ways.indexOf(way)}`);
    expect(await send(hand, to, `AKIA${'ABCDEFGH'.repeat(2)}`)).toContain(`sent to ${to}`);
    expect(await send(hand, to)).toContain(`sent to ${to}`);
    await hand.close();
  };
  await Promise.all(ways.map(pass));
  await shadow.close();
  const calls = (await eventsOf(shadow.folder)).filter(({ kind }) => kind === 'tool.call');
  for (const way of ways)
    expect(
      calls.filter(({ agent }) => agent === nameOf(way)).map(({ decision }) => decision),
      nameOf(way),
    ).toEqual([...features.flatMap(() => ['allow', 'deny']), 'deny', 'ask']);
  shadow.remove();
}, 60_000);
