/**
 * Shapes of provider keys. Looser than the exact formats (lengths are minima), because a revoked or shortened format
 * is still a key in the code; the marker in front makes them precise. Sources: the providers' own documents and
 * secret-scanning partner lists; patterns are our own.
 */
export interface KeySignal {
  readonly provider: string;
  readonly kind: string;
  /** What every such key begins with or contains: looked for before the pattern is tried. */
  readonly needle: string;
  readonly pattern: RegExp;
}

export const keySignals: readonly KeySignal[] = [
  {
    provider: 'anthropic',
    kind: 'anthropic-admin-key',
    needle: 'sk-ant-admin',
    pattern: /\bsk-ant-admin\d\d-[\w-]{24,128}/,
  },
  {
    provider: 'anthropic',
    kind: 'anthropic-oauth-token',
    needle: 'sk-ant-oat',
    pattern: /\bsk-ant-o[ar]t\d\d-[\w-]{24,128}/,
  },
  {
    provider: 'anthropic',
    kind: 'anthropic-api-key',
    needle: 'sk-ant-',
    pattern: /\bsk-ant-(?:api\d\d-)?[\w-]{24,128}/,
  },
  { provider: 'openai', kind: 'openai-admin-key', needle: 'sk-admin-', pattern: /\bsk-admin-[\w-]{24,200}/ },
  { provider: 'openai', kind: 'openai-api-key', needle: 'sk-proj-', pattern: /\bsk-proj-[\w-]{24,200}/ },
  { provider: 'openai', kind: 'openai-api-key', needle: 'sk-svcacct-', pattern: /\bsk-svcacct-[\w-]{24,200}/ },
  { provider: 'openai', kind: 'openai-api-key', needle: 'T3BlbkFJ', pattern: /\bsk-[\w-]{8,128}T3BlbkFJ[\w-]{8,128}/ },
  { provider: 'openrouter', kind: 'openrouter-key', needle: 'sk-or-v1-', pattern: /\bsk-or-v1-[0-9a-f]{32,64}/ },
  { provider: 'google', kind: 'google-api-key', needle: 'AIza', pattern: /\bAIza[\w-]{32,39}/ },
  { provider: 'huggingface', kind: 'huggingface-token', needle: 'hf_', pattern: /\bhf_[A-Za-z0-9]{30,40}\b/ },
  { provider: 'groq', kind: 'groq-key', needle: 'gsk_', pattern: /\bgsk_[A-Za-z0-9]{32,64}\b/ },
  { provider: 'xai', kind: 'xai-key', needle: 'xai-', pattern: /\bxai-[A-Za-z0-9]{40,96}\b/ },
  { provider: 'perplexity', kind: 'perplexity-key', needle: 'pplx-', pattern: /\bpplx-[A-Za-z0-9]{32,64}\b/ },
  { provider: 'replicate', kind: 'replicate-token', needle: 'r8_', pattern: /\br8_[A-Za-z0-9]{30,48}\b/ },
  { provider: 'nvidia', kind: 'nvidia-key', needle: 'nvapi-', pattern: /\bnvapi-[\w-]{40,96}/ },
  { provider: 'langsmith', kind: 'langsmith-key', needle: 'lsv2_', pattern: /\blsv2_(?:pt|sk)_[0-9a-f_]{24,64}/ },
  { provider: 'pinecone', kind: 'pinecone-key', needle: 'pcsk_', pattern: /\bpcsk_[A-Za-z0-9_]{30,96}/ },
  { provider: 'langfuse', kind: 'langfuse-secret-key', needle: 'sk-lf-', pattern: /\bsk-lf-[0-9a-f-]{24,48}/ },
  { provider: 'bedrock', kind: 'bedrock-api-key', needle: 'ABSK', pattern: /\bABSK[A-Za-z0-9+/=]{40,256}/ },
  {
    provider: 'bedrock',
    kind: 'bedrock-api-key',
    needle: 'bedrock-api-key-',
    pattern: /\bbedrock-api-key-[A-Za-z0-9+/=]{24,256}/,
  },
];

/** Variable names that hold an AI provider's key, with the provider; for values without a shape of their own. */
export const keyVariables: readonly { readonly pattern: RegExp; readonly provider: string }[] = [
  { pattern: /AZURE_?OPENAI_?(?:API_?)?KEY/i, provider: 'azure-openai' },
  { pattern: /OPENAI_?(?:API_?)?(?:KEY|TOKEN)/i, provider: 'openai' },
  { pattern: /(?:ANTHROPIC|CLAUDE)_?(?:API_?|AUTH_?)?(?:KEY|TOKEN)/i, provider: 'anthropic' },
  { pattern: /MISTRAL_?API_?KEY/i, provider: 'mistral' },
  { pattern: /(?:COHERE|CO)_API_?KEY/i, provider: 'cohere' },
  { pattern: /DEEPSEEK_?API_?KEY/i, provider: 'deepseek' },
  { pattern: /(?:GEMINI|GOOGLE_GENERATIVE_AI|GOOGLE_AI)_?API_?KEY/i, provider: 'google' },
  { pattern: /GROQ_?API_?KEY/i, provider: 'groq' },
  { pattern: /TOGETHER(?:_?AI)?_?API_?KEY/i, provider: 'together' },
  { pattern: /FIREWORKS_?API_?KEY/i, provider: 'fireworks' },
  { pattern: /OPENROUTER_?API_?KEY/i, provider: 'openrouter' },
  { pattern: /TAVILY_?API_?KEY/i, provider: 'tavily' },
  { pattern: /AWS_BEARER_TOKEN_BEDROCK/i, provider: 'bedrock' },
];

/** The key in a text, if it has one that could be real. */
export function findKey(text: string): { readonly signal: KeySignal; readonly key: string } | undefined {
  if (text.length < 20 || text.length > 20_000) return undefined;
  for (const signal of keySignals) {
    if (!text.includes(signal.needle)) continue;
    const key = signal.pattern.exec(text)?.[0];
    if (key !== undefined && isVaried(key)) return { signal, key };
  }
  return undefined;
}

/** Real keys have many different characters; `sk-ant-xxxxxxxx` and `sk-proj-0000…` do not, nor do words. */
function isVaried(key: string): boolean {
  const tail = key.slice(key.indexOf('-') + 1 || 3);
  if (
    new Set(tail).size < 10 ||
    /(?:x{5}|X{5}|\.{3}|your|example|placeholder|redacted|dummy|1234567890abcdef|abcdefghij)/i.test(key)
  )
    return false;
  return /\d/.test(tail) || /[a-z][A-Z]|[A-Z][a-z]/.test(tail);
}

/** Variables that build tools compile into what browsers receive. */
export function isPublicVariable(variable: string): boolean {
  return /^(?:NEXT_PUBLIC_|VITE_|REACT_APP_|EXPO_PUBLIC_|NUXT_PUBLIC_|PUBLIC_|GATSBY_|VUE_APP_)/.test(variable);
}
