import { Unknown, type Value } from '../../../model/value.ts';
import { Draft } from '../draft.ts';
import { fact, type Facts, factsOf } from '../facts.ts';
import type { CallSite, Program } from '../program.ts';
import { valueOf } from '../values.ts';
import type { Tools } from './tools.ts';

const constructors =
  /^(?:mcp\.server(?:\.fastmcp)?\.FastMCP|fastmcp\.FastMCP|mcp\.server\.lowlevel\.Server|mcp\.server\.Server|@modelcontextprotocol\/(?:sdk\/server\/(?:mcp|index)(?:\.js)?|server)\.(?:McpServer|Server)|github\.com\/mark3labs\/mcp-go\/server\.NewMCPServer|github\.com\/modelcontextprotocol\/go-sdk\/mcp\.NewServer|io\.modelcontextprotocol\.server\.McpServer\.(?:sync|async))$/;
const starters =
  /(?:\.run|\.run_async|\.run_http_async|\.start|\.connect|\.listen|uvicorn\.run|\.ListenAndServe|\.Start|ServeStdio)$/;
const transports =
  /(?:StreamableHTTPServerTransport|WebStandardStreamableHTTPServerTransport|SSEServerTransport|NodeStreamableHTTPServerTransport)$/;

/** MCP servers made with an SDK: how they are reached, and whether callers are authenticated. */
export function findMcpServers(program: Program, tools: Tools): Draft[] {
  const drafts: Draft[] = [];
  for (const site of program.calls) {
    if (!constructors.test(site.path)) continue;
    const facts = factsOf(site, program, ['name']);
    const label = fact(facts, 'name');
    const named = label === undefined ? undefined : valueOf(label.expr, label.scope);
    const name = typeof named === 'string' ? named : (program.names.get(site.call) ?? 'mcp server');
    const draft = new Draft('code.mcp-server', program.module.file, site.call.at, name);
    draft.set('name', name).set('sdk', site.path.startsWith('fastmcp') ? 'fastmcp' : 'mcp');
    describe(draft, facts, program);
    const served = tools.drafts.filter((tool) => tool.properties['mcp'] === true);
    draft.set(
      'tools',
      served.map((tool) => tool.name),
    );
    for (const tool of served) draft.use(tool.id);
    drafts.push(draft);
  }
  return drafts;
}

function describe(draft: Draft, made: Facts, program: Program): void {
  const started = program.calls
    .filter((site) => starters.test(site.path))
    .map((site) => ({ site, facts: factsOf(site, program) }));
  const bound = program.calls
    .filter((site) => transports.test(site.path))
    .map((site) => ({ site, facts: factsOf(site, program) }));
  const all = [made, ...started.map((item) => item.facts), ...bound.map((item) => item.facts)];
  const pick = (...names: string[]): { value: Value; at: Draft['at'] } | undefined => {
    for (const facts of all) {
      const found = fact(facts, ...names);
      if (found !== undefined) return { value: valueOf(found.expr, found.scope), at: found.at };
    }
    return undefined;
  };
  const transport = pick('transport');
  const kind: Value =
    bound.length > 0
      ? 'http'
      : typeof transport?.value === 'string'
        ? transport.value === 'stdio'
          ? 'stdio'
          : 'http'
        : (transport?.value ??
          inferred(
            program,
            started.map((item) => item.site),
          ));
  draft.set('transport', kind, transport?.at ?? bound[0]?.site.call.at);
  const host = pick('host', 'hostname', 'addr') ?? listenHost(program);
  draft.set('host', host?.value ?? null, host?.at);
  const port = pick('port');
  draft.set('port', port?.value ?? null, port?.at);
  const auth = pick('auth', 'authserverprovider', 'tokenverifier', 'authprovider');
  draft.set(
    'auth',
    auth !== undefined
      ? auth.value !== null
      : authInFile(program)
        ? new Unknown('the file mentions authentication')
        : false,
    auth?.at ?? draft.at,
  );
  const rebinding = pick('enablednsrebindingprotection', 'allowedhosts', 'transportsecurity', 'allowedorigins');
  draft.set(
    'dnsRebindingProtection',
    rebinding === undefined
      ? /(?:createMcpExpressApp|hostHeaderValidation)$/m.test(program.calls.map((site) => site.path).join('\n'))
        ? true
        : null
      : rebinding.value !== false,
    rebinding?.at,
  );
  const stateless = pick('statelesshttp', 'sessionidgenerator');
  draft.set('stateless', stateless === undefined ? null : stateless.value === true || stateless.value === null);
}

/** The transport when none is named: `run()` without arguments is stdio. */
function inferred(program: Program, started: readonly CallSite[]): Value {
  const paths = program.calls.map((site) => site.path).join('\n');
  if (/StdioServerTransport|stdio_server|ServeStdio|StdioTransport|mcp\.StdioTransport/.test(paths)) return 'stdio';
  if (
    /streamable_http_app|sse_app|http_app|uvicorn\.run|NewStreamableHTTPServer|NewSSEServer|NewStreamableHTTPHandler/.test(
      paths,
    )
  )
    return 'http';
  return started.some((site) => /\.run(?:_async)?$/.test(site.path) && site.call.args.length === 0)
    ? 'stdio'
    : new Unknown('it is started elsewhere');
}

/** `app.listen(3000)`, `app.listen(3000, '127.0.0.1')`: without a host Node listens on every address. */
function listenHost(program: Program): { value: Value; at: Draft['at'] } | undefined {
  const site = program.calls.find((item) => item.path.endsWith('.listen'));
  if (site === undefined) return undefined;
  const [, host] = site.call.args;
  if (host === undefined || host.value.kind === 'function') return { value: '0.0.0.0', at: site.call.at };
  return { value: valueOf(host.value, site.scope), at: host.value.at };
}

function authInFile(program: Program): boolean {
  return program.calls.some((site) =>
    /requireBearerAuth|mcpAuthRouter|authenticate|verify_?token|jwt|BearerAuth|withMcpAuth|auth_middleware|AuthenticationMiddleware|passport|checkAuth|authMiddleware/i.test(
      site.path,
    ),
  );
}
