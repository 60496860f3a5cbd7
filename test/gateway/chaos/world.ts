/** A whole gateway between clients, servers and an operator that do as a seed says, and what must hold whatever they do. */
import { type FileHandle, open } from 'node:fs/promises';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { setTimeout as wait } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { transformSync } from 'esbuild';
import { keepingContext } from '../../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { runLedgerVerify } from '../../../src/app/commands/ledger/verify-run.ts';
import { undiciHttp } from '../../../src/app/gateway/undici-http.ts';
import { killFolderIn } from '../../../src/app/gateway/state-folder.ts';
import { cryptoRandom } from '../../../src/app/ledger/place.ts';
import { nodeDurableFiles } from '../../../src/app/node-durable-files.ts';
import { nodeKeyFiles } from '../../../src/app/node-key-files.ts';
import { nodeClock } from '../../../src/app/node-ports.ts';
import { Stop } from '../../../src/base/stop.ts';
import { RequestCarrier } from '../../../src/gateway/carry.ts';
import { ForStatelessClient } from '../../../src/gateway/bridge/for-stateless-client.ts';
import { Session } from '../../../src/gateway/bridge/stateful-session.ts';
import { ApiKeys } from '../../../src/gateway/identify/api-keys.ts';
import { approverScope } from '../../../src/store/approvals/approver.ts';
import { MemoryBudgets } from '../../../src/store/budgets/memory-budgets.ts';
import { KillFolder } from '../../../src/store/kill-switch/kill-folder.ts';
import { scratchFolder } from '../../../src/store/log/fixtures/test-log.ts';
import { Rng } from '../../faults/simulated-disk.ts';
import { eventsOf, listening, type WholeGateway, wholeGateway } from '../whole.ts';
import { ChaosClient, type ClientPlan, type Outcome } from './client.ts';
import { type CallArguments, ChaosServer, lie, overHttp, tools, type Way, ways } from './server.ts';

const everything = `@id("all") permit (principal, action, resource);
@id("pay") @ask("chaos.pay") forbid (principal, action, resource) when { resource is Demarc::Tool && resource.name == "pay" };
@id("never") @reason("chaos.never") forbid (principal, action, resource) when { resource is Demarc::Tool && resource.name == "never" };
`;
const strict = `${everything}@id("strict") @reason("chaos.strict") forbid (principal, action, resource) when { resource is Demarc::Tool && resource.name == "change" };
`;

/** What a client has to leave: over standard input and output, or while a question waits, a server may take minutes. */
const endless: ReadonlySet<Way> = new Set(['endless', 'silent', 'asks', 'only lies', 'garbage']);

/** Milliseconds until whatever a client asked has an end. */
const boundMs = 60_000;
/** Milliseconds a call that is on its way may take to get to its server, on a busy machine. */
const onTheWayMs = 250;
/** What a crash of the ledger may lose of reads. */
const lossMs = 2_000;

interface Made {
  readonly client: number;
  readonly tool: string;
  readonly way: Way;
  readonly madeMs: number;
}

interface Span {
  readonly client?: number;
  readonly fromMs: number;
  toMs: number;
}

class Agent {
  readonly name: string;
  readonly marker: string;
  readonly plan: ClientPlan;
  readonly client: ChaosClient;
  key = { text: '', id: '' };
  calls = 0;

  constructor(world: ChaosWorld, index: number, plan: ClientPlan) {
    this.name = `agent-${'abcdefghij'.charAt(index)}`;
    this.marker = `MARK${index}MARK`;
    this.plan = plan;
    const { http } = world;
    this.client = new ChaosClient(plan, {
      http,
      origin: () => world.origin,
      key: () => this.key.text,
      heard: (text) => world.heard(this, text),
    });
  }
}

export class ChaosWorld {
  /** What must not be, and was. */
  readonly broken: string[] = [];
  readonly http = undiciHttp();
  /** What became of requests, counted. */
  readonly ends = new Map<string, number>();
  /** What there was at each rest. */
  readonly rests: Readonly<Record<string, number>>[] = [];
  readonly #rng: Rng;
  readonly #folder = scratchFolder('demarc-chaos-');
  readonly #agents: Agent[];
  readonly #made = new Map<string, Made>();
  readonly #received: { readonly trace: string; readonly ms: number }[] = [];
  readonly #servers: {
    readonly chaos: ChaosServer;
    readonly server: Server;
    readonly streams: Set<ServerResponse>;
    readonly url: string;
  }[] = [];
  readonly #stopped: Span[] = [];
  readonly #outages: Span[] = [];
  readonly #told: string[] = [];
  readonly #held = new Set<object>();
  readonly #undo: (() => void)[] = [];
  readonly #before = queryObjects(RequestCarrier, { format: 'count' });
  readonly #resources = resourcesNow();
  #approver = '';
  #whole: WholeGateway | undefined;
  /** Resolves when the gateway is there. */
  #up: Promise<void> = Promise.resolve();
  #isDiskFull = false;
  #isDatabaseDown = false;

  constructor(seed: number) {
    this.#rng = new Rng(seed);
    const plans: ClientPlan[] = (['new', 'old'] as const).flatMap((era) =>
      (['http', 'bridge'] as const).flatMap((way) =>
        ['/mcp', this.#pick(['/mcp/modern', '/mcp/session', '/mcp/program'])].map((path) => ({
          era,
          way,
          path,
          elicits: this.#rng.chance(0.5),
        })),
      ),
    );
    this.#agents = plans.map((plan, index) => new Agent(this, index, plan));
  }

  get origin(): string {
    return this.#whole?.origin ?? 'http://127.0.0.1:9';
  }

  #pick<T>(from: readonly T[], rng = this.#rng): T {
    return from[rng.below(from.length)] as T;
  }

  async open(): Promise<void> {
    for (let at = 0; at < 2; at++) {
      const chaos = new ChaosServer((trace) => this.#received.push({ trace, ms: Date.now() }));
      const streams = new Set<ServerResponse>();
      const server = overHttp(chaos, streams);
      this.#servers.push({ chaos, server, streams, url: (await listening(server)).url });
    }
    const source = readFileSync(new URL('server.ts', import.meta.url), 'utf8');
    const program = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' }).code;
    writeFileSync(join(this.#folder, 'chaos-program.mjs'), program);
    for (const agent of this.#agents) agent.key = await this.#newKey(agent.name, [], undefined);
    this.#approver = (await this.#newKey('console', ['approver', approverScope], 'boss')).text;
    await this.#breakable();
    await this.#start();
  }

  get #keys(): ApiKeys {
    const files = nodeKeyFiles(nodeDurableFiles(), process.platform);
    return new ApiKeys(join(this.#folder, 'keys'), { files, clock: nodeClock, tell: () => undefined });
  }

  async #newKey(agent: string, roles: readonly string[], person: string | undefined): Promise<Agent['key']> {
    const { text, record } = await this.#keys.create({ agent, roles, person }, cryptoRandom);
    return { text, id: record.id };
  }

  /** Makes the disk and the database fail where that is wanted, and reservations countable. */
  async #breakable(): Promise<void> {
    const file = await open(join(this.#folder, 'chaos-program.mjs'));
    const handles = Object.getPrototypeOf(file) as FileHandle;
    await file.close();
    const replace = (
      of: object,
      name: string,
      around: (before: (...args: unknown[]) => unknown, self: object, args: unknown[]) => unknown,
    ): void => {
      const prototype = of as Record<string, (...args: unknown[]) => unknown>;
      const before = prototype[name]!;
      prototype[name] = function (this: object, ...args: unknown[]) {
        return around(before, this, args);
      };
      this.#undo.push(() => void (prototype[name] = before));
    };
    for (const name of ['writev', 'writeFile', 'datasync', 'sync'])
      replace(handles, name, (before, self, args) =>
        this.#isDiskFull
          ? Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))
          : before.apply(self, args),
      );
    for (const name of ['query', 'transaction'])
      replace(Object.getPrototypeOf(PGlite.prototype) as object, name, (before, self, args) =>
        this.#isDatabaseDown ? Promise.reject(new Error('the database is down')) : before.apply(self, args),
      );
    replace(MemoryBudgets.prototype, 'reserve', (before, self, args) => {
      const reserved = before.apply(self, args) as { kind: string; settle(used: object): void; release(): void };
      if (reserved.kind !== 'reserved') return reserved;
      this.#held.add(reserved);
      for (const name of ['settle', 'release'] as const) {
        const end = reserved[name].bind(reserved);
        reserved[name] = (used: object = {}) => {
          this.#held.delete(reserved);
          end(used);
        };
      }
      return reserved;
    });
  }

  async #start(): Promise<void> {
    const [modern, session] = this.#servers;
    const program = {
      command: process.execPath,
      args: [join(this.#folder, 'chaos-program.mjs'), join(this.#folder, 'program.log')],
      sandbox: { none: 'it is a server of a test' },
      eras: ['stateful'],
      'process-per': this.#pick(['session', 'principal']),
    };
    const config = [
      'policies: {set: policies}',
      'approvals: {roles: [approver], wait-ms: 300, expires-ms: 1500}',
      'budgets: {keep-ms: 200, loops: {except: ["*"]}, budgets: [{name: calls, unit: calls, limit: 100000, per: [agent]}, {name: bytes, unit: bytes, limit: 100000000, per: [agent, server], reserve: 1000}]}',
      'identity: {api-keys: {directory: keys}}',
      `servers: ${JSON.stringify({
        modern: { url: modern!.url, eras: ['stateless'], 'idle-seconds': 1 },
        session: { url: session!.url, eras: ['stateful'], 'idle-seconds': 1 },
        program,
      })}`,
    ].join('\n');
    const policies = join(this.#folder, 'policies');
    if (!existsSync(policies))
      await nodeDurableFiles().replace(join(policies, 'a.cedar'), Buffer.from(everything), 0o600);
    else writeFileSync(join(policies, 'a.cedar'), everything);
    if (!existsSync(join(this.#folder, 'program.log'))) writeFileSync(join(this.#folder, 'program.log'), '');
    this.#whole = await wholeGateway(config, {}, nodeClock, this.#folder);
  }

  heard(agent: Agent, text: string): void {
    if (text.includes(lie)) this.broken.push(`${agent.name} heard what was for nobody: ${text.slice(0, 200)}`);
    if (/the gateway failed|a defect/.test(text) && !this.#isDiskFull && !this.#isLost(Date.now()))
      this.broken.push(`${agent.name} heard of a defect: ${text.slice(0, 200)}`);
    for (const [marker] of text.matchAll(/MARK\dMARK/g))
      if (marker !== agent.marker) this.broken.push(`${agent.name} heard what is of ${marker}: ${text.slice(0, 300)}`);
  }

  /** All clients and the operator at once, each so many steps; then all of them at rest. */
  async round(steps: number, acts: number): Promise<void> {
    const seeds = this.#agents.map(() => new Rng(this.#rng.below(2 ** 31)));
    await Promise.all([
      ...this.#agents.flatMap((agent, at) => [
        this.#steps(agent, seeds[at]!, steps),
        this.#steps(agent, new Rng(seeds[at]!.below(2 ** 31)), steps),
      ]),
      this.#operate(acts),
    ]);
    await Promise.all(this.#agents.map(({ client }) => client.end()));
    await this.#atRest();
  }

  async #steps(agent: Agent, rng: Rng, steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      await this.#up;
      if (rng.chance(0.3)) await wait(rng.below(60));
      const way = this.#pick(ways, rng);
      const tool = this.#pick(tools, rng);
      const leaves = endless.has(way) || rng.chance(0.1) ? 100 + rng.below(way === 'silent' ? 2_500 : 600) : undefined;
      const outcome = await this.#call(agent, tool, way, rng.below(80), leaves);
      if (rng.chance(0.15)) await this.#ask(agent, 'tools/list', {});
      const task = (outcome.answer?.['result'] as Record<string, Record<string, unknown>> | undefined)?.['task'];
      if (task !== undefined) await this.#ask(agent, 'tasks/get', { taskId: task['taskId'] });
    }
  }

  async #call(agent: Agent, tool: string, way: Way, ms: number, leaveMs?: number): Promise<Outcome> {
    const trace = `00-${letters(this.#made.size + 1)}-abcdefabcdefabcd-01`;
    this.#made.set(trace, { client: this.#agents.indexOf(agent), tool, way, madeMs: Date.now() });
    const args: CallArguments = { marker: agent.marker, trace, way, ms };
    const server = agent.plan.path.split('/')[2] ?? this.#pick(['modern', 'session', 'program']);
    const name = agent.plan.path === '/mcp' ? `${server}__${tool}` : tool;
    const _meta = { traceparent: trace, 'dev.demarc/run': `run-${this.#made.size % 7}`, progressToken: agent.calls++ };
    let params: Record<string, unknown> = { name, arguments: args, _meta };
    let outcome = await this.#ask(agent, 'tools/call', params, leaveMs);
    for (let retry = 0; retry < 3; retry++) {
      const result = outcome.answer?.['result'] as Record<string, unknown> | undefined;
      const waits = JSON.stringify(outcome.answer ?? {}).includes('approv');
      if (result?.['resultType'] !== 'input_required' && !waits) break;
      const inputs = Object.keys((result?.['inputRequests'] as object | undefined) ?? {});
      const inputResponses = Object.fromEntries(
        inputs.map((key) => [key, { action: 'accept', content: { colour: 'red' } }]),
      );
      const requestState = result?.['requestState'];
      if (requestState !== undefined) params = { ...params, requestState, inputResponses };
      await wait(100);
      outcome = await this.#ask(agent, 'tools/call', params, leaveMs);
    }
    return outcome;
  }

  async #ask(agent: Agent, method: string, params: Record<string, unknown>, leaveMs?: number): Promise<Outcome> {
    const leave = new AbortController();
    const timer = leaveMs === undefined ? undefined : setTimeout(() => leave.abort(), leaveMs);
    const begun = performance.now();
    const late = setTimeout(() => {
      this.broken.push(
        `${agent.name} (${JSON.stringify(agent.plan)}) waits for ever: ${method} ${JSON.stringify(params)}`,
      );
      leave.abort();
    }, boundMs);
    const outcome = await agent.client.ask(method, params, leave.signal);
    clearTimeout(timer);
    clearTimeout(late);
    this.ends.set(outcome.end, (this.ends.get(outcome.end) ?? 0) + 1);
    if (outcome.end === 'unanswered' || outcome.end === 'answered twice')
      this.broken.push(
        `${agent.name} (${JSON.stringify(agent.plan)}) ${outcome.end} after ${Math.round(performance.now() - begun)} ms: ${method} ${JSON.stringify(params)}`,
      );
    return outcome;
  }

  async #operate(acts: number): Promise<void> {
    const stop = new AbortController();
    const approving = this.#approve(new Rng(this.#rng.below(2 ** 31)), stop.signal);
    const actions: ((agent: Agent) => Promise<void> | void)[] = [
      () => this.#reload(everything),
      () => this.#reload(strict),
      () => this.#reload(strict.slice(0, strict.length / 2 - 3)),
      (agent) => this.#kill(agent),
      (agent) => this.#kill(agent),
      (agent) => this.#revoke(agent),
      () => this.#restart(),
      () => this.#fillDisk(),
      () => this.#stopDatabase(),
      () => this.#changeLists(),
      () => this.#pick(this.#servers).server.closeAllConnections(),
    ];
    // Each at most once: to start anew takes seconds.
    for (let act = 0; act < acts; act++) {
      await wait(this.#rng.below(150));
      const [action] = actions.splice(this.#rng.below(actions.length), 1);
      await action?.(this.#pick(this.#agents));
    }
    stop.abort();
    await approving;
    this.#reload(everything);
  }

  #reload(policies: string): void {
    writeFileSync(join(this.#folder, 'policies', 'a.cedar'), policies);
    this.#whole?.gateway.reload();
  }

  #changeLists(): void {
    const { chaos, streams } = this.#pick(this.#servers);
    chaos.change();
    const changed = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
    for (const stream of streams) stream.write(`data: ${changed}\n\n`);
  }

  /** Until nothing of an agent goes on any more, and a while longer. @param refused what a call of it is then told */
  async #without(agent: Agent, refused: RegExp): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const outcome = await this.#call(agent, 'look', 'plain', 0);
      if (refused.test(`${JSON.stringify(outcome.answer ?? '')} ${outcome.status ?? ''}`)) break;
      if (attempt === 199) this.broken.push(`${agent.name} is not stopped: ${JSON.stringify(outcome)}`);
      await wait(20);
    }
    const fromMs = Date.now() + onTheWayMs;
    await wait(2 * onTheWayMs);
    this.#stopped.push({ client: this.#agents.indexOf(agent), fromMs, toMs: Date.now() });
  }

  async #kill(agent: Agent): Promise<void> {
    const folder = new KillFolder(nodeDurableFiles(), killFolderIn(join(this.#folder, 'state')));
    const target = { scope: 'agent' as const, name: agent.name };
    await folder.set({ ...target, reason: 'chaos', by: '', at: new Date().toISOString() });
    // A bridge whose session is gone is only told that it can begin no other one.
    await this.#without(agent, /kill\.agent|session is gone/);
    await folder.lift(target);
  }

  async #revoke(agent: Agent): Promise<void> {
    await this.#keys.revoke(agent.key.id);
    await this.#without(agent, /401|not valid|prove again|identity|no session|session is gone/i);
    agent.key = await this.#newKey(agent.name, [], undefined);
  }

  async #restart(): Promise<void> {
    let up: () => void = () => undefined;
    this.#up = new Promise((resolve) => (up = resolve));
    await this.#whole?.close();
    this.#takeTold();
    await this.#start();
    up();
  }

  async #fillDisk(): Promise<void> {
    const outage = { fromMs: Date.now() - lossMs, toMs: Infinity };
    this.#outages.push(outage);
    this.#isDiskFull = true;
    await wait(200);
    this.#isDiskFull = false;
    await this.#restart();
    outage.toMs = Date.now();
  }

  async #stopDatabase(): Promise<void> {
    this.#isDatabaseDown = true;
    await wait(150);
    this.#isDatabaseDown = false;
  }

  async #approve(rng: Rng, stop: AbortSignal): Promise<void> {
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${this.#approver}`,
      'content-type': 'application/json',
    };
    while (!stop.aborted) {
      try {
        const { origin } = this;
        const listed = (await (await fetch(`${origin}/approvals`, { headers })).json()) as {
          approvals?: { id: string; state: string; argsDigest: string }[];
        };
        for (const { id, argsDigest } of (listed.approvals ?? []).filter(({ state }) => state === 'pending')) {
          const decision = this.#pick(['approve', 'approve', 'deny', ''], rng);
          if (decision === '') continue;
          const body = JSON.stringify({ decision, argsDigest, reason: 'chaos' });
          await (
            await fetch(`${origin}/approvals/${id}`, { method: 'POST', headers: { ...headers, origin }, body })
          ).text();
        }
      } catch {
        // The gateway is down just now.
      }
      await wait(80);
    }
  }

  async #atRest(): Promise<void> {
    const until = Date.now() + 10_000;
    while (this.#held.size > 0 && Date.now() < until) await wait(20);
    if (this.#held.size > 0) this.broken.push(`${this.#held.size} reservations are held at rest`);
    this.#held.clear();
    // A session, and its bridge, may outlive a client that was cut off while it began, until it is idle for long.
    const left = (): number => queryObjects(RequestCarrier, { format: 'count' }) - this.#before;
    // To look for them takes long.
    await wait(100);
    while (left() > 0 && Date.now() < until) await wait(500);
    if (left() > 0) this.broken.push(`${left()} requests are left at rest`);
    const resources = process.getActiveResourcesInfo();
    const count = (what: string): number => resources.filter((name) => name === what).length;
    this.rests.push({
      heapMb: Math.round(process.memoryUsage().heapUsed / 1e5) / 10,
      bridges: queryObjects(ForStatelessClient, { format: 'count' }),
      sessions: queryObjects(Session, { format: 'count' }),
      stops: queryObjects(Stop, { format: 'count' }),
      signals: queryObjects(AbortSignal, { format: 'count' }),
      timers: count('Timeout'),
      sockets: count('TCPSocketWrap'),
      processes: count('ProcessWrap'),
    });
  }

  #takeTold(): void {
    this.#told.push(...(this.#whole?.told.splice(0) ?? []));
  }

  /** Ends everything, and looks at what was recorded. */
  async close(): Promise<void> {
    await Promise.all(this.#agents.map(({ client }) => client.end()));
    await this.#whole?.close();
    this.#takeTold();
    for (const { server } of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await this.http.close();
    for (const undo of this.#undo.splice(0).reverse()) undo();
    for (const until = Date.now() + 5_000; resourcesNow() !== this.#resources && Date.now() < until; ) await wait(50);
    if (resourcesNow() !== this.#resources) this.broken.push(`${this.#resources} became ${resourcesNow()}`);
    for (const line of this.#told) if (line.includes('a defect')) this.broken.push(line);
    this.#readProgram();
    await this.#checkRecord();
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get folder(): string {
    return this.#folder;
  }

  get told(): readonly string[] {
    return this.#told;
  }

  #readProgram(): void {
    for (const line of readFileSync(join(this.#folder, 'program.log'), 'utf8').split('\n')) {
      const [first = '', second = ''] = line.split(' ');
      if (second === 'started' && isAlive(Number(first))) this.broken.push(`process ${first} is still there`);
      else if (second.startsWith('00-')) this.#received.push({ trace: second, ms: Number(first) });
    }
  }

  async #checkRecord(): Promise<void> {
    const context = keepingContext();
    const flags = { format: 'terminal' } as Parameters<typeof runLedgerVerify>[1];
    if ((await runLedgerVerify(context, flags, join(this.#folder, 'state', 'ledger'))) !== 0)
      this.broken.push(`the ledger does not verify: ${context.out.join('')}`);
    const calls = new Map<string, { ms: number; trace: string }>();
    const allowed = new Map<string, number[]>();
    const results = new Map<string, number>();
    for (const { kind, call = '', trace = '', time, decision } of await eventsOf(this.#folder)) {
      if (kind === 'tool.result') results.set(call, (results.get(call) ?? 0) + 1);
      if (kind !== 'tool.call') continue;
      if (decision !== 'allow') this.broken.push(`a call was sent by the decision ${String(decision)}`);
      calls.set(call, { ms: Date.parse(time), trace });
      allowed.set(trace, [...(allowed.get(trace) ?? []), Date.parse(time)]);
    }
    this.#checkReceived(allowed);
    for (const [call, { ms, trace }] of calls) {
      const count = results.get(call) ?? 0;
      if (count === 1 || (count === 0 && this.#isLost(ms))) continue;
      this.broken.push(`call ${call} (${JSON.stringify(this.#made.get(trace))} ${trace}) has ${count} results`);
    }
  }

  #checkReceived(allowed: ReadonlyMap<string, readonly number[]>): void {
    const received = new Map<string, number[]>();
    for (const { trace, ms } of this.#received) received.set(trace, [...(received.get(trace) ?? []), ms]);
    for (const [trace, times] of received) {
      const made = this.#made.get(trace);
      if (made === undefined) throw new Error(`${trace} was never made`);
      const what = `${trace} ${JSON.stringify(made)}`;
      if (made.tool === 'never') this.broken.push(`what is forbidden reached a server: ${what}`);
      for (const [at, ms] of times.sort((a, b) => a - b).entries()) {
        // Rounds in which a server asks across eras are of one call.
        const decisions = allowed.get(trace) ?? [];
        const decided = made.way === 'asks' ? decisions[0] : decisions[at];
        const isLost = made.tool === 'look' && this.#isLost(ms);
        if ((decided === undefined || decided > ms) && !isLost)
          this.broken.push(`sent before it was recorded: ${what} ${ms} ${decided}`);
        if (this.#stopped.some(({ client, fromMs, toMs }) => client === made.client && ms >= fromMs && ms <= toMs))
          this.broken.push(`sent by who was stopped: ${what}`);
      }
    }
  }

  /** Whether the ledger could not tell of it. */
  #isLost(ms: number): boolean {
    return this.#outages.some(({ fromMs, toMs }) => ms >= fromMs && ms <= toMs);
  }
}

/** What keeps this process alive, but for connections that are kept for a while and what is about to end. */
function resourcesNow(): string {
  const kinds = process.getActiveResourcesInfo();
  const count = (kind: string): number => kinds.filter((one) => one === kind).length;
  const listeners = ['unhandledRejection', 'uncaughtException', 'exit'].map((name) => process.listenerCount(name));
  return `${count('ProcessWrap')} processes, ${count('TCPServerWrap')} servers, ${listeners.join(' ')} listeners`;
}

/** A number in letters that nothing takes for one of a phone or an account. */
function letters(count: number): string {
  return count
    .toString(6)
    .replace(/\d/g, (digit) => 'abcdef'.charAt(Number(digit)))
    .padStart(32, 'a');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
