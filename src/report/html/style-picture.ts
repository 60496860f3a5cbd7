/** The trust-boundary picture. */
export const pictureStyle = `
.picture{overflow-x:auto;border:1px solid var(--rule);border-radius:8px;background:var(--card)}
.picture svg{display:block;min-width:46rem;max-width:100%;height:auto;margin:0 auto;font-family:inherit}
.picture text{fill:var(--ink)}
.band>rect{fill:var(--faint)}.band.own>rect{fill:var(--own)}
.band-name{font-size:13px;font-weight:650}.handover{font-size:11px;fill:var(--soft)!important}.band text{stroke:var(--faint);stroke-width:5px;stroke-linejoin:round;paint-order:stroke}.band.own text{stroke:var(--own)}
.boundary{stroke:var(--ink);stroke-width:1.6;stroke-dasharray:9 6}
.box .frame{fill:var(--card);stroke:var(--rule)}.box .behind{fill:var(--card);stroke:var(--rule)}
.box .stripe{fill:var(--rule)}
.box .kind{font-size:9.8px;letter-spacing:.05em;fill:var(--soft);font-weight:600}.box .name{font-size:13.4px;font-weight:600}.box .detail{font-size:10.8px;fill:var(--soft)}.box .status{font-size:11.4px;font-weight:600;fill:var(--soft)}
a.box{cursor:pointer}a.box:hover .frame{stroke:var(--link);stroke-width:1.6}a.box:focus-visible{outline:none}a.box:focus-visible .frame{stroke:var(--focus);stroke-width:3}
.t-critical .stripe{fill:var(--critical)}.t-critical .frame{fill:var(--critical-t);stroke:var(--critical)}.t-critical .status{fill:var(--critical)}
.t-high .stripe{fill:var(--high)}.t-high .frame{fill:var(--high-t);stroke:var(--high)}.t-high .status{fill:var(--high)}
.t-medium .stripe{fill:var(--medium)}.t-medium .frame{fill:var(--medium-t)}.t-medium .status{fill:var(--medium)}
.t-low .stripe{fill:var(--low)}.t-low .status{fill:var(--low)}.t-info .stripe{fill:var(--info)}
.t-held .stripe{fill:var(--held)}.t-held .status{fill:var(--held)}
.t-inherited .stripe{fill:var(--inherited)}.t-inherited .status{fill:var(--inherited)}
.t-claimed .stripe{fill:var(--claimed)}.t-claimed .status{fill:var(--claimed)}
.t-not-assessed .stripe{fill:var(--unknown)}.t-not-assessed .status{fill:var(--unknown)}
.t-orphaned .stripe{fill:var(--orphaned)}.t-orphaned .frame{stroke:var(--orphaned)}.t-orphaned .status{fill:var(--orphaned)}
.line{fill:none;stroke:var(--soft);stroke-width:1.4}.line.runs{stroke:var(--own-line);stroke-width:1.7}.line.contains{stroke-width:1;opacity:.45}
.tip{fill:var(--soft)}.tip.runs{fill:var(--own-line)}
.line-label{font-size:10.4px;fill:var(--soft)!important;stroke:var(--faint);stroke-width:4px;paint-order:stroke}
`;
