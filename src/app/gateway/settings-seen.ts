/** What settings say to those who know nothing of them. */
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { ServerTerms } from '../../gateway/pipeline/parts.ts';

/** How a server is treated; as carefully as can be where there is none of that name. */
export function termsOf({ servers }: GatewaySettings, server: string): ServerTerms {
  const settings = servers[server];
  return {
    secretsInArguments: settings?.['secrets-in-arguments'] ?? 'deny',
    secretsInResults: settings?.['secrets-in-results'] ?? 'redact',
    sampling: settings?.sampling ?? false,
    elicitation: settings?.elicitation ?? false,
  };
}

/** Names of this machine that mean the same address. */
export function localNames(listen: string): string[] {
  const port = listen.slice(listen.lastIndexOf(':') + 1);
  return /^(?:localhost|127\.0\.0\.1|\[::1\]):/.test(listen)
    ? [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]
    : [];
}

/** The path of a URL, where there is one. */
export function pathOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).pathname;
}
