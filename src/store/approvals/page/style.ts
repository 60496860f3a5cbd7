import { createHash } from 'node:crypto';

/** The one style sheet of the pages; it stands in the page, and the policy names its digest. */
export const style = `
:root{color-scheme:light dark;--line:#8886;--soft:#8881;--warn:#b45309;--bad:#b91c1c;--good:#15803d}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:56rem;padding:1.5rem}
h1{font-size:1.4rem;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1rem;margin:1.5rem 0 .5rem}
code,q,.k,.i,.v,.u{font-family:ui-monospace,monospace;font-size:.9rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0}dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
.payload{border:1px solid var(--line);border-radius:.4rem;padding:.75rem 1rem;unicode-bidi:isolate;direction:ltr}
.payload ul,.payload ol{list-style:none;margin:0;padding-left:1rem;border-left:2px solid var(--soft)}
.payload>ul,.payload>ol{padding-left:0;border:0}
.k{font-weight:600}.k::after,.i::after{content:":"}.i{opacity:.6}
q{white-space:pre-wrap;overflow-wrap:anywhere;quotes:none;background:var(--soft);border-radius:.2rem;padding:0 .2rem}
.u{background:var(--bad);color:#fff;border-radius:.2rem;padding:0 .2rem;margin:0 .1rem;font-weight:400}
summary{cursor:pointer;overflow-wrap:anywhere}.f{display:block;font-size:.8rem;opacity:.8}
.warn{border-left:4px solid var(--warn);background:var(--soft);padding:.5rem .75rem;margin:.5rem 0}
.state{display:inline-block;border:1px solid var(--line);border-radius:1rem;padding:0 .6rem;font-size:.85rem}
textarea{box-sizing:border-box;width:100%;min-height:4rem;font:inherit;padding:.5rem}
.buttons{display:flex;gap:.75rem;margin-top:.75rem}
button{font:inherit;font-weight:600;padding:.5rem 1.25rem;border-radius:.4rem;border:1px solid var(--line);cursor:pointer;color:#fff}
.approve{background:var(--good)}.deny{background:var(--bad)}
pre{border:1px solid var(--line);border-radius:.4rem;padding:.75rem 1rem;font:.9rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .5rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
`;

const styleDigest = createHash('sha256').update(style).digest('base64');

/**
 * Headers of every page: nothing runs, nothing is loaded, nobody frames it, nothing is kept. The referrer policy keeps the
 * `Origin` header of the form, by which a foreign form is told.
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleDigest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};
