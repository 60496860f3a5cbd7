import { limits } from '../../base/limits.ts';
import { redactText } from '../../base/secrets.ts';

/** What a text that is loaded into an agent's context does that it should not. */
export type TextFindingKind =
  | 'hidden-unicode'
  | 'bidi'
  | 'html-comment-instruction'
  | 'injection-phrase'
  | 'download-execute'
  | 'credential-read-and-send'
  | 'remote-instructions'
  | 'suppress-confirmation'
  | 'edits-agent-config'
  | 'inline-shell-at-load'
  | 'base64-to-shell'
  | 'protected-archive';

export interface TextFinding {
  readonly kind: TextFindingKind;
  readonly line: number;
  /** At most 120 characters, credentials replaced, invisible characters named. */
  readonly excerpt: string;
}

const findingsMax = 40;

/**
 * Text that warns, forbids, quotes or teaches says the same words as text that instructs. A line with one of these is not
 * taken as an instruction: precision before recall.
 */
const negated =
  /\b(?:never|don'?t|do\s+not(?!\s+(?:tell|inform|mention|reveal|show|notify|ask|warn|let|alert))|must\s+not(?!\s+(?:tell|inform|mention))|should\s+not|avoid|forbid|forbidden|prohibit|prohibited|refuse|reject|block|blocked|deny|detect|detects|flag|flags|warn|warnings?|examples?|e\.g\.|for\s+instance|such\s+as|attack(?:s|ed|ers?)?|injections?|jailbreaks?|malicious|suspicious|phishing|threats?|vulnerab\w{0,8}|sanitiz\w{0,4}|beware|red\s+flags?|anti-?patterns?|bad\s+practices?|unsafe|dangerous|security\s+review|scan\s+for|look\s+for|search\s+for|instead\s+of|not\s+allowed|disallow\w{0,3})\b|❌|🚫|✗/i;

const rules: readonly {
  readonly kind: TextFindingKind;
  readonly pattern: RegExp;
  readonly negatable: boolean;
  readonly code: boolean;
}[] = [
  {
    kind: 'injection-phrase',
    negatable: true,
    code: false,
    pattern:
      /\b(?:ignore|disregard|forget|override)\s{1,4}(?:all\s{1,4})?(?:of\s{1,4})?(?:the\s{1,4}|your\s{1,4}|any\s{1,4})?(?:previous|prior|above|earlier|preceding|system|safety)\s{1,4}(?:\w{1,12}\s{1,4})?(?:instructions?|prompts?|rules|guidelines|directives|messages?)\b/i,
  },
  {
    kind: 'injection-phrase',
    negatable: true,
    code: false,
    pattern:
      /\b(?:do\s{1,3}not|don'?t|never|without)\s{1,3}(?:tell|telling|inform|informing|mention(?:ing)?\s{1,3}(?:this|it|that)\s{1,3}to|reveal(?:ing)?\s{1,3}(?:this|it)\s{1,3}to|notify|notifying|alert|alerting|show(?:ing)?\s{1,3}(?:this|it)\s{1,3}to)\s{1,3}(?:the\s{1,3})?(?:user|human|developer|operator)\b/i,
  },
  {
    kind: 'injection-phrase',
    negatable: true,
    code: false,
    pattern:
      /\b(?:hide|conceal|keep)\s{1,3}(?:this|these|it|your\s{1,3}actions?)\s{1,3}(?:\w{1,12}\s{1,3}){0,3}(?:from|secret\s{1,3}from)\s{1,3}(?:the\s{1,3})?(?:user|human|developer)\b/i,
  },
  {
    kind: 'injection-phrase',
    negatable: true,
    code: false,
    pattern:
      /\byou\s{1,3}are\s{1,3}now\s{1,3}(?:in\s{1,3})?(?:developer|dan|god|unrestricted|jailbroken|admin)\s{1,3}mode\b|<\/?(?:system|IMPORTANT)>\s{0,4}(?:before|always|you\s{1,3}must)/i,
  },
  {
    kind: 'suppress-confirmation',
    negatable: true,
    code: false,
    pattern:
      /\b(?:do\s{1,3}not|don'?t|never|without)\s{1,3}(?:ask|asking|wait(?:ing)?|prompt(?:ing)?|request(?:ing)?)\s{1,3}(?:\w{1,12}\s{1,3}){0,3}(?:for\s{1,3})?(?:\w{1,12}\s{1,3}){0,2}(?:confirmation|permission|approval|consent)\b/i,
  },
  {
    kind: 'suppress-confirmation',
    negatable: true,
    code: false,
    pattern:
      /\b(?:always|automatically|auto-?)\s{0,3}(?:approve|accept|confirm|allow)\s{1,3}(?:all|every|any|each)\s{1,3}(?:\w{1,12}\s{1,3}){0,2}(?:tools?|commands?|requests?|prompts?|actions?|permissions?|changes|calls?)\b/i,
  },
  {
    kind: 'suppress-confirmation',
    negatable: true,
    code: true,
    pattern:
      /(?:^|[\s`(])(?:claude|codex|gemini|cursor-agent|copilot|goose|qwen|opencode)\b[^\n`]{0,120}(?:--dangerously-skip-permissions|--dangerously-bypass-approvals-and-sandbox|--yolo\b|--allow-all-tools|--full-auto\b|--approval-mode[= ]yolo|--trust-all-tools)/i,
  },
  {
    kind: 'download-execute',
    negatable: true,
    code: true,
    pattern:
      /\b(?:curl|wget|iwr|irm|invoke-webrequest)\b[^|\n]{0,300}\|\s{0,4}(?:sudo\s{1,4}(?:-\w{1,4}\s{1,4})?)?(?:(?:ba|z|da)?sh|python3?|node|perl|iex)\b/i,
  },
  {
    kind: 'download-execute',
    negatable: true,
    code: true,
    pattern: /\b(?:ba|z)?sh\s{1,4}(?:-c\s{1,4}["']?\$\(|<\()\s{0,4}(?:curl|wget)\b/i,
  },
  {
    kind: 'base64-to-shell',
    negatable: true,
    code: true,
    pattern:
      /\bbase64\s{1,4}(?:-d|-D|--decode)\b[^|\n]{0,200}\|\s{0,4}(?:sudo\s{1,4})?(?:ba|z|da)?sh\b|\b(?:powershell|pwsh)\b[^\n]{0,120}\s-(?:enc|encodedcommand|e)\s{1,4}[A-Za-z0-9+/=]{20}/i,
  },
  {
    kind: 'protected-archive',
    negatable: true,
    code: true,
    pattern:
      /\b(?:unzip\s{1,4}-P\s{0,4}\S{3,64}|7z\s{1,4}x\s{1,4}-p\S{3,64})|\b(?:download|extract|unzip)\b[^\n.]{0,120}\b(?:zip|archive)\b[^\n.]{0,80}\bpassword\b\s{0,4}(?:is|:|=)/i,
  },
  {
    kind: 'credential-read-and-send',
    negatable: true,
    code: true,
    pattern:
      /(?:\.ssh\/id_\w{2,10}|\.aws\/credentials|\.env\b|\.netrc|\.git-credentials|Login Data|cookies\.sqlite|\.config\/gcloud|\.kube\/config|\.npmrc)[^\n]{0,200}(?:\|\s{0,4}(?:curl|wget|nc|ncat|base64)\b|\b(?:curl|wget|requests\.post|fetch)\b[^\n]{0,120}https?:\/\/)|\b(?:curl|wget)\b[^\n]{0,200}(?:@|\$\(cat\s{1,4})[~\w./$-]{0,80}(?:\.ssh\/id_|\.aws\/credentials|\.env\b|\.netrc|\.kube\/config)/i,
  },
  {
    kind: 'credential-read-and-send',
    negatable: true,
    code: false,
    pattern:
      /\b(?:send|post|upload|exfiltrate|forward|transmit)\b[^\n]{0,80}(?:\b(?:api\s{0,2}keys?|credentials?|passwords?|private\s{1,2}keys?|ssh\s{1,2}keys?|access\s{1,2}tokens?|environment\s{1,2}variables)\b|\.env\b)[^\n]{0,80}\bto\b[^\n]{0,40}(?:https?:\/\/|webhook|the\s{1,3}following\s{1,3}(?:url|address|endpoint))/i,
  },
  {
    kind: 'remote-instructions',
    negatable: true,
    code: false,
    pattern:
      /\b(?:fetch|load|download|retrieve|pull)\b[^\n.]{0,60}\b(?:latest|current|updated?|additional|further|newest|remote|these|the)\s{1,4}(?:\w{1,16}\s{1,4}){0,2}(?:instructions?|rules|guidelines|prompts?|directives|system\s{1,2}prompt)\b[^\n]{0,40}\b(?:from|at|in)\b[^\n]{0,20}https?:\/\//i,
  },
  {
    kind: 'remote-instructions',
    negatable: true,
    code: false,
    pattern:
      /\b(?:fetch|load|curl|download|open|visit)\b[^\n]{0,20}https?:\/\/[^\s)]{4,200}[^\n]{0,40}\band\s{1,4}(?:then\s{1,4})?(?:follow|execute|obey|apply|do\s{1,4}what|carry\s{1,4}out)\b/i,
  },
  {
    kind: 'edits-agent-config',
    negatable: true,
    code: true,
    pattern:
      /\b(?:add|append|write|edit|modify|update|change|set|insert|overwrite|replace|create|echo|sed|tee|jq)\b[^\n]{0,100}(?:\.claude\/settings(?:\.local)?\.json|\.claude\/hooks|\.claude\.json|\.codex\/config\.toml|\.gemini\/settings\.json|\.cursor\/(?:mcp|hooks|permissions|sandbox)\.json|\.vscode\/(?:mcp|settings|tasks)\.json|managed-settings\.json|claude_desktop_config\.json|\.mcp\.json)/i,
  },
];

const bidi = /[\u202A-\u202E\u2066-\u2069]/;
/** Tag characters, invisible operators, zero-width characters, and variation selectors in a row (one may follow an emoji). */
const hidden =
  /[\u{E0001}\u{E0020}-\u{E007F}\u2061-\u2064\u{1D173}-\u{1D17A}\u200B\u2060\uFEFF]|\p{Variation_Selector}{4}/u;
/** Emoji are joined and coloured with these; a flag may spell a region with tag characters. */
const emojiSequence = /\u{1F3F4}[\u{E0020}-\u{E007F}]{2,10}/gu;
const instruction =
  /\b(?:you\s{1,3}(?:must|should|will|are)|ignore|always|never\s{1,3}(?:tell|mention)|execute|run|fetch|send|curl|do\s{1,3}not|assistant|system\s{0,2}:|important\s{0,2}:|instructions?)\b/i;

/** Vendors' own installers that documentation everywhere names; a skill that repeats one is no attack. */
const knownInstaller =
  /https:\/\/(?:astral\.sh\/|sh\.rustup\.rs|get\.docker\.com|bun\.(?:sh|com)\/install|deno\.land\/|get\.pnpm\.io\/|install\.python-poetry\.org|mise\.run|foundry\.paradigm\.xyz|claude\.ai\/install|ollama\.com\/install|raw\.githubusercontent\.com\/(?:Homebrew\/install|nvm-sh\/nvm|ohmyzsh\/ohmyzsh|helm\/helm)\/|fnm\.vercel\.app|starship\.rs\/install|get\.helm\.sh|cli\.github\.com\/|deb\.nodesource\.com\/|sdk\.cloud\.google\.com|aka\.ms\/InstallAzureCLIDeb)/i;

/** Finds what a text does that it should not, by line. Lines in fenced code are read as commands, not as sentences. */
export function inspectText(text: string): TextFinding[] {
  const found: TextFinding[] = [];
  const add = (kind: TextFindingKind, line: number, excerpt: string): void => {
    if (found.length < findingsMax && !found.some((other) => other.kind === kind && other.line === line))
      found.push({ kind, line, excerpt: excerptOf(excerpt) });
  };
  let fence = '';
  let lesson = false;
  for (const [index, raw] of text.slice(0, limits.sourceBytesMax).split('\n').entries()) {
    const line = raw.slice(0, 2048);
    const number = index + 1;
    const plain = line.replace(emojiSequence, '');
    if (bidi.test(plain)) add('bidi', number, line);
    else if (hidden.test(index === 0 ? plain.replace(/^\uFEFF/, '') : plain)) add('hidden-unicode', number, line);
    const mark = /^\s{0,6}(```+|~~~+)/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === '' ? mark.slice(0, 3) : line.trimStart().startsWith(fence) ? '' : fence;
    // A heading or a lead-in that announces bad examples covers what follows it, up to the next heading.
    if (/^\s{0,3}#{1,6}\s/.test(line) && fence === '') lesson = negated.test(line);
    else if (fence === '' && /:\s*$/.test(line) && negated.test(line)) lesson = true;
    else if (
      fence === '' &&
      lesson &&
      line.trim() !== '' &&
      !/^\s*(?:[-*>|\d]|```|~~~)/.test(line) &&
      !/:\s*$/.test(line) &&
      mark === undefined
    )
      lesson = false;
    for (const { kind, pattern, negatable, code } of rules) {
      if (fence !== '' && !code) continue;
      const match = pattern.exec(line);
      if (match === null) continue;
      if (negatable && (lesson || negated.test(withoutMatch(line, match)) || isQuoted(line, match))) continue;
      if (kind === 'download-execute' && knownInstaller.test(line)) continue;
      add(kind, number, match[0]);
    }
  }
  for (const comment of commentsOf(text))
    if (instruction.test(comment.text) && isHiddenInstruction(comment.text))
      add('html-comment-instruction', comment.line, comment.text);
  return found.sort((a, b) => a.line - b.line);
}

/** The rest of the line, without addresses and paths: a host called `example` teaches nothing. */
function withoutMatch(line: string, match: RegExpExecArray): string {
  const rest = `${line.slice(0, match.index)} ${line.slice(match.index + match[0].length).replace(/^\S{1,512}/, '')}`;
  return rest.replace(/[a-z]{2,8}:\/\/\S{1,512}|\S{0,128}\/\S{1,256}/gi, ' ');
}

/** A sentence in quotation marks is talked about, not said. Inline code that runs is still a command. */
function isQuoted(line: string, match: RegExpExecArray): boolean {
  const before = line.slice(0, match.index);
  const after = line.slice(match.index + match[0].length);
  return (
    /["“'][^"”']{0,60}$/.test(before) &&
    /^[^"“']{0,60}["”']/.test(after) &&
    !/\b(?:curl|wget|base64|sh|bash)\b/i.test(match[0])
  );
}

function* commentsOf(text: string): Generator<{ text: string; line: number }> {
  let at = 0;
  for (let count = 0; count < 200; count++) {
    const start = text.indexOf('<!--', at);
    if (start === -1) return;
    const end = text.indexOf('-->', start + 4);
    const stop = end === -1 ? text.length : end;
    yield {
      text: text.slice(start + 4, Math.min(stop, start + 4096)).trim(),
      line: text.slice(0, start).split('\n').length,
    };
    at = stop + 3;
  }
}

/** A comment that speaks to the model about acting, not a note of an author or a tool's marker. */
function isHiddenInstruction(comment: string): boolean {
  if (
    /^(?:prettier|markdownlint|eslint|vale|toc|begin|end|start|todo|fixme|note to (?:self|editors?)|generated|do not edit|auto-?generated|remark|textlint|cspell|mdx?|template|usage|section)\b/i.test(
      comment,
    )
  )
    return false;
  return (
    rules.some(({ kind, pattern }) => kind !== 'edits-agent-config' && pattern.test(comment)) ||
    /\b(?:ai|assistant|agent|llm|model|claude|copilot|cursor)\b[^\n]{0,60}\b(?:must|should|always|execute|run|fetch|send|ignore)\b[^\n]{0,120}(?:https?:\/\/|\b(?:command|secret|token|key|file|user)\b)/i.test(
      comment,
    )
  );
}

function excerptOf(text: string): string {
  const visible = text.replace(
    /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E01EF}]/gu,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()} `,
  );
  const flat = redactText(visible.replace(/\s+/g, ' ').trim());
  return flat.length > 120 ? `${flat.slice(0, 119)}…` : flat;
}
