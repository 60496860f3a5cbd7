import type { Draft } from './draft.ts';
import { findAgents, type OpenLink } from './find/agents.ts';
import { findClients } from './find/clients.ts';
import { findSecrets } from './find/secrets.ts';
import { findSinks } from './find/sinks.ts';
import { findTools } from './find/tools.ts';
import type { Module } from './ir.ts';
import { Program } from './program.ts';

/** What one file gives: resources, what it defines for other files, and what it needs from them. */
export interface Detected {
  readonly file: string;
  readonly drafts: readonly Draft[];
  readonly open: readonly OpenLink[];
  /** Tool by the name of the function or variable that other files import. */
  readonly tools: ReadonlyMap<string, Draft>;
}

/** Runs every detector over one file. */
export function detect(module: Module): Detected {
  const program = new Program(module);
  const clients = findClients(program);
  const tools = findTools(program);
  const agents = findAgents(program, clients, tools);
  const drafts: Draft[] = [...clients.drafts, ...tools.drafts, ...agents.drafts, ...findSecrets(program)];
  if (clients.modelCalls.size > 0) drafts.push(...findSinks(program, (call) => clients.modelCalls.has(call)));
  for (const draft of clients.drafts) draft.set('clientSide', module.clientSide);
  const named = new Map<string, Draft>();
  for (const [fn, draft] of tools.byFn) if (fn.name !== '') named.set(fn.name, draft);
  for (const [call, draft] of tools.byCall) {
    const name = program.names.get(call);
    if (name !== undefined) named.set(name, draft);
  }
  return { file: module.file, drafts, open: agents.open, tools: named };
}
