import type { Properties, Value } from '../../model/value.ts';

/*
 * The shapes of what this folder collects. No provider publishes one shape for all agent clients, so these are Demarc's
 * own; the raw settings of each client stay beside them in the client's own shape (`AgentSettings.settings`).
 * A property that is absent here was not written; `null` never stands for "unknown" (that is an `Unknown` marker).
 */

/**
 * Who wrote a file, strongest first in most clients: an administrator (`managed`), one person for one project
 * (`local`), the project (`project`), one person (`user`), a machine-wide default that others override (`system`),
 * an installed extension or bundle (`extension`).
 */
export type Scope = 'managed' | 'local' | 'project' | 'user' | 'system' | 'extension';

/** `mcp.server`: one server entry of one client. */
export interface McpServer extends Properties {
  readonly name: Value;
  /** Client id: `claude-code`. */
  readonly client: Value;
  readonly scope: Scope;
  /** `stdio`, `http`, `sse`, `ws`; `unknown` when neither a command nor an address is written. */
  readonly transport: Value;
  readonly command: Value;
  readonly args: Value;
  readonly env: Value;
  readonly url: Value;
  readonly headers: Value;
  readonly cwd: Value;
  /** Whether the command line is a text for a shell: holds a pipe, `&&`, a substitution, or is `sh -c …`. */
  readonly shell: Value;
  /** `absolute`, `name` (looked up in PATH), `relative`, `temp` (a temporary or download folder). */
  readonly commandPath: Value;
  /** `{runner, name, version, pinned, autoInstall, near}`; `near` is a known package of nearly the same name. */
  readonly package: Value;
  /** `{privileged, mounts[], network, image, socket, rootMount}` when it runs as a container. */
  readonly docker: Value;
  /** `{kind, host, user, admin, readOnly, source}` when it reaches a database. */
  readonly database: Value;
  /** Folders a filesystem server is given. */
  readonly roots: Value;
  readonly autoApprove: Value;
  readonly includeTools: Value;
  readonly excludeTools: Value;
  readonly trust: Value;
  readonly disabled: Value;
  /** `{kind: none|bearer|header|query|oauth|env|unknown, literal}`. */
  readonly auth: Value;
  /** `{loopback, scheme, host}` of `url`. */
  readonly remote: Value;
  /** What it can do, from `known-servers.ts`; `Unknown` for a server that is not listed. */
  readonly capabilities: Value;
  /** Identifiers of published vulnerabilities of exactly this version, from `vulnerable-servers.ts`. */
  readonly vulnerabilities: Value;
  /** `{state, definitions}`: how it stands to the definitions that were approved, see definition-pins.ts. */
  readonly pins: Value;
  /** Whether TLS verification is switched off by an argument or a variable. */
  readonly insecureTls: Value;
  /** Whether it listens on every interface. */
  readonly openListener: Value;
}

/** `agent.settings`: one settings file as it stands. */
export interface AgentSettings extends Properties {
  readonly client: Value;
  readonly scope: Scope;
  /** The file in the client's own shape. */
  readonly settings: Value;
  /** Keys the client does not know: it ignores them silently. */
  readonly unknownKeys: Value;
  /** `{key, expected}`: a value of a type the client does not accept. */
  readonly wrongTypes: Value;
  /** Keys that the client reads in other scopes only. */
  readonly misplacedKeys: Value;
  /** Normalised permission rules `{tool, pattern, raw, effect, problem, reach}`, see permission-rule.ts. */
  readonly rules: Value;
  /** Of a managed file: who besides the administrator may change it, `{path, who}`, see writers.ts. */
  readonly writers: Value;
  /** The mode in words all clients share: `ask`, `auto-edit`, `auto`, `bypass`, `plan`. Absent when it is not written. */
  readonly approvalMode: Value;
}

/** `agent.client`: the effective policy of one client for one project, home or machine. */
export interface AgentClient extends Properties {
  readonly client: Value;
  /** Whether any settings, server or hook was found; false when only instruction files show that it is used. */
  readonly configured: Value;
  /** What it stands for: `project`, `user` or `managed` (nothing but managed files). */
  readonly level: Value;
  readonly managedPresent: Value;
  /** `ask`, `auto-edit`, `auto`, `bypass`, `plan`. */
  readonly approvalMode: Value;
  readonly bypassDisabled: Value;
  readonly allow: Value;
  readonly ask: Value;
  readonly deny: Value;
  readonly additionalDirectories: Value;
  readonly sandbox: Value;
  /** `{set, empty, matchKey, semantics, entries[]}`. */
  readonly mcpAllowlist: Value;
  /** Dotted property → the vendor's default that is in force because nobody decided. */
  readonly defaults: Value;
  /** `{key, from, to, was, now}`: a weaker file widens what a stronger or personal one had narrowed. */
  readonly overrides: Value;
  /** Files in order of precedence: `{file, scope}`. */
  readonly sources: Value;
  /** `{state, changed[], posture, open[]}`: how it stands to the policy that was locked for it, see posture-locks.ts. Absent where there is no lock. */
  readonly postureLock: Value;
}

/** `agent.hook`: a command, request or prompt that a client runs on an event, or a helper command of a setting. */
export interface AgentHook extends Properties {
  readonly client: Value;
  readonly scope: Scope;
  /** The event, or the setting's key for a helper: `PreToolUse`, `apiKeyHelper`. */
  readonly event: Value;
  readonly helper: Value;
  readonly matcher: Value;
  readonly kind: Value;
  readonly command: Value;
  readonly url: Value;
  readonly downloadsAndExecutes: Value;
  readonly sendsOut: Value;
  readonly interpolatesInput: Value;
  readonly autoApproves: Value;
  readonly removesLogs: Value;
  /** `absolute`, `project`, `temp`, `home`, `name`. */
  readonly pathKind: Value;
}

/** `agent.instructions`: a text that is loaded into an agent's context. */
export interface AgentInstructions extends Properties {
  /** `rules`, `memory`, `skill`, `command`, `subagent`, `prompt`. */
  readonly kind: Value;
  readonly client: Value;
  readonly scope: Scope;
  readonly frontMatter: Value;
  readonly allowedTools: Value;
  readonly permissionMode: Value;
  readonly model: Value;
  /** `{kind, line, excerpt}`, see inspect-text.ts. */
  readonly findings: Value;
  /** The kinds found, without repetition: what rules test. */
  readonly findingKinds: Value;
}
