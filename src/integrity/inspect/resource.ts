import type { FindingCode } from './finding.ts';

export interface ResourceHit {
  readonly code: FindingCode;
  readonly excerpt: string;
}

/** More rounds of percent-encoding than anything honest has. */
const decodingsMax = 4;
const elsewhere =
  /<(?:script|iframe|object|embed|link|img|audio|video|source|form|base|use)\b[^>]{0,400}\b(?:src|href|data|action|srcset)\s{0,4}=\s{0,4}["']?\s{0,4}(?:https?:)?\/\/[^\s"'>]{1,300}|\b(?:fetch|import|importScripts|sendBeacon|open)\s{0,4}\(\s{0,4}["'`](?:https?:)?\/\/[^"'`]{1,300}|\bnew\s{1,4}(?:WebSocket|EventSource|Worker|SharedWorker)\s{0,4}\(\s{0,4}["'`](?:wss?|https?):\/\/[^"'`]{1,300}|\.(?:src|href|action)\s{0,4}=\s{0,4}["'`](?:https?:)?\/\/[^"'`]{1,300}|@import\s{1,4}(?:url\()?["']?(?:https?:)?\/\/[^"')]{1,300}|url\(\s{0,4}["']?(?:https?:)?\/\/[^"')]{1,300}/gi;

/**
 * What an address of a resource reaches that its folder does not hold: steps upwards and their encoded forms, a share of another
 * machine, a NUL. The address is read, never opened.
 */
export function findTraversal(uri: string): ResourceHit[] {
  let plain = uri;
  for (let round = 0; round < decodingsMax; round++) {
    // Dot, slash, backslash and NUL; also the overlong UTF-8 forms of dot and slash that some servers accept.
    const next = plain
      .replace(/%(2e|2f|5c|00|25)/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
      .replace(/%c0%ae/gi, '.')
      .replace(/%c0%af/gi, '/');
    if (next === plain) break;
    plain = next;
  }
  const leaves = /(?:^|[/\\])\.\.(?:[/\\;?#]|$)/.test(plain) || plain.includes('\0');
  const isShare = /^(?:file:)?(?:\\\\|\/\/)[^/\\]/i.test(plain) && !/^(?:file:)?\/\/localhost\//i.test(plain);
  return leaves || isShare ? [{ code: 'resource.traversal', excerpt: uri }] : [];
}

/** What the page of an app (`ui://`) loads or sends elsewhere. */
export function findRemoteCode(html: string): ResourceHit[] {
  return Array.from(html.matchAll(elsewhere), ([excerpt]): ResourceHit => ({ code: 'app.remote-code', excerpt })).slice(
    0,
    20,
  );
}
