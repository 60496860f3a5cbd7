import { componentStyle } from './style-components.ts';
import { pictureStyle } from './style-picture.ts';

/** Colours are tokens, light and dark; every state and severity has a text colour with contrast of at least 4.5 on its tint. */
const tokens = `
:root{color-scheme:light dark;
--page:#f6f7f9;--card:#fff;--ink:#16202c;--soft:#52606f;--rule:#d9dee5;--faint:#eef1f5;--link:#0b57c4;--focus:#0b57c4;
--critical:#8e1246;--critical-t:#fbe3ec;--high:#b3261e;--high-t:#fde8e6;--medium:#8a5200;--medium-t:#fdf0d9;--low:#1f5f8b;--low-t:#e3f0f9;--info:#4a5866;--info-t:#e9edf1;
--held:#14693a;--held-t:#dff3e6;--inherited:#0e6470;--inherited-t:#dcf1f3;--claimed:#5b4a9c;--claimed-t:#ebe7f9;--unknown:#6b5a1e;--unknown-t:#f5efd8;--orphaned:#8e1246;--orphaned-t:#fbe3ec;
--own:#f0f6ff;--own-line:#5f93d8}
@media (prefers-color-scheme:dark){:root{
--page:#10151b;--card:#181f27;--ink:#e6ebf0;--soft:#a3b0bd;--rule:#323d49;--faint:#202933;--link:#8ab8ff;--focus:#8ab8ff;
--critical:#ff9cc0;--critical-t:#4a1830;--high:#ffaaa1;--high-t:#4b1f1c;--medium:#ffcb80;--medium-t:#453113;--low:#9fd0f5;--low-t:#16364c;--info:#bcc7d1;--info-t:#2b353f;
--held:#8fdcad;--held-t:#153a26;--inherited:#8adbe4;--inherited-t:#113a40;--claimed:#c8bcff;--claimed-t:#2f2853;--unknown:#e6d48f;--unknown-t:#3a3217;--orphaned:#ff9cc0;--orphaned-t:#4a1830;
--own:#15212f;--own-line:#5585bd}}
@media print{:root{color-scheme:light}}`;

const base = `
*{box-sizing:border-box}
html{scroll-padding-top:3.4rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header.top,main,footer{max-width:1280px;margin:0 auto;padding:0 1.25rem}
h1,h2,h3,h4,h5{line-height:1.25;margin:0;font-weight:650;text-wrap:balance}
h1{font-size:1.75rem}h2{font-size:1.35rem;margin:0 0 .8rem}h3{font-size:1.05rem}h4{font-size:.95rem;margin:1.1rem 0 .5rem}h5{font-size:.82rem;margin:.9rem 0 .3rem;color:var(--soft);font-weight:600}
p{margin:.4rem 0}a{color:var(--link);text-underline-offset:.15em}a:hover{text-decoration-thickness:.12em}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
[tabindex="-1"]:focus{outline:none}
code,pre{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em}
code{background:var(--faint);border-radius:3px;padding:.05em .3em}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999rem;top:0;background:var(--card);padding:.6rem 1rem;z-index:9}.skip:focus{left:0}
.note,.facts,.where{color:var(--soft)}.note{font-size:.87rem}.empty{color:var(--soft);background:var(--card);border:1px dashed var(--rule);border-radius:8px;padding:.8rem 1rem}
main>section{margin:2.4rem 0}
ul.plain{list-style:none;margin:.3rem 0;padding:0}ul.plain li{padding:.12rem 0}
abbr{text-decoration:none;border-bottom:1px dotted var(--soft)}
summary{cursor:pointer}
summary h3,summary h4{display:inline}
table{border-collapse:collapse;width:100%;font-size:.9rem;overflow-wrap:break-word}
th,td{text-align:left;vertical-align:top;padding:.42rem .6rem;border-bottom:1px solid var(--rule)}
thead th{font-size:.8rem;color:var(--soft);font-weight:600;border-bottom:1px solid var(--rule);white-space:nowrap}
tbody th{font-weight:600}th[scope=rowgroup]{background:var(--faint);font-size:.83rem}.plain-cell{font-weight:400}
td.num{font-variant-numeric:tabular-nums}
.scroll{position:relative;overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:8px}
.scroll table tr:last-child>*{border-bottom:0}
footer{color:var(--soft);font-size:.85rem;padding-bottom:2.5rem;border-top:1px solid var(--rule);margin-top:3rem;padding-top:1rem}
nav{position:sticky;top:0;z-index:5;background:var(--page);border-bottom:1px solid var(--rule);margin-top:1.2rem}
nav ul{display:flex;gap:.2rem;overflow-x:auto;list-style:none;max-width:1280px;margin:0 auto;padding:.35rem 1.25rem}
nav a{display:block;padding:.3rem .7rem;border-radius:6px;text-decoration:none;color:var(--ink);font-size:.92rem;white-space:nowrap}nav a:hover{background:var(--faint)}`;

const print = `
@media print{
@page{margin:14mm}
html{font-size:12px}body{background:#fff;font-size:9pt;line-height:1.35}nav,.skip,.filters,.more{display:none!important}
header.top,main,footer{max-width:none;padding:0}
details:not(.brief)::details-content{content-visibility:visible!important;display:block!important;height:auto!important}
.scroll,.picture{overflow:visible!important}
.picture svg{width:100%!important;min-width:0!important;height:auto!important;max-height:240mm}
.layer>summary{display:none}.cells-head{margin:.25rem 0 0}.cells{margin:0 0 .25rem;font-size:8pt}.cells>li{padding:0}.cells.short{columns:2}
th,td{padding:.2rem .5rem}.entry{border:0;border-top:1px solid var(--rule);border-radius:0;padding:.2rem 0;margin:0}
article,tr,.card,figure,.entry{break-inside:avoid}tr.controls-row{break-inside:auto}
h2,h3,h4,summary{break-after:avoid}
.workload{border:0!important;padding:0!important}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.rule,.workload{content-visibility:visible!important}
}`;

/** All of the report's CSS. */
export const style = `${tokens}${base}${componentStyle}${pictureStyle}${print}`;
