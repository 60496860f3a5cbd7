import { Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import { fact } from '../facts.ts';
import { Flow, type Label } from '../flow.ts';
import type { CallExpr, Expr, Step } from '../ir.ts';
import type { FnSite, Program } from '../program.ts';
import type { Scope } from '../scope.ts';
import { findKey } from '../signals/keys.ts';
import { valueOf } from '../values.ts';
import type { Clients } from './clients.ts';
import { type Inputs, inputLabels } from './inputs.ts';

/** How system prompts are built: what is interpolated into them, and credentials that stand in them. */
export function findPrompts(program: Program, clients: Clients, inputs: Inputs): Draft[] {
  const finder = new PromptFinder(program, clients);
  const run = (site: FnSite | undefined, steps: readonly Step[]): void => {
    const observe = (expr: Expr, labels: (part: Expr) => ReadonlySet<Label>): void =>
      finder.look(expr, site?.scope ?? program.root, labels);
    new Flow(
      {
        program,
        isModelCall: (call) => clients.modelCalls.has(call),
        observe,
        isInput: inputs.isInput,
        parameters: (fn) => inputLabels(program.fnOf.get(fn), inputs),
      },
      site,
      inputLabels(site, inputs),
    ).run(steps);
  };
  run(undefined, program.module.steps);
  for (const site of program.functions) if (site.slot === site.fn.name && site.fn.name !== '') run(site, site.fn.steps);
  return finder.drafts;
}

const systemNames = ['system', 'systemprompt', 'systeminstruction', 'instructions', 'systemmessage', 'prompttemplate'];

class PromptFinder {
  readonly drafts: Draft[] = [];
  readonly #program: Program;
  readonly #clients: Clients;
  readonly #seen = new Set<Expr>();

  constructor(program: Program, clients: Clients) {
    this.#program = program;
    this.#clients = clients;
  }

  look(expr: Expr, scope: Scope, labels: (part: Expr) => ReadonlySet<Label>): void {
    if (expr.kind === 'object') {
      const role = expr.entries.find((entry) => entry.key === 'role' || entry.key === 'Role')?.value;
      const content = expr.entries.find((entry) => entry.key === 'content' || entry.key === 'Content')?.value;
      if (role?.kind === 'text' && /^(?:system|developer)$/.test(role.value) && content !== undefined)
        this.#add(content, scope, labels);
      return;
    }
    if (expr.kind !== 'call') return;
    const path = scope.path(expr.callee);
    if (
      /(?:^~|\.)(?:SystemMessage|SystemChatMessage|SystemMessage\.from|ChatMessage\.CreateSystemMessage|SystemMessagePromptTemplate\.from_template|openai\.SystemMessage|openai-go\.SystemMessage)$/.test(
        path,
      )
    ) {
      const content = expr.args.find((arg) => arg.name === undefined || arg.name === 'content')?.value;
      if (content !== undefined) this.#add(content, scope, labels);
      return;
    }
    this.#ofCall(expr, scope, labels);
  }

  #ofCall(call: CallExpr, scope: Scope, labels: (part: Expr) => ReadonlySet<Label>): void {
    const model = this.#clients.modelCalls.get(call);
    const found = model === undefined ? undefined : fact(model.facts, ...systemNames);
    if (found !== undefined) return this.#add(found.expr, found.scope, labels);
    if (
      model === undefined &&
      /(?:Agent|create_agent|createAgent|create_react_agent|createReactAgent|AgentOptions)$/.test(
        scope.path(call.callee),
      )
    ) {
      for (const arg of call.args) {
        if (arg.name !== undefined && /^(?:system_prompt|instructions|system_message|prompt)$/.test(arg.name))
          this.#add(arg.value, scope, labels);
        if (arg.value.kind !== 'object') continue;
        for (const entry of arg.value.entries)
          if (/^(?:instructions|systemPrompt|system)$/.test(entry.key)) this.#add(entry.value, scope, labels);
      }
    }
  }

  #add(content: Expr, scope: Scope, labels: (part: Expr) => ReadonlySet<Label>): void {
    if (this.#seen.has(content) || content.kind === 'function') return;
    this.#seen.add(content);
    const followed = scope.follow(content);
    const target = followed.expr;
    const text = flat(valueOf(target, followed.scope));
    const draft = new Draft('code.prompt', this.#program.module.file, content.at, 'system prompt');
    const interpolated = target.kind === 'template' || target.kind === 'call';
    draft.set('role', 'system').set('interpolated', interpolated, content.at);
    draft.set('untrustedInput', untrusted(target, labels, content), content.at);
    draft.set('containsSecret', hasSecret(text), content.at);
    this.drafts.push(draft);
  }
}

function untrusted(target: Expr, labels: (part: Expr) => ReadonlySet<Label>, content: Expr): Value {
  if (target.kind === 'text') return false;
  const reached = new Set([...labels(target), ...labels(content)]);
  if (reached.has('input') || reached.has('model')) return true;
  if (
    target.kind === 'template' &&
    target.parts.every((part) => part.kind === 'text' || (part.kind === 'name' && /^[A-Z0-9_]+$/.test(part.name)))
  )
    return false;
  return new Unknown(
    reached.size > 0
      ? 'passes a check or a function that was not followed'
      : 'built from values whose origin was not read',
  );
}

function flat(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'parts' in value) {
    return (value.parts as readonly unknown[]).filter((part) => typeof part === 'string').join(' ');
  }
  return '';
}

/** A key by its shape, or a sentence that states a password. */
function hasSecret(text: string): boolean {
  if (findKey(text) !== undefined) return true;
  const stated =
    /\b(?:password|passphrase|api[ _-]?key|secret key|access code|token)\b\s{0,3}(?:is|=|:)\s{0,3}["'`]?([^\s"'`,;]{6,128})/i.exec(
      text,
    )?.[1];
  return stated !== undefined && /\d/.test(stated) && /[A-Za-z]/.test(stated) && !/^[<{$[]/.test(stated);
}
