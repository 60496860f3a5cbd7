import type { Draft } from './draft.ts';
import { findAgents, type OpenLink } from './find/agents.ts';
import { findClients } from './find/clients.ts';
import { djangoSettings, type DjangoSettings } from './find/django-settings.ts';
import { findInputs } from './find/inputs.ts';
import { findMcpServers } from './find/mcp-servers.ts';
import { findModelFiles } from './find/model-files.ts';
import { findPrompts } from './find/prompts.ts';
import { findSecrets } from './find/secrets.ts';
import { findServers, type OpenRoute, type Reacher } from './find/servers.ts';
import { findSinks } from './find/sinks.ts';
import { findStores } from './find/stores.ts';
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
  readonly routes: readonly OpenRoute[];
  readonly reachers: ReadonlyMap<string, Reacher>;
  /** What a Django settings file says about who is let in; undefined for any other file. */
  readonly settings: DjangoSettings | undefined;
}

/** Runs every detector over one file. */
export function detect(module: Module): Detected {
  const program = new Program(module);
  const clients = findClients(program);
  const tools = findTools(program);
  const stores = findStores(program);
  const agents = findAgents(program, clients, tools, stores);
  const inputs = findInputs(program);
  const drafts: Draft[] = [
    ...clients.drafts,
    ...tools.drafts,
    ...agents.drafts,
    ...stores.drafts,
    ...findSecrets(program),
  ];
  const servers = findServers(program, inputs, clients, agents);
  drafts.push(...findModelFiles(program), ...findMcpServers(program, tools), ...servers.drafts);
  if (clients.drafts.length > 0 || agents.drafts.length > 0) drafts.push(...findPrompts(program, clients, inputs));
  if (clients.modelCalls.size > 0) drafts.push(...findSinks(program, (call) => clients.modelCalls.has(call)));
  for (const draft of clients.drafts) draft.set('clientSide', module.clientSide);
  for (const tool of tools.drafts) {
    if (!(tool.properties['effects'] as string[]).includes('sql')) continue;
    for (const store of stores.drafts.filter((item) => item.properties['vector'] !== true)) {
      tool.use(store.id);
      if ((tool.properties['sinks'] as string[]).includes('sql')) store.set('queryFromModel', true);
    }
  }
  const named = new Map<string, Draft>();
  for (const [fn, draft] of tools.byFn) if (fn.name !== '') named.set(fn.name, draft);
  for (const [call, draft] of tools.byCall) {
    const name = program.names.get(call);
    if (name !== undefined) named.set(name, draft);
  }
  return {
    file: module.file,
    drafts,
    open: agents.open,
    tools: named,
    routes: servers.open,
    reachers: servers.reachers,
    settings: djangoSettings(program),
  };
}
