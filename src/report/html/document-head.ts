import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './markup.ts';

/**
 * The head of a page that makes no request and runs nothing but its own script, whose hash the Content-Security-Policy
 * names (CSP 3, 2.3.1 hash-source).
 *
 * @param page.styles CSS, in order
 * @param page.script exactly the text of the page's one `<script>`
 */
export function documentHead(page: {
  readonly title: string;
  readonly demarc: string;
  readonly styles: readonly string[];
  readonly script: string;
}): Markup {
  const hash = createHash('sha256').update(page.script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Demarc ${page.demarc}">
<title>${page.title}</title>
<style>${page.styles.map(trusted)}</style>
</head>`;
}
