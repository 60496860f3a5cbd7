import type { Label } from '../flow.ts';
import type { CallExpr } from '../ir.ts';
import type { FnSite, Program } from '../program.ts';

/** What strangers can fill: parameters of route handlers, request objects, standard input. */
export interface Inputs {
  readonly routes: ReadonlyMap<FnSite, Route>;
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
  for (const site of program.calls) registered(site.call, site.path, program, routes);
  const isInput = (call: CallExpr): boolean => {
    const path = byCall.get(call) ?? '';
    return /^(?:~input|builtins\.input|flask\.request\.(?:get_json|get_data|form\.get|args\.get|values\.get)|~(?:req|request|ctx\.req|c\.req)\.(?:json|text|formData|param|query|parseBody))$/.test(
      path,
    );
  };
  return { routes, isInput };
}

const pythonApps =
  /(?:fastapi\.(?:FastAPI|APIRouter)|flask\.(?:Flask|Blueprint)|sanic\.Sanic|litestar\.Litestar|quart\.Quart)\(\)\.(?:get|post|put|patch|delete|route|api_route|websocket)$/;
const springMarks = /^org\.springframework\.web\.bind\.annotation\.(?:Get|Post|Put|Patch|Delete|Request)Mapping$/;
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
          : undefined;
    if (framework === undefined) continue;
    const first = call?.args.find(
      (arg) => arg.name === undefined || arg.name === 'value' || arg.name === 'path',
    )?.value;
    const named = call?.args.filter((arg) => arg.name !== undefined).map((arg) => arg.name ?? '') ?? [];
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
  /^(?:net\/http\.HandleFunc|net\/http\.NewServeMux\(\)\.HandleFunc|github\.com\/gin-gonic\/gin\.(?:Default|New)\(\)\.(?:GET|POST|PUT|DELETE|PATCH)|github\.com\/labstack\/echo\.New\(\)\.(?:GET|POST|PUT))$/;
const aspMap = /\.Map(?:Get|Post|Put|Patch|Delete)$/;

function registered(call: CallExpr, path: string, program: Program, routes: Map<FnSite, Route>): void {
  const { language } = program.module;
  const framework =
    language === 'typescript' && expressApps.test(path)
      ? (/hono|fastify|koa/.exec(path)?.[0] ?? 'express')
      : language === 'go' && goMux.test(path)
        ? 'go'
        : language === 'csharp' && aspMap.test(path)
          ? 'aspnet'
          : undefined;
  const [first, ...rest] = call.args;
  if (framework === undefined || first?.value.kind !== 'text') return;
  const handler = rest.at(-1)?.value;
  if (handler === undefined) return;
  const fn =
    handler.kind === 'function' ? handler.fn : handler.kind === 'name' ? program.root.functionOf(handler) : undefined;
  const site = fn === undefined ? undefined : program.fnOf.get(fn);
  if (site === undefined) return;
  const guards = rest.slice(0, -1).map((arg) => program.root.path(arg.value));
  const chained = program.chains.get(call);
  if (chained?.callee.kind === 'member') guards.push(chained.callee.property);
  routes.set(site, { framework, path: first.value.value, mark: call, guards });
}
