/** Hosts of model providers. `suffix` matches the host and everything below it. */
export interface HostSignal {
  readonly suffix: string;
  readonly provider: string;
}

export const modelHosts: readonly HostSignal[] = [
  { suffix: 'api.openai.com', provider: 'openai' },
  { suffix: 'openai.azure.com', provider: 'azure-openai' },
  { suffix: 'cognitiveservices.azure.com', provider: 'azure-openai' },
  { suffix: 'services.ai.azure.com', provider: 'azure-ai' },
  { suffix: 'models.ai.azure.com', provider: 'azure-ai' },
  { suffix: 'models.inference.ai.azure.com', provider: 'github-models' },
  { suffix: 'models.github.ai', provider: 'github-models' },
  { suffix: 'api.anthropic.com', provider: 'anthropic' },
  { suffix: 'generativelanguage.googleapis.com', provider: 'gemini' },
  { suffix: 'aiplatform.googleapis.com', provider: 'vertex' },
  { suffix: 'amazonaws.com', provider: 'bedrock' },
  { suffix: 'api.mistral.ai', provider: 'mistral' },
  { suffix: 'api.cohere.com', provider: 'cohere' },
  { suffix: 'api.cohere.ai', provider: 'cohere' },
  { suffix: 'api.groq.com', provider: 'groq' },
  { suffix: 'api.together.xyz', provider: 'together' },
  { suffix: 'api.together.ai', provider: 'together' },
  { suffix: 'openrouter.ai', provider: 'openrouter' },
  { suffix: 'api.deepseek.com', provider: 'deepseek' },
  { suffix: 'api.perplexity.ai', provider: 'perplexity' },
  { suffix: 'api.x.ai', provider: 'xai' },
  { suffix: 'api.fireworks.ai', provider: 'fireworks' },
  { suffix: 'api.replicate.com', provider: 'replicate' },
  { suffix: 'integrate.api.nvidia.com', provider: 'nvidia' },
  { suffix: 'api-inference.huggingface.co', provider: 'huggingface' },
  { suffix: 'router.huggingface.co', provider: 'huggingface' },
  { suffix: 'dashscope.aliyuncs.com', provider: 'alibaba' },
  { suffix: 'api.moonshot.cn', provider: 'moonshot' },
  { suffix: 'api.moonshot.ai', provider: 'moonshot' },
  { suffix: 'api.cerebras.ai', provider: 'cerebras' },
  { suffix: 'api.sambanova.ai', provider: 'sambanova' },
  { suffix: 'gateway.ai.cloudflare.com', provider: 'cloudflare' },
  { suffix: 'ai-gateway.vercel.sh', provider: 'vercel' },
  { suffix: 'api.portkey.ai', provider: 'portkey' },
];

/** The provider behind a host; undefined for one that is not known. */
export function providerOfHost(host: string): string | undefined {
  const found = modelHosts.find((row) => host === row.suffix || host.endsWith(`.${row.suffix}`));
  if (found?.provider === 'bedrock' && !host.startsWith('bedrock')) return undefined;
  return found?.provider;
}

/** Whether traffic to the host stays on the machine or in a private network by its name. */
export function isLocalHost(host: string): boolean {
  return (
    /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2})$/.test(
      host,
    ) ||
    /\.(?:local|internal|svc|cluster\.local|lan|localhost|test)$/.test(host) ||
    (host !== '' && !host.includes('.') && !host.includes(':'))
  );
}

/** Scheme and host of a URL's beginning; the text may end in the middle of the path. */
export function originOf(text: string): { scheme: string; host: string } | undefined {
  const found = /^([a-z][a-z0-9+.-]{0,15}):\/\/(?:[^/@\s]{0,256}@)?(\[[0-9a-fA-F:.]+\]|[^/:?#\s]{1,253})/i.exec(text);
  return found === null ? undefined : { scheme: (found[1] ?? '').toLowerCase(), host: (found[2] ?? '').toLowerCase() };
}
