/** GitHub actions and commands that run an agent in a workflow. Adding one is one row. */
export interface ActionSignal {
  /** `owner/repository`, with the path for one of several. */
  readonly uses: string;
  readonly agent: string;
  /** The action itself refuses people without write access unless told otherwise. */
  readonly checksActor: boolean;
}

export const agentActions: readonly ActionSignal[] = [
  // Refuses actors without write permission (allowed_non_write_users lifts it).
  { uses: 'anthropics/claude-code-action', agent: 'claude-code', checksActor: true },
  { uses: 'anthropics/claude-code-base-action', agent: 'claude-code', checksActor: false },
  { uses: 'anthropics/claude-code-security-review', agent: 'claude-code', checksActor: false },
  // Refuses actors without write permission (allow-users lifts it).
  { uses: 'openai/codex-action', agent: 'codex', checksActor: true },
  { uses: 'google-github-actions/run-gemini-cli', agent: 'gemini-cli', checksActor: false },
  { uses: 'actions/ai-inference', agent: 'github-models', checksActor: false },
  { uses: 'github/copilot-cli-action', agent: 'copilot', checksActor: false },
  { uses: 'sst/opencode/github', agent: 'opencode', checksActor: false },
  { uses: 'cursor/cursor-agent-action', agent: 'cursor', checksActor: false },
  { uses: 'qodo-ai/pr-agent', agent: 'pr-agent', checksActor: false },
  { uses: 'Codium-ai/pr-agent', agent: 'pr-agent', checksActor: false },
  { uses: 'coderabbitai/ai-pr-reviewer', agent: 'coderabbit', checksActor: false },
];

const command = (agent: string): ActionSignal => ({ uses: '', agent, checksActor: false });

/** Agents started from a `run` script. */
export const agentCommands: readonly { readonly pattern: RegExp; readonly signal: ActionSignal }[] = [
  {
    pattern:
      /(?:^|[\s;&|(])(?:npx\s+(?:-y\s+)?@anthropic-ai\/claude-code(?:@\S+)?|claude)\s+(?:-p|--print|--dangerously-skip-permissions)\b/m,
    signal: command('claude-code'),
  },
  { pattern: /(?:^|[\s;&|(])(?:npx\s+(?:-y\s+)?@openai\/codex(?:@\S+)?|codex)\s+exec\b/m, signal: command('codex') },
  {
    pattern: /(?:^|[\s;&|(])(?:npx\s+(?:-y\s+)?@google\/gemini-cli(?:@\S+)?|gemini)\s+(?:-p|--prompt|--yolo|-y)\b/m,
    signal: command('gemini-cli'),
  },
  { pattern: /(?:^|[\s;&|(])copilot\s+(?:-p|--prompt|--allow-all-tools)\b/m, signal: command('copilot') },
  {
    pattern: /(?:^|[\s;&|(])(?:cursor-agent\s+-p|opencode\s+run|aider\s+--(?:yes|message))\b/m,
    signal: command('other'),
  },
];
