import type { Properties, Unknown, Value } from '../../model/value.ts';

/**
 * Shapes of the resources that application code gives. A property that the code does not set is null where absence
 * itself is the fact, `Unknown` where it may be set out of sight. `$links` are references to what a resource contains
 * (application → all others), `uses` to what it uses (agent → tools, model, data stores).
 */
interface Linked {
  readonly $links?: Value;
  readonly uses?: Value;
}
/** A value that the code may hide. */
type Maybe<T> = T | Unknown | null;

/** What a tool or sink does to the world. */
export const effects = [
  'shell',
  'code-eval',
  'file-write',
  'file-read',
  'http-out',
  'email',
  'sql',
  'payment',
  'browser',
  'html',
  'deserialise',
] as const;
export type Effect = (typeof effects)[number];

/** How sure it is that an SDK is in use: a manifest names it, the code imports it, the code calls it. */
export type Grade = 'declared' | 'imported' | 'called';

/** Where a credential comes from; `value` only where it is a literal, and sealed before anything reads it. */
export interface CredentialShape {
  readonly source: 'env' | 'literal' | 'placeholder' | 'secret-manager' | 'identity' | 'default' | 'unknown';
  /** The variable it is read from. */
  readonly name: string | null;
  readonly value?: string;
}

/** `code.application`: a deployable package and the AI libraries its manifest declares. */
export interface ApplicationShape extends Linked {
  readonly name: string;
  readonly language: string;
  /** The manifest's path; null for loose source files. */
  readonly manifest: string | null;
  /** AI-related only. `pinned`: one exact version, by specifier or lock file. */
  readonly dependencies: readonly {
    readonly name: string;
    readonly version: string | null;
    readonly specifier: string;
    readonly pinned: boolean;
    readonly category:
      | 'model-sdk'
      | 'agent-framework'
      | 'mcp'
      | 'vector-store'
      | 'local-model'
      | 'observability'
      | 'gateway';
  }[];
  readonly grade: Grade;
}

/** `code.model-client`: a client that is made, or a call on one that is made elsewhere. */
export interface ModelClientShape extends Linked {
  readonly sdk: string;
  /** `openai`, `azure-openai`, `anthropic`, `bedrock`, `vertex`, `gemini`, `mistral`, `ollama`, `openai-compatible` … */
  readonly provider: string;
  readonly models: readonly Maybe<string>[];
  readonly apiKey: Maybe<CredentialShape>;
  readonly baseUrl: Maybe<string>;
  readonly scheme: Maybe<string>;
  readonly endpointHost: Maybe<string>;
  readonly tlsVerify: Maybe<boolean>;
  /** As written, in the SDK's unit. */
  readonly timeout: Maybe<number>;
  readonly maxTokens: Maybe<number>;
  readonly store: Maybe<boolean>;
  readonly region: Maybe<string>;
  readonly guardrail: Maybe<boolean>;
  /** The SDK was told to run in a browser, where users can read the key. */
  readonly browser: Maybe<boolean>;
  /** The file is sent to browsers (`'use client'`). */
  readonly clientSide: boolean;
  /** The model runs on this machine. */
  readonly local: boolean;
  readonly grade: Grade;
  /** The prompts sent on it: options as written at each call. */
  readonly calls: readonly {
    readonly operation: string;
    readonly model?: Maybe<string>;
    readonly maxTokens?: Maybe<number>;
    readonly timeout?: Maybe<number>;
    readonly store?: Maybe<boolean>;
    readonly guardrail?: Maybe<boolean>;
    readonly tools?: boolean;
  }[];
}

/** `code.agent`: a model that chooses tools in a loop. */
export interface AgentShape extends Linked {
  readonly framework: string;
  readonly name: string;
  readonly model: Maybe<string>;
  readonly tools: readonly string[];
  /** Union of the effects of its tools that were found. */
  readonly effects: readonly Effect[];
  /** Null: the framework's own default is in force. */
  readonly maxIterations: Maybe<number>;
  /** Whether the framework bounds its loop when nothing is set. */
  readonly bounded: boolean;
  readonly humanApproval: Maybe<boolean>;
  readonly allowCodeExecution: Maybe<boolean>;
  readonly codeExecutor: Maybe<string>;
  readonly permissionMode: Maybe<string>;
  readonly allowDangerous: Maybe<boolean>;
  readonly memory: Maybe<boolean>;
  readonly handoffs: readonly string[];
  readonly mcpServers: Maybe<boolean>;
  readonly guardrails: Maybe<boolean>;
}

/** `code.tool`: a function given to a model. */
export interface ToolShape extends Linked {
  readonly name: string;
  readonly description: string | null;
  readonly framework: string;
  readonly effects: readonly Effect[];
  readonly parameters: readonly string[];
  readonly approval: Maybe<boolean>;
  /** A parameter the model fills reaches a shell, SQL text, path, URL or evaluator. */
  readonly inputReachesSink: Maybe<boolean>;
  /** Which, for certain. */
  readonly sinks: readonly Effect[];
  /** By kind: true, or Unknown where the parameter passes a check first. */
  readonly reaches: { readonly [effect: string]: true | Unknown };
}

/** `code.data-store`: a database or vector store client in a program that also calls models. */
export interface DataStoreShape extends Linked {
  readonly kind: string;
  readonly host: Maybe<string>;
  readonly credential: Maybe<CredentialShape>;
  readonly readOnly: Maybe<boolean>;
  /** A model writes its queries: a SQL agent, or a tool whose parameter is SQL. */
  readonly queryFromModel: Maybe<boolean>;
  readonly tls: Maybe<boolean>;
}

/** `code.sink`: a call that interprets text, in code that also calls models. */
export interface SinkShape extends Linked {
  readonly kind: Effect;
  readonly callee: string;
  readonly fromModel: Maybe<boolean>;
}

/** `code.prompt`: how a system prompt is built. */
export interface PromptShape extends Linked {
  readonly role: 'system';
  readonly interpolated: boolean;
  readonly untrustedInput: Maybe<boolean>;
  readonly containsSecret: boolean;
}

/** `code.mcp-server`: an MCP server made with an SDK. */
export interface McpServerShape extends Linked {
  readonly name: string;
  readonly sdk: string;
  readonly transport: Maybe<string>;
  readonly host: Maybe<string>;
  readonly port: Maybe<number>;
  readonly auth: Maybe<boolean>;
  readonly dnsRebindingProtection: Maybe<boolean>;
  readonly stateless: Maybe<boolean>;
  readonly tools: readonly string[];
}

/** `code.server`: an HTTP route that reaches a model or an agent. */
export interface ServerShape extends Linked {
  readonly framework: string;
  readonly route: Maybe<string>;
  readonly auth: Maybe<'present' | 'absent'>;
  readonly rateLimit: Maybe<boolean>;
}

/** `code.secret`: a key that stands in the code; `value` is sealed before anything reads it. */
export interface SecretShape extends Linked {
  readonly provider: string;
  readonly kind: string;
  readonly variable: string | null;
  readonly value: string;
}

/** `code.model-file`: weights or data loaded by a loader that can run code. */
export interface ModelFileShape extends Linked {
  readonly loader: string;
  readonly format: 'pickle' | 'torch' | 'keras' | 'transformers' | 'hub';
  readonly source: Maybe<string>;
  readonly executesCode: Maybe<boolean>;
  readonly trustRemoteCode: Maybe<boolean>;
  readonly revision: Maybe<string>;
}

/** `code.workflow`: a GitHub Actions job step that runs an agent. */
export interface WorkflowShape extends Linked {
  readonly action: string;
  readonly agent: string;
  readonly triggers: readonly string[];
  readonly untrustedTrigger: boolean;
  readonly writePermissions: Maybe<readonly string[]>;
  readonly untrustedInput: boolean;
  readonly pinned: boolean;
  readonly tools: Maybe<string>;
  readonly guarded: boolean;
  readonly inputs: Properties;
}
