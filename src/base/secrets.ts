import { createHash } from 'node:crypto';

/** A literal credential found in a text: its kind and where it stands (UTF-16 offsets). */
export interface SecretMatch {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Credential shapes that need no context. Every pattern is linear (no nested quantifier) and starts with a literal, so
 * that a text without the literal costs one scan. Shapes: the vendors' own documentation and key prefixes as issued
 * in 2026; `group` 1, where present, is the secret part.
 */
const shapes: readonly { readonly kind: string; readonly needle: string; readonly pattern: RegExp }[] = [
  { kind: 'anthropic-api-key', needle: 'sk-ant-', pattern: /\bsk-ant-[a-z]{2,10}\d{2}-[\w-]{20,120}/g },
  { kind: 'openai-api-key', needle: 'T3BlbkFJ', pattern: /\bsk-(?:[a-z]{2,10}-)?[\w-]{10,120}T3BlbkFJ[\w-]{10,120}/g },
  { kind: 'openai-api-key', needle: 'sk-', pattern: /\bsk-(?:proj|svcacct|admin|None)-[\w-]{20,200}/g },
  { kind: 'openrouter-api-key', needle: 'sk-or-', pattern: /\bsk-or-v1-[0-9a-f]{40,64}\b/g },
  { kind: 'langfuse-secret-key', needle: 'sk-lf-', pattern: /\bsk-lf-[0-9a-f-]{30,40}\b/g },
  { kind: 'google-api-key', needle: 'AIza', pattern: /\bAIza[\w-]{35}(?![\w-])/g },
  { kind: 'huggingface-token', needle: 'hf_', pattern: /\bhf_[A-Za-z0-9]{30,40}\b/g },
  { kind: 'huggingface-token', needle: 'api_org_', pattern: /\bapi_org_[A-Za-z0-9]{30,40}\b/g },
  { kind: 'groq-api-key', needle: 'gsk_', pattern: /\bgsk_[A-Za-z0-9]{40,60}\b/g },
  { kind: 'xai-api-key', needle: 'xai-', pattern: /\bxai-[A-Za-z0-9]{60,90}\b/g },
  { kind: 'perplexity-api-key', needle: 'pplx-', pattern: /\bpplx-[A-Za-z0-9]{40,60}\b/g },
  { kind: 'replicate-token', needle: 'r8_', pattern: /\br8_[A-Za-z0-9]{37}\b/g },
  { kind: 'nvidia-api-key', needle: 'nvapi-', pattern: /\bnvapi-[\w-]{60,70}/g },
  { kind: 'langsmith-api-key', needle: 'lsv2_', pattern: /\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}\b/g },
  { kind: 'pinecone-api-key', needle: 'pcsk_', pattern: /\bpcsk_[A-Za-z0-9_]{40,90}\b/g },
  { kind: 'bedrock-api-key', needle: 'ABSK', pattern: /\bABSK[A-Za-z0-9+/]{60,160}={0,2}/g },
  { kind: 'bedrock-api-key', needle: 'bedrock-api-key-', pattern: /\bbedrock-api-key-[A-Za-z0-9+/]{40,2000}={0,2}/g },
  { kind: 'aws-access-key', needle: 'AKIA', pattern: /\bAKIA[A-Z2-7]{16}\b/g },
  { kind: 'aws-access-key', needle: 'ASIA', pattern: /\bASIA[A-Z2-7]{16}\b/g },
  { kind: 'github-token', needle: 'gh', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g },
  { kind: 'github-token', needle: 'github_pat_', pattern: /\bgithub_pat_[A-Za-z0-9_]{60,90}\b/g },
  { kind: 'gitlab-token', needle: 'glpat-', pattern: /\bglpat-[\w-]{20,40}/g },
  { kind: 'slack-token', needle: 'xox', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,120}/g },
  {
    kind: 'slack-webhook',
    needle: 'hooks.slack.com',
    pattern: /hooks\.slack\.com\/services\/([A-Z0-9]{6,14}\/[A-Z0-9]{6,14}\/\w{16,32})/g,
  },
  { kind: 'stripe-key', needle: '_live_', pattern: /\b[rs]k_live_[A-Za-z0-9]{16,120}\b/g },
  { kind: 'databricks-token', needle: 'dapi', pattern: /\bdapi[0-9a-f]{32}\b/g },
  { kind: 'npm-token', needle: 'npm_', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'demarc-api-key', needle: 'dmk_', pattern: /\bdmk_[0-9a-z]{11}_[0-9A-Za-z]{49}\b/g },
  { kind: 'jwt', needle: 'eyJ', pattern: /\beyJ[\w-]{10,400}\.eyJ[\w-]{10,2000}\.[\w-]{10,700}/g },
  {
    kind: 'private-key',
    needle: '-----BEGIN',
    pattern: /-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY-----[^-]{0,8000}(?:-----END)?/g,
  },
  {
    kind: 'url-password',
    needle: '://',
    pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/?#@'"`]{0,128}:([^\s/?#@'"`]{1,256})@/gi,
  },
  { kind: 'bearer-token', needle: 'earer ', pattern: /\b[Bb]earer ([A-Za-z0-9._~+/-]{16,2000}=*)/g },
];

/** No shape matches a shorter text: `a://b:pw@c`. */
const shortestSecret = 9;
/** One scan decides for nearly every text that it holds none. */
const anyNeedle = new RegExp(
  [...new Set(shapes.map(({ needle }) => needle))].map((needle) => needle.replace(/[.-]/g, '\\$&')).join('|'),
);

/** Names whose literal value is a credential: `OPENAI_API_KEY`, `dbPassword`, `client-secret`. */
const secretName =
  /(?:^|[_.\-\s]|(?<=[a-z]))(?:api[_-]?key|apikey|access[_-]?key|secret[_-]?key|private[_-]?key|account[_-]?key|master[_-]?key|secret|client[_-]?secret|token|password|passwd|pwd|pat|credentials?)(?:[_-]?value)?$/i;
/** Names that end like one but hold something else. */
const notSecretName =
  /(?:max|min|num|count|total|output|input|prompt|completion|stop|pad|eos|bos|special|next|page|continuation|csrf|per)[_-]?tokens?$|(?:arn|id|name|path|file|uri|url|ref|type|key[_-]?id)$|public[_-]?key$|(?:sort|partition|primary|foreign|cache|hash|range|index)[_-]?key$/i;

/**
 * Finds literal credentials in a text by their shape, in order of position, without overlap.
 * Placeholders (`${TOKEN}`, `<your-key>`, `xxxx`) are not credentials.
 */
export function findSecrets(text: string): SecretMatch[] {
  const found: SecretMatch[] = [];
  if (text.length < shortestSecret || !anyNeedle.test(text)) return found;
  for (const { kind, needle, pattern } of shapes) {
    if (!text.includes(needle)) continue;
    for (const match of text.matchAll(pattern)) {
      const secret = match[1] ?? match[0];
      if (isPlaceholder(secret)) continue;
      const start = match.index + (match[1] === undefined ? 0 : match[0].lastIndexOf(match[1]));
      found.push({ kind, start, end: start + secret.length });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = -1;
  return found.filter((match) => {
    if (match.start < end) return false;
    end = match.end;
    return true;
  });
}

/** Whether a property or variable of this name holds a credential when its value is a literal. */
export function isSecretName(name: string): boolean {
  return name.length <= 128 && secretName.test(name) && !notSecretName.test(name);
}

/** Whether a text stands in for a value to be filled in: a variable, a marked blank, a repeated character. */
export function isPlaceholder(text: string): boolean {
  const value = text.trim();
  if (value.length < 4) return true;
  if (/^[$%<{[]|\$\{|\{\{|\$\(|^env:|^process\.env|^os\.environ|^secret:\/\/|^op:\/\/|^vault:|^arn:/i.test(value))
    return true;
  if (
    /^(?:your|my|the|some|insert|enter|replace|change|put|add|todo|none|null|undefined|true|false|dummy|fake|sample|redacted|placeholder)(?:$|[\s_.-])/i.test(
      value,
    )
  )
    return true;
  if (
    /change[_-]?me|replace[_-]?me|your[_-](?:api|key|token|secret|password)|-here$|^SECRET_MANAGER_RESOURCE_NAME$/i.test(
      value,
    )
  )
    return true;
  const body = value.replace(/^\w{1,8}[-_](?=.{8})/, '');
  return new Set(body).size <= 2;
}

/** First 12 hex digits of the SHA-256 of a secret: tells two apart, reveals neither. */
export function fingerprintOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12);
}

const assignment =
  /((?:api[_-]?key|access[_-]?key|secret[_-]?key|account[_-]?key|secret|token|password|passwd|pwd)["'`\]]{0,2}\s{0,8}(?::|=>?|:=|,(?=\s{0,8}["'`])|is(?=\s)|(?<=--[\w-]{1,40})(?=\s))\s{0,8}["'`]?)([^\s"'`,;]{4,512})/gi;

/**
 * A line of source with every credential replaced by `[secret]`: those with a known shape, and what is assigned to a
 * name like `password`. Errs on the side of hiding.
 */
export function redactText(text: string): string {
  let result = '';
  let at = 0;
  for (const match of findSecrets(text)) {
    result += `${text.slice(at, match.start)}[secret]`;
    at = match.end;
  }
  result += text.slice(at);
  return result.replace(assignment, (whole: string, left: string, right: string) =>
    isPlaceholder(right) ||
    right === '[secret]' ||
    /^[\w.]+\(|^(?:var|local|data|module|process|os|self|this|string|str|config|settings)\b[.[]?/i.test(right)
      ? whole
      : `${left}[secret]`,
  );
}
