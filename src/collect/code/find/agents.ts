import { Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import { fact, type Facts, factsOf } from '../facts.ts';
import type { CallExpr, Expr } from '../ir.ts';
import type { CallSite, Program } from '../program.ts';
import type { Scope } from '../scope.ts';
import type { Effect } from '../shapes.ts';
import { type AgentSignal, agentSignals } from '../signals/agents.ts';
import { keyOf } from '../scope.ts';
import { lastSegment, valueOf } from '../values.ts';
import type { Clients } from './clients.ts';
import type { Stores } from './stores.ts';
import type { Tools } from './tools.ts';

/** A name used as a tool, handoff or store that another file of the package may define. */
export interface OpenLink {
  readonly from: Draft;
  /** Import path of the name: `./tools.search`, `app.tools.search`. */
  readonly path: string;
}

export interface Agents {
  readonly drafts: readonly Draft[];
  readonly byCall: ReadonlyMap<CallExpr, Draft>;
  readonly open: readonly OpenLink[];
}

/** Finds agents, their tools and limits. Tools imported from other files come back as open links. */
export function findAgents(program: Program, clients: Clients, tools: Tools, stores: Stores): Agents {
  const finder = new AgentFinder(program, clients, tools, stores);
  for (const site of program.calls) finder.construct(site);
  return finder;
}

class AgentFinder implements Agents {
  readonly drafts: Draft[] = [];
  readonly byCall = new Map<CallExpr, Draft>();
  readonly open: OpenLink[] = [];
  readonly #program: Program;
  readonly #clients: Clients;
  readonly #tools: Tools;
  readonly #stores: Stores;

  constructor(program: Program, clients: Clients, tools: Tools, stores: Stores) {
    this.#stores = stores;
    this.#program = program;
    this.#clients = clients;
    this.#tools = tools;
  }

  construct(site: CallSite): void {
    const signal = agentSignals[this.#program.module.language].match(site.path, site.scope);
    if (signal === undefined) return;
    const facts = factsOf(site, this.#program, signal.positional);
    const toolFact = fact(
      facts,
      'tools',
      'toolkit',
      'functions',
      'plugins',
      'defaulttools',
      'toolsets',
      'allowedtools',
      'db',
    );
    if (signal.needsTools === true && toolFact === undefined) return;
    const variable = this.#program.names.get(site.call);
    const named =
      this.#text(facts, 'name', 'role') ??
      (variable?.startsWith('#') === false ? variable : (site.fn?.fn.name ?? signal.framework));
    const draft = new Draft('code.agent', this.#program.module.file, site.call.at, named);
    draft
      .set('framework', signal.framework)
      .set('name', named)
      .set('constructor', lastSegment(site.path))
      .set('bounded', signal.bounded);
    draft.set('inherent', [...(signal.inherent ?? [])]).set('effects', [...(signal.inherent ?? [])]);
    draft.set('selfEquipped', signal.selfEquipped === true);
    this.#options(draft, facts, signal);
    this.#equip(draft, toolFact?.expr, toolFact?.scope ?? site.scope, toolFact?.at);
    this.#model(draft, facts, site);
    this.#store(draft, facts, signal);
    this.drafts.push(draft);
    this.byCall.set(site.call, draft);
  }

  #options(draft: Draft, facts: Facts, signal: AgentSignal): void {
    const pick = (property: string, ...names: string[]): void => {
      const found = fact(facts, ...names);
      const absent = facts.open ? new Unknown('options are made elsewhere') : null;
      draft.set(property, found === undefined ? absent : valueOf(found.expr, found.scope), found?.at ?? draft.at);
    };
    pick(
      'maxIterations',
      'maxiterations',
      'maxiter',
      'maxturns',
      'maxsteps',
      'maxconsecutiveautoreply',
      'recursionlimit',
      'maxfunctioncalls',
      'toolcalllimit',
      'stopwhen',
      'maxtoolroundtrips',
      'usagelimits',
      'terminationcondition',
      'conversationmanager',
    );
    pick('permissionMode', 'permissionmode');
    pick('codeExecutor', 'executortype', 'codeexecutionmode', 'executor');
    pick(
      'allowDangerous',
      'allowdangerouscode',
      'allowdangerousrequests',
      'allowdangeroustools',
      'dangerouslyskippermissions',
      'allowdangerouslyskippermissions',
    );
    pick('humanInputMode', 'humaninputmode');
    this.#codeExecution(draft, facts, signal);
    this.#safeguards(draft, facts);
  }

  #codeExecution(draft: Draft, facts: Facts, signal: AgentSignal): void {
    const execution = fact(facts, 'allowcodeexecution', 'codeexecutionconfig', 'codeexecutor', 'unsafecodeexecution');
    draft.set('allowCodeExecution', this.#execution(execution, signal), execution?.at ?? draft.at);
    if (execution !== undefined && draft.properties['codeExecutor'] === null)
      draft.set('codeExecutor', this.#docker(execution.expr, execution.scope), execution.at);
    draft.set(
      'codeSandboxed',
      sandboxed(draft.properties['codeExecutor'] ?? null, signal.framework),
      execution?.at ?? draft.at,
    );
  }

  #safeguards(draft: Draft, facts: Facts): void {
    const present = (property: string, ...names: string[]): void => {
      const found = fact(facts, ...names);
      const absent: Value = facts.open ? new Unknown('options are made elsewhere') : false;
      draft.set(property, found === undefined ? absent : isSet(found.expr, found.scope), found?.at ?? draft.at);
    };
    present(
      'humanApproval',
      'interruptbefore',
      'interruptafter',
      'humaninput',
      'canusetool',
      'interrupton',
      'needsapproval',
      'requireapproval',
      'toolapproval',
      'humaninputmode',
    );
    if (draft.properties['humanInputMode'] === 'NEVER') draft.set('humanApproval', false);
    if (has(facts, 'middleware')) draft.set('humanApproval', new Unknown('middleware may ask'));
    present(
      'memory',
      'memory',
      'checkpointer',
      'session',
      'sessionmanager',
      'store',
      'chatmemory',
      'chatmemoryprovider',
      'storage',
    );
    present('mcpServers', 'mcpservers', 'mcp');
    present(
      'guardrails',
      'inputguardrails',
      'outputguardrails',
      'guardrails',
      'guardrail',
      'inputprocessors',
      'outputprocessors',
      'beforemodelcallback',
    );
    const handoffs = fact(facts, 'handoffs', 'subagents', 'managedagents', 'agents', 'members');
    draft.set(
      'handoffs',
      handoffs === undefined ? [] : listed(handoffs.expr, handoffs.scope).map((item) => shortName(item.expr)),
      handoffs?.at,
    );
  }

  #execution(found: ReturnType<typeof fact>, signal: AgentSignal): Value {
    if (found === undefined) return signal.inherent?.includes('code-eval') === true;
    const value = valueOf(found.expr, found.scope);
    if (value === false || value === null) return false;
    return value instanceof Unknown && found.expr.kind !== 'call' ? value : true;
  }

  /** Where generated code runs: autogen's `use_docker`, an executor's class. */
  #docker(expr: Expr, scope: Scope): Value {
    const followed = scope.follow(expr);
    const target = followed.expr;
    if (target.kind === 'object') {
      const docker = target.entries.find((entry) => entry.key === 'use_docker');
      if (docker !== undefined) return valueOf(docker.value, followed.scope) === false ? 'local' : 'docker';
      const executor = target.entries.find((entry) => entry.key === 'executor');
      return executor === undefined ? null : this.#docker(executor.value, followed.scope);
    }
    const path = followed.scope.path(target);
    if (/Docker|E2B|Modal|Azure|Sandbox/i.test(path)) return 'docker';
    return /Local|CommandLine/.test(path) ? 'local' : null;
  }

  #equip(draft: Draft, expr: Expr | undefined, scope: Scope, at: Draft['at'] | undefined): void {
    const names: string[] = [];
    const effects = new Set<Effect>(draft.properties['effects'] as Effect[]);
    let unknown = false;
    for (const item of expr === undefined ? [] : listed(expr, scope)) {
      const tool = this.#toolOf(item.expr, item.scope);
      names.push(item.name ?? tool?.name ?? shortName(item.expr));
      if (tool !== undefined) {
        draft.use(tool.id);
        for (const effect of tool.properties['effects'] as Effect[]) effects.add(effect);
        continue;
      }
      if (item.expr.kind === 'text') continue;
      unknown = true;
      const path = item.scope.path(item.expr);
      this.open.push({ from: draft, path: path.replace(/\(\)$/, '') });
    }
    draft
      .set('tools', names, at)
      .set('effects', [...effects], at)
      .set('toolsResolved', !unknown);
  }

  #toolOf(expr: Expr, scope: Scope, depth = 0): Draft | undefined {
    if (depth > 6) return undefined;
    const fn = scope.functionOf(expr);
    const direct = fn === undefined ? undefined : this.#tools.byFn.get(fn);
    if (direct !== undefined) return direct;
    const followed = scope.follow(expr);
    if (followed.expr.kind === 'call') {
      return (
        this.#tools.byCall.get(followed.expr) ??
        (followed.expr.callee.kind === 'member'
          ? this.#toolOf(followed.expr.callee.object, followed.scope, depth + 1)
          : undefined)
      );
    }
    if (followed.expr.kind === 'other' && followed.expr.parts[0] !== undefined)
      return this.#toolOf(followed.expr.parts[0], followed.scope, depth + 1);
    return undefined;
  }

  /** The database an agent writes SQL for: `db=`, `toolkit=SQLDatabaseToolkit(db=…)`. */
  #store(draft: Draft, facts: Facts, signal: AgentSignal): void {
    const found = fact(facts, 'db', 'database', 'sqldatabase', 'toolkit', 'tools');
    const store = found === undefined ? undefined : storeOf(found.expr, found.scope, this.#stores, 0);
    const writesSql =
      signal.inherent?.includes('sql') === true || (draft.properties['effects'] as string[]).includes('sql');
    if (store === undefined) return;
    draft.use(store.id);
    if (writesSql || found?.written !== 'tools') store.set('queryFromModel', true);
  }

  #model(draft: Draft, facts: Facts, site: CallSite): void {
    const own = this.#clients.byCall.get(site.call);
    if (own !== undefined) draft.use(own.id);
    const found = fact(
      facts,
      'model',
      'llm',
      'chatmodel',
      'modelclient',
      'chatlanguagemodel',
      'llmconfig',
      'kernel',
      'agent',
    );
    if (found === undefined) {
      draft.set('model', facts.open ? new Unknown('options are made elsewhere') : null);
      return;
    }
    const followed = found.scope.follow(found.expr);
    const client = clientOf(followed.expr, followed.scope, this.#clients, 0);
    if (client !== undefined) {
      draft.use(client.id);
      const [first] = client.properties['models'] as Value[];
      draft.set('model', first ?? null, found.at);
    } else draft.set('model', valueOf(followed.expr, followed.scope), found.at);
  }

  #text(facts: Facts, ...names: string[]): string | undefined {
    const found = fact(facts, ...names);
    const value = found === undefined ? undefined : valueOf(found.expr, found.scope);
    return typeof value === 'string' && value.length < 120 ? value : undefined;
  }
}

/** The client an expression names, directly or inside `create_agent(llm, tools)`. */
function clientOf(expr: Expr, scope: Scope, clients: Clients, depth: number): Draft | undefined {
  if (depth > 6) return undefined;
  const followed = scope.follow(expr);
  const target = followed.expr;
  if (target.kind === 'call') {
    const direct = clients.byCall.get(target);
    if (direct !== undefined) return direct;
    for (const arg of target.args.slice(0, 6)) {
      const found = arg.value.kind === 'text' ? undefined : clientOf(arg.value, followed.scope, clients, depth + 1);
      if (found !== undefined) return found;
    }
    return target.callee.kind === 'member'
      ? clientOf(target.callee.object, followed.scope, clients, depth + 1)
      : undefined;
  }
  const key = keyOf(target);
  for (const value of key === undefined ? [] : (followed.scope.find(key)?.values ?? []).slice(0, 4)) {
    const found = value.expr === expr ? undefined : clientOf(value.expr, value.scope, clients, depth + 2);
    if (found !== undefined) return found;
  }
  return undefined;
}

function storeOf(expr: Expr, scope: Scope, stores: Stores, depth: number): Draft | undefined {
  if (depth > 6) return undefined;
  const followed = scope.follow(expr);
  const target = followed.expr;
  if (target.kind === 'call') {
    const own = stores.byCall.get(target);
    if (own !== undefined) return own;
    for (const arg of target.args.slice(0, 6)) {
      const found = storeOf(arg.value, followed.scope, stores, depth + 1);
      if (found !== undefined) return found;
    }
    return target.callee.kind === 'member'
      ? storeOf(target.callee.object, followed.scope, stores, depth + 1)
      : undefined;
  }
  const parts =
    target.kind === 'list'
      ? target.items
      : target.kind === 'object'
        ? target.entries.map((entry) => entry.value)
        : target.kind === 'other'
          ? target.parts
          : [];
  for (const part of parts.slice(0, 12)) {
    const found = storeOf(part, followed.scope, stores, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether code that the agent writes runs in a sandbox; without a word, by the framework's default. */
function sandboxed(executor: Value, framework: string): Value {
  if (executor instanceof Unknown) return executor;
  if (typeof executor === 'string') return /^(?:docker|e2b|modal|blaxel|wasm|safe)$/.test(executor);
  return framework === 'crewai' || framework === 'autogen';
}

function has(facts: Facts, name: string): boolean {
  return facts.named.has(name);
}

function isSet(expr: Expr, scope: Scope): Value {
  const value = valueOf(expr, scope);
  if (value === false || value === null || value === 'NEVER') return false;
  return Array.isArray(value) ? value.length > 0 : true;
}

/** The items of a list or the values of an object, through names, spreads and `a + b`. */
function listed(
  expr: Expr,
  scope: Scope,
  depth = 0,
): { readonly expr: Expr; readonly scope: Scope; readonly name?: string }[] {
  if (depth > 5) return [];
  const followed = scope.follow(expr);
  const target = followed.expr;
  if (target.kind === 'list') {
    return target.items.flatMap((item) => {
      const inner = item.kind === 'other' && /splat|spread/.test(item.op) ? item.parts[0] : undefined;
      return inner === undefined ? [{ expr: item, scope: followed.scope }] : listed(inner, followed.scope, depth + 1);
    });
  }
  if (target.kind === 'object')
    return target.entries.map((entry) => ({ expr: entry.value, scope: followed.scope, name: entry.key }));
  if (target.kind === 'other' && target.op === '+')
    return target.parts.flatMap((part) => listed(part, followed.scope, depth + 1));
  return [{ expr, scope }];
}

function shortName(expr: Expr): string {
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'member':
      return expr.property;
    case 'call':
      return shortName(expr.callee);
    case 'text':
      return expr.value.slice(0, 80);
    case 'function':
      return expr.fn.name === '' ? 'function' : expr.fn.name;
    case 'index':
    case 'object':
    case 'list':
    case 'template':
    case 'literal':
    case 'other':
      return 'unnamed';
  }
}
