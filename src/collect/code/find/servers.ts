import { Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import type { CallExpr } from '../ir.ts';
import type { FnSite, Program } from '../program.ts';
import type { Agents } from './agents.ts';
import type { Clients } from './clients.ts';
import type { Inputs, Route } from './inputs.ts';

const authName =
  /auth|login|session|jwt|token|verify|protect|guard|permission|principal|current_?user|require_?user|api_?key|secure|clerk|passport|signature|credential|bearer/i;
const limitName = /rate_?limit|throttle|limiter|slowdown|ratelimit/i;

/** HTTP routes whose handler reaches a model or an agent in the same file, and whether callers are authenticated. */
export function findServers(program: Program, inputs: Inputs, clients: Clients, agents: Agents): Draft[] {
  const drafts: Draft[] = [];
  const app = new AppGuards(program);
  for (const [site, route] of inputs.routes) {
    const reached = reach(site, program);
    const targets = new Set<Draft>();
    const names: string[] = [];
    for (const call of program.calls) {
      if (!reached.some((fn) => within(call.fn, fn))) continue;
      names.push(call.path);
      const client = clients.modelCalls.get(call.call)?.client;
      if (client !== undefined) targets.add(client);
      const agent = agents.byCall.get(call.call) ?? agentOf(call.call, program, agents);
      if (agent !== undefined) targets.add(agent);
    }
    if (targets.size === 0) continue;
    const draft = new Draft('code.server', program.module.file, site.fn.at, route.path ?? site.fn.name);
    draft.set('framework', route.framework).set('route', route.path ?? null);
    draft.set('auth', authOf(site, route, names, app, program), site.fn.at);
    draft.set(
      'rateLimit',
      [...names, ...route.guards, ...app.names].some((name) => limitName.test(name)),
      site.fn.at,
    );
    for (const target of targets) draft.use(target.id);
    drafts.push(draft);
  }
  return drafts;
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

function authOf(site: FnSite, route: Route, names: readonly string[], app: AppGuards, program: Program): Value {
  const around = [
    ...route.guards,
    ...app.names,
    ...site.fn.decorators.map((mark) => program.root.path(mark.kind === 'call' ? mark.callee : mark)),
    ...(site.class?.decorators ?? []).map((mark) => program.root.path(mark.kind === 'call' ? mark.callee : mark)),
    ...site.fn.params.flatMap((param) => [
      param.name,
      ...(param.default === undefined ? [] : namesOf(param.default, program)),
      ...(param.type === undefined ? [] : namesOf(param.type, program)),
    ]),
    ...names,
  ];
  if (around.some((name) => /auth:unknown/.test(name)))
    return new Unknown('a hook before each request may authenticate');
  if (around.some((name) => authName.test(name.replace(/^(?:~?process\.env|os\.environ).*$/, '')))) return 'present';
  if (around.some((name) => name.endsWith('Depends'))) return new Unknown('a dependency may authenticate');
  if (route.framework === 'spring') return new Unknown('a security filter chain may authenticate');
  if (route.framework === 'next') return new Unknown('middleware may authenticate');
  if (route.framework === 'aspnet' && !app.complete) return new Unknown('middleware may authenticate');
  return app.complete ? 'absent' : new Unknown('the application object is made elsewhere');
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
