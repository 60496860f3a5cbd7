import type { Effect } from '../shapes.ts';

/** Which part of a call is interpreted: the first argument, the program of a command, SQL text, an address. */
export type SinkShape = 'first' | 'command' | 'sql' | 'url' | 'path';

/** A call that interprets text. */
export interface SinkSignal {
  readonly kind: Effect;
  readonly shape: SinkShape;
  readonly pattern: RegExp;
}

export const sinkSignals: readonly SinkSignal[] = [
  {
    kind: 'code-eval',
    shape: 'first',
    pattern:
      /^~(?:eval|exec|Function)$|^builtins\.(?:eval|exec)$|^(?:node:)?vm(?:\.default)?\.(?:runIn\w+|Script|compileFunction)$|CSharpScript\.(?:EvaluateAsync|RunAsync|Create)$|ScriptEngine\(\)\.eval$|^~?GroovyShell\(\)\.evaluate$|^jinja2\.(?:Template|from_string)$|^flask\.render_template_string$/,
  },
  {
    kind: 'shell',
    shape: 'command',
    pattern:
      /^(?:os\.(?:system|popen)|subprocess\.(?:run|call|check_call|check_output|Popen|getoutput|getstatusoutput)|asyncio\.create_subprocess_(?:shell|exec))$|^(?:node:)?child_process(?:\.default)?\.(?:exec|execSync|execFile|execFileSync|spawn|spawnSync)$|^execa\.(?:execa|execaCommand|default)$|^os\/exec\.(?:Command|CommandContext)$|Runtime\.getRuntime\(\)\.exec$|^(?:~|java\.lang\.)ProcessBuilder$|^(?:~|System\.Diagnostics\.)(?:Process\.Start|ProcessStartInfo)$/,
  },
  {
    kind: 'sql',
    shape: 'sql',
    pattern:
      /(?:\.|^~)(?:execute|executemany|executescript|exec_driver_sql|raw|query|\$queryRawUnsafe|\$executeRawUnsafe|unsafe|executeQuery|executeUpdate|prepareStatement|createStatement|Query|QueryRow|QueryContext|QueryRowContext|Exec|ExecContext|FromSqlRaw|ExecuteSqlRaw|ExecuteSqlRawAsync|SqlQueryRaw|queryForList|queryForObject|read_sql|read_sql_query)$|^sqlalchemy\.text$|(?:^~|\.)(?:SqlCommand|NpgsqlCommand|SqliteCommand|MySqlCommand)$/,
  },
  {
    kind: 'html',
    shape: 'first',
    pattern:
      /^~document\.write(?:ln)?$|\.insertAdjacentHTML$|\.dangerouslySetInnerHTML$|^(?:markupsafe|flask)\.Markup$|^~?template\.HTML$|^html\/template\.HTML$|(?:^~|\.)Html\.Raw$|^django\.utils\.safestring\.mark_safe$|^~?HtmlString$/,
  },
  {
    kind: 'deserialise',
    shape: 'first',
    pattern:
      /^(?:pickle|cPickle|dill|cloudpickle|marshal)\.loads$|^yaml\.(?:unsafe_load|full_load|load)$|^jsonpickle\.decode$|^(?:~|java\.io\.)ObjectInputStream$|^node-serialize\.(?:default\.)?unserialize$|BinaryFormatter\(\)\.Deserialize$/,
  },
  {
    kind: 'http-out',
    shape: 'url',
    pattern:
      /^(?:requests|httpx)\.(?:get|post|put|patch|delete|head|request|stream)$|^(?:requests|httpx|aiohttp)\.\w+\(\)\.(?:get|post|put|patch|delete|request)$|^urllib\.request\.urlopen$|^~fetch$|^(?:axios|got|undici|node-fetch|ky)(?:\.default)?(?:\.(?:get|post|put|patch|delete|request|fetch))?$|^net\/http\.(?:Get|Post|NewRequest|NewRequestWithContext)$|HttpClient\(\)\.(?:GetAsync|GetStringAsync|PostAsync)$|^~?URI\.create$/,
  },
  {
    kind: 'file-write',
    shape: 'path',
    pattern:
      /^(?:node:)?fs(?:\/promises|\.promises|-extra)?(?:\.default)?(?:\.promises)?\.(?:writeFile|writeFileSync|appendFile|appendFileSync|rm|rmSync|unlink|unlinkSync)$|^os\.(?:remove|unlink|WriteFile|Remove|RemoveAll|Create)$|^shutil\.rmtree$|^~?(?:java\.nio\.file\.)?Files\.(?:write\w*|delete\w*)$|^~?(?:System\.IO\.)?File\.(?:Write\w+|Append\w+|Delete)$/,
  },
  {
    kind: 'file-read',
    shape: 'path',
    pattern:
      /^~open$|^(?:node:)?fs(?:\/promises|\.promises|-extra)?(?:\.default)?(?:\.promises)?\.(?:readFile|readFileSync|createReadStream)$|^os\.(?:ReadFile|Open)$|^~?(?:java\.nio\.file\.)?Files\.read\w*$|^~?(?:System\.IO\.)?File\.(?:Read\w+|OpenRead)$/,
  },
];

/** Properties whose assignment is interpreted as markup. */
export const markupProperties = new Set(['innerHTML', 'outerHTML', 'srcdoc']);

/** Calls whose result can no longer steer a sink: escaped, converted to a number, parsed as data only. */
export const cleaning =
  /(?:^|[.~])(?:quote|escape|escapeHtml|escapeHTML|escape_string|sanitize|sanitizeHtml|sanitize_html|DOMPurify|clean|literal_eval|int|float|bool|len|Number|parseInt|parseFloat|Boolean|round|hash|encodeURIComponent|quote_plus|urlencode|HTMLEscapeString|EscapeString|HtmlEncode|UrlEncode|escapeHtml4|htmlEscape|Atoi|ParseInt|ParseFloat|valueOf|basename|secure_filename|escapeId|identifier|Identifier|isinstance|safe_load)$/;

/** Calls that look at a value and may refuse it: what they saw is no longer certain to be dangerous. */
export const checking =
  /(?:^|[._~])(?:\w*(?:validate|valid|allow|check|verify|assert|guard|whitelist|permitted|approve|approval|confirm|moderat|filter|sanit|restrict|safe)\w*|is_relative_to|startswith|startsWith|HasPrefix|StartsWith|includes|has|match|fullmatch|test|contains|Contains|realpath|resolve|abspath|normalize|safeParse|interrupt|input)$/i;

/** Calls that hand their text on: the result is as dangerous as what went in. */
export const passing =
  /(?:^|[.~])(?:str|repr|format|join|loads|parse|strip|rstrip|lstrip|split|splitlines|replace|sub|lower|upper|trim|toString|String|dumps|stringify|concat|slice|substring|get|dedent|removeprefix|removesuffix|decode|encode|match|group|search|findall|Sprintf|Fields|TrimSpace|Format|next|list|dict|tuple|set|sorted|reversed|pop|at|map|text|json|content|model_dump|getText|trimEnd|trimStart|replaceAll|Trim|Replace|Substring|Split|Concat|ReplaceAll|toLowerCase|toUpperCase|shlex)$/;
