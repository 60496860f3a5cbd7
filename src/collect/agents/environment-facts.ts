import type { Value } from '../../model/value.ts';
import type { DocNode } from '../documents/node.ts';
import { bagOf, entryAt } from './lookup.ts';

/** Hosts of the model vendors' own endpoints, and of clouds that serve their models. */
const vendorHost =
  /^(?:[\w-]+\.)*(?:anthropic\.com|claude\.com|openai\.com|openai\.azure\.com|services\.ai\.azure\.com|cognitiveservices\.azure\.com|azure-api\.net|amazonaws\.com|googleapis\.com|github\.com|githubcopilot\.com|mistral\.ai|x\.ai|chatgpt\.com)$/;
const redirects =
  /^(?:GEMINI_CLI_SYSTEM_SETTINGS_PATH|GEMINI_CLI_SYSTEM_DEFAULTS_PATH|GEMINI_CLI_TRUSTED_FOLDERS_PATH|CLAUDE_CONFIG_DIR|CLAUDE_CODE_MANAGED_SETTINGS_PATH|CODEX_HOME|COPILOT_HOME|XDG_CONFIG_HOME)$/;
const interception =
  /^(?:HTTPS?_PROXY|ALL_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|GIT_SSL_CAINFO|CLAUDE_CODE_CERT_STORE)$/i;
const baseUrl = /(?:^|_)(?:BASE_URL|API_BASE|API_HOST|API_ENDPOINT|ENDPOINT_URL)(?:$|_)/;
const models = /ANTHROPIC|OPENAI|GEMINI|GOOGLE|CLAUDE|CODEX|BEDROCK|VERTEX|AZURE|MISTRAL|OLLAMA|OPENROUTER|LLM/;

/**
 * What the `env` block of a settings file changes about where traffic goes: `baseUrls` (`{variable, host, vendor}`),
 * `interception` (proxies and certificate stores), `redirects` (variables that move the policy file), `tlsOff`.
 */
export function environmentFacts(root: DocNode | undefined): Readonly<Record<string, Value | undefined>> {
  const env = entryAt(root, 'env')?.node;
  if (env?.kind !== 'map') return { baseUrls: [], interception: [], redirects: [], tlsOff: false };
  const names = [...env.entries.keys()];
  const text = (name: string): string => {
    const node = env.entries.get(name)?.node;
    return node?.kind === 'scalar' ? String(node.value) : '';
  };
  return {
    baseUrls: names
      .filter((name) => baseUrl.test(name) && models.test(name))
      .map((name) => baseUrlOf(name, text(name))),
    interception: names.filter((name) => interception.test(name) && text(name) !== ''),
    redirects: names.filter((name) => redirects.test(name)),
    tlsOff: text('NODE_TLS_REJECT_UNAUTHORIZED') === '0' || /^(?:0|false)$/i.test(text('PYTHONHTTPSVERIFY')),
  };
}

/** A base address as `{variable, host, vendor, scheme}`; `vendor` when the host is a model vendor's own. */
export function baseUrlOf(variable: string, url: string): Value {
  const found = /^([a-z]{2,8}):\/\/(?:[^\s/?#@]{0,256}@)?(\[[0-9a-f:.]{2,45}\]|[^\s/?#:]{1,253})/i.exec(url);
  const host = found?.[2]?.toLowerCase();
  return bagOf({
    variable,
    scheme: found?.[1]?.toLowerCase(),
    host,
    vendor: host !== undefined && vendorHost.test(host),
    loopback: host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(host),
  });
}
