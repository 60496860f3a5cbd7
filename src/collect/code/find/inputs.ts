import type { Label } from '../flow.ts';
import type { At, CallExpr, Expr, Fn } from '../ir.ts';
import type { CallSite, FnSite, Program } from '../program.ts';
import type { Scope } from '../scope.ts';

/** What strangers can fill: parameters of route handlers, request objects, standard input. */
export interface Inputs {
  readonly routes: ReadonlyMap<FnSite, Route>;
  /** Routes whose handler stands in another file, by its canonical path. */
  readonly elsewhere: readonly { readonly route: Route; readonly handler: string; readonly at: At }[];
  readonly isInput: (call: CallExpr) => boolean;
}

/** A function that answers HTTP requests. */
export interface Route {
  readonly framework: string;
  readonly path: string | undefined;
  /** What marks it as a route: the decorator or the registering call. */
  readonly mark: CallExpr | undefined;
  /** Other arguments of the registration: middleware, dependencies. */
  readonly guards: readonly string[];
}

/** Labels of a route handler's parameters. */
export function inputLabels(site: FnSite | undefined, inputs: Inputs): ReadonlyMap<string, ReadonlySet<Label>> {
  const labels = new Map<string, ReadonlySet<Label>>();
  for (let current = site; current !== undefined; current = current.parent) {
    if (!inputs.routes.has(current)) continue;
    for (const param of current.fn.params) {
      if (
        /^(?:self|this|cls|res|response|next|reply|db|session|settings|current_user|user|cancellationToken|w|model|client|chatClient|kernel)$/.test(
          param.name,
        )
      )
        continue;
      if (param.type?.kind === 'other' || param.default?.kind === 'call') continue;
      labels.set(param.name, new Set<Label>(['input']));
    }
  }
  return labels;
}

/** Finds route handlers and reads of request data in one file. */
export function findInputs(program: Program): Inputs {
  const routes = new Map<FnSite, Route>();
  const byCall = new Map<CallExpr, string>();
  for (const site of program.calls) byCall.set(site.call, site.path);
  for (const site of program.functions) {
    const route = decorated(site, program) ?? exported(site, program);
    if (route !== undefined) routes.set(site, route);
  }
  const elsewhere: Inputs['elsewhere'][number][] = [];
  for (const site of program.calls) {
    const found = registered(site, program);
    if (found === undefined) continue;
    const { handler, route } = found;
    const own = handlerOf(handler, site.scope);
    const fn = own === undefined ? undefined : program.fnOf.get(own);
    if (fn !== undefined) routes.set(fn, route);
    else elsewhere.push({ route, handler: site.scope.path(handler), at: site.call.at });
  }
  const isInput = (call: CallExpr): boolean => {
    const path = byCall.get(call) ?? '';
    return /^(?:~input|builtins\.input|flask\.request\.(?:get_json|get_data|form\.get|args\.get|values\.get)|~(?:req|request|ctx\.req|c\.req)\.(?:json|text|formData|param|query|parseBody))$/.test(
      path,
    );
  };
  return { routes, elsewhere, isInput };
}

const pythonApps =
  /(?:fastapi\.(?:FastAPI|APIRouter)|flask\.(?:Flask|Blueprint)|sanic\.Sanic|litestar\.Litestar|quart\.Quart)\(\)\.(?:get|post|put|patch|delete|route|api_route|websocket)$/;
const springMarks = /^org\.springframework\.web\.bind\.annotation\.(?:Get|Post|Put|Patch|Delete|Request)Mapping$/;
const nestMarks = /^@nestjs\/common\.(?:Get|Post|Put|Patch|Delete|All|Sse)$/;
const aspMarks = /^~(?:HttpGet|HttpPost|HttpPut|HttpPatch|HttpDelete|Route)$/;

function decorated(site: FnSite, program: Program): Route | undefined {
  const scope = site.parent?.scope ?? program.root;
  for (const mark of site.fn.decorators) {
    const call = mark.kind === 'call' ? mark : undefined;
    const path = scope.path(call?.callee ?? mark);
    const framework = pythonApps.test(path)
      ? (path.split('.')[0] ?? 'python')
      : springMarks.test(path)
        ? 'spring'
        : aspMarks.test(path) && program.module.language === 'csharp'
          ? 'aspnet'
          : nestMarks.test(path)
            ? 'nest'
            : undefined;
    if (framework === undefined) continue;
    const first = call?.args.find(
      (arg) => arg.name === undefined || arg.name === 'value' || arg.name === 'path',
    )?.value;
    const named = call?.args.filter((arg) => arg.name !== undefined).map((arg) => arg.name ?? '') ?? [];
    if (framework === 'nest') return nestRoute(site, scope, call, first);
    return { framework, path: first?.kind === 'text' ? first.value : undefined, mark: call, guards: named };
  }
  return undefined;
}

/** Next.js: `export async function POST(request)` in `route.ts`, and `pages/api`. */
function exported(site: FnSite, program: Program): Route | undefined {
  const { file, language } = program.module;
  if (language !== 'typescript' || !site.fn.exported || site.parent !== undefined) return undefined;
  const app = /(?:^|\/)app\/(.*?)\/?route\.[cm]?[jt]sx?$/.exec(file);
  const verb = /^(?:GET|POST|PUT|PATCH|DELETE)$/.test(site.fn.name);
  if (app !== null && verb) return { framework: 'next', path: `/${app[1] ?? ''}`, mark: undefined, guards: [] };
  const pages = /(?:^|\/)pages\/(api\/.*)\.[cm]?[jt]sx?$/.exec(file);
  return pages === null ? undefined : { framework: 'next', path: `/${pages[1] ?? ''}`, mark: undefined, guards: [] };
}

const expressApps =
  /^(?:express(?:\.default)?(?:\.Router)?\(\)|express\.Router\(\)|hono\.Hono\(\)|fastify(?:\.default)?\(\)|koa-router(?:\.default)?\(\)|@koa\/router(?:\.default)?\(\)|~app|~router)\.(?:get|post|put|patch|delete|all)$/;
const goMux =
  /^(?:net\/http\.(?:HandleFunc|Handle)|(?:net\/http\.NewServeMux\(\)|~?\*?net\/http\.ServeMux(?:\(\))?)\.(?:HandleFunc|Handle)|github\.com\/gin-gonic\/gin\.(?:Default|New)\(\)\.(?:GET|POST|PUT|DELETE|PATCH)|github\.com\/labstack\/echo\.New\(\)\.(?:GET|POST|PUT))$/;
const aspMap = /\.Map(?:Get|Post|Put|Patch|Delete)$/;
const djangoPath = /^django\.(?:urls|conf\.urls)\.(?:path|re_path|url)$/;

function frameworkOf(path: string, language: string): string | undefined {
  if (language === 'typescript' && expressApps.test(path)) return /hono|fastify|koa/.exec(path)?.[0] ?? 'express';
  if (language === 'go' && goMux.test(path)) return 'go';
  if (language === 'csharp' && aspMap.test(path)) return 'aspnet';
  return language === 'python' && djangoPath.test(path) ? 'django' : undefined;
}

/** A call that gives a path its handler: the last argument (in Django the second). */
function registered({ call, path, scope }: CallSite, program: Program): { route: Route; handler: Expr } | undefined {
  const framework = frameworkOf(path, program.module.language);
  const [first, ...rest] = call.args;
  if (framework === undefined || first?.value.kind !== 'text') return undefined;
  const last = framework === 'django' ? rest[0]?.value : rest.at(-1)?.value;
  if (last === undefined) return undefined;
  const { handler, wrappers } = unwrapped(last, scope);
  const guards = [
    ...(framework === 'django' ? [] : rest.slice(0, -1).map((arg) => scope.path(arg.value))),
    ...wrappers,
  ];
  const chained = program.chains.get(call);
  if (chained?.callee.kind === 'member') guards.push(chained.callee.property);
  const text = first.value.value;
  // A pattern of Go's ServeMux may begin with a method and a host; Django's paths have no slash in front.
  const routePath =
    framework === 'go'
      ? text.replace(/^[A-Z]+\s+/, '').replace(/^[^/]+/, '')
      : framework === 'django'
        ? `/${text.replace(/^\^|\$$/g, '')}`
        : text;
  return { route: { framework, path: routePath, mark: call, guards }, handler };
}

/** The handler within its wrappers: `requireUser(http.HandlerFunc(ask))`, `login_required(Ask.as_view())`. */
function unwrapped(expr: Expr, scope: Scope, depth = 0): { handler: Expr; wrappers: readonly string[] } {
  const [inner] = expr.kind === 'call' ? expr.args : [];
  if (expr.kind !== 'call' || depth > 4) return { handler: expr, wrappers: [] };
  if (expr.callee.kind === 'member' && expr.callee.property === 'as_view')
    return { handler: expr.callee.object, wrappers: [] };
  if (inner === undefined) return { handler: expr, wrappers: [] };
  const { handler, wrappers } = unwrapped(inner.value, scope, depth + 1);
  return { handler, wrappers: [scope.path(expr.callee), ...wrappers] };
}

function handlerOf(handler: Expr, scope: Scope): Fn | undefined {
  return handler.kind === 'function' || handler.kind === 'name' || handler.kind === 'member'
    ? scope.functionOf(handler)
    : undefined;
}

/** A method of a Nest controller: the controller's path and the method's; guards are what `UseGuards` names. */
function nestRoute(site: FnSite, scope: Scope, call: CallExpr | undefined, own: Expr | undefined): Route | undefined {
  const marks = site.class?.decorators.filter((mark) => mark.kind === 'call') ?? [];
  const controller = marks.find((mark) => scope.path(mark.callee) === '@nestjs/common.Controller');
  if (controller === undefined) return undefined;
  const guards = [...marks, ...site.fn.decorators.filter((mark) => mark.kind === 'call')]
    .filter((mark) => scope.path(mark.callee) === '@nestjs/common.UseGuards')
    .flatMap((mark) => mark.args.map((arg) => scope.path(arg.value)));
  const parts = [controller.args[0]?.value, own].flatMap((part) => (part?.kind === 'text' ? [part.value] : []));
  const path = `/${parts
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;
  return { framework: 'nest', path, mark: call, guards };
}
