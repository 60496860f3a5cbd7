import type { Effect } from '../shapes.ts';

/** What a call does to the world. Matched on the canonical path; the first row that fits. */
export interface EffectSignal {
  readonly effect: Effect;
  readonly pattern: RegExp;
}

/** Anchored patterns without nested quantifiers. `~` begins a path whose origin the file does not tell. */
export const effectSignals: readonly EffectSignal[] = [
  {
    effect: 'shell',
    pattern:
      /^(?:os\.(?:system|popen|exec[lv]p?e?|spawn\w*)|subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|commands\.getoutput|asyncio\.create_subprocess_(?:shell|exec)|pexpect\.(?:run|spawn)|sh\.\w+)$/,
  },
  {
    effect: 'shell',
    pattern:
      /^(?:node:)?child_process(?:\.default)?\.(?:exec|execSync|execFile|execFileSync|spawn|spawnSync|fork)$|^(?:execa|zx|shelljs)(?:\.\w+)*$|^~Bun\.(?:spawn|\$)$/,
  },
  {
    effect: 'shell',
    pattern:
      /^os\/exec\.(?:Command|CommandContext)$|^~?(?:java\.lang\.)?(?:Runtime\.getRuntime\(\)\.exec|ProcessBuilder)$|^~?(?:System\.Diagnostics\.)?Process\.Start$/,
  },
  {
    effect: 'code-eval',
    pattern:
      /^~(?:eval|exec|Function|execScript)$|^(?:node:)?vm\.(?:runIn\w+|Script|compileFunction)$|^~?CSharpScript\.\w+$|ScriptEngine\(\)\.eval$|^Microsoft\.CodeAnalysis\.CSharp\.Scripting\.CSharpScript\.\w+$/,
  },
  {
    effect: 'email',
    pattern:
      /^smtplib\.|^(?:nodemailer|resend|@sendgrid\/mail|sendgrid)\.|\.send_?(?:e?mail|message)$|\.sendMail$|^net\/smtp\.|\.send_email$/i,
  },
  { effect: 'payment', pattern: /^stripe\.|^~stripe\.|^paypal|^braintree/i },
  { effect: 'browser', pattern: /^(?:playwright|puppeteer|selenium|@playwright\/test)\b/ },
  {
    effect: 'sql',
    pattern:
      /\.(?:execute|executemany|executescript|execute_sql|raw|queryRaw|queryRawUnsafe|executeRawUnsafe|exec_driver_sql|\$queryRaw|\$queryRawUnsafe|\$executeRaw|\$executeRawUnsafe|executeQuery|executeUpdate|QueryContext|QueryRow|ExecContext|ExecuteReader|ExecuteNonQuery|ExecuteScalar|FromSqlRaw|ExecuteSqlRaw|SqlQueryRaw|queryForList|read_sql|read_sql_query)$/,
  },
  {
    effect: 'http-out',
    pattern:
      /^(?:requests|httpx|aiohttp|urllib\.request|urllib3)\b.*\.(?:get|post|put|patch|delete|request|urlopen|stream)$|^~?fetch$|^(?:axios|got|undici|node-fetch|ky|superagent)(?:\.default)?(?:\.(?:get|post|put|patch|delete|request|fetch))?$|^net\/http\.(?:Get|Post|PostForm|NewRequest|NewRequestWithContext)$|HttpClient\(\)\.(?:send|GetAsync|PostAsync|GetStringAsync|SendAsync)$|RestTemplate\(\)\.\w+$/,
  },
  {
    effect: 'file-write',
    pattern:
      /^(?:node:)?fs(?:\/promises|\.promises|\.default|-extra)?(?:\.default)?\.(?:writeFile|writeFileSync|appendFile|appendFileSync|rm|rmSync|unlink|unlinkSync|rename|renameSync|mkdir|cp)$|^os\.(?:remove|unlink|rmdir|rename|makedirs|WriteFile|Remove|RemoveAll|Create|OpenFile)$|^shutil\.\w+$|\.write_(?:text|bytes)$|^~?(?:java\.nio\.file\.)?Files\.(?:write\w*|delete\w*|move|copy)$|^~?(?:System\.IO\.)?File\.(?:Write\w+|Append\w+|Delete|Move)$/,
  },
  {
    effect: 'file-read',
    pattern:
      /^~open$|^(?:node:)?fs(?:\/promises|\.promises|\.default|-extra)?(?:\.default)?\.(?:readFile|readFileSync|readdir|readdirSync|createReadStream)$|\.read_(?:text|bytes)$|^os\.(?:ReadFile|Open)$|^~?(?:java\.nio\.file\.)?Files\.read\w*$|^~?(?:System\.IO\.)?File\.Read\w+$/,
  },
];

/** Ready-made tools of frameworks and what they do. */
export const builtInTools: readonly { readonly pattern: RegExp; readonly effects: readonly Effect[] }[] = [
  {
    pattern:
      /(?:^|\.)(?:PythonREPLTool|PythonAstREPLTool|PythonREPL|PythonInterpreterTool|CodeInterpreterTool|CodeInterpreter|PythonTools|E2BDataAnalysisTool|LocalCodeExecutor|PythonCodeExecutionTool)$/,
    effects: ['code-eval'],
  },
  {
    pattern: /(?:^|\.)(?:ShellTool|BashTool|BashProcess|ShellTools|TerminalTool|LocalShellTool|BashToolSpec)$/,
    effects: ['shell'],
  },
  {
    pattern:
      /(?:^|\.)(?:FileManagementToolkit|WriteFileTool|FileWriterTool|DeleteFileTool|MoveFileTool|CopyFileTool|FileTools)$/,
    effects: ['file-write'],
  },
  {
    pattern: /(?:^|\.)(?:ReadFileTool|FileReadTool|DirectoryReadTool|ListDirectoryTool|FileSearchTool)$/,
    effects: ['file-read'],
  },
  {
    pattern:
      /(?:^|\.)(?:SQLDatabaseToolkit|QuerySQLDatabaseTool|QuerySQLDataBaseTool|NL2SQLTool|SQLTools|PostgresTools|DatabaseToolSpec)$/,
    effects: ['sql'],
  },
  {
    pattern:
      /(?:^|\.)(?:RequestsToolkit|RequestsGetTool|RequestsPostTool|RequestsPutTool|RequestsDeleteTool|RequestsToolSpec)$/,
    effects: ['http-out'],
  },
  { pattern: /(?:^|\.)(?:GmailToolkit|GmailSendMessage|O365Toolkit|EmailTools)$/, effects: ['email'] },
  {
    pattern:
      /(?:^|\.)(?:PlayWrightBrowserToolkit|SeleniumScrapingTool|ComputerTool|BrowserTool|StagehandTool|WebBrowser)$/,
    effects: ['browser', 'http-out'],
  },
  {
    pattern:
      /(?:^|\.)(?:ScrapeWebsiteTool|WebsiteSearchTool|WebBaseLoader|VisitWebpageTool|DuckDuckGoSearchRun|DuckDuckGoSearchTool|TavilySearch|TavilySearchResults|SerperDevTool|WebSearchTool|GoogleSearchTool)$/,
    effects: ['http-out'],
  },
];

/** What a call does, if a row fits. */
export function effectOf(path: string): Effect | undefined {
  return effectSignals.find((row) => row.pattern.test(path))?.effect;
}
