import { newProperties, Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import { fact, type Facts, factsOf } from '../facts.ts';
import { Flow, type Label, reaches } from '../flow.ts';
import type { CallExpr, Expr, Fn } from '../ir.ts';
import type { CallSite, FnSite, Program } from '../program.ts';
import type { Effect } from '../shapes.ts';
import { builtInTools, effectOf } from '../signals/effects.ts';
import { type ToolSignal, toolSignals } from '../signals/tools.ts';
import { lastSegment, valueOf } from '../values.ts';

/** The tools of one file. */
export interface Tools {
  readonly drafts: readonly Draft[];
  /** Tool by the function that implements it, and by the call that makes it. */
  readonly byFn: ReadonlyMap<Fn, Draft>;
  readonly byCall: ReadonlyMap<CallExpr, Draft>;
}

const handlers = ['execute', 'func', 'fn', 'handler', 'coroutine', 'function', 'callback', 'invoke', 'run'];
const descriptions = ['description', 'value', 'desc'];

/** Finds functions that are given to a model, what they do, and whether their input steers it. */
export function findTools(program: Program): Tools {
  const finder = new ToolFinder(program);
  for (const site of program.functions) finder.decorated(site);
  for (const site of program.calls) finder.made(site);
  for (const site of program.calls) finder.builtIn(site);
  for (const item of program.classes) finder.subclass(item.class.name, item.class.bases, item);
  return finder;
}

class ToolFinder implements Tools {
  readonly drafts: Draft[] = [];
  readonly byFn = new Map<Fn, Draft>();
  readonly byCall = new Map<CallExpr, Draft>();
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  decorated(site: FnSite): void {
    const table = toolSignals[this.#program.module.language];
    for (const mark of site.fn.decorators) {
      const target = mark.kind === 'call' ? mark.callee : mark;
      const outer = site.parent?.scope ?? this.#program.root;
      const signal = table.match(outer.path(target), outer);
      if (signal?.decorator !== true) continue;
      const call = mark.kind === 'call' ? mark : undefined;
      const facts =
        call === undefined
          ? undefined
          : factsOf({ call, path: '', scope: outer, fn: undefined }, this.#program, signal.positional);
      const named = facts === undefined ? undefined : this.#text(facts, 'name', 'nameoverride');
      const text = facts === undefined ? undefined : this.#text(facts, ...descriptions);
      const draft = this.#draft(
        site.fn,
        named ?? site.fn.name,
        signal,
        text ?? this.#described(site.fn) ?? site.fn.doc,
      );
      if (facts !== undefined) this.#approval(draft, facts);
      this.#body(draft, [site]);
      this.byFn.set(site.fn, draft);
      return;
    }
  }

  /** C#: `[Description("…")]` beside the tool attribute. */
  #described(fn: Fn): string | undefined {
    for (const mark of fn.decorators) {
      const [first] = mark.kind === 'call' ? mark.args : [];
      if (
        mark.kind === 'call' &&
        mark.callee.kind === 'name' &&
        mark.callee.name === 'Description' &&
        first?.value.kind === 'text'
      )
        return first.value.value;
    }
    return undefined;
  }

  made(site: CallSite): void {
    const signal = toolSignals[this.#program.module.language].match(site.path, site.scope);
    if (signal === undefined || (signal.decorator === true && this.#isMark(site))) return;
    const facts = factsOf(site, this.#program, signal.positional);
    const bodies = this.#handlers(site, facts);
    if (bodies.length === 0 && signal.decorator === true) return;
    const name = this.#text(facts, 'name', 'id') ?? this.#program.names.get(site.call) ?? bodies[0]?.fn.name ?? 'tool';
    const draft = this.#draft(
      { at: site.call.at, params: bodies[0]?.fn.params ?? [] },
      name,
      signal,
      this.#text(facts, ...descriptions),
    );
    this.#approval(draft, facts);
    this.#body(draft, bodies);
    if (bodies.length === 0) {
      const unread = new Unknown('its function was not found in this file');
      draft.set('inputReachesSink', unread).set('reaches', unread);
    }
    for (const body of bodies) this.byFn.set(body.fn, draft);
    this.byCall.set(site.call, draft);
  }

  builtIn(site: CallSite): void {
    if (site.path.startsWith('~') || site.path.includes('()') || this.byCall.has(site.call)) return;
    const row = builtInTools.find((item) => item.pattern.test(site.path));
    if (row === undefined || !/tool|langchain|crewai|llama_index|smolagents|agents|agno|autogen/i.test(site.path))
      return;
    const signal: ToolSignal = { from: [], names: [], framework: site.path.split(/[._/]/)[0] ?? 'unknown' };
    const draft = this.#draft({ at: site.call.at, params: [] }, lastSegment(site.path), signal, undefined);
    draft.set('effects', [...row.effects], site.call.at).set('builtIn', true);
    const direct = row.effects.filter((effect) => effect === 'shell' || effect === 'code-eval');
    const reaching = newProperties();
    for (const effect of direct) reaching[effect] = true;
    draft
      .set('reaches', reaching)
      .set('inputReachesSink', direct.length > 0, site.call.at)
      .set('sinks', direct);
    this.byCall.set(site.call, draft);
  }

  /** `class Search(BaseTool): def _run(self, query): …`. */
  subclass(
    name: string,
    bases: readonly Expr[],
    item: { readonly class: { readonly at: Fn['at']; readonly steps: readonly unknown[] } },
  ): void {
    const scope = this.#program.root;
    if (
      !bases.some((base) =>
        /(?:langchain|crewai|llama_index|smolagents|@langchain)[\w./@-]*\.(?:BaseTool|Tool|StructuredTool)$/.test(
          scope.path(base),
        ),
      )
    )
      return;
    const bodies = this.#program.functions.filter(
      (site) => site.class === item.class && /^(?:_run|_arun|_call|forward|call)$/.test(site.fn.name),
    );
    const [first] = bodies;
    if (first === undefined) return;
    const framework =
      /crewai|llama_index|smolagents/.exec(bases.map((base) => scope.path(base)).join())?.[0] ?? 'langchain';
    const draft = this.#draft(
      { at: item.class.at, params: first.fn.params },
      name,
      { from: [], names: [], framework },
      undefined,
    );
    this.#body(draft, bodies);
    for (const body of bodies) this.byFn.set(body.fn, draft);
  }

  /** Whether a call only stands as a decorator (then `decorated` has it). */
  #isMark(site: CallSite): boolean {
    return this.#program.functions.some((item) => item.fn.decorators.includes(site.call));
  }

  #handlers(site: CallSite, facts: Facts): FnSite[] {
    const found: FnSite[] = [];
    const add = (expr: Expr): void => {
      const fn = site.scope.functionOf(expr);
      const body = fn === undefined ? undefined : this.#program.fnOf.get(fn);
      if (body !== undefined && !found.includes(body)) found.push(body);
    };
    for (const name of handlers) {
      const handler = facts.named.get(name);
      if (handler !== undefined) add(handler.expr);
    }
    for (const value of facts.positional) add(value.expr);
    return found;
  }

  #draft(place: Pick<Fn, 'at' | 'params'>, name: string, signal: ToolSignal, description: string | undefined): Draft {
    const draft = new Draft('code.tool', this.#program.module.file, place.at, name);
    const parameters = place.params.map((param) => param.name).filter((param) => !ownParameters.has(param));
    draft.set('name', name).set('description', description === undefined || description === '' ? null : description);
    draft
      .set('framework', signal.framework)
      .set('mcp', signal.mcp === true)
      .set('parameters', parameters);
    draft
      .set('effects', [])
      .set('approval', null)
      .set('inputReachesSink', false)
      .set('sinks', [])
      .set('builtIn', false);
    this.drafts.push(draft);
    return draft;
  }

  #approval(draft: Draft, facts: Facts): void {
    const asked = fact(
      facts,
      'needsapproval',
      'requireapproval',
      'approvalmode',
      'requiresconfirmation',
      'requiresapproval',
      'humaninput',
    );
    if (asked === undefined) return;
    const value = valueOf(asked.expr, asked.scope);
    const set: Value =
      value === 'always_require' ? true : value === 'never_require' ? false : value instanceof Unknown ? true : value;
    draft.set('approval', set, asked.at);
  }

  #body(draft: Draft, bodies: readonly FnSite[]): void {
    const effects: Effect[] = [];
    for (const site of this.#program.calls) {
      if (site.fn === undefined || !within(site.fn, bodies)) continue;
      const effect = effectOf(site.path);
      if (effect !== undefined && !effects.includes(effect)) {
        draft.positions[`effects[${effects.length}]`] = [site.call.at.line, site.call.at.column];
        effects.push(effect);
      }
      if (
        /(?:^|[.~])(?:interrupt|request_approval|ask_approval|confirm|require_approval|human_approval|prompt_user)$/.test(
          site.path,
        ) ||
        site.path === '~input'
      )
        draft.set('approval', true, site.call.at);
    }
    const sinks: Effect[] = [];
    const reaching = newProperties();
    let verdict: Value = false;
    for (const body of bodies) {
      const seeds = new Map(
        body.fn.params
          .filter((param) => !ownParameters.has(param.name))
          .map((param) => [param.name, new Set<Label>(['input'])]),
      );
      for (const hit of new Flow({ program: this.#program, isModelCall: () => false }, body, seeds).run(body.fn.steps)
        .hits) {
        const reached = reaches(hit.labels, 'input');
        if (!effects.includes(hit.kind)) effects.push(hit.kind);
        if (reaching[hit.kind] !== true && reached !== false) reaching[hit.kind] = reached;
        if (reached === true) {
          verdict = true;
          draft.positions['inputReachesSink'] = [hit.at.line, hit.at.column];
          if (!sinks.includes(hit.kind)) sinks.push(hit.kind);
        } else if (reached !== false && verdict === false) verdict = reached;
      }
    }
    draft.set('effects', effects).set('sinks', sinks).set('inputReachesSink', verdict).set('reaches', reaching);
  }

  #text(facts: Facts, ...names: string[]): string | undefined {
    const found = fact(facts, ...names);
    const value = found === undefined ? undefined : valueOf(found.expr, found.scope);
    return typeof value === 'string' ? value : undefined;
  }
}

/** Parameters the framework fills, not the model. */
const ownParameters = new Set([
  'self',
  'cls',
  'this',
  'ctx',
  'context',
  'run_manager',
  'config',
  'runtime',
  'tool_context',
  'extra',
  '_',
  'runContext',
  'cancellationToken',
  'kernel',
  'req_ctx',
]);

function within(site: FnSite, bodies: readonly FnSite[]): boolean {
  for (let current: FnSite | undefined = site; current !== undefined; current = current.parent)
    if (bodies.includes(current)) return true;
  return false;
}
