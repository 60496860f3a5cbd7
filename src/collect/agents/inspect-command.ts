import { limits } from '../../base/limits.ts';
import { kindOfPath } from './read-servers.ts';
import { bagOf } from './lookup.ts';
import { splitCommand } from '../documents/command-line.ts';
import { type Properties, Unknown } from '../../model/value.ts';

/*
 * What a hook's command line does, told by its text. Every pattern is linear: each bounded gap excludes the character
 * that ends it. A command that is built at run time is not seen; nothing here says that a command is harmless.
 */

const fetcher = String.raw`\b(?:curl|wget|iwr|invoke-webrequest|invoke-restmethod|irm)\b`;
const shell = String.raw`(?:sudo\s{1,4})?(?:env\s{1,4})?(?:ba|z|da|k)?sh\b|python3?\b|node\b|perl\b|ruby\b|iex\b|invoke-expression\b|pwsh\b|powershell\b`;
const downloadExecute: readonly RegExp[] = [
  new RegExp(String.raw`${fetcher}\s{1,4}[^\s|][^|\n]{2,400}\|\s{0,4}(?:${shell})`, 'i'),
  new RegExp(
    String.raw`(?:\b(?:ba|z)?sh|\beval|\bpython3?|\bnode)\s{1,4}(?:-\w{1,4}\s{1,4})?["']?(?:<\(|\$\(|${'`'})\s{0,4}${fetcher}`,
    'i',
  ),
  new RegExp(String.raw`\b(?:iex|invoke-expression)\b[^|\n]{0,40}(?:new-object|${fetcher}|downloadstring)`, 'i'),
  // Fetches to a file and runs it in the same line.
  new RegExp(
    String.raw`${fetcher}[^;&|\n]{0,300}(?:-o|-O|--output|>)\s{0,4}([\w./~$-]{1,128})[^;&|\n]{0,100}(?:&&|;)[^\n]{0,120}(?:chmod\s{1,4}\+?[0-7ax]{1,4}|\b(?:ba)?sh|python3?|node)\s{1,4}`,
    'i',
  ),
  /\bbase64\s{1,4}(?:-d|-D|--decode)\b[^|\n]{0,200}\|\s{0,4}(?:ba|z|da)?sh\b/i,
];

const remoteUrl = /https?:\/\/(?!(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?:[:/]|$))[^\s"'`)]{3,256}/i;
const sender: readonly RegExp[] = [
  /\bcurl\b[^|;&\n]{0,400}(?:\s-d\b|\s--data(?:-raw|-binary|-urlencode)?\b|\s-F\b|\s--form\b|\s-T\b|\s--upload-file\b|\s-X\s{0,2}(?:POST|PUT|PATCH)\b|\s--json\b|\s--request\s{1,2}(?:POST|PUT|PATCH)\b)/i,
  /\bwget\b[^|;&\n]{0,400}--(?:post-data|post-file|body-data|body-file)/i,
  /\|\s{0,4}(?:nc|ncat|netcat|socat)\b/i,
  /\b(?:invoke-restmethod|invoke-webrequest|irm|iwr)\b[^|;&\n]{0,400}-method\s{1,4}["']?(?:post|put)/i,
  />\s{0,4}\/dev\/tcp\//i,
];
const sendTool =
  /(?:^|[|;&]\s{0,4})(?:nc|ncat|netcat)\s{1,4}(?!-z)(?:-\w{1,4}\s{1,4}){0,3}[\w.-]{3,253}\s{1,4}\d{2,5}\b|\bscp\s{1,4}[^|;&\n]{0,200}\w@[\w.-]{3,253}:/i;

/** Input of the event pasted into a shell without quotes: `$CLAUDE_TOOL_INPUT`, `{{file}}`, `$(jq -r .tool_input.command)`. */
const inputVariable =
  /(?:^|[^"'\w\\])\$\{?(?:CLAUDE_)?(?:TOOL_INPUT|TOOL_ARGS|FILE_PATHS?|USER_PROMPT|PROMPT|COMMAND|ARGUMENTS)\b[A-Z_]{0,32}\}?/;
const evaluated = /\b(?:eval|(?:ba|z)?sh\s{1,4}-c)\s{1,4}["']?\$(?:\(|\{?[A-Za-z_])/;
const template =
  /(?:^|[^"'{])\{\{?\s{0,4}(?:tool_input|file|filePath|command|prompt|args|input)[\w.]{0,64}\s{0,4}\}\}?(?!["'])/;

const approves =
  /["']?(?:permissionDecision|decision|permission|behavior)["']?\s{0,4}:\s{0,4}\\?["'](?:allow|approve)\\?["']/i;
const logFolder = String.raw`(?:\.claude\/(?:projects|history|logs|transcripts|debug)|\.codex\/(?:sessions|history|log)|\.gemini\/(?:tmp|history)|\.cursor\/(?:logs|projects)|transcript|audit\.log|\.bash_history|\.zsh_history)`;
const removes = new RegExp(
  String.raw`(?:\brm\s{1,4}(?:-\w{1,4}\s{1,4}){0,3}|\bshred\s{1,4}|\btruncate\s{1,4}|\bdel\s{1,4}|\bfind\s{1,4})[^;&|\n]{0,200}${logFolder}|>\s{0,4}["']?[^\s;&|]{0,120}${logFolder}|\bhistory\s{1,4}-c\b|\b(?:DISABLE_TELEMETRY|CLAUDE_CODE_ENABLE_TELEMETRY=0|OTEL_SDK_DISABLED=true)\b|\bunset\s{1,4}HISTFILE\b`,
  'i',
);

/** What a command line does: see `AgentHook` in shapes.ts for each answer. */
export function inspectCommand(command: string): Properties {
  const text = command.slice(0, limits.matchLengthMax);
  const download = downloadExecute.some((pattern) => pattern.test(text));
  const facts = bagOf({
    downloadsAndExecutes: download,
    sendsOut:
      (sender.some((pattern) => pattern.test(text)) &&
        (remoteUrl.test(text) ||
          /\/dev\/tcp\/|\|\s{0,4}(?:nc|ncat|netcat|socat)\b|\$\{?\w{0,40}(?:URL|HOOK|ENDPOINT)/i.test(text))) ||
      sendTool.test(text),
    interpolatesInput: inputVariable.test(text) || evaluated.test(text) || template.test(text),
    autoApproves:
      approves.test(text) &&
      !/\bif\b|\bcase\b|\bgrep\b|\bjq\b[^|\n]{0,120}(?:select|test)|&&|\|\||\?/.test(
        text.replace(/\|\|\s{0,4}true/g, ''),
      ),
    removesLogs: removes.test(text),
    pathKind: pathKindOfCommand(text),
  });
  if (text.length < command.length)
    for (const key of Object.keys(facts))
      if (facts[key] === false) facts[key] = new Unknown('the command is longer than the limit of a match');
  return facts;
}

/** Where the program of a command line lies: `absolute`, `home`, `project`, `temp` or `name`. */
export function pathKindOfCommand(command: string): string {
  const words = splitCommand(command);
  const [program = '', ...rest] = words;
  const runs = /^(?:node|python3?|bun|deno|tsx|ruby|perl|(?:ba|z|da)?sh|uv|npx)$/.test(
    program.slice(program.lastIndexOf('/') + 1),
  );
  const script = runs ? (rest.find((word) => !word.startsWith('-') && word !== 'run') ?? program) : program;
  if (kindOfPath(script) === 'temp') return 'temp';
  if (
    /^\$\{?(?:CLAUDE_PROJECT_DIR|GEMINI_PROJECT_DIR|workspaceFolder|CURSOR_PROJECT_DIR|PWD)\b|^\$\{?(?:workspaceFolder|workspaceRoot)/.test(
      script,
    )
  )
    return 'project';
  if (/^(?:~|\$HOME|\$\{HOME\}|%USERPROFILE%)[\\/]/.test(script)) return 'home';
  const kind = kindOfPath(script);
  if (
    kind === 'relative' ||
    (kind === 'name' && /[\\/]/.test(script) && !script.includes('://') && !script.startsWith('@'))
  )
    return 'project';
  if (kind === 'name' && runs && script !== program && /\.(?:js|mjs|cjs|ts|py|sh|rb|pl)$/.test(script))
    return 'project';
  return kind === 'absolute' ? 'absolute' : 'name';
}
