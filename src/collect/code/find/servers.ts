import { Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import type { At, CallExpr } from '../ir.ts';
import type { FnSite, Program } from '../program.ts';
import type { Agents } from './agents.ts';
import type { Clients } from './clients.ts';
import type { Inputs, Route } from './inputs.ts';

const authName =
  /auth|login|session|jwt|token|verify|protect|guard|permission|principal|current_?user|require_?user|api_?key|secure|clerk|passport|signature|credential|bearer/i;
const limitName = /rate_?limit|throttle|limiter|slowdown|ratelimit/i;

/** A function that other files may call or route to: what it reaches, and the names of what stands around it. */
export interface Reacher {
  /** Ids of models and agents. */
  readonly targets: readonly string[];
  readonly around: readonly string[];
}

/** A route whose model or agent must be looked for in other files. */
export interface OpenRoute {
  readonly file: string;
  readonly at: At;
  readonly framework: string;
  readonly path: string | null;
  /** Canonical paths: the handler itself when it stands elsewhere, else what the handler calls. */
  readonly calls: readonly string[];
  readonly around: readonly string[];
  readonly complete: boolean;
}

export interface Servers {
  readonly drafts: readonly Draft[];
  readonly open: readonly OpenRoute[];
  /** By name: `ask`, `ChatService.ask`; a class by its own name is all of its methods. */
  readonly reachers: ReadonlyMap<string, Reacher>;
}

/** HTTP routes whose handler reaches a model or an agent, and whether callers are authenticated. */
export function findServers(program: Program, inputs: Inputs, clients: Clients, agents: Agents): Servers {
  const drafts: Draft[] = [];
  const open: OpenRoute[] = [];
  const app = new AppGuards(program);
  const { file } = program.module;
  for (const [site, route] of inputs.routes) {
    const { targets, names } = reachedFrom(site, program, clients, agents);
    const around = [...route.guards, ...app.names, ...aroundOf(site, program), ...names];
    const found = { file, at: site.fn.at, ...placeOf(route), calls: names, around, complete: app.complete };
    if (targets.length === 0) open.push(found);
    else drafts.push(serverOf(found, targets, site.fn.name));
  }
  for (const { route, handler, at } of inputs.elsewhere) {
    const around = [...route.guards, ...app.names];
    open.push({ file, at, ...placeOf(route), calls: [handler], around, complete: app.complete });
  }
  return { drafts, open, reachers: reachersOf(program, clients, agents) };
}

function placeOf({ framework, path }: Route): Pick<OpenRoute, 'framework' | 'path'> {
  return { framework, path: path ?? null };
}

/** One route that reaches models or agents of these ids. */
export function serverOf(open: OpenRoute, targets: readonly string[], name: string): Draft {
  const { framework, path, around } = open;
  const draft = new Draft('code.server', open.file, open.at, path ?? name);
  draft.set('framework', framework).set('route', path);
  draft.set('auth', authOf(framework, around, open.complete), open.at);
  draft.set(
    'rateLimit',
    around.some((each) => limitName.test(each)),
    open.at,
  );
  for (const target of targets) draft.use(target);
  return draft;
}

function reachedFrom(
  site: FnSite,
  program: Program,
  clients: Clients,
  agents: Agents,
): { targets: string[]; names: string[] } {
  const reached = reach(site, program);
  const targets = new Set<string>();
  const names: string[] = [];
  for (const call of program.calls) {
    if (!reached.some((fn) => within(call.fn, fn))) continue;
    names.push(call.path);
    const client = clients.modelCalls.get(call.call)?.client;
    if (client !== undefined) targets.add(client.id);
    const agent = agents.byCall.get(call.call) ?? agentOf(call.call, program, agents);
    if (agent !== undefined) targets.add(agent.id);
  }
  return { targets: [...targets], names };
}

function reachersOf(program: Program, clients: Clients, agents: Agents): Map<string, Reacher> {
  const found = new Map<string, Reacher>();
  if (clients.modelCalls.size === 0 && agents.byCall.size === 0) return found;
  for (const site of program.functions) {
    if (site.parent !== undefined || site.fn.name === '') continue;
    const { targets, names } = reachedFrom(site, program, clients, agents);
    if (targets.length === 0) continue;
    const reacher = { targets, around: [...aroundOf(site, program), ...names] };
    const owner = site.class?.name;
    const key = owner === undefined || owner === '' ? site.fn.name : `${owner}.${site.fn.name}`;
    if (!found.has(key)) found.set(key, reacher);
    if (owner !== undefined && owner !== '' && !found.has(owner)) found.set(owner, reacher);
  }
  return found;
}

/** What guards every route of the file: middleware, dependencies of the application object. */
class AppGuards {
  readonly names: string[] = [];
  /** The application object is made here, so nothing elsewhere can guard it unseen. */
  readonly complete: boolean;

  constructor(program: Program) {
    let made = false;
    for (const { call, path } of program.calls) {
      if (
        /(?:fastapi\.FastAPI|flask\.Flask|express(?:\.default)?|hono\.Hono|quart\.Quart|sanic\.Sanic|fastify(?:\.default)?|WebApplication\.(?:Create|CreateBuilder)|gin\.(?:Default|New))$/.test(
          path,
        )
      ) {
        made = true;
        for (const arg of call.args)
          if (arg.name === 'dependencies' || arg.name === 'middleware') this.names.push(...namesOf(arg.value, program));
      }
      if (/^net\/http\.ListenAndServe(?:TLS)?$/.test(path)) {
        made = true;
        for (const arg of call.args.slice(1)) this.names.push(...namesOf(arg.value, program));
      }
      if (
        /\.(?:use|Use|add_middleware|before_request|addHook|register|UseAuthentication|UseAuthorization|include_router|register_blueprint)$/.test(
          path,
        )
      ) {
        this.names.push(path, ...call.args.flatMap((arg) => namesOf(arg.value, program)));
      }
    }
    for (const site of program.functions) {
      for (const mark of site.fn.decorators) {
        const path = program.root.path(mark.kind === 'call' ? mark.callee : mark);
        if (/\.(?:before_request|middleware)$/.test(path)) this.names.push('auth:unknown');
      }
    }
    this.complete = made;
  }
}

/** Names of what stands around a handler: its decorators and its class's, its bases, parameters and permissions. */
function aroundOf(site: FnSite, program: Program): string[] {
  const marks = [...site.fn.decorators, ...(site.class?.decorators ?? []), ...(site.class?.bases ?? [])];
  const permissions = (site.class?.steps ?? []).flatMap((step) =>
    step.kind === 'bind' && step.target.kind === 'name' && step.target.name === 'permission_classes'
      ? ['permission_classes', ...namesOf(step.value, program)]
      : [],
  );
  return [
    ...marks
      .map((mark) => program.root.path(mark.kind === 'call' ? mark.callee : mark))
      // What it names stands among the guards of the route; by itself it says nothing.
      .filter((path) => path !== '@nestjs/common.UseGuards'),
    ...permissions,
    ...site.fn.params.flatMap((param) => [
      param.name,
      ...(param.default === undefined ? [] : namesOf(param.default, program)),
      ...(param.type === undefined ? [] : namesOf(param.type, program)),
    ]),
  ];
}

/** Marks that let everyone in, whatever else is in force. */
const openMark = /\.(?:AllowAny|login_not_required)$/;

function authOf(framework: string, around: readonly string[], complete: boolean): Value {
  if (around.some((name) => openMark.test(name))) return 'absent';
  if (around.some((name) => /auth:unknown/.test(name)))
    return new Unknown('a hook before each request may authenticate');
  const guards = around.filter((name) => !limitName.test(name));
  if (guards.some((name) => authName.test(name.replace(/^(?:~?process\.env|os\.environ).*$/, '')))) return 'present';
  if (around.some((name) => name.endsWith('Depends'))) return new Unknown('a dependency may authenticate');
  if (framework === 'spring') return new Unknown('a security filter chain may authenticate');
  if (framework === 'next') return new Unknown('middleware may authenticate');
  if (framework === 'nest') return new Unknown('a global guard may authenticate');
  if (framework === 'django') return complete ? 'absent' : new Unknown('middleware of the settings may authenticate');
  if (framework === 'aspnet' && !complete) return new Unknown('middleware may authenticate');
  return complete ? 'absent' : new Unknown('the application object is made elsewhere');
}

function namesOf(expr: Parameters<Program['root']['path']>[0], program: Program, depth = 0): string[] {
  if (depth > 6) return [];
  const own = program.root.path(expr);
  switch (expr.kind) {
    case 'call':
      return [
        own,
        program.root.path(expr.callee),
        ...expr.args.flatMap((arg) => namesOf(arg.value, program, depth + 1)),
      ];
    case 'list':
      return expr.items.flatMap((item) => namesOf(item, program, depth + 1));
    case 'other':
    case 'template':
      return expr.parts.flatMap((part) => namesOf(part, program, depth + 1));
    case 'index':
      return [...namesOf(expr.object, program, depth + 1), ...namesOf(expr.index, program, depth + 1)];
    case 'text':
    case 'literal':
    case 'function':
    case 'object':
    case 'name':
    case 'member':
      return [own];
  }
}

/** The handler and the functions of this file it calls, three deep. */
function reach(site: FnSite, program: Program): FnSite[] {
  const found = [site];
  for (let depth = 0, from = 0; depth < 3; depth++) {
    const until = found.length;
    for (const call of program.calls) {
      if (!found.slice(from, until).some((fn) => within(call.fn, fn))) continue;
      const fn = call.scope.functionOf(call.call.callee);
      const target = fn === undefined ? undefined : program.fnOf.get(fn);
      if (target !== undefined && !found.includes(target)) found.push(target);
    }
    from = until;
  }
  return found;
}

/** `executor.invoke(…)`, `Runner.run(agent, …)`: a call on or with an agent of the file. */
function agentOf(call: CallExpr, program: Program, agents: Agents): Draft | undefined {
  const scope = program.root;
  const candidates = [
    call.callee.kind === 'member' ? call.callee.object : undefined,
    ...call.args.slice(0, 2).map((arg) => arg.value),
  ];
  for (const item of candidates) {
    if (item === undefined || (item.kind !== 'name' && item.kind !== 'member')) continue;
    const followed = scope.follow(item).expr;
    const found = followed.kind === 'call' ? agents.byCall.get(followed) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function within(site: FnSite | undefined, outer: FnSite): boolean {
  for (let current = site; current !== undefined; current = current.parent) if (current === outer) return true;
  return false;
}
