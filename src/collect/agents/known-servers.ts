/**
 * What well-known tool servers can do, by exact package name (lower case), image repository or host of the address.
 * From the servers' own READMEs, read November 2026. A server that is not listed is unknown, never harmless.
 *
 * - `untrusted-input`: returns content that strangers wrote (web pages, issues, mail, chat)
 * - `private-data`: reads what is not public
 * - `egress`: can carry data out (a request to a chosen address, a message, a public post)
 * - `write`: changes something in a system
 */
export type Capability =
  | 'untrusted-input'
  | 'private-data'
  | 'egress'
  | 'write'
  | 'code-execution'
  | 'database'
  | 'filesystem'
  | 'browser'
  | 'memory';

const table: readonly (readonly [names: string, capabilities: string])[] = [
  ['@modelcontextprotocol/server-filesystem mcp/filesystem', 'filesystem private-data write'],
  [
    '@modelcontextprotocol/server-github ghcr.io/github/github-mcp-server mcp/github api.githubcopilot.com github-mcp-server',
    'untrusted-input private-data egress write',
  ],
  [
    '@modelcontextprotocol/server-gitlab mcp/gitlab @zereight/mcp-gitlab gitlab.com',
    'untrusted-input private-data egress write',
  ],
  ['@modelcontextprotocol/server-git mcp-server-git mcp/git', 'private-data write'],
  ['@modelcontextprotocol/server-fetch mcp-server-fetch mcp/fetch', 'untrusted-input egress'],
  [
    '@modelcontextprotocol/server-puppeteer mcp/puppeteer @playwright/mcp mcr.microsoft.com/playwright/mcp @executeautomation/playwright-mcp-server chrome-devtools-mcp @browsermcp/mcp @browserbasehq/mcp-server-browserbase mcp.browserbase.com browser-use @agentdeskai/browser-tools-mcp',
    'browser untrusted-input egress write',
  ],
  [
    '@modelcontextprotocol/server-brave-search @brave/brave-search-mcp-server mcp/brave-search tavily-mcp mcp.tavily.com exa-mcp-server mcp.exa.ai firecrawl-mcp mcp.firecrawl.dev @perplexity-ai/mcp-server duckduckgo-mcp-server @apify/actors-mcp-server mcp.apify.com',
    'untrusted-input egress',
  ],
  ['@upstash/context7-mcp mcp.context7.com mcp.deepwiki.com', 'untrusted-input'],
  [
    '@modelcontextprotocol/server-postgres mcp/postgres postgres-mcp crystaldba/postgres-mcp @henkey/postgres-mcp-server',
    'database private-data write',
  ],
  ['@modelcontextprotocol/server-sqlite mcp-server-sqlite mcp/sqlite', 'database private-data write'],
  ['mongodb-mcp-server mongodb/mongodb-mcp-server mongodb-lens', 'database private-data write'],
  [
    'mysql-mcp-server @benborla29/mcp-server-mysql @f4ww4z/mcp-mysql-server mssql-mcp-server @modelcontextprotocol/server-redis redis-mcp-server mcp/redis @elastic/mcp-server-elasticsearch mcp-clickhouse mcp-snowflake-server snowflake-labs-mcp neo4j-mcp mcp-neo4j-cypher @azure/mcp-database dbhub @bytebase/dbhub bytebase/dbhub',
    'database private-data write',
  ],
  [
    '@supabase/mcp-server-supabase mcp.supabase.com @neondatabase/mcp-server-neon mcp.neon.tech @prisma/mcp-server @planetscale/mcp',
    'database private-data write',
  ],
  [
    '@modelcontextprotocol/server-slack @zencoderai/slack-mcp-server slack-mcp-server mcp/slack mcp.slack.com',
    'untrusted-input private-data egress write',
  ],
  ['@modelcontextprotocol/server-gdrive mcp/gdrive @isaacphi/mcp-gdrive', 'untrusted-input private-data'],
  ['@notionhq/notion-mcp-server mcp.notion.com mcp/notion', 'untrusted-input private-data egress write'],
  [
    'mcp.linear.app mcp.atlassian.com mcp-atlassian ghcr.io/sooperset/mcp-atlassian mcp.asana.com mcp.monday.com mcp.intercom.com mcp.zapier.com actions.zapier.com @zapier/mcp',
    'untrusted-input private-data egress write',
  ],
  [
    '@gongrzhe/server-gmail-autoauth-mcp workspace-mcp google-workspace-mcp @softeria/ms-365-mcp-server mcp-server-gmail resend-mcp @sendgrid/mcp',
    'untrusted-input private-data egress write',
  ],
  [
    '@modelcontextprotocol/server-memory mcp/memory mem0-mcp @mem0/mcp-server @basicmachines/basic-memory basic-memory',
    'memory write',
  ],
  [
    '@modelcontextprotocol/server-sequential-thinking @modelcontextprotocol/server-sequentialthinking mcp/sequentialthinking mcp-server-time mcp/time @modelcontextprotocol/server-everything',
    '',
  ],
  ['@sentry/mcp-server mcp.sentry.dev', 'untrusted-input private-data'],
  ['@stripe/mcp mcp.stripe.com @paypal/mcp mcp.paypal.com mcp.squareup.com', 'private-data egress write'],
  [
    '@cloudflare/mcp-server-cloudflare bindings.mcp.cloudflare.com observability.mcp.cloudflare.com browser.mcp.cloudflare.com',
    'private-data egress write',
  ],
  [
    '@azure/mcp azure-mcp mcr.microsoft.com/azure-sdk/azure-mcp awslabs.aws-api-mcp-server awslabs.core-mcp-server awslabs.cdk-mcp-server awslabs.dynamodb-mcp-server awslabs.postgres-mcp-server mcp-server-kubernetes kubernetes-mcp-server hashicorp/terraform-mcp-server @pulumi/mcp-server @vercel/mcp mcp.vercel.com @heroku/mcp-server',
    'private-data egress write',
  ],
  ['awslabs.aws-documentation-mcp-server knowledge-mcp.global.api.aws learn.microsoft.com', 'untrusted-input'],
  [
    '@wonderwhy-er/desktop-commander mcp-server-commands super-shell-mcp iterm-mcp @dillip285/mcp-terminal mcp-shell-server cli-mcp-server',
    'code-execution filesystem private-data egress write',
  ],
  [
    '@e2b/mcp-server mcp-run-python @pydantic/mcp-run-python jupyter-mcp-server mcp-code-executor @pydantic/mcp',
    'code-execution egress',
  ],
  ['figma-developer-mcp mcp.figma.com @figma/mcp', 'untrusted-input private-data'],
  ['obsidian-mcp mcp-obsidian apple-mcp @dhravya/apple-mcp', 'private-data write'],
];

/** Exact name → capabilities. */
export const knownServers: ReadonlyMap<string, readonly Capability[]> = new Map(
  table.flatMap(([names, capabilities]) =>
    names
      .split(' ')
      .map((name) => [name, capabilities.split(' ').filter((word) => word !== '') as Capability[]] as const),
  ),
);

/** Package names only: what a look-alike would imitate. Hosts are left out. `bare` is the name below the reference servers' scope. */
const imitable = [...knownServers.keys()]
  .filter((name) => name.length >= 8 && !/^[\w.-]+\.(?:com|dev|app|io|ai|tech|aws)$/.test(name))
  .map((name) => ({ name, bare: /^@modelcontextprotocol\/(.+)$/.exec(name)?.[1] }));

/**
 * A known package whose name differs by one edit, or only by its scope: `@modelcontextprotocl/server-github`,
 * `modelcontextprotocol-server-github`. Undefined when none is that close.
 */
export function nearestKnown(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (knownServers.has(lower) || lower.length < 6 || lower.length > 128) return undefined;
  const slash = lower.startsWith('@') ? lower.indexOf('/') : -1;
  const bare = slash === -1 ? lower : lower.slice(slash + 1);
  const nearScope = slash !== -1 && withinOneEdit(lower.slice(1, slash), 'modelcontextprotocol', 3);
  for (const known of imitable) {
    if (withinOneEdit(lower, known.name)) return known.name;
    if (
      known.bare !== undefined &&
      (bare === `modelcontextprotocol-${known.bare}` || (nearScope && bare === known.bare))
    )
      return known.name;
  }
  return undefined;
}

/** Whether two names differ by one insertion, deletion, replacement or swap of neighbours (or by `max` single edits in place). */
function withinOneEdit(a: string, b: string, max = 1): boolean {
  if (Math.abs(a.length - b.length) > max) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (left.length <= max && right.length <= max) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
