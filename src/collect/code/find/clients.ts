import { newProperties, Unknown, type Value } from '../../../model/value.ts';
import { credentialOf, defaultCredential } from '../credential.ts';
import { Draft } from '../draft.ts';
import { type Fact, fact, type Facts, factsOf } from '../facts.ts';
import type { CallExpr, Expr } from '../ir.ts';
import type { CallSite, Program } from '../program.ts';
import { type Scope, keyOf } from '../scope.ts';
import { type ClientSignal, clientSignals, operations, type OperationSignal } from '../signals/clients.ts';
import { isLocalHost, originOf, providerOfHost } from '../signals/hosts.ts';
import { valueOf } from '../values.ts';
import { isPublicVariable } from '../signals/keys.ts';
import { below } from '../signals/signal.ts';

/** The model clients and calls of one file, for the detectors that build on them. */
export interface Clients {
  readonly drafts: readonly Draft[];
  /** Client constructor → its resource. */
  readonly byCall: ReadonlyMap<CallExpr, Draft>;
  /** Calls that send a prompt and return what the model said. */
  readonly modelCalls: ReadonlyMap<
    CallExpr,
    { readonly operation: string; readonly client: Draft; readonly facts: Facts }
  >;
}

const aliases = {
  model: [
    'model',
    'modelname',
    'modelid',
    'deployment',
    'deploymentname',
    'azuredeployment',
    'azureopenaiapideploymentname',
    'engine',
  ],
  apiKey: [
    'apikey',
    'openaiapikey',
    'anthropicapikey',
    'googleapikey',
    'azureopenaiapikey',
    'azureopenaikey',
    'mistralapikey',
    'groqapikey',
    'cohereapikey',
    'token',
    'hfaccesstoken',
    'authtoken',
    'apitoken',
    'huggingfacehubapitoken',
    'apikeycredential',
    'credential',
    'azureadtokenprovider',
  ],
  baseUrl: [
    'baseurl',
    'apibase',
    'openaiapibase',
    'endpoint',
    'azureendpoint',
    'azureopenaiendpoint',
    'azureopenaibasepath',
    'serverurl',
    'endpointurl',
    'anthropicapiurl',
    'anthropicbaseurl',
    'host',
    'baseuri',
    'resourcename',
  ],
  maxTokens: [
    'maxtokens',
    'maxcompletiontokens',
    'maxoutputtokens',
    'maxnewtokens',
    'numpredict',
    'maxtokenstosample',
    'maxoutputtokencount',
    'maxtokencount',
  ],
  timeout: [
    'timeout',
    'timeoutms',
    'requesttimeout',
    'defaultrequesttimeout',
    'requesttimeoutms',
    'networktimeout',
    'abortsignal',
    'httpclienttimeout',
  ],
  region: ['region', 'regionname', 'awsregion', 'location'],
  guardrail: ['guardrailidentifier', 'guardrailconfig', 'guardrails', 'guardrailid', 'guardrail'],
} as const;

/** Finds model clients, the calls on them, and calls on objects of unknown origin that only a model client has. */
export function findClients(program: Program): Clients {
  const finder = new ClientFinder(program);
  for (const site of program.calls) finder.construct(site, false);
  for (const site of program.calls) finder.construct(site, true);
  for (const site of program.calls) finder.operate(site);
  for (const site of program.calls) finder.http(site);
  return finder;
}

class ClientFinder implements Clients {
  readonly drafts: Draft[] = [];
  readonly byCall = new Map<CallExpr, Draft>();
  readonly modelCalls = new Map<CallExpr, { operation: string; client: Draft; facts: Facts }>();
  readonly #program: Program;
  /** Steps left to follow one receiver. */
  #budget = 0;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Clients first, then functions that are the call (`calls`): they may be handed a client. */
  construct(site: CallSite, calls: boolean): void {
    const { language } = this.#program.module;
    const signal = clientSignals[language].match(site.path, site.scope) ?? bedrockClient(site) ?? providerModel(site);
    if (signal === undefined || (signal.call === true) !== calls) return;
    const facts = factsOf(site, this.#program, signal.positional);
    const given = calls ? facts.named.get('model') : undefined;
    this.#budget = 500;
    const model =
      given === undefined || given.expr.kind === 'text' ? undefined : this.#origin(given.expr, given.scope, 0);
    if (model !== undefined) {
      this.byCall.set(site.call, model);
      return this.#call(model, site, 'generate', facts);
    }
    const variable = this.#program.names.get(site.call);
    const name = variable === undefined || variable.startsWith('#') ? signal.sdk : variable;
    const draft = this.#draft(site, name, signal.sdk, signal.provider);
    describe(draft, facts, signal, site);
    this.byCall.set(site.call, draft);
    if (signal.call === true)
      this.#call(draft, site, signal.sdk === 'vercel-ai' ? 'generate' : operationOf(site.path), facts);
  }

  operate(site: CallSite): void {
    if (this.byCall.has(site.call)) return;
    const operation = operations.find((row) => site.path.endsWith(`.${row.suffix}`));
    if (operation === undefined || site.call.callee.kind !== 'member' || site.call.args.length === 0) return;
    const command = operation.operation === 'send' ? bedrockCommand(site) : undefined;
    if (operation.operation === 'send' && command === undefined) return;
    const facts = factsOf(command === undefined ? site : { ...site, call: command }, this.#program);
    this.#budget = 500;
    const origin = this.#origin(site.call.callee.object, site.scope, 0);
    if (origin !== undefined) {
      this.#call(origin, site, operation.operation === 'send' ? 'converse' : operation.operation, facts);
      return;
    }
    if (!this.#certain(operation, site, facts)) return;
    const only = this.#onlyClient(operation);
    if (only !== undefined) return this.#call(only, site, operation.operation, facts);
    const draft = this.#draft(site, operation.operation, operation.provider, operation.provider);
    draft.set('apiKey', new Unknown('the client is made elsewhere'));
    draft.set('baseUrl', new Unknown('the client is made elsewhere'));
    draft.set('endpointHost', new Unknown('the client is made elsewhere'));
    for (const key of ['tlsVerify', 'scheme', 'privateEndpoint', 'knownEndpoint'])
      draft.set(key, new Unknown('the client is made elsewhere'));
    draft.set('timeout', new Unknown('the client is made elsewhere'));
    this.#call(draft, site, operation.operation, facts);
  }

  /** Requests to a provider's host without an SDK. */
  http(site: CallSite): void {
    if (
      !/(?:^|\.|~)(?:fetch|post|get|request|Post|NewRequest|NewRequestWithContext|PostAsync|PostAsJsonAsync|axios|got)$/.test(
        site.path,
      )
    )
      return;
    for (const arg of site.call.args.slice(0, 3)) {
      const url = textOf(valueOf(arg.value, site.scope));
      const origin = url === undefined ? undefined : originOf(url);
      const provider = origin === undefined ? undefined : providerOfHost(origin.host);
      if (
        origin === undefined ||
        provider === undefined ||
        !/\/(?:v\d|openai|model|chat|completions|messages|responses|api)/.test(url ?? '')
      )
        continue;
      const draft = this.#draft(site, origin.host, 'http', provider);
      draft.set('apiKey', new Unknown('sent in a header'));
      draft
        .set('baseUrl', url, arg.value.at)
        .set('endpointHost', origin.host, arg.value.at)
        .set('scheme', origin.scheme, arg.value.at);
      draft.set('privateEndpoint', false).set('knownEndpoint', true);
      const facts = factsOf(site, this.#program);
      draft.set('tlsVerify', tlsOf(facts) ?? true);
      this.#call(draft, site, 'http', facts);
      return;
    }
  }

  #draft(site: CallSite, name: string, sdk: string, provider: string): Draft {
    const draft = new Draft('code.model-client', this.#program.module.file, site.call.at, name);
    draft.set('sdk', sdk).set('provider', provider).set('grade', 'imported').set('models', []).set('calls', []);
    this.drafts.push(draft);
    return draft;
  }

  #call(draft: Draft, site: CallSite, operation: string, facts: Facts): void {
    const calls = draft.properties['calls'] as Value[];
    const at = site.call.at;
    const place = `calls[${calls.length}]`;
    const bag = newProperties();
    const model = fact(facts, ...aliases.model);
    const asked = model === undefined ? undefined : modelOf(model.expr, model.scope);
    // Embedding and reranking models take no guardrail and give no text.
    bag['operation'] =
      operation === 'invoke-model' && typeof asked === 'string' && /embed|rerank/.test(asked) ? 'embed' : operation;
    for (const key of ['model', 'maxTokens', 'timeout', 'store', 'guardrail', 'stream', 'tools'] as const) {
      const names = key in aliases ? aliases[key as keyof typeof aliases] : [key];
      const found = fact(facts, ...names);
      if (found !== undefined) {
        bag[key] =
          key === 'tools' || key === 'guardrail'
            ? true
            : key === 'model'
              ? modelOf(found.expr, found.scope)
              : valueOf(found.expr, found.scope);
        draft.positions[`${place}.${key}`] = [found.at.line, found.at.column];
      } else if (facts.open && key !== 'tools') bag[key] = new Unknown('options are made elsewhere');
    }
    draft.positions[place] = [at.line, at.column];
    draft.properties['calls'] = [...calls, bag];
    draft.set('grade', 'called');
    addModels(draft, fact(facts, ...aliases.model));
    this.modelCalls.set(site.call, { operation, client: draft, facts });
  }

  /** Follows names and members back to the client an expression comes from. */
  #origin(expr: Expr, scope: Scope, depth: number): Draft | undefined {
    if (depth > 24 || this.#budget-- <= 0) return undefined;
    if (expr.kind === 'call') {
      return (
        this.byCall.get(expr) ?? this.#origin(expr.callee, scope, depth + 1) ?? this.#anyArgument(expr, scope, depth)
      );
    }
    const key = keyOf(expr);
    if (key !== undefined) {
      for (const value of scope.find(key)?.values ?? []) {
        if (value.expr === expr) continue;
        const found = this.#origin(value.expr, value.scope, depth + 2);
        if (found !== undefined) return found;
      }
    }
    if (expr.kind === 'member') return this.#origin(expr.object, scope, depth + 1);
    if (expr.kind === 'index') return this.#origin(expr.object, scope, depth + 1);
    if (expr.kind === 'other' && expr.parts.length <= 4) {
      for (const part of expr.parts) {
        const found = this.#origin(part, scope, depth + 4);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** `LLMChain(llm=model)`, `ChatClient.builder(model)`: what wraps a client speaks to its model. */
  #anyArgument(call: CallExpr, scope: Scope, depth: number): Draft | undefined {
    if (depth > 8 || call.args.length > 8) return undefined;
    for (const arg of call.args) {
      if (arg.value.kind !== 'name' && arg.value.kind !== 'member' && arg.value.kind !== 'call') continue;
      if (arg.name !== undefined && !/^(?:llm|model|client|chat_model)$/.test(arg.name)) continue;
      const found = this.#origin(arg.value, scope, depth + 6);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The one client the file makes, when the call fits its provider: an injected field is most likely that client. */
  #onlyClient(operation: OperationSignal): Draft | undefined {
    const made = [...new Set(this.byCall.values())].filter((draft) => draft.properties['grade'] !== undefined);
    const [only] = made;
    if (made.length !== 1 || only === undefined) return undefined;
    const provider = only.properties['provider'];
    const family =
      operation.provider === 'openai'
        ? /openai|deepseek|groq|together|openrouter|ollama|vllm|xai|fireworks/
        : undefined;
    if (operation.provider === 'unknown' || provider === operation.provider) return only;
    return typeof provider === 'string' && family?.test(provider) === true ? only : undefined;
  }

  /** A call on an object of unknown origin is a model call only when nothing else looks like it. */
  #certain(operation: OperationSignal, site: CallSite, facts: Facts): boolean {
    const has = (name: string): boolean => facts.named.has(name);
    const modelled = aliases.model.some(has);
    if (operation.sure === true) return facts.open || modelled || has('messages') || has('input') || this.#typed(site);
    if (operation.operation === 'messages') return modelled && has('messages') && (has('maxtokens') || has('system'));
    if (operation.operation === 'converse') return has('modelid') && has('messages');
    return this.#typed(site) && operation.provider !== 'unknown';
  }

  /** Whether the receiver's declared type is a client of the tables. */
  #typed(site: CallSite): boolean {
    const table = clientSignals[this.#program.module.language];
    const root = /^(.*?)\(\)/.exec(site.path)?.[1];
    if (root === undefined) return false;
    return table.match(root, site.scope) !== undefined || typePackages.some((prefix) => below(root, prefix));
  }
}

/** Packages whose types are model clients wherever an instance comes from (injected fields and parameters). */
const typePackages = [
  'openai',
  '@anthropic-ai/sdk',
  'anthropic',
  'com.openai.client',
  'com.anthropic.client',
  'com.azure.ai.openai',
  'software.amazon.awssdk.services.bedrockruntime',
  'dev.langchain4j.model',
  'org.springframework.ai.chat',
  'github.com/openai/openai-go',
  'github.com/anthropics/anthropic-sdk-go',
  'github.com/sashabaranov/go-openai',
];

function describe(draft: Draft, facts: Facts, signal: ClientSignal, site: CallSite): void {
  const key = fact(facts, ...aliases.apiKey);
  const absent = (): Value => (facts.open ? new Unknown('options are made elsewhere') : null);
  if (key !== undefined) draft.set('apiKey', credentialOf(key.expr, key.scope), key.at);
  else draft.set('apiKey', facts.open ? new Unknown('options are made elsewhere') : defaultCredential());
  addModels(draft, fact(facts, ...aliases.model));
  const url = fact(facts, ...aliases.baseUrl);
  const value = url === undefined ? absent() : valueOf(url.expr, url.scope);
  draft.set('baseUrl', value, url?.at);
  const origin = typeof value === 'string' ? originOf(value) : undefined;
  draft.set(
    'endpointHost',
    origin?.host ?? (value === null ? null : new Unknown('the base URL is not a literal')),
    url?.at,
  );
  draft.set(
    'scheme',
    origin?.scheme ?? (value === null ? null : new Unknown('the base URL is not a literal')),
    url?.at,
  );
  const absentHost = value === null ? null : new Unknown('the base URL is not a literal');
  draft.set('privateEndpoint', origin === undefined ? absentHost : isLocalHost(origin.host), url?.at);
  draft.set('knownEndpoint', origin === undefined ? absentHost : providerOfHost(origin.host) !== undefined, url?.at);
  if (origin !== undefined) {
    const behind = providerOfHost(origin.host);
    if (behind !== undefined) draft.set('provider', behind);
    else if (signal.provider === 'openai') draft.set('provider', 'openai-compatible');
  }
  for (const name of ['maxTokens', 'timeout', 'region', 'guardrail'] as const) {
    const found = fact(facts, ...aliases[name]);
    draft.set(
      name,
      found === undefined ? absent() : name === 'guardrail' ? true : valueOf(found.expr, found.scope),
      found?.at,
    );
  }
  const variable = (draft.properties['apiKey'] as { readonly name?: Value })?.name;
  draft.set('publicVariable', typeof variable === 'string' && isPublicVariable(variable), key?.at);
  const browser = fact(facts, 'dangerouslyallowbrowser');
  draft.set(
    'browser',
    browser === undefined ? false : valueOf(browser.expr, browser.scope),
    browser?.at ?? site.call.at,
  );
  const store = fact(facts, 'store');
  draft.set('store', store === undefined ? absent() : valueOf(store.expr, store.scope), store?.at);
  draft.set('tlsVerify', tlsOf(facts) ?? absentTls(facts));
  draft.set('local', signal.local === true);
}

function absentTls(facts: Facts): Value {
  return facts.open ? new Unknown('options are made elsewhere') : true;
}

/** Certificate checks switched off in the client's own arguments or in the HTTP client handed to it. */
function tlsOf(facts: Facts): Value | undefined {
  const direct = fact(facts, 'verify', 'sslverify', 'verifyssl', 'rejectunauthorized', 'insecureskipverify');
  if (direct !== undefined) {
    const value = valueOf(direct.expr, direct.scope);
    return direct.written.toLowerCase().includes('insecure') ? value !== true : value !== false;
  }
  const client = fact(facts, 'httpclient', 'httpagent', 'fetchoptions', 'httpasyncclient', 'transport', 'agent');
  return client !== undefined && disablesTls(client.expr, client.scope, 0) ? false : undefined;
}

function disablesTls(expr: Expr, scope: Scope, depth: number): boolean {
  if (depth > 6) return false;
  const followed = scope.follow(expr);
  const target = followed.expr;
  const off = (key: string | undefined, value: Expr): boolean => {
    const literal = valueOf(value, followed.scope);
    if (key === 'verify' || key === 'rejectUnauthorized' || key === 'verify_ssl') return literal === false;
    if (key === 'InsecureSkipVerify') return literal === true;
    return disablesTls(value, followed.scope, depth + 1);
  };
  if (target.kind === 'call') return target.args.some((arg) => off(arg.name, arg.value));
  if (target.kind === 'object') return target.entries.some((entry) => off(entry.key, entry.value));
  return target.kind === 'other' && target.parts.some((part) => disablesTls(part, followed.scope, depth + 1));
}

function addModels(draft: Draft, found: Fact | undefined): void {
  if (found === undefined) return;
  const value = modelOf(found.expr, found.scope);
  const models = draft.properties['models'] as Value[];
  if (typeof value === 'string' && models.includes(value)) return;
  if (value instanceof Unknown && models.some((item) => item instanceof Unknown)) return;
  draft.positions[`models[${models.length}]`] = [found.at.line, found.at.column];
  draft.properties['models'] = [...models, value];
}

/** A model argument: a text, a constant's name, or the id inside a provider call (`openai('gpt-4o')`). */
function modelOf(expr: Expr, scope: Scope): Value {
  const followed = scope.follow(expr);
  const { expr: target } = followed;
  if (target.kind === 'call' && target.args[0]?.value.kind === 'text') return target.args[0].value.value;
  if (target.kind === 'member' && /^(?:Model|ChatModel|GPT|CLAUDE|GEMINI|Gpt|Claude)/.test(target.property))
    return target.property;
  return valueOf(target, followed.scope);
}

/** `boto3.client("bedrock-runtime")`. */
function bedrockClient(site: CallSite): ClientSignal | undefined {
  if (!/(?:^boto3|\(\)|~session|~boto_session)\.client$/.test(site.path)) return undefined;
  const service = valueOf(
    site.call.args.find((arg) => arg.name === undefined || arg.name === 'service_name')?.value ?? site.call.callee,
    site.scope,
  );
  if (service !== 'bedrock-runtime' && service !== 'bedrock-agent-runtime') return undefined;
  return { from: [], names: [], sdk: 'boto3', provider: 'bedrock', positional: ['', 'region_name'] };
}

/** `openai('gpt-4o')`, `anthropic.languageModel('…')` of the AI SDK: a model of a provider's default instance. */
function providerModel(site: CallSite): ClientSignal | undefined {
  const found = /^@ai-sdk\/([a-z-]+)\.([A-Za-z]+)(?:\.(?:chat|responses|languageModel|completion))?$/.exec(site.path);
  if (found === null || found[2]?.startsWith('create') === true) return undefined;
  const provider = {
    openai: 'openai',
    anthropic: 'anthropic',
    google: 'gemini',
    azure: 'azure-openai',
    'amazon-bedrock': 'bedrock',
    mistral: 'mistral',
    groq: 'groq',
    cohere: 'cohere',
  }[found[1] ?? ''];
  return provider === undefined
    ? undefined
    : { from: [], names: [], sdk: 'vercel-ai', provider, positional: ['model'] };
}

/** The command a `client.send(new ConverseCommand({…}))` carries. */
function bedrockCommand(site: CallSite): CallExpr | undefined {
  const [first] = site.call.args;
  if (first === undefined || !/(?:Converse|InvokeModel)\w*Command\(\)$/.test(site.scope.path(first.value)))
    return undefined;
  const { expr } = site.scope.follow(first.value);
  return expr.kind === 'call' ? expr : undefined;
}

function operationOf(path: string): string {
  if (/responses/.test(path)) return 'responses';
  return /ompletion/.test(path) ? 'chat.completions' : 'generate';
}

function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'parts' in value) {
    const [first] = value.parts as readonly unknown[];
    return typeof first === 'string' ? first : undefined;
  }
  return undefined;
}
