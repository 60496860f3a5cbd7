import type { Properties } from '../../model/value.ts';
import { bagOf } from './lookup.ts';

export type Effect = 'allow' | 'ask' | 'deny';

/** What a command pattern lets through, widest first. */
export type Reach = 'any' | 'interpreter' | 'network' | 'destructive' | 'narrow';

const shellTools = new Set([
  'bash',
  'shell',
  'execute_bash',
  'run_shell_command',
  'shelltool',
  'powershell',
  'terminal',
  'run_terminal_cmd',
  'execute',
]);
const interpreters = new Set([
  'python',
  'python3',
  'node',
  'deno',
  'bun',
  'ruby',
  'perl',
  'php',
  'bash',
  'sh',
  'zsh',
  'pwsh',
  'powershell',
  'osascript',
  'npx',
  'bunx',
  'uvx',
  'pipx',
  'tsx',
  'ts-node',
  'eval',
  'exec',
  'sudo',
  'su',
  'doas',
  'ssh',
  'xargs',
  'env',
  'docker',
  'podman',
  'kubectl',
  'nohup',
  'watch',
  'find',
  'awk',
]);
/** Interpreters that become narrow when a fixed script or subcommand follows. */
const narrowed: Readonly<Record<string, RegExp>> = {
  docker: /^(?:ps|images|logs|inspect|version|info|compose (?:ps|logs|config))\b/,
  podman: /^(?:ps|images|logs|inspect|version|info)\b/,
  kubectl: /^(?:get|describe|logs|top|explain|version|api-resources|config view|diff)\b/,
  find: /^(?!.*(?:-exec|-delete|\*$)).+/,
};
const network = new Set([
  'curl',
  'wget',
  'nc',
  'ncat',
  'netcat',
  'scp',
  'rsync',
  'ftp',
  'sftp',
  'telnet',
  'http',
  'https',
  'aria2c',
]);
const destructive =
  /^(?:rm\s+(?:-[a-z]*[rf][a-z]*\b|\*)|rm$|git\s+push\s+(?:.*\s)?(?:--force(?!-with-lease)|-f\b)|git\s+reset\s+--hard|git\s+clean\s+-[a-z]*f|terraform\s+(?:apply|destroy)|tofu\s+(?:apply|destroy)|pulumi\s+(?:up|destroy)|kubectl\s+(?:delete|drain|apply)|helm\s+(?:uninstall|delete)|drop\b|dropdb\b|truncate\b|shred\b|dd\b|mkfs|aws\s+\S+\s+(?:delete|terminate)|az\s+.{0,80}\bdelete\b|gcloud\s+.{0,80}\bdelete\b|npm\s+publish|gh\s+(?:repo\s+delete|release\s+delete)|chmod\s+-r\s+777|psql\b.{0,80}\bdrop\b)/i;

/**
 * Takes a permission rule apart: `Bash(npm run test:*)` → tool `Bash`, pattern `npm run test:*`. Syntax of Claude Code
 * (code.claude.com/docs/en/permissions), which Copilot (`Shell(…)`), Gemini CLI (`run_shell_command(…)`) and Cursor
 * (`Shell(…)`, `Read(…)`) share.
 *
 * @returns `{tool, pattern, raw, effect, reach, problem}`; `problem` says why the rule can never match, if so
 */
export function permissionRule(raw: string, effect: Effect): Properties {
  const text = raw.trim();
  const open = text.indexOf('(');
  const closed = text.endsWith(')');
  const tool = open === -1 ? text : text.slice(0, open).trim();
  const pattern = open === -1 || !closed ? undefined : text.slice(open + 1, -1).trim();
  return bagOf({
    tool,
    pattern,
    raw: text,
    effect,
    shell: shellTools.has(tool.toLowerCase()),
    reach: reachOf(tool, pattern),
    problem: problemOf(text, tool, pattern, effect, open !== -1 && !closed),
  });
}

/** A rule from a bare command prefix, as Codex, Roo and Cursor list them: `git status`, `npm`, `*`. */
export function commandRule(prefix: string, effect: Effect): Properties {
  return bagOf({ tool: 'shell', pattern: prefix, raw: prefix, effect, shell: true, reach: commandReach(prefix) });
}

function reachOf(tool: string, pattern: string | undefined): Reach {
  if (tool === '*') return 'any';
  if (!shellTools.has(tool.toLowerCase())) {
    const domain = pattern?.replace(/^domain:/, '');
    return /^(?:webfetch|web_fetch|fetch|domain|url)$/i.test(tool) &&
      (domain === undefined || domain === '*' || domain === '')
      ? 'network'
      : 'narrow';
  }
  return pattern === undefined ? 'any' : commandReach(pattern);
}

function commandReach(pattern: string): Reach {
  const command = pattern.replace(/:\*$/, ' *').replace(/\s+/g, ' ').trim();
  if (command === '' || command === '*' || command === '**' || command === '.*' || command === '/.*/') return 'any';
  if (destructive.test(command)) return 'destructive';
  const [first = '', ...rest] = command.split(' ');
  const program = first
    .replace(/\*$/, '')
    .slice(first.lastIndexOf('/') + 1)
    .toLowerCase();
  const open = rest.length === 0 ? command.endsWith('*') : true;
  const tail = rest.join(' ');
  if (network.has(program)) return isFixed(tail) ? 'narrow' : 'network';
  if (!interpreters.has(program)) return 'narrow';
  if (narrowed[program]?.test(tail) === true) return 'narrow';
  // `npm run test` names what runs; `python *` and a bare `python` do not. `python -m pytest *` does.
  if (/^-m [a-z]\w/i.test(tail) || (isFixed(tail) && /^[\w./@-]+\.(?:js|mjs|cjs|ts|py|sh|rb)\b/.test(tail)))
    return 'narrow';
  if (
    (program === 'npx' || program === 'bunx' || program === 'uvx' || program === 'pipx') &&
    /^(?:-y |--yes |run )?[@\w][\w./@-]+/.test(tail)
  )
    return 'narrow';
  if (/^(?:--version|-v|--help|-V)$/.test(tail)) return 'narrow';
  return open || rest.length === 0 ? 'interpreter' : 'narrow';
}

function isFixed(tail: string): boolean {
  return tail !== '' && !tail.includes('*');
}

const fileTools = new Set(['Read', 'Edit', 'Write', 'Glob', 'Grep', 'NotebookEdit', 'MultiEdit']);

/** Why a rule can never do what it says; undefined when nothing is wrong with it. */
function problemOf(
  text: string,
  tool: string,
  pattern: string | undefined,
  effect: Effect,
  unclosed: boolean,
): string | undefined {
  if (unclosed) return 'the bracket is not closed';
  if (effect !== 'deny') return undefined;
  if (/^[a-z][\w-]* \S/.test(text) && !text.includes('('))
    return 'a bare command is no rule; it needs the form Bash(command)';
  if (/^(?:\.env|~\/|\.\/|\*\*\/|\/)/.test(text)) return 'a bare path is no rule; it needs the form Read(path)';
  if (fileTools.has(tool) && pattern !== undefined && /^[A-Za-z]:\\/.test(pattern))
    return 'a path with backslashes does not match; paths are written with /';
  if (fileTools.has(tool) && pattern !== undefined && /^\/(?:etc|home|Users|root|var|tmp|opt|usr)\b/.test(pattern))
    return 'one leading slash is relative to the settings file; an absolute path starts with //';
  if (
    /^bash$/i.test(tool) &&
    pattern !== undefined &&
    /^(?:cat|less|head|tail|more)\b.{0,64}(?:\.env|\.pem|id_rsa|\.ssh|\.aws|secret)/i.test(pattern)
  )
    return 'refuses one way of reading the file; another command or the Read tool still reads it';
  return undefined;
}

/** Files that hold credentials, by what a rule that keeps an agent out would mention. */
const secretPath =
  /\.env\b|\.ssh\b|\.aws\b|\.pem\b|\.key\b|id_rsa|id_ed25519|credentials?\b|secrets?\b|kubeconfig|\.kube\b|\.netrc|\.npmrc|\.pypirc|\.azure\b|gcloud|\.gnupg|keychain/i;

/** Whether a deny rule keeps the agent from reading credential files. */
export function protectsSecrets(rule: Properties): boolean {
  const { tool, pattern, problem, effect } = rule;
  return (
    effect === 'deny' &&
    problem === undefined &&
    typeof tool === 'string' &&
    /^(?:read|\*)$/i.test(tool) &&
    typeof pattern === 'string' &&
    secretPath.test(pattern)
  );
}

/** Whether a folder an agent is given is everything, or holds credentials. */
export function isWideFolder(path: string): boolean {
  const plain = path.replace(/(?<=.)[\\/]+$/, '');
  return (
    /^(?:\/|~|\$HOME|\$\{HOME\}|%USERPROFILE%|[A-Za-z]:\\?|\/home|\/Users|\/root|\/etc|\/(?:home|Users)\/[^/]+)$/i.test(
      plain,
    ) || /(?:^|[\\/])\.(?:ssh|aws|gnupg|kube|azure|config\/gcloud|docker)(?:[\\/]|$)/i.test(plain)
  );
}
